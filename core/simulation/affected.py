"""The files whose category a simulation changes: masked, and only to those who may read files."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.access import prefixes
from core.context import Context
from core.pii import mask_name
from core.simulation.outcome import Outcome

CHUNK: Final = 5000
FILES: Final = """
select h.id, h.file_number, h.head_name, h.head_id_masked, u.full_name, h.member_count
from households h join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where h.tenant_id = %(tenant)s and h.id = any(%(ids)s) and u.path like any (%(paths)s)
"""


@dataclass(frozen=True)
class Affected:
    """A file that would come into another category; name and number of its head are masked."""

    slug: str
    file_number: str
    head_name: str
    head_id: str
    unit: str
    members: int
    before: str
    after: str


def list_affected(ctx: Context, outcomes: Sequence[Outcome], most: int) -> list[Affected]:
    """Return the affected files the actor may read, at most so many, by federation and file."""
    found: list[Affected] = []
    for outcome in outcomes:
        for affected in _read(ctx, outcome):
            found.append(affected)
            if len(found) == most:
                return found
    return found


def _read(ctx: Context, outcome: Outcome) -> Iterator[Affected]:
    tenant = ctx.installation.tenant(outcome.slug)
    paths = [f"{one}%" for one in prefixes(ctx, "household.read", tenant.id)]
    for raw, before, after in outcome.affected if paths else ():
        ids = [uuid.UUID(bytes=raw[at : at + 16]) for at in range(0, len(raw), 16)]
        for at in range(0, len(ids), CHUNK):
            part = ids[at : at + CHUNK]
            values = {"tenant": tenant.id, "ids": part, "paths": paths}
            rows = {row[0]: row[1:] for row in ctx.session.fetch(FILES, values)}
            moves = zip(part, before[at : at + CHUNK], after[at : at + CHUNK], strict=True)
            for one, was, becomes in moves:
                if one in rows:
                    yield _tell(outcome, rows[one], was, becomes)


def _tell(outcome: Outcome, row: Sequence[object], was: np.uint8, becomes: np.uint8) -> Affected:
    number, name, masked, unit, members = row
    return Affected(
        outcome.slug, str(number), mask_name(str(name)), str(masked), str(unit),
        int(str(members)), outcome.labels[was], outcome.labels[becomes],
    )  # fmt: skip
