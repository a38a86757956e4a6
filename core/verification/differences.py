"""Differences as tasks of case workers: listed with who and by when, taken, decided."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core import audit
from core.access import Subject, require
from core.context import Context
from core.errors import ConflictError, InvalidError, NotFoundError, _
from core.households.lookup import find_household
from core.households.models import Evidence, Household, Statement
from core.households.queries import readable_paths
from core.paging import clamp, skip
from core.people import Person
from core.verification.corrections import correct
from core.verification.models import Difference
from core.verification.settling import UNDECIDED, settle

READ, DECIDE, UPHOLD = "verification.read", "verification.decide", "verification.uphold"
OUTCOMES = ("declared", "answer", "visit")
STATES = ("open", "visit", "declared", "answer", "superseded")
LIST = """
select d.id, d.household_id, h.file_number, h.head_name, u.full_name, d.kind, d.declared, d.told,
  d.state, d.due_on, d.assigned_to, p.name, d.reason, d.decided_at, q.name, a.source,
  a.answered_on, a.name_masked, a.id_masked, d.evidence_id, e.filename, count(*) over ()
from verification_differences d
join households h on h.tenant_id = d.tenant_id and h.id = d.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
join verification_answers a on a.tenant_id = d.tenant_id and a.id = d.answer_id
left join people p on p.tenant_id = d.tenant_id and p.id = d.assigned_to
left join people q on q.tenant_id = d.tenant_id and q.id = d.decided_by
left join evidence e on e.tenant_id = d.tenant_id and e.id = d.evidence_id
where d.tenant_id = %(tenant)s and u.path like any (%(paths)s) and u.path like %(unit)s
  and d.state = any(%(states)s) and (%(kind)s = '' or d.kind = %(kind)s)
  and (%(household)s::uuid is null or d.household_id = %(household)s)
  and (%(id)s::uuid is null or d.id = %(id)s)
  and (%(mine)s::uuid is null or d.assigned_to = %(mine)s)
  and (not %(overdue)s or d.due_on < %(today)s and d.state in ('open', 'visit'))
order by d.state not in ('open', 'visit'), d.due_on, h.file_number, d.kind
limit %(size)s offset %(offset)s
"""


@dataclass(frozen=True)
class Filters:
    """What a list of differences is narrowed to; an empty filter narrows nothing.

    Where `state` is empty, those still to be decided are shown. `mine` keeps what the actor took.
    """

    state: str = ""
    kind: str = ""
    unit: str = ""
    household: uuid.UUID | None = None
    mine: bool = False
    overdue: bool = False


@dataclass(frozen=True)
class Listed:
    """A difference as a list shows it, with its file, its answer and who has it."""

    id: uuid.UUID
    household_id: uuid.UUID
    file_number: str
    head_name: str
    unit: str
    kind: str
    declared: str
    told: str
    state: str
    due_on: dt.date
    assigned_to: uuid.UUID | None
    assignee: str | None
    reason: str
    decided_at: dt.datetime | None
    decider: str | None
    source: str
    answered_on: dt.date
    person_name: str
    person_id: str
    evidence_id: uuid.UUID | None
    evidence: str | None


def list_differences(
    ctx: Context, filters: Filters, *, page: int = 1, size: int = 50
) -> tuple[list[Listed], int]:
    """Return a page of the differences within the actor's units, the first due first; and how
    many fit."""
    values = _values(ctx, filters) | {"size": clamp(size), "offset": skip(page, clamp(size))}
    rows = ctx.session.fetch(LIST, values)
    return [Listed(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def read_difference(ctx: Context, difference_id: uuid.UUID) -> Listed:
    """Return one difference; NotFoundError where there is none within the actor's units."""
    values = _values(ctx, Filters()) | {"size": 1, "offset": 0, "id": difference_id}
    rows = ctx.session.fetch(LIST, values | {"states": list(STATES)})
    if not rows:
        raise NotFoundError
    return Listed(*rows[0][:-1])


def decide_difference(
    ctx: Context,
    difference_id: uuid.UUID,
    outcome: str,
    reason: str,
    evidence_id: uuid.UUID | None = None,
) -> Difference:
    """Decide a difference: the declaration is right, the answer is right, or a visit is needed.

    That the declaration is right needs a reason and a paper kept with the file, and is not found
    by whoever declared it. Where the answer is right the file is corrected and judged again.
    """
    difference, household = _find(ctx, difference_id, DECIDE)
    _check(outcome, reason, difference)
    if outcome == "declared":
        _uphold(ctx, household, evidence_id)
    if evidence_id is not None:
        _check_paper(ctx, household, evidence_id)
    before = {"state": difference.state}
    difference.state, difference.reason = outcome, reason.strip()
    difference.decided_by, difference.decided_at = ctx.actor.person_id, ctx.now
    difference.evidence_id = evidence_id or difference.evidence_id
    ctx.session.flush()
    audit.record(
        ctx, f"difference.{outcome}", difference, before=before, reason=reason.strip(),
        after={"state": outcome, "evidence_id": str(difference.evidence_id or "")},
    )  # fmt: skip
    if outcome == "answer":
        correct(ctx, household, difference)
    settle(ctx, [household.id])
    return difference


def assign_difference(
    ctx: Context, difference_id: uuid.UUID, person_id: uuid.UUID | None
) -> Difference:
    """Give a difference to somebody of the tenant, or to nobody; NotFoundError for a stranger."""
    difference, _household = _find(ctx, difference_id, DECIDE)
    if difference.state not in UNDECIDED:
        raise ConflictError(_("This difference was decided already."))
    if person_id is not None:
        person = ctx.session.get(Person, (ctx.tenant_id, person_id))
        if person is None or not person.active:
            raise NotFoundError
    before = {"assigned_to": str(difference.assigned_to or "")}
    difference.assigned_to = person_id
    ctx.session.flush()
    audit.record(ctx, "difference.assigned", difference, before=before,
                 after={"assigned_to": str(person_id or "")})  # fmt: skip
    return difference


def compare_again(ctx: Context, household_id: uuid.UUID) -> None:
    """Compare a file anew after it was changed: a difference that is gone needs no decision."""
    household = find_household(ctx, household_id, DECIDE, lock=True)
    settle(ctx, [household.id])


def _values(ctx: Context, filters: Filters) -> dict[str, Any]:
    return {
        "tenant": ctx.tenant_id, "paths": readable_paths(ctx, READ), "unit": f"{filters.unit}%",
        "states": [filters.state] if filters.state else list(UNDECIDED), "kind": filters.kind,
        "household": filters.household, "id": None, "overdue": filters.overdue,
        "mine": ctx.actor.person_id if filters.mine else None, "today": ctx.today,
    }  # fmt: skip


def _find(ctx: Context, difference_id: uuid.UUID, permission: str) -> tuple[Difference, Household]:
    """Return a difference with its file; the file is locked first, as everywhere."""
    found = ctx.session.get(Difference, (ctx.tenant_id, difference_id))
    if found is None:
        raise NotFoundError
    household = find_household(ctx, found.household_id, permission, lock=True)
    ctx.session.refresh(found, with_for_update=True)
    return found, household


def _check(outcome: str, reason: str, difference: Difference) -> None:
    if outcome not in OUTCOMES:
        raise InvalidError(
            _("“%(outcome)s” is no way to decide a difference."),
            remedy=_("Choose one of: %(known)s."), field="outcome", outcome=outcome,
            known=", ".join(OUTCOMES),
        )  # fmt: skip
    if difference.state not in UNDECIDED:
        raise ConflictError(_("This difference was decided already."))
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")


def _uphold(ctx: Context, household: Household, evidence_id: uuid.UUID | None) -> None:
    unit = household.unit_id
    path = ctx.session.fetch(
        "select path from units where tenant_id = %(tenant)s and id = %(unit)s",
        {"tenant": ctx.tenant_id, "unit": unit},
    )[0][0]
    declared_by = ctx.session.scalar(
        select(Statement.declared_by)
        .where(Statement.tenant_id == ctx.tenant_id, Statement.household_id == household.id)
        .order_by(Statement.as_of.desc())
        .limit(1)
    )
    parties = frozenset(one for one in (household.filed_by, declared_by) if one)
    require(ctx, UPHOLD, Subject(ctx.tenant_id, path, parties=parties))
    if evidence_id is None:
        raise InvalidError(
            _("That the declaration is right needs a paper that shows it."),
            remedy=_("Keep the paper with the file and choose it here."),
            field="evidence",
        )


def _check_paper(ctx: Context, household: Household, evidence_id: uuid.UUID) -> None:
    paper = ctx.session.get(Evidence, (ctx.tenant_id, evidence_id))
    if paper is None or paper.household_id != household.id:
        raise NotFoundError
