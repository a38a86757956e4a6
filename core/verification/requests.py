"""Asking sources about households: rounds of those who agreed, and the lists handed out."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select, text

from core import audit
from core.access import require
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, InvalidError, NotFoundError, _
from core.households.bulk import insert_many
from core.households.codes import RELATIONS
from core.households.listing import Filters, narrow, write_source
from core.households.queries import readable_paths
from core.households.rows import ID_PLACE
from core.paging import clamp, skip
from core.verification.models import VerificationRound
from core.verification.sources import Person, find_source

PERMISSION = "verification.request"
CANDIDATES = """
select h.id, h.file_number, h.head_name, h.head_id_masked, u.full_name, h.member_count,
  (select e.id from evidence e where e.tenant_id = h.tenant_id and e.household_id = h.id
   and e.kind = 'authorisation' order by e.id desc limit 1)
   as consent,
  exists (select from verification_requests r where r.tenant_id = h.tenant_id
   and r.household_id = h.id and r.state <> 'done') as asked
"""
COUNT = """
select count(*), count(*) filter (where consent is not null and not asked),
  count(*) filter (where consent is null), count(*) filter (where asked)
"""
PEOPLE = """
select h.file_number, m.name, m.relation, m.id, m.id_cipher, r.id
from verification_requests r
join households h on h.tenant_id = r.tenant_id and h.id = r.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
join members m on m.tenant_id = h.tenant_id and m.household_id = h.id and not m.departed
where r.tenant_id = %(tenant)s and r.round_id = %(round)s and u.path like any (%(paths)s)
order by h.file_number, m.position
"""
HAND_OUT = """
update verification_requests set state = 'waiting', changed_at = %(now)s
where tenant_id = %(tenant)s and id = any(%(ids)s) and state = 'requested'
returning id
"""
_NUMBERING = text("select pg_advisory_xact_lock(hashtextextended('rounds ' || :tenant, 0))")


@dataclass(frozen=True)
class Candidate:
    """A household in force, its newest kept consent if any, and whether it is asked about now."""

    id: uuid.UUID
    file_number: str
    head_name: str
    head_id: str
    unit: str
    member_count: int
    consent_id: uuid.UUID | None
    is_asked: bool


@dataclass(frozen=True)
class Counted:
    """How many files in force there are: in all, ready to be asked about, without consent, asked
    about already."""

    households: int
    ready: int
    missing: int
    asked: int


def find_candidates(ctx: Context, filters: Filters) -> list[Candidate]:
    """Return the files in force that filters leave, by number, within the actor's units."""
    require(ctx, PERMISSION)
    values = narrow(ctx, replace(filters, state="active"), PERMISSION)
    query = f"{CANDIDATES} {write_source(values)} order by h.file_number"
    return [Candidate(*row) for row in ctx.session.fetch(query, values)]


def count_candidates(ctx: Context, filters: Filters) -> Counted:
    """Count the files in force that filters leave, without reading them."""
    require(ctx, PERMISSION)
    values = narrow(ctx, replace(filters, state="active"), PERMISSION)
    query = f"{COUNT} from ({CANDIDATES} {write_source(values)}) found"
    return Counted(*ctx.session.fetch(query, values)[0])


def list_missing(
    ctx: Context, filters: Filters, *, page: int = 1, size: int = 50
) -> tuple[list[Candidate], int]:
    """Return a page of the files in force that have no signed consent, and how many there are."""
    require(ctx, PERMISSION)
    values = narrow(ctx, replace(filters, state="active"), PERMISSION)
    values |= {"size": clamp(size), "offset": skip(page, clamp(size))}
    query = f"""
        select found.*, count(*) over ()
        from ({CANDIDATES} {write_source(values)}) found where consent is null
        order by file_number limit %(size)s offset %(offset)s"""  # noqa: S608 (constants alone)
    rows = ctx.session.fetch(query, values)
    return [Candidate(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def make_round(
    ctx: Context,
    filters: Filters,
    *,
    sources: Sequence[str],
    due_on: dt.date,
    verifies: bool = True,
) -> VerificationRound:
    """Ask sources about every household that agreed and is not asked about already.

    No household is asked about without a kept consent. InvalidError for no or an unknown source
    or a day that is over, ConflictError where nobody is left to ask about.
    """
    candidates = find_candidates(ctx, filters)
    _check(ctx, sources, due_on)
    asked = [one for one in candidates if one.consent_id and not one.is_asked]
    if not asked:
        raise ConflictError(
            _("No household can be asked about: %(missing)s have no signed consent, "
              "%(waiting)s are asked about already."),
            remedy=_("Print the consents, have them signed, and keep the scans with the files."),
            missing=sum(one.consent_id is None for one in candidates),
            waiting=sum(one.is_asked for one in candidates),
        )  # fmt: skip
    item = VerificationRound(
        tenant_id=ctx.tenant_id, id=new_id(), year=ctx.today.year, number=_next_number(ctx),
        sources=list(sources), verifies=verifies, due_on=due_on, households=len(asked),
        people=sum(one.member_count for one in asked), requested_by=ctx.actor.person_id,
        requested_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(item)
    ctx.session.flush()
    _write_requests(ctx, item, asked)
    audit.record(ctx, "verification.requested", item, after={
        "number": f"{item.year}-{item.number}", "sources": list(sources),
        "households": item.households, "people": item.people, "due_on": due_on.isoformat(),
        "verifies": verifies,
    })  # fmt: skip
    return item


def export_round(
    ctx: Context, round_id: uuid.UUID, source_name: str
) -> tuple[VerificationRound, bytes]:
    """Return the list of people a source is asked about, their ID numbers in clear; audited.

    It holds only households of the actor's units; they wait for their answers from now on.
    """
    item = find_round(ctx, round_id, PERMISSION)
    if source_name not in item.sources:
        raise InvalidError(_("This round does not ask “%(name)s”."), name=source_name)
    source = find_source(source_name)
    paths = readable_paths(ctx, PERMISSION)
    values = {"tenant": ctx.tenant_id, "round": item.id, "paths": paths}
    rows = ctx.session.fetch(PEOPLE, values)
    if not rows:
        raise NotFoundError
    data = source.write_request([_person(ctx, row) for row in rows])
    requests = {row[-1] for row in rows}
    ctx.session.fetch(HAND_OUT, {"tenant": ctx.tenant_id, "now": ctx.now, "ids": list(requests)})
    item.exported_at = ctx.now
    ctx.session.flush()
    after = {"source": source_name, "households": len(requests), "people": len(rows)}
    audit.record(ctx, "verification.exported", item, after=after)
    return item, data


def find_round(
    ctx: Context, round_id: uuid.UUID, permission: str = "verification.read"
) -> VerificationRound:
    """Return a round of the Context's tenant; NotFoundError when there is none."""
    require(ctx, permission)
    item = ctx.session.get(VerificationRound, (ctx.tenant_id, round_id))
    if item is None:
        raise NotFoundError
    return item


def _check(ctx: Context, sources: Sequence[str], due_on: dt.date) -> None:
    if not sources:
        raise InvalidError(_("No source was chosen."), field="sources")
    for name in sources:
        find_source(name)
    if due_on < ctx.today:
        raise InvalidError(_("The day by which answers are due is over."), field="due_on")


def _write_requests(ctx: Context, item: VerificationRound, asked: Sequence[Candidate]) -> None:
    columns: dict[str, Sequence[Any]] = {
        "id": [new_id() for _one in asked],
        "household_id": [one.id for one in asked],
        "consent_id": [one.consent_id for one in asked],
    }
    constants = {"round_id": item.id, "state": "requested", "changed_at": ctx.now}
    insert_many(ctx, "verification_requests", columns, constants)


def _person(ctx: Context, row: tuple[Any, ...]) -> Person:
    file_number, name, relation, member_id, sealed, _request = row
    number = ctx.vault.decrypt(ctx.tenant_id, ID_PLACE, member_id, bytes(sealed))
    return Person(file_number, name, RELATIONS.word(relation), number)


def _next_number(ctx: Context) -> int:
    ctx.session.execute(_NUMBERING, {"tenant": str(ctx.tenant_id)})
    last = ctx.session.scalar(
        select(func.max(VerificationRound.number)).where(
            VerificationRound.tenant_id == ctx.tenant_id, VerificationRound.year == ctx.today.year
        )
    )
    return (last or 0) + 1
