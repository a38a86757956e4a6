"""Proofs of one record: its line, the way to its block's seal, and the seal's signatures.

A proof is checked without a database and without the other records.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, LiteralString

from psycopg import sql
from sqlalchemy import select

from core.access import Subject, require
from core.audit.checkpoints import second_statement, statement
from core.audit.keys import is_signed, name_key, open_signer
from core.audit.lines import COLUMNS, hash_line
from core.audit.merkle import find_path, follow_path, link
from core.audit.models import AuditBlock, AuditCheckpoint, AuditRecord
from core.context import Context
from core.db import driver
from core.errors import ConflictError, Message, NotFoundError, _

_LINE: LiteralString = ", ".join(COLUMNS)
_READ: LiteralString = (
    f"copy (select {_LINE} from audit_records "  # noqa: S608 (constants only)
    "where tenant_id = {tenant} and id = {record}) to stdout"
)

FAULTS = {
    "leaf": _("The record is not the one that was sealed."),
    "chain": _("The seal does not lead to the signed checkpoint."),
    "signature": _("The signature on the checkpoint is not genuine."),
    "key": _("The checkpoint was signed with another key than the one given."),
    "form": _("This is no proof: %(part)s is missing or wrong."),
}


def prove(ctx: Context, record_id: uuid.UUID) -> dict[str, Any]:
    """Return a proof of a record, JSON-ready.

    NotFoundError when there is no such record, ConflictError while it is not sealed and signed.
    """
    require(ctx, "audit.read", Subject(ctx.tenant_id))
    place = ctx.session.execute(
        select(AuditRecord.block, AuditRecord.position).where(
            AuditRecord.tenant_id == ctx.tenant_id, AuditRecord.id == record_id
        )
    ).one_or_none()
    if place is None:
        raise NotFoundError
    checkpoint = _find_checkpoint(ctx, place.block)
    leaves = ctx.session.scalars(
        select(AuditRecord.leaf)
        .where(AuditRecord.tenant_id == ctx.tenant_id, AuditRecord.block == place.block)
        .order_by(AuditRecord.position)
    ).all()
    return {
        "tenant": str(ctx.tenant_id),
        "line": _read_line(ctx, record_id),
        "path": [[side, value.hex()] for side, value in find_path(leaves, place.position)],
        "blocks": _read_links(ctx, place.block, checkpoint.block),
        "checkpoint": _describe(ctx, checkpoint),
    }


def check_proof(proof: dict[str, Any], key: bytes | None = None) -> list[Message]:
    """Return what is wrong with a proof; nothing when it holds.

    `key` is the tenant's public key as the checker knows it; without it the key that comes with
    the proof is taken.
    """
    try:
        return [Message(FAULTS[fault], {}) for fault in _faults(proof, key)]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        return [Message(FAULTS["form"], {"part": str(error)})]


def _faults(proof: dict[str, Any], key: bytes | None) -> list[str]:
    tenant, checkpoint = uuid.UUID(proof["tenant"]), proof["checkpoint"]
    path = [(side, bytes.fromhex(value)) for side, value in proof["path"]]
    root = follow_path(hash_line(proof["line"].encode()), path)
    found: list[str] = []
    if root.hex() != proof["blocks"][0]["root"]:
        found.append("leaf")
    chain = bytes.fromhex(proof["blocks"][0]["previous"])
    for block in proof["blocks"]:
        root = bytes.fromhex(block["root"])
        chain = link(tenant, int(block["number"]), int(block["count"]), root, chain)
    if chain.hex() != checkpoint["chain"]:
        found.append("chain")
    return [*found, *_signature_faults(tenant, checkpoint, key)]


def _signature_faults(tenant: uuid.UUID, given: dict[str, Any], key: bytes | None) -> list[str]:
    public, signature = bytes.fromhex(given["public_key"]), bytes.fromhex(given["signature"])
    text = statement(
        tenant, given["block"], given["records"], bytes.fromhex(given["chain"]),
        dt.datetime.fromisoformat(given["signed_at"]), name_key(public),
    )  # fmt: skip
    found = [] if key in (None, public) else ["key"]
    if not is_signed(public, text, signature):
        found.append("signature")
    if given["countersignature"]:
        second = bytes.fromhex(given["countersignature"])
        again = second_statement(text, signature)
        if not is_signed(bytes.fromhex(given["second_key"]), again, second):
            found.append("signature")
    return found


def _find_checkpoint(ctx: Context, block: int | None) -> AuditCheckpoint:
    checkpoint = None
    if block is not None:
        checkpoint = ctx.session.scalars(
            select(AuditCheckpoint)
            .where(AuditCheckpoint.tenant_id == ctx.tenant_id, AuditCheckpoint.block >= block)
            .order_by(AuditCheckpoint.block)
            .limit(1)
        ).one_or_none()
    if checkpoint is None:
        raise ConflictError(
            _("This record is not sealed and signed yet."), remedy=_("Try again in a minute.")
        )
    return checkpoint


def _read_line(ctx: Context, record_id: uuid.UUID) -> str:
    query = sql.SQL(_READ).format(tenant=sql.Literal(ctx.tenant_id), record=sql.Literal(record_id))
    with driver(ctx.session).cursor() as cursor, cursor.copy(query) as copy:
        return b"".join(bytes(part) for part in copy).decode().removesuffix("\n")


def _read_links(ctx: Context, first: int, last: int) -> list[dict[str, Any]]:
    blocks = ctx.session.scalars(
        select(AuditBlock)
        .where(
            AuditBlock.tenant_id == ctx.tenant_id,
            AuditBlock.number >= first,
            AuditBlock.number <= last,
        )
        .order_by(AuditBlock.number)
    )
    return [
        {
            "number": block.number, "count": block.count, "root": block.root.hex(),
            "previous": block.previous.hex(),
        }
        for block in blocks
    ]  # fmt: skip


def _describe(ctx: Context, checkpoint: AuditCheckpoint) -> dict[str, Any]:
    folder = ctx.installation.settings.audit_key_folder
    above = checkpoint.countersigned_by
    return {
        "block": checkpoint.block,
        "records": checkpoint.records,
        "chain": checkpoint.chain.hex(),
        "signed_at": checkpoint.signed_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "public_key": open_signer(folder, ctx.tenant_id).public.hex(),
        "signature": checkpoint.signature.hex(),
        "second_key": open_signer(folder, above).public.hex() if above else "",
        "countersignature": (checkpoint.countersignature or b"").hex(),
    }
