"""One-stop settlement: a workbook of hospital or insurer, thousands of rows, nothing lost."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from core.claims.bills import Bill
from core.claims.decisions import decide_claim, settle_difference
from core.claims.queries import Filters, find_claim, list_claims, read_claim
from core.claims.workbook import COLUMNS
from core.enrolments.workbook import COLUMNS as ENROLLED
from core.enrolments.workbook import SHEET as ROSTER
from core.errors import ConflictError, ForbiddenError, InvalidError
from core.households.export import write_rows
from core.verification import files
from tests.core.claims.city import BENEFIT, FIRST, City, quiet
from tests.core.enrolments.test_enrolments import worker
from tests.factories import id_number

MANY = 2_000


def settled(city: City, amount: int, number: str = "") -> Bill:
    """Return a bill the hospital settled at discharge and is to be paid for."""
    return city.bill(number, settled=amount, payee="hospital", payee_name="")


def claims(city: City, bills: tuple[Bill, ...]) -> list[dict[str, object]]:
    wanted = {bill.bill_number for bill in bills}
    with city.acting("clerk") as ctx:
        return [one for one in list_claims(ctx, size=200) if one["bill_number"] in wanted]


def test_each_row_becomes_a_claim_judged_by_the_rule_and_differences_are_listed(
    city: City,
) -> None:
    bills = (settled(city, BENEFIT), settled(city, BENEFIT - 1), city.bill())
    checked = city.bring(*bills, check=True)
    assert checked.counts == {"rows": 3, "good": 3, "added": 3, "different": 1}
    assert claims(city, bills) == []
    item = city.bring(*bills)
    assert (item.state, item.faults) == ("imported", [])
    assert item.counts["amount"] == 3 * BENEFIT
    found = {one["bill_number"]: one for one in claims(city, bills)}
    same, other, unsettled = (found[bill.bill_number] for bill in bills)
    assert (same["difference"], other["difference"], unsettled["difference"]) == ("", "open", "")
    assert (same["payee"], same["payee_name"]) == ("hospital", bills[0].hospital)
    assert (unsettled["payee"], unsettled["payee_name"]) == ("worker", "王建国")
    with city.acting("reviewer") as ctx:
        listed = list_claims(ctx, Filters(standing="difference"), size=200)
    assert other["id"] in {one["id"] for one in listed}


@pytest.mark.parametrize(("side", "granted"), [("rule", BENEFIT), ("hospital", BENEFIT + 500)])
def test_a_difference_is_settled_with_a_reason_before_anything_is_approved(
    city: City, side: str, granted: int
) -> None:
    bill = settled(city, BENEFIT + 500)
    city.bring(bill)
    ((claim,), why) = claims(city, (bill,)), "医院按新标准结报，已核对"
    with city.acting("clerk") as ctx:
        claim_id = find_claim(ctx, str(claim["number"]))
    with pytest.raises(ConflictError, match="differ"), city.acting("reviewer") as ctx:
        decide_claim(ctx, claim_id, "approve")
    with pytest.raises(ForbiddenError), city.acting("clerk") as ctx:
        settle_difference(ctx, claim_id, side, why)
    with pytest.raises(InvalidError), city.acting("reviewer") as ctx:
        settle_difference(ctx, claim_id, side, " ")
    with city.acting("reviewer") as ctx:
        settle_difference(ctx, claim_id, side, why)
    city.decide("approver", claim_id)
    with city.acting("finance") as ctx:
        shown = read_claim(ctx, claim_id)
    assert (shown["granted"], shown["difference"], shown["state"]) == (granted, side, "approved")
    assert shown["payment"]["state"] == "reserved"


def test_a_workbook_names_every_fault_and_the_good_rows_go_in(city: City) -> None:
    good, twice = city.bill(), city.bill()
    bills = (
        good,
        twice,
        twice._replace(illness="另一行"),
        city.bill(total=1),
        city.bill(id_number=id_number(888_888)),
        city.bill(admitted_on=dt.date(2018, 1, 2), discharged_on=dt.date(2018, 1, 20)),
        city.bill(discharged_on=dt.date(2018, 7, 2)),
    )
    item = city.bring(*bills)
    assert [(one["row"], one["column"], one["code"]) for one in item.faults] == [
        (8, "出院日期", "date_future"),
        (4, "结算单号", "bill_twice"),
        (5, "医疗总费用", "amounts_do_not_add_up"),
        (6, "身份证号", "not_enrolled"),
        (7, "入院日期", "waiting"),
    ]
    assert item.counts["added"] == 2
    again = city.bring(good)
    assert [one["code"] for one in again.faults] == ["bill_claimed"]
    assert again.state == "refused"


def test_a_second_bill_of_a_workbook_knows_of_the_first(city: City) -> None:
    number = city.enrol()
    big = {"total": 11_000_000, "in_policy": 10_000_000, "listed_illness": True}
    bills = tuple(city.bill(number, **big) for _ in range(2))
    city.bring(*bills)
    benefits = [one["benefit"] for one in reversed(claims(city, bills))]
    assert benefits == [2_524_000, 3_000_000 - 2_524_000]


def test_a_file_that_lacks_a_column_says_which(city: City) -> None:
    data = write_rows("表", COLUMNS[:7], [city.bill()._asdict()])
    with city.acting("clerk") as ctx:
        item = files.preview_file(ctx, files.CLAIMS, str(city.period.id), data)
    assert item.faults[0]["code"] == "column_missing"


def test_thousands_of_rows_come_in_within_seconds(city: City) -> None:
    numbers = [id_number(400_000 + serial) for serial in range(MANY)]
    rows = (worker(1, id_number=number, enrolled_on=FIRST) for number in numbers)
    with city.acting("clerk") as ctx:
        roster = write_rows(ROSTER, ENROLLED, rows)
        source = str(city.period.id)
        item = files.take_file(ctx, files.ENROLMENTS, source, "名册.xlsx", roster)
        assert files.run_file(ctx, item.id, quiet).counts["added"] == MANY
    bills = [settled(city, BENEFIT, number) for number in numbers]
    begins = time.monotonic()
    item = city.bring(*bills)
    took = time.monotonic() - begins
    assert item.counts["added"] == MANY
    assert took < 10, f"{MANY} rows took {took:.1f} s"
