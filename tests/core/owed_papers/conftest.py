"""The office of Nanning, in which aid that cannot wait is paid first."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from core.applications.models import Application
from core.federations import NewTenant, add_tenant
from core.households.circumstances import state_circumstances, state_months
from core.households.evidence import add_evidence
from core.households.life.visits import Seen, record_visit
from core.households.models import Household
from core.installation import Installation
from core.money import parse_yuan as yuan
from core.owed_papers.handing_in import hand_in
from core.owed_papers.models import OwedPapers
from tests.factories import C1, Filed, found_tree
from tests.office import Office

PROGRAMME = "case_by_case_relief"
ANSWERS = {"event": "家中失火，无处居住"}
REASON = "房屋烧毁，当晚无处安身"
MARCH = dt.datetime(2019, 3, 15, 1, tzinfo=dt.UTC)
"""Friday 15 March 2019; ten working days later is Friday the 29th."""
DUE = dt.date(2019, 3, 29)
PDF = b"%PDF-1.4\n"


@pytest.fixture(scope="module")
def nanning(module_installation: Installation) -> Office:
    """The office of a city of Guangxi, with somebody in every role."""
    tree = found_tree(module_installation)
    for new in (
        NewTenant("guangxi", "province", "广西总工会", "Guangxi", "guangxi", "450000", "nation"),
        NewTenant("nanning", "city", "南宁市总工会", "Nanning", "guangxi", "450100", "guangxi"),
    ):
        add_tenant(module_installation, new)
    own = replace(
        tree, city_a=module_installation.tenant("nanning"),
        province=module_installation.tenant("guangxi"),
    )  # fmt: skip
    return Office(module_installation, own, MARCH)


@pytest.fixture
def office(nanning: Office) -> Office:
    """The office on a morning in March 2019."""
    return replace(nanning)


def file_burnt(office: Office, admitted_by: str | None = None, **values: Any) -> Filed:
    """File one person in special hardship who bears 90,000.00, not admitted to help yet."""
    statement = dict.fromkeys(C1, 0) | {"illness": yuan("90000"), "still_difficult": True}
    filed = office.file(
        relatives=(), statement=statement, as_of=dt.date(2019, 1, 1), admitted_by=admitted_by,
        **values,
    )  # fmt: skip
    with office.system() as ctx:
        household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
        household.filed_on, household.verified_on = dt.date(2019, 1, 10), dt.date(2019, 1, 20)
        told = {"special_hardship": True, "property_fits": True}
        state_circumstances(ctx, filed.id, dt.date(2019, 1, 1), told)
        months = [dt.date(2018, month, 1) for month in (10, 11, 12)]
        state_months(ctx, filed.id, dict.fromkeys([*months, dt.date(2019, 1, 1),
                                                  dt.date(2019, 2, 1)], 0))  # fmt: skip
    return filed


def ask(office: Office, filed: Filed, asked: str = "5000", reason: str = REASON) -> Application:
    """Start an application that cannot wait."""
    return office.start(filed, PROGRAMME, asked, answers=ANSWERS, urgent_reason=reason)


def grant_first(office: Office, filed: Filed, asked: str = "5000") -> Application:
    """Bring an application through the urgent route and grant it, as the job does."""
    application = office.submit(ask(office, filed, asked))
    for who in ("investigator", "approver"):
        application = office.decide(who, application)
    office.publish(application)
    return application


def owed_of(office: Office, application: Application) -> OwedPapers:
    """Return what an application owes as the database has it now."""
    with office.system() as ctx:
        query = select(OwedPapers).where(OwedPapers.application_id == application.id)
        return ctx.session.scalars(query).one()


def gather(office: Office, filed: Filed) -> tuple[dict[str, list[uuid.UUID]], uuid.UUID]:
    """Bring in all that is owed, and return it with the visit that makes the investigation good."""
    with office.acting("clerk") as ctx:
        papers = {
            name: [add_evidence(ctx, filed.id, kind=kind, filename="一.pdf", data=PDF).id]
            for name, kind in (
                ("event_paper", "accident_proof"), ("application_form", "application_form"),
            )
        }  # fmt: skip
        visitors = tuple(office.people[one].person_id for one in ("investigator", "second_clerk"))
        seen = Seen(ctx.today, visitors, "户主", "房屋烧毁，情况属实", "still_difficult")
        visit = record_visit(ctx, filed.id, seen)
    return papers, visit.id


def bring(office: Office, filed: Filed, owed: OwedPapers, who: str = "clerk") -> OwedPapers:
    """Gather and hand in all that is owed."""
    papers, visit = gather(office, filed)
    with office.acting(who) as ctx:
        return hand_in(ctx, owed.id, papers, visit, "原件已核对")
