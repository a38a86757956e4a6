"""The page of entitlements: the list, the run of a month, ending; each by who may."""

from __future__ import annotations

import datetime as dt

from core.applications.models import Application
from core.context import BEIJING
from core.entitlements.models import Entitlement
from core.funds.budgets import create_fund
from core.households.models import Household
from tests.factories import acting, file_household, hire
from tests.web.conftest import Site

PAGE = "/city-a/entitlements"


def test_finance_pays_the_month_from_the_page_and_an_approver_ends_it(site: Site) -> None:
    city, today = site.tree.city_a, dt.datetime.now(BEIJING).date()
    filed = file_household(site.installation, city, verified_on=today)
    with site.installation.system(city) as ctx:
        household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
        application = Application(
            tenant_id=ctx.tenant_id, household_id=filed.id, number=f"{household.file_number}-M",
            unit_id=household.unit_id, programme="living_aid", programme_version="1.0.0",
            state="granted", version=1, round=1, category="deep", applied_on=today, answers={},
            asked=12345, amount=12345, facts={}, parameters=b"", assessment={"kind": "monthly"},
            started_by=filed.id, started_at=ctx.now,
        )  # fmt: skip
        ctx.session.add(application)
        ctx.session.flush()
        one = Entitlement(
            tenant_id=ctx.tenant_id, application_id=application.id, household_id=filed.id,
            programme="living_aid", amount=12345, starts_on=today.replace(day=1), state="running",
            since=today, granted_at=ctx.now,
        )  # fmt: skip
        ctx.session.add(one)
    with acting(site.installation, city, hire(site.installation, city, "finance")) as ctx:
        fund = create_fund(ctx, f"租赁补贴{filed.id}", "市级财政", today.year, 100_000)
    finance, approver = site.person(city, "finance"), site.person(city, "approver")
    assert "123.45" in finance.read(PAGE)
    month = today.replace(day=1).isoformat()
    paid = finance.post(f"{PAGE}/run", PAGE, fund=str(fund.id), month=month)
    assert paid.status_code == 303
    assert "1 payments of 123.45 yuan" in finance.read(PAGE)
    assert f"{PAGE}/{one.id}/end" not in finance.read(PAGE)
    approver.post(f"{PAGE}/{one.id}/end", PAGE, reason="已搬走")
    assert "已搬走" in approver.read(f"{PAGE}?state=ended")
    assert finance.get(f"{PAGE}/excel").status_code == 200
