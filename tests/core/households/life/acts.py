"""Short ways through the life of a file, each by the right person in a transaction of its own."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Protocol

from sqlalchemy import select

from core.audit.models import AuditRecord
from core.households.circumstances import state_circumstances, state_months
from core.households.life.exits import confirm_exit, propose_closing, review_household
from core.households.life.measures import Referral, refer_measure
from core.households.life.models import ExitReview, FileEvent, Measure, Plan, Verification, Visit
from core.households.life.plans import make_plan
from core.households.life.queries import read_life
from core.households.life.verifications import Verified, record_verification
from core.households.life.visits import Seen, record_visit
from core.households.models import Household, Member
from core.money import parse_yuan as yuan
from tests.office import Office

MONTHS = tuple(dt.date(2023, month, 1) for month in range(2, 8))
"""The six full months before 15 August 2023; the line is 700 yuan, in July 710."""
PEOPLE = 4


class Identified(Protocol):
    """A file as the factory or the service made it."""

    @property
    def id(self) -> uuid.UUID: ...


TODAY = dt.date(2023, 8, 15)


def person(office: Office, who: str) -> uuid.UUID:
    """Return the id of one of the office's people."""
    found = office.people[who].person_id
    assert found
    return found


def stored(office: Office, household: Identified) -> Household:
    """Return the file as it stands in the database now."""
    with office.system() as ctx:
        return ctx.session.get_one(Household, (ctx.tenant_id, household.id))


def members(office: Office, household: Identified) -> list[Member]:
    """Return the people of a file."""
    with office.system() as ctx:
        return list(ctx.session.scalars(
            select(Member).where(Member.household_id == household.id).order_by(Member.position)
        ))  # fmt: skip


def events(office: Office, household: Identified) -> list[FileEvent]:
    """Return the steps a file has taken, oldest first."""
    with office.system() as ctx:
        query = select(FileEvent).where(FileEvent.household_id == household.id)
        return list(ctx.session.scalars(query.order_by(FileEvent.id)))


def life(office: Office, household: Identified, who: str = "clerk") -> dict[str, Any]:
    """Return the life of a file as somebody reads it."""
    with office.acting(who) as ctx:
        return read_life(ctx, household.id).data


def audited(office: Office, object_id: uuid.UUID) -> list[str]:
    """Return what is on record of a thing, oldest first."""
    with office.system() as ctx:
        query = select(AuditRecord.event).where(AuditRecord.object_id == object_id)
        return list(ctx.session.scalars(query.order_by(AuditRecord.id)))


def earn(office: Office, household: Identified, *per_head: str, people: int = PEOPLE) -> None:
    """State what the household earned a head in the six months, in yuan, February first."""
    incomes = {month: yuan(one) * people for month, one in zip(MONTHS, per_head, strict=True)}
    with office.acting("clerk") as ctx:
        state_months(ctx, household.id, incomes)


def circumstances(office: Office, household: Identified, **values: Any) -> None:
    """State circumstances as of today."""
    with office.acting("clerk") as ctx:
        state_circumstances(ctx, household.id, ctx.today, values)


def recovered(office: Office, household: Identified) -> None:
    """Let a household earn enough for six months, its causes gone."""
    earn(office, household, "701", "702", "703", "704", "705", "711")
    circumstances(office, household, causes_removed=True)


def review(office: Office, household: Identified, on: dt.date | None = None) -> ExitReview:
    """Have the clerk review a household by the region's rule."""
    with office.acting("clerk") as ctx:
        return review_household(ctx, household.id, on or ctx.today, "入户核实")


def confirm(office: Office, item: ExitReview, by: str = "reviewer") -> ExitReview:
    """Have somebody confirm an exit."""
    with office.acting(by) as ctx:
        return confirm_exit(ctx, item.id)


def close(office: Office, household: Identified, way: str = "moved_away") -> ExitReview:
    """Close a file for a reason besides the rule's."""
    with office.acting("clerk") as ctx:
        item = propose_closing(ctx, household.id, way, ctx.today, "户口迁往外省")
    return confirm(office, item)


def verify(
    office: Office, household: Identified, on: dt.date | None = None, **values: Any
) -> Verification:
    """Record that clerk and investigator verified a household."""
    people = (person(office, "clerk"), person(office, "investigator"))
    with office.acting("clerk") as ctx:
        version = ctx.session.get_one(Household, (ctx.tenant_id, household.id)).version
        found = Verified(on or ctx.today, values.pop("result", "unchanged"), people, **values)
        return record_verification(ctx, household.id, found, version)


def plan(office: Office, household: Identified, goals: str = "夫妻一方就业") -> Plan:
    """Make a plan for a year."""
    with office.acting("clerk") as ctx:
        return make_plan(ctx, household.id, goals, ctx.today, dt.date(2024, 8, 14))


def refer(office: Office, household: Identified, **values: Any) -> Measure:
    """Refer a household to the department of a measure line."""
    given: dict[str, Any] = {
        "line": "employment", "content": "推荐公益性岗位", "due_on": dt.date(2023, 9, 30),
        "responsible": "宋磊",
    }  # fmt: skip
    with office.acting("clerk") as ctx:
        return refer_measure(ctx, household.id, Referral(**(given | values)))


def visit(office: Office, household: Identified, **values: Any) -> Visit:
    """Record a visit by investigator and clerk."""
    given: dict[str, Any] = {
        "on": TODAY, "met": "户主本人", "findings": "户主透析，无力工作", "living": "饮食简单",
        "visitors": (person(office, "investigator"), person(office, "clerk")),
        "conclusion": "still_difficult",
    }  # fmt: skip
    with office.acting("investigator") as ctx:
        return record_visit(ctx, household.id, Seen(**(given | values)))
