"""The export outside the database: two files a tenant that only ever grow.

`checkpoints.jsonl` holds one signed checkpoint a line, with the blocks since the line before;
`leaves.bin` the leaves of all records in the order of the chain, 32 bytes each. Kept where the
database's administrators cannot write, they pin every sealed record.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from core.audit.checkpoints import second_statement, statement
from core.audit.keys import open_signer
from core.audit.models import AuditBlock, AuditCheckpoint
from core.context import Context
from core.db import driver
from core.errors import ConflictError, _

LEAF_BYTES: Final = 32
TAIL_BYTES: Final = 64 * 1024
_LEAVES = "select leaf from audit_records where tenant_id = %s and block = %s order by position"


@dataclass(frozen=True)
class Sealed:
    """A block as the export names it."""

    number: int
    count: int
    root: bytes


@dataclass(frozen=True)
class Exported:
    """A checkpoint as the export names it, with the blocks since the one before."""

    tenant: uuid.UUID
    block: int
    records: int
    chain: bytes
    signed_at: dt.datetime
    public_key: bytes
    key: str
    signature: bytes
    countersigned_by: uuid.UUID | None
    second_key: bytes
    countersignature: bytes
    blocks: tuple[Sealed, ...]

    @property
    def statement(self) -> bytes:
        """The text the tenant signed."""
        return statement(
            self.tenant, self.block, self.records, self.chain, self.signed_at, self.key
        )

    @property
    def second_statement(self) -> bytes:
        """The text the federation above signed."""
        return second_statement(self.statement, self.signature)


@dataclass(frozen=True)
class Place:
    """The two files of one tenant below the folder of the export."""

    folder: Path

    @property
    def checkpoints(self) -> Path:
        """The signed checkpoints."""
        return self.folder / "checkpoints.jsonl"

    @property
    def leaves(self) -> Path:
        """The leaves of all records."""
        return self.folder / "leaves.bin"

    def read(self) -> list[Exported]:
        """Return the checkpoints; ConflictError names a line that cannot be read.

        A last line without an end was cut off while it was written, and does not count.
        """
        if not self.checkpoints.exists():
            return []
        whole, _newline, _rest = self.checkpoints.read_bytes().rpartition(b"\n")
        return [
            self._parse(number, line) for number, line in enumerate(whole.splitlines(), start=1)
        ]

    def read_last(self) -> tuple[Exported | None, int]:
        """Return the last whole checkpoint and where its line ends, without reading the rest."""
        if not self.checkpoints.exists():
            return None, 0
        with self.checkpoints.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            start, tail = size, b""
            while start and tail.count(b"\n") < 2:
                start = max(0, start - TAIL_BYTES)
                file.seek(start)
                tail = file.read(size - start)
        end = tail.rfind(b"\n") + 1
        if not end:
            return None, 0
        line = tail[: end - 1].rpartition(b"\n")[2]
        return self._parse(-1, line), start + end

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep a second exporter waiting."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "lock").open("wb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _parse(self, number: int, line: bytes) -> Exported:
        try:
            return _from_json(json.loads(line))
        except (ValueError, KeyError, TypeError):
            raise ConflictError(
                _("Line %(number)s of %(file)s is no checkpoint."),
                number=number, file=str(self.checkpoints),
            ) from None  # fmt: skip


class Leaves:
    """The exported leaves, handed out in the order of the chain."""

    def __init__(self, place: Place) -> None:
        self._file = place.leaves.open("rb") if place.leaves.exists() else None

    def take(self, count: int) -> bytes:
        """Return the next leaves, fewer at the end."""
        return self._file.read(count * LEAF_BYTES) if self._file else b""

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()


def place_of(folder: Path, tenant: uuid.UUID) -> Place:
    """Return where a tenant's export lies below a folder."""
    return Place(folder / str(tenant))


def export(ctx: Context) -> int:
    """Append the tenant's checkpoints that are not exported yet; return how many.

    ConflictError when the database is behind its own export: it was rolled back or cut.
    """
    place = place_of(ctx.installation.settings.checkpoints, ctx.tenant_id)
    with place.alone():
        return _export(ctx, place)


def _export(ctx: Context, place: Place) -> int:
    before, end = place.read_last()
    last = before.block if before else 0
    _refuse_cut(ctx, place, last)
    _drop_unfinished(place, end, before.records if before else 0)
    fresh = _newer(ctx, last)
    for checkpoint in fresh:
        blocks = _blocks(ctx, last, checkpoint.block)
        _append_leaves(ctx, place, blocks)
        _append(place.checkpoints, _to_json(ctx, checkpoint, blocks))
        last = checkpoint.block
    return len(fresh)


def _refuse_cut(ctx: Context, place: Place, last: int) -> None:
    if not last:
        return
    found = ctx.session.scalar(
        select(AuditCheckpoint.block).where(
            AuditCheckpoint.tenant_id == ctx.tenant_id, AuditCheckpoint.block == last
        )
    )
    if found is None:
        raise ConflictError(
            _("The audit trail of %(tenant)s ends before block %(block)s, which was exported."),
            remedy=_("Run bangfu audit verify. After restoring a backup, keep the old export "
                     "and name another folder."),
            tenant=ctx.tenant.slug, block=last, folder=str(place.folder),
        )  # fmt: skip


def _drop_unfinished(place: Place, end: int, records: int) -> None:
    """Cut off what a crash left behind the last whole checkpoint."""
    for path, size in ((place.checkpoints, end), (place.leaves, records * LEAF_BYTES)):
        if path.exists() and path.stat().st_size > size:
            os.truncate(path, size)


def _newer(ctx: Context, last: int) -> Sequence[AuditCheckpoint]:
    return ctx.session.scalars(
        select(AuditCheckpoint)
        .where(AuditCheckpoint.tenant_id == ctx.tenant_id, AuditCheckpoint.block > last)
        .order_by(AuditCheckpoint.block)
    ).all()


def _blocks(ctx: Context, after: int, upto: int) -> list[AuditBlock]:
    return list(
        ctx.session.scalars(
            select(AuditBlock)
            .where(
                AuditBlock.tenant_id == ctx.tenant_id,
                AuditBlock.number > after,
                AuditBlock.number <= upto,
            )
            .order_by(AuditBlock.number)
        )
    )


def _append_leaves(ctx: Context, place: Place, blocks: Sequence[AuditBlock]) -> None:
    raw = driver(ctx.session)
    for block in blocks:
        rows = raw.execute(_LEAVES, (ctx.tenant_id, block.number)).fetchall()
        _append(place.leaves, b"".join(bytes(leaf) for (leaf,) in rows))


def _append(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _to_json(ctx: Context, checkpoint: AuditCheckpoint, blocks: Sequence[AuditBlock]) -> bytes:
    folder = ctx.installation.settings.audit_key_folder
    above = checkpoint.countersigned_by
    line = {
        "tenant": str(checkpoint.tenant_id),
        "block": checkpoint.block,
        "records": checkpoint.records,
        "chain": checkpoint.chain.hex(),
        "signed_at": checkpoint.signed_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "key": checkpoint.key_id,
        "public_key": open_signer(folder, checkpoint.tenant_id).public.hex(),
        "signature": checkpoint.signature.hex(),
        "countersigned_by": str(above) if above else None,
        "second_key": open_signer(folder, above).public.hex() if above else "",
        "countersignature": (checkpoint.countersignature or b"").hex(),
        "blocks": [[block.number, block.count, block.root.hex()] for block in blocks],
    }
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def _from_json(line: dict[str, Any]) -> Exported:
    above = line["countersigned_by"]
    return Exported(
        tenant=uuid.UUID(line["tenant"]),
        block=int(line["block"]),
        records=int(line["records"]),
        chain=bytes.fromhex(line["chain"]),
        signed_at=dt.datetime.fromisoformat(line["signed_at"]),
        public_key=bytes.fromhex(line["public_key"]),
        key=str(line["key"]),
        signature=bytes.fromhex(line["signature"]),
        countersigned_by=uuid.UUID(above) if above else None,
        second_key=bytes.fromhex(line["second_key"]),
        countersignature=bytes.fromhex(line["countersignature"]),
        blocks=tuple(
            Sealed(int(number), int(count), bytes.fromhex(root))
            for number, count, root in line["blocks"]
        ),
    )
