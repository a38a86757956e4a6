"""Rounds as lists show them: how many households wait, have answered, differ, are done."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from core.context import Context
from core.errors import NotFoundError
from core.households.queries import readable_paths
from core.paging import clamp, skip

READ = "verification.read"
STATES = ("requested", "waiting", "answered", "differing", "done")
ROUNDS = """
select v.id, v.year, v.number, v.sources, v.verifies, v.due_on, v.requested_at, v.exported_at,
  count(*), count(*) filter (where r.state = 'requested'),
  count(*) filter (where r.state = 'waiting'), count(*) filter (where r.state = 'answered'),
  count(*) filter (where r.state = 'differing'), count(*) filter (where r.state = 'done')
from verification_rounds v
join verification_requests r on r.tenant_id = v.tenant_id and r.round_id = v.id
join households h on h.tenant_id = r.tenant_id and h.id = r.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where v.tenant_id = %(tenant)s and u.path like any (%(paths)s)
  and (%(id)s::uuid is null or v.id = %(id)s)
group by v.tenant_id, v.id order by v.id desc limit %(size)s
"""
REQUESTS = """
select r.id, h.id, h.file_number, h.head_name, h.head_id_masked, u.full_name, r.state,
  r.changed_at, r.done_on, r.consent_id, count(*) over ()
from verification_requests r
join households h on h.tenant_id = r.tenant_id and h.id = r.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where r.tenant_id = %(tenant)s and r.round_id = %(round)s and u.path like any (%(paths)s)
  and (%(state)s = '' or r.state = %(state)s)
order by h.file_number limit %(size)s offset %(offset)s
"""


@dataclass(frozen=True)
class Round:
    """A round with the number of its households within the actor's units, by state."""

    id: uuid.UUID
    year: int
    number: int
    sources: list[str]
    verifies: bool
    due_on: dt.date
    requested_at: dt.datetime
    exported_at: dt.datetime | None
    households: int
    requested: int
    waiting: int
    answered: int
    differing: int
    done: int

    @property
    def name(self) -> str:
        """The round's number within its year: 2026-3."""
        return f"{self.year}-{self.number}"


@dataclass(frozen=True)
class Request:
    """One household of a round, masked."""

    id: uuid.UUID
    household_id: uuid.UUID
    file_number: str
    head_name: str
    head_id: str
    unit: str
    state: str
    changed_at: dt.datetime
    done_on: dt.date | None
    consent_id: uuid.UUID


def list_rounds(ctx: Context, *, size: int = 50) -> list[Round]:
    """Return the newest rounds that ask about households within the actor's units."""
    return _rounds(ctx, None, clamp(size))


def read_round(ctx: Context, round_id: uuid.UUID) -> Round:
    """Return one round; NotFoundError where it asks about nobody within the actor's units."""
    found = _rounds(ctx, round_id, 1)
    if not found:
        raise NotFoundError
    return found[0]


def list_requests(
    ctx: Context, round_id: uuid.UUID, *, state: str = "", page: int = 1, size: int = 50
) -> tuple[list[Request], int]:
    """Return a page of a round's households within the actor's units, and how many there are."""
    size = clamp(size)
    values = {
        "tenant": ctx.tenant_id, "round": round_id, "paths": readable_paths(ctx, READ),
        "state": state, "size": size, "offset": skip(page, size),
    }  # fmt: skip
    rows = ctx.session.fetch(REQUESTS, values)
    return [Request(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def _rounds(ctx: Context, round_id: uuid.UUID | None, size: int) -> list[Round]:
    values = {"tenant": ctx.tenant_id, "paths": readable_paths(ctx, READ), "id": round_id,
              "size": size}  # fmt: skip
    return [Round(*row) for row in ctx.session.fetch(ROUNDS, values)]
