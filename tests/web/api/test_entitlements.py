"""Entitlements by API: listed, a month paid once, ended by version."""

from __future__ import annotations

import datetime as dt
import uuid

from core.context import BEIJING
from core.funds.budgets import create_fund
from tests.entitled import entitle
from tests.factories import acting, hire
from tests.web.api.conftest import Place


def test_a_month_is_paid_once_and_what_runs_is_ended(place: Place) -> None:
    city, today = place.tree.city_a, dt.datetime.now(BEIJING).date()
    one, number = entitle(place.installation, city, today)
    finance = hire(place.installation, city, "finance")
    with acting(place.installation, city, finance) as ctx:
        fund = create_fund(ctx, f"租赁补贴{number}", "市级财政", today.year, 100_000)
    cashier = place.sign_in(finance)
    (listed,) = cashier.get("entitlements", household_id=str(one.household_id)).json
    assert (listed["number"], listed["amount"], listed["paid_until"]) == (number, 12345, None)
    month = {"fund_id": str(fund.id), "month": today.replace(day=1).isoformat()}
    first, again = (cashier.post("entitlements/runs", month, key="this-month") for _ in range(2))
    assert (first.status_code, first.json) == (201, again.json)
    assert (first.json["count"], first.json["total"], first.json["no_card"]) == (1, 12345, [])
    assert cashier.post("entitlements/runs", month).json["count"] == 0
    late = cashier.post("entitlements/runs", {**month, "month": "2100-01-01"})
    assert late.status_code == 422
    address = f"entitlements/{one.id}/end"
    approver = place.sign_in(hire(place.installation, city, "approver"))
    reason = {"reason": "已搬走"}
    assert approver.post(address, reason).status_code == 428
    approver.etags["stale"], approver.etags["now"] = '"9"', '"1"'
    assert approver.change("POST", address, reason, of="stale").status_code == 412
    ended = approver.change("POST", address, reason, of="now")
    assert (ended.status_code, ended.json["state"], ended.json["note"]) == (200, "ended", "已搬走")
    unknown = f"entitlements/{uuid.uuid4()}/end"
    assert approver.change("POST", unknown, reason, of="now").status_code == 404
    clerk = place.sign_in(hire(place.installation, city, "clerk"))
    assert clerk.post("entitlements/runs", month).status_code == 403
