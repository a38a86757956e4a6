"""A city of Guangxi, where aid that cannot wait is paid first, and households that need it."""

from __future__ import annotations

import datetime as dt
import uuid

from core.applications.models import Application
from core.federations import NewTenant, add_tenant
from core.households.circumstances import state_circumstances, state_months
from core.households.evidence import add_evidence
from core.households.life.models import Visit
from core.households.life.visits import Seen, record_visit
from core.households.models import Household
from core.installation import Installation
from core.money import parse_yuan as yuan
from core.owed_papers.models import OwedPapers
from core.people import SYSTEM, Actor
from core.policies.figures import month_ends
from core.tenancy import TenantView
from tests.factories import C1, GRASSROOTS, Filed, acting, file_household, hire

PROGRAMME = "case_by_case_relief"
ANSWERS = {"event": "家中失火，无处居住"}
REASON = "房屋烧毁，当晚无处安身"
AMOUNT = 12345
KEPT = [{"name": "event_paper", "text": {"zh": "费用票据和证明", "en": "bills"}, "kind": ""}]
PDF = b"%PDF-1.4\n"
OWED = {"event_paper": "accident_proof", "application_form": "application_form"}
"""What is owed of relief case by case, and of which kind of evidence it may be."""


def found_nanning(installation: Installation) -> TenantView:
    """Found Guangxi with one city below the nation that is there, and return the city."""
    for new in (
        NewTenant("guangxi", "province", "广西总工会", "Guangxi", "guangxi", "450000", "nation"),
        NewTenant("nanning", "city", "南宁市总工会", "Nanning", "guangxi", "450100", "guangxi"),
    ):
        add_tenant(installation, new)
    return installation.tenant("nanning")


def file_burnt(
    installation: Installation,
    city: TenantView,
    now: dt.datetime,
    admitted_by: str | None = None,
) -> Filed:
    """File one person in special hardship who bears 90,000.00, not admitted to help unless told."""
    day = now.date()
    statement = dict.fromkeys(C1, 0) | {"illness": yuan("90000"), "still_difficult": True}
    filed = file_household(
        installation, city, relatives=(), statement=statement, verified_on=day,
        as_of=day.replace(month=1, day=1), admitted_by=admitted_by,
    )  # fmt: skip
    with acting(installation, city, SYSTEM, at=now) as ctx:
        ctx.session.get_one(Household, (ctx.tenant_id, filed.id)).filed_on = day
        told = {"special_hardship": True, "property_fits": True}
        state_circumstances(ctx, filed.id, day.replace(month=1, day=1), told)
        months = [end.replace(day=1) for end in month_ends(day, 3)]
        state_months(ctx, filed.id, dict.fromkeys(months, 0))
    return filed


def gather(
    installation: Installation, city: TenantView, clerk: Actor, filed: Filed,
    visitors: tuple[uuid.UUID, uuid.UUID], now: dt.datetime,
) -> tuple[dict[str, list[uuid.UUID]], uuid.UUID]:  # fmt: skip
    """Bring in all that is owed, and return it with the visit that makes the investigation good."""
    with acting(installation, city, clerk, at=now) as ctx:
        papers = {
            name: [add_evidence(ctx, filed.id, kind=kind, filename="一.pdf", data=PDF).id]
            for name, kind in OWED.items()
        }
        seen = Seen(ctx.today, visitors, "户主", "房屋烧毁，情况属实", "still_difficult")
        visit = record_visit(ctx, filed.id, seen)
    return papers, visit.id


def owe(
    installation: Installation, tenant: TenantView, granted: dt.date, due_on: dt.date,
    *, unit: str = GRASSROOTS, handed_in_on: dt.date | None = None, state: str = "owed",
) -> OwedPapers:  # fmt: skip
    """Return papers owed of 123.45 yuan, or handed in and checked on a day, without the way."""
    filed = file_household(installation, tenant, unit=unit, verified_on=granted)
    people = [hire(installation, tenant, "clerk").person_id for _ in "12"]
    with installation.system(tenant) as ctx:
        household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
        application = Application(
            tenant_id=ctx.tenant_id, household_id=filed.id, number=f"{household.file_number}-U",
            unit_id=household.unit_id, programme=PROGRAMME, programme_version="1.0.0",
            state="granted", version=1, round=1, category="dibao", applied_on=granted, answers={},
            asked=AMOUNT, amount=AMOUNT, facts={}, parameters=b"", started_by=filed.id,
            assessment={"kind": "one_off", "owed": KEPT}, started_at=ctx.now, urgent_reason=REASON,
        )  # fmt: skip
        visit = Visit(
            tenant_id=ctx.tenant_id, household_id=filed.id, visited_on=granted, met="户主",
            first_visitor=people[0], second_visitor=people[1], living="", housing="",
            findings="属实", conclusion="still_difficult", signature="", recorded_by=people[0],
            recorded_at=ctx.now,
        )  # fmt: skip
        ctx.session.add_all((application, visit))
        ctx.session.flush()
        owed = OwedPapers(
            tenant_id=ctx.tenant_id, application_id=application.id, household_id=filed.id,
            state=state, granted_on=granted, due_on=due_on, visit_id=visit.id,
            handed_in_on=handed_in_on, handed_in_by=people[0] if handed_in_on else None,
            checked_on=handed_in_on if state in ("settled", "failed") else None,
            begun_at=ctx.now,
        )  # fmt: skip
        ctx.session.add(owed)
    return owed
