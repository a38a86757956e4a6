"""Checkpoints: where a tenant's chain stood, signed by it and countersigned by who is above it."""

from __future__ import annotations

import datetime as dt
import uuid

import structlog
from sqlalchemy import func, select, update

from core.audit.keys import Signer, open_signer
from core.audit.merkle import START, link
from core.audit.models import AuditBlock, AuditCheckpoint
from core.context import Context
from core.db import new_id

log = structlog.get_logger()


def sign(ctx: Context) -> AuditCheckpoint | None:
    """Sign the newest block of the Context's tenant; None when there is nothing new to sign."""
    block = _newest_block(ctx)
    before = _newest_checkpoint(ctx)
    if block is None or (before is not None and before.block >= block.number):
        return None
    signer = _signer(ctx, ctx.tenant_id)
    checkpoint = AuditCheckpoint(
        tenant_id=ctx.tenant_id, id=new_id(), block=block.number, chain=block.chain,
        records=_count_records(ctx, before) + (before.records if before else 0),
        signed_at=ctx.now, key_id=signer.id, signature=b"",
    )  # fmt: skip
    checkpoint.signature = signer.sign(state(checkpoint))
    ctx.session.add(checkpoint)
    ctx.session.flush()
    return checkpoint


def countersign(ctx: Context) -> int:
    """Let the federation above sign what the Context's tenant has signed; return how many.

    It signs only a chain that continues the one it signed before.
    """
    above = ctx.tenant.parent_id
    if above is None:
        return 0
    signer = _signer(ctx, above)
    unsigned = [one for one in _checkpoints(ctx) if one.countersignature is None]
    signed = 0
    for checkpoint in unsigned:
        if not _continues(ctx, checkpoint):
            log.error("audit.chain_broken", tenant=ctx.tenant.slug, block=checkpoint.block)
            break
        _write(ctx, checkpoint, above, signer.sign(state_again(checkpoint)))
        signed += 1
    return signed


def state(checkpoint: AuditCheckpoint) -> bytes:
    """Return the text a tenant signs."""
    return statement(
        checkpoint.tenant_id, checkpoint.block, checkpoint.records, checkpoint.chain,
        checkpoint.signed_at, checkpoint.key_id,
    )  # fmt: skip


def state_again(checkpoint: AuditCheckpoint) -> bytes:
    """Return the text the federation above signs: the statement with its first signature."""
    return second_statement(state(checkpoint), checkpoint.signature)


def statement(
    tenant: uuid.UUID, block: int, records: int, chain: bytes, signed_at: dt.datetime, key: str
) -> bytes:
    """Return the text of a checkpoint, as it is signed and as it can be written down."""
    moment = signed_at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    lines = (
        "bangfu audit checkpoint 1", f"tenant {tenant}", f"block {block}", f"records {records}",
        f"chain {chain.hex()}", f"signed {moment}", f"key {key}",
    )  # fmt: skip
    return "\n".join(lines).encode()


def second_statement(first: bytes, signature: bytes) -> bytes:
    """Return the text of a countersignature."""
    return b"countersigned\n" + first + b"\nsignature " + signature.hex().encode()


def _signer(ctx: Context, tenant: uuid.UUID) -> Signer:
    return open_signer(ctx.installation.settings.audit_key_folder, tenant)


def _newest_block(ctx: Context) -> AuditBlock | None:
    return ctx.session.scalars(
        select(AuditBlock)
        .where(AuditBlock.tenant_id == ctx.tenant_id)
        .order_by(AuditBlock.number.desc())
        .limit(1)
    ).one_or_none()


def _newest_checkpoint(ctx: Context) -> AuditCheckpoint | None:
    return ctx.session.scalars(
        select(AuditCheckpoint)
        .where(AuditCheckpoint.tenant_id == ctx.tenant_id)
        .order_by(AuditCheckpoint.block.desc())
        .limit(1)
    ).one_or_none()


def _checkpoints(ctx: Context) -> list[AuditCheckpoint]:
    return list(
        ctx.session.scalars(
            select(AuditCheckpoint)
            .where(
                AuditCheckpoint.tenant_id == ctx.tenant_id,
                AuditCheckpoint.countersignature.is_(None),
            )
            .order_by(AuditCheckpoint.block)
        )
    )


def _count_records(ctx: Context, before: AuditCheckpoint | None) -> int:
    counted = ctx.session.scalar(
        select(func.sum(AuditBlock.count)).where(
            AuditBlock.tenant_id == ctx.tenant_id,
            AuditBlock.number > (before.block if before else 0),
        )
    )
    return int(counted or 0)


def _continues(ctx: Context, checkpoint: AuditCheckpoint) -> bool:
    """Return whether the blocks lead from the checkpoint signed before to this one."""
    before = ctx.session.scalars(
        select(AuditCheckpoint)
        .where(
            AuditCheckpoint.tenant_id == ctx.tenant_id,
            AuditCheckpoint.block < checkpoint.block,
            AuditCheckpoint.countersignature.is_not(None),
        )
        .order_by(AuditCheckpoint.block.desc())
        .limit(1)
    ).one_or_none()
    number, chain = (before.block, before.chain) if before else (0, START)
    blocks = ctx.session.scalars(
        select(AuditBlock)
        .where(
            AuditBlock.tenant_id == ctx.tenant_id,
            AuditBlock.number > number,
            AuditBlock.number <= checkpoint.block,
        )
        .order_by(AuditBlock.number)
    )
    for block in blocks:
        number += 1
        chain = link(ctx.tenant_id, number, block.count, block.root, chain)
    return number == checkpoint.block and chain == checkpoint.chain


def _write(ctx: Context, checkpoint: AuditCheckpoint, above: uuid.UUID, signature: bytes) -> None:
    ctx.session.execute(
        update(AuditCheckpoint)
        .where(
            AuditCheckpoint.tenant_id == ctx.tenant_id,
            AuditCheckpoint.id == checkpoint.id,
            AuditCheckpoint.countersignature.is_(None),
        )
        .values(countersigned_by=above, countersignature=signature)
    )
