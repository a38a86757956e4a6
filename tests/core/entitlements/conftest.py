"""The office of Baotou, which gives a rent subsidy or a lease in kind."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from core.applications.models import Application
from core.entitlements.models import Entitlement
from core.federations import NewTenant, add_tenant
from core.funds.models import Payment
from core.households.models import Household
from core.installation import Installation
from core.money import parse_yuan as yuan
from tests.factories import Filed, found_tree
from tests.office import Office

AUTUMN = dt.datetime(2019, 9, 16, 1, tzinfo=dt.UTC)
OCTOBER, NOVEMBER = dt.date(2019, 10, 1), dt.date(2019, 11, 1)
VERIFIED = dt.date(2019, 9, 2)


@pytest.fixture(scope="module")
def staffed_baotou(module_installation: Installation) -> Office:
    """The office of Baotou."""
    tree = found_tree(module_installation)
    for new in (
        NewTenant("neimenggu", "province", "内蒙古总工会", "Inner", "baotou", "150000", "nation"),
        NewTenant("baotou", "city", "包头市总工会", "Baotou", "baotou", "150200", "neimenggu"),
    ):
        add_tenant(module_installation, new)
    own = replace(
        tree, city_a=module_installation.tenant("baotou"),
        province=module_installation.tenant("neimenggu"),
    )  # fmt: skip
    return Office(module_installation, own, AUTUMN)


@pytest.fixture
def baotou(staffed_baotou: Office) -> Office:
    """The office of Baotou on a morning in September 2019, with nothing of other tests running."""
    office = replace(staffed_baotou)
    with office.system() as ctx:
        for one in ctx.session.scalars(select(Entitlement).where(Entitlement.state != "ended")):
            one.state, one.reason = "ended", "by_hand"
    return office


def file_home(office: Office, **values: Any) -> Filed:
    """Return a household of four with no home of its own."""
    return office.file(as_of=dt.date(2019, 1, 1), verified_on=VERIFIED, **values)


def grant_rent(
    office: Office, asked: str = "900", rent: str = "1000", **values: Any
) -> Application:
    """Return an application to the rent subsidy, granted by its whole route."""
    filed = values.pop("household", None) or file_home(office, **values)
    now = office.now
    granted = office.grant(filed, "rent_subsidy", asked, answers={"rent": yuan(rent)})
    office.now = now
    return granted


def entitle(
    office: Office, count: int = 1, amount: str = "100", card: bool = True
) -> list[Entitlement]:
    """Return so many running entitlements, each of its own household, without the way."""
    made = []
    for _ in range(count):
        filed = file_home(office, **({} if card else {"card": ""}))
        with office.system() as ctx:
            household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
            application = Application(
                tenant_id=ctx.tenant_id, household_id=filed.id, number=f"{household.file_number}-M",
                unit_id=household.unit_id, programme="rent_subsidy", programme_version="1.0.0",
                state="granted", version=1, round=1, category="deep", applied_on=ctx.today,
                answers={"rent": yuan("1000")}, asked=yuan(amount), amount=yuan(amount), facts={},
                parameters=b"", assessment={"kind": "monthly"},
                started_by=office.people["clerk"].person_id, started_at=ctx.now,
            )  # fmt: skip
            ctx.session.add(application)
            ctx.session.flush()
            one = Entitlement(
                tenant_id=ctx.tenant_id, application_id=application.id, household_id=filed.id,
                programme="rent_subsidy", amount=yuan(amount), starts_on=OCTOBER,
                recheck_due=dt.date(2020, 9, 16), state="running", reason="", since=VERIFIED,
                granted_at=ctx.now,
            )  # fmt: skip
            ctx.session.add(one)
        made.append(one)
    return made


def now_of(office: Office, one: Entitlement | Application) -> Entitlement:
    """Return an entitlement, or that of an application, as the database has it now."""
    with office.system() as ctx:
        if isinstance(one, Entitlement):
            return ctx.session.get_one(Entitlement, (ctx.tenant_id, one.id))
        return ctx.session.scalars(
            select(Entitlement).where(Entitlement.application_id == one.id)
        ).one()


def paid_for(office: Office, one: Entitlement) -> list[Payment]:
    """Return the payments of an entitlement, the oldest first."""
    with office.system() as ctx:
        return list(
            ctx.session.scalars(
                select(Payment)
                .where(Payment.application_id == one.application_id)
                .order_by(Payment.id)
            )
        )
