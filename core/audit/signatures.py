"""Checking signed checkpoints: those of the export, and those in the database."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence

from core.audit.checkpoints import state, state_again
from core.audit.export import Exported
from core.audit.findings import Finding
from core.audit.keys import is_signed, name_key
from core.audit.merkle import START, link
from core.audit.models import AuditCheckpoint

Keys = Mapping[uuid.UUID, Mapping[str, bytes]]
"""Public keys by tenant and key id. Of a tenant that is not in it, every key is taken."""


def check_exported(
    lines: Sequence[Exported], tenant: uuid.UUID, above: uuid.UUID | None, trusted: Keys
) -> Iterator[Finding]:
    """Yield what is wrong with exported checkpoints: chain, counts, signatures, keys."""
    number, records, chain = 0, 0, START
    for line in lines:
        for block in line.blocks:
            number += 1
            records += block.count
            chain = link(tenant, block.number, block.count, block.root, chain)
        fits = (line.tenant, line.block, line.records, line.chain) == (
            tenant, number, records, chain,
        )  # fmt: skip
        if not fits or [one.number for one in line.blocks] != _numbers(line, number):
            yield Finding("checkpoint", line.block)
            number, records, chain = line.block, line.records, line.chain
        yield from _check_line(line, above, trusted)


def _numbers(line: Exported, last: int) -> list[int]:
    return list(range(last - len(line.blocks) + 1, last + 1))


def _check_line(line: Exported, above: uuid.UUID | None, trusted: Keys) -> Iterator[Finding]:
    if not _is_trusted(trusted, line.tenant, line.public_key):
        yield Finding("key", line.block, key=name_key(line.public_key))
    if not is_signed(line.public_key, line.statement, line.signature):
        yield Finding("signature", line.block)
    if not line.countersignature:
        return
    second = line.countersigned_by
    if second != above or above is None or not _is_trusted(trusted, above, line.second_key):
        yield Finding("key", line.block, key=name_key(line.second_key))
    if not is_signed(line.second_key, line.second_statement, line.countersignature):
        yield Finding("signature", line.block)


def _is_trusted(trusted: Keys, tenant: uuid.UUID, public: bytes) -> bool:
    known = trusted.get(tenant)
    return not known or known.get(name_key(public)) == public


def check_stored(
    stored: Sequence[AuditCheckpoint],
    chains: Mapping[int, bytes],
    lines: Sequence[Exported],
    trusted: Keys,
) -> Iterator[Finding]:
    """Yield what is wrong with the checkpoints in the database, against blocks and export."""
    keys = {name_key(line.public_key): line.public_key for line in lines}
    seconds = {line.countersigned_by: line.second_key for line in lines if line.second_key}
    by_block = {checkpoint.block: checkpoint for checkpoint in stored}
    for checkpoint in stored:
        if chains.get(checkpoint.block) != checkpoint.chain:
            yield Finding("checkpoint", checkpoint.block)
        public = {**keys, **trusted.get(checkpoint.tenant_id, {})}.get(checkpoint.key_id)
        if public is None:
            yield Finding("key", checkpoint.block, key=checkpoint.key_id)
        elif not is_signed(public, state(checkpoint), checkpoint.signature):
            yield Finding("signature", checkpoint.block)
        yield from _check_second(checkpoint, seconds, trusted)
    for line in lines:
        kept = by_block.get(line.block)
        if kept is None:
            yield Finding("checkpoint_missing", line.block)
        elif (kept.chain, kept.signature) != (line.chain, line.signature):
            yield Finding("checkpoint", line.block)


def _check_second(
    checkpoint: AuditCheckpoint, seconds: Mapping[uuid.UUID | None, bytes], trusted: Keys
) -> Iterator[Finding]:
    above, signature = checkpoint.countersigned_by, checkpoint.countersignature
    if signature is None or above is None:
        return
    candidates = [*trusted.get(above, {}).values(), *filter(None, [seconds.get(above)])]
    if not any(is_signed(public, state_again(checkpoint), signature) for public in candidates):
        yield Finding("signature", checkpoint.block)
