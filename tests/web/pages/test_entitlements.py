"""The page of entitlements: the list, the run of a month, ending; each by who may."""

from __future__ import annotations

import datetime as dt

from core.context import BEIJING
from core.funds.budgets import create_fund
from tests.entitled import entitle
from tests.factories import acting, hire
from tests.web.conftest import Site

PAGE = "/city-a/entitlements"


def test_finance_pays_the_month_from_the_page_and_an_approver_ends_it(site: Site) -> None:
    city, today = site.tree.city_a, dt.datetime.now(BEIJING).date()
    one, number = entitle(site.installation, city, today)
    with acting(site.installation, city, hire(site.installation, city, "finance")) as ctx:
        fund = create_fund(ctx, f"租赁补贴{number}", "市级财政", today.year, 100_000)
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


def test_why_a_month_is_not_paid_stands_at_the_form(site: Site) -> None:
    city, today = site.tree.city_a, dt.datetime.now(BEIJING).date()
    _one, number = entitle(site.installation, city, today)
    with acting(site.installation, city, hire(site.installation, city, "finance")) as ctx:
        fund = create_fund(ctx, f"不足的基金{number}", "市级财政", today.year, 100)
    finance = site.person(city, "finance")
    month = today.replace(day=1)
    poor = finance.post(f"{PAGE}/run", PAGE, fund=str(fund.id), month=month.isoformat())
    assert poor.status_code == 422
    assert number in poor.text, "what does not fit is named"
    assert f'value="{fund.id}" selected' in poor.text, "what was chosen stays"
    late = finance.post(
        f"{PAGE}/run", PAGE, fund=str(fund.id), month=month.replace(day=2).isoformat()
    )
    assert late.status_code == 422
    assert "named by its first day" in late.text
    nothing = finance.post(f"{PAGE}/run", PAGE, fund="", month=month.isoformat())
    assert (nothing.status_code, "Nothing was chosen" in nothing.text) == (422, True)
