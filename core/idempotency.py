"""Answers given to writes that carried an idempotency key, so that a repeat gets the same one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import UniqueConstraint, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped

from core.context import Context
from core.db import Moment, TenantOwned, new_id
from core.errors import ConflictError, ForbiddenError, _


class IdempotencyKey(TenantOwned):
    """The first answer to a key of one person, and the hash of the request it answered."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("tenant_id", "person_id", "key"),)
    person_id: Mapped[uuid.UUID]
    key: Mapped[str]
    request_sha256: Mapped[bytes]
    status: Mapped[int]
    body: Mapped[bytes]
    created_at: Mapped[Moment]


@dataclass(frozen=True)
class Answer:
    """What was answered the first time."""

    status: int
    body: bytes


def claim_key(ctx: Context, key: str, request_sha256: bytes) -> Answer | None:
    """Claim a key for this request; return the first answer when it was claimed before.

    A second request with the key waits until the first one's transaction has ended. Raises
    ConflictError when the key was used for another request.
    """
    claim = insert(IdempotencyKey).values(
        tenant_id=ctx.tenant_id,
        id=new_id(),
        person_id=_person(ctx),
        key=key,
        request_sha256=request_sha256,
        status=0,
        body=b"",
        created_at=ctx.now,
    )
    claimed = claim.on_conflict_do_nothing().returning(IdempotencyKey.id)
    if ctx.session.execute(claimed).scalar() is not None:
        return None
    return _first_answer(ctx, key, request_sha256)


def keep_answer(ctx: Context, key: str, answer: Answer) -> None:
    """Keep the answer to a claimed key, in the transaction that did the work."""
    ctx.session.execute(
        update(IdempotencyKey)
        .where(
            IdempotencyKey.tenant_id == ctx.tenant_id,
            IdempotencyKey.person_id == _person(ctx),
            IdempotencyKey.key == key,
        )
        .values(status=answer.status, body=answer.body)
    )


def _first_answer(ctx: Context, key: str, request_sha256: bytes) -> Answer:
    found = ctx.session.execute(
        select(IdempotencyKey).where(
            IdempotencyKey.tenant_id == ctx.tenant_id,
            IdempotencyKey.person_id == _person(ctx),
            IdempotencyKey.key == key,
        )
    ).scalar_one()
    if found.request_sha256 != request_sha256:
        raise ConflictError(
            _("This idempotency key was already used for another request."),
            remedy=_("Send a new key with a new request."),
        )
    return Answer(found.status, found.body)


def _person(ctx: Context) -> uuid.UUID:
    if ctx.actor.person_id is None:
        raise ForbiddenError(_("Your role does not allow this."))
    return ctx.actor.person_id
