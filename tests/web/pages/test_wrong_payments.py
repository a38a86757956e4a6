"""Wrong payments on the pages: recorded at the payment, confirmed by a colleague, listed."""

from __future__ import annotations

import io
import re
import uuid

import openpyxl
import pytest

from core.applications.models import Application
from core.funds.models import Payment
from tests.core.wrong_payments.conftest import pay_one
from tests.factories import ELSEWHERE, Filed
from tests.office import Office
from tests.web.conftest import Site, Visitor
from tests.web.reading import cells

LIST = "/city-a/wrong-payments"
FIELDS = {"kind": "unreported_change", "amount": "80.50", "found_on": "2023-07-03",
          "found_by": "市审计局", "reason": "再就业未申报"}  # fmt: skip

ASSESSED = {"eligible": True, "minimum": 10_000, "maximum": 10_000, "reasons": [], "steps": [],
            "judgement": {"steps": []}}  # fmt: skip


@pytest.fixture(scope="module")
def office(site: Site) -> Office:
    return Office(site.installation, site.tree)


@pytest.fixture(scope="module")
def finance(site: Site) -> Visitor:
    return site.person(site.tree.city_a, "finance")


@pytest.fixture(scope="module")
def approver(site: Site) -> Visitor:
    return site.person(site.tree.city_a, "approver")


def paid(office: Office, household: Filed | None = None) -> tuple[uuid.UUID, str, str]:
    """Pay 100 yuan; return the payment's id, its number and the page of its application."""
    payment_id = pay_one(office, "100", household)
    with office.system() as ctx:
        payment = ctx.session.get_one(Payment, (ctx.tenant_id, payment_id))
        application = ctx.session.get_one(Application, (ctx.tenant_id, payment.application_id))
        application.assessment = ASSESSED
        return payment_id, payment.number, f"/city-a/applications/{payment.application_id}"


def record(finance: Visitor, payment: uuid.UUID, page: str, **fields: str) -> int:
    address = f"{LIST}/payments/{payment}"
    return finance.post(address, page, **(FIELDS | fields)).status_code


def press(visitor: Visitor, page: str, what: str, **fields: str) -> int:
    action = re.search(rf'action="({LIST}/[^"/]+/{what})"', visitor.read(page))
    assert action, what
    return visitor.post(action[1], page, **fields).status_code


def row(visitor: Visitor, number: str) -> list[str]:
    (found,) = [one for one in cells(visitor.read(LIST)) if one[0] == number]
    return found


def test_recorded_confirmed_and_recovered_where_the_payment_is_shown(
    office: Office, finance: Visitor, approver: Visitor
) -> None:
    payment, number, page = paid(office)
    assert "This payment was wrong" in finance.read(page)
    assert "This payment was wrong" not in approver.read(page)
    assert record(finance, payment, page) == 303
    own = finance.read(page)
    assert "A colleague must confirm this record." in own
    assert "/confirm" not in own
    assert "This payment was wrong" not in own
    assert press(approver, page, "confirm") == 303
    assert row(finance, number)[2:6] == [
        "Change of circumstances not reported", "80.50", "0.00", "Nothing came back",
    ]  # fmt: skip
    entry = {"way": "in", "recovered": "80.50", "day": "2023-07-10", "note": "回单1号"}
    assert press(finance, page, "recoveries", **entry) == 303
    assert row(finance, number)[4:6] == ["80.50", "Recovered"]
    entry |= {"way": "back", "recovered": "0.50"}
    assert press(finance, page, "recoveries", **entry) == 303
    assert row(finance, number)[4:6] == ["80.00", "Partly recovered"]
    history = approver.read(page)
    assert "回单1号" in history
    assert "-0.50" in history
    for told in ("Wrong payment recorded", "Wrong payment confirmed", "came back"):
        assert told in history.partition('id="history"')[2]


def test_put_aside_with_a_reason_and_open_to_be_recorded_again(
    office: Office, finance: Visitor, approver: Visitor
) -> None:
    payment, number, page = paid(office)
    assert record(finance, payment, page) == 303
    assert press(approver, page, "refuse", reason="") == 422
    assert press(approver, page, "refuse", reason="已申报") == 303
    assert row(finance, number)[5] == "No wrong payment"
    assert "已申报" in finance.read(page)
    assert record(finance, payment, page) == 303


@pytest.mark.parametrize(
    "fields",
    [{"amount": "100.01"}, {"amount": "x"}, {"found_on": ""}, {"found_on": "2023-06-29"},
     {"found_by": ""}, {"kind": "theft"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(
    office: Office, finance: Visitor, fields: dict[str, str]
) -> None:
    payment, number, page = paid(office)
    assert record(finance, payment, page, **fields) == 422
    assert number not in [one[0] for one in cells(finance.read(LIST))]


def test_the_household_s_page_shows_it(office: Office, finance: Visitor, site: Site) -> None:
    file = office.file(name="周明")
    payment, _number, page = paid(office, file)
    clerk = site.person(office.city, "clerk")
    assert "Wrong payments</h2>" not in clerk.read(f"/city-a/households/{file.id}")
    assert record(finance, payment, page) == 303
    shown = clerk.read(f"/city-a/households/{file.id}")
    assert "再就业未申报" in shown
    assert "Confirm the wrong payment" not in shown


def test_the_list_is_narrowed_and_taken_out_as_excel(
    office: Office, finance: Visitor, approver: Visitor
) -> None:
    payment, number, page = paid(office, office.file(unit=ELSEWHERE))
    assert record(finance, payment, page) == 303
    county = re.search(r'<option value="([^"]+)">钟山区总工会<', finance.read(LIST))
    assert county
    query = f"unit={county[1]}&standing=outstanding&year=2023"
    assert [one[0] for one in cells(finance.read(f"{LIST}?{query}"))] == [number]
    assert cells(finance.read(f"{LIST}?{query.replace('2023', '2022')}")) == []
    data = finance.get(f"{LIST}/excel?{query}").data
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    (head, only) = sheet.iter_rows(values_only=True)
    told = dict(zip(head, only, strict=True))
    assert (told["Payment"], told["Paid wrongly (yuan)"]) == (number, 80.5)
    assert told["Recorded by"] == (finance.actor and finance.actor.name)


def test_roles_and_neighbours(office: Office, finance: Visitor, site: Site) -> None:
    payment, _number, page = paid(office)
    clerk = site.person(office.city, "clerk")
    assert record(clerk, payment, page) == 403
    neighbour = site.person(office.tree.city_b, "finance")
    assert neighbour.get(LIST).status_code == 404
    elsewhere = f"/city-b/wrong-payments/payments/{payment}"
    assert neighbour.post(elsewhere, "/city-b/funds", **FIELDS).status_code == 404
    province = site.person(office.tree.province, "supervisor")
    assert province.get(LIST).status_code == 200
    assert "This payment was wrong" not in province.read(page)
