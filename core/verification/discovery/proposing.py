"""Writing proposals down: nobody is proposed twice at a time, nor again for what was settled."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from core import audit
from core.audit import Change
from core.context import Context
from core.db import new_id
from core.households.bulk import insert_many
from core.pii import INDEX_BYTES, mask_id, mask_name

NAME_PLACE = "discovery_proposals.name_cipher"
ID_PLACE = "discovery_proposals.id_cipher"
DETAILS_PLACE = "discovery_proposals.details_cipher"
STANDING = """
select p.id_index, p.digest, p.state from discovery_proposals p
where p.tenant_id = %(tenant)s and (
  p.id_index = any(array(
    select substring(%(indexes)b from place for %(size)s)
    from generate_series(1, length(%(indexes)b), %(size)s) place)))
"""
LOCK = "select pg_advisory_xact_lock(hashtextextended('proposals ' || %(tenant)s, 0))"


@dataclass(frozen=True)
class Draft:
    """A proposal before it is written; name, number and details in clear."""

    origin: str
    reason: str
    household_id: uuid.UUID | None
    unit_id: uuid.UUID
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    id_index: bytes
    details: dict[str, str] = field(repr=False)
    grounds: dict[str, Any]
    digest: bytes


def propose(ctx: Context, drafts: Sequence[Draft], file_id: uuid.UUID | None = None) -> int:
    """Write the drafts of people who are not proposed; return how many that were.

    Left out are those with an open proposal, and those whose very row was taken up or dismissed.
    """
    # Two lists at one moment would propose a person twice, and one would break off.
    ctx.session.fetch(LOCK, {"tenant": str(ctx.tenant_id)})
    values = {"tenant": ctx.tenant_id, "size": INDEX_BYTES,
              "indexes": b"".join(draft.id_index for draft in drafts)}  # fmt: skip
    rows = ctx.session.fetch(STANDING, values)
    open_ = {bytes(index) for index, _digest, state in rows if state == "open"}
    settled = {bytes(digest) for _index, digest, _state in rows}
    fresh = [
        one for one in {draft.id_index: draft for draft in drafts}.values()
        if one.id_index not in open_ and one.digest not in settled
    ]  # fmt: skip
    if fresh:
        _write(ctx, fresh, file_id)
    return len(fresh)


def _write(ctx: Context, drafts: Sequence[Draft], file_id: uuid.UUID | None) -> None:
    ids = [new_id() for _draft in drafts]

    def seal(place: str, texts: Sequence[str]) -> list[bytes | None]:
        return ctx.vault.encrypt_many(ctx.tenant_id, place, ids, texts)

    details = [orjson.dumps(one.details).decode() if one.details else "" for one in drafts]
    columns: dict[str, Sequence[Any]] = {
        "id": ids,
        "origin": [one.origin for one in drafts],
        "reason": [one.reason for one in drafts],
        "household_id": [one.household_id for one in drafts],
        "unit_id": [one.unit_id for one in drafts],
        "name_cipher": seal(NAME_PLACE, [one.name for one in drafts]),
        "name_masked": [mask_name(one.name) for one in drafts],
        "id_cipher": seal(ID_PLACE, [one.id_number for one in drafts]),
        "id_index": [one.id_index for one in drafts],
        "id_masked": [mask_id(one.id_number) for one in drafts],
        "details_cipher": seal(DETAILS_PLACE, details),
        "grounds": [orjson.dumps(one.grounds).decode() for one in drafts],
        "digest": [one.digest for one in drafts],
    }
    constants = {"file_id": file_id, "state": "open", "decision": "", "found_at": ctx.now}
    insert_many(ctx, "discovery_proposals", columns, constants)
    audit.record_many(ctx, (
        Change("proposal.made", "discovery_proposals", proposal,
               after={"reason": one.reason, "origin": one.origin, "unit_id": str(one.unit_id)})
        for proposal, one in zip(ids, drafts, strict=True)
    ))  # fmt: skip
