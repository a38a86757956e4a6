"""G5 in the report: counted from real rows, by county, found beyond the tolerance to the case."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from core.context import Context
from core.db import new_id
from core.installation import Installation
from core.supervision.figures import share, yuan
from core.supervision.wrong_payments import find_wrong_payments
from core.tenancy import TenantView
from core.wrong_payments.models import Recovery, WrongPayment
from core.wrong_payments.service import (
    Found,
    add_recovery,
    confirm_wrong_payment,
    record_wrong_payment,
)
from tests.core.supervision.guangxi import (
    CHENGZHONG,
    NOW,
    QINGXIU,
    XINGNING,
    Region,
    count,
    findings_of,
    found_region,
    report,
)
from tests.core.supervision.records import count as count_office
from tests.core.wrong_payments.conftest import pay_one
from tests.factories import file_household, found_tree
from tests.office import Office
from worker.pdf.wording import Wording

WRONG = "%(county)s: %(wrong)s of"
COPY_HOUSEHOLDS = """
insert into households select (jsonb_populate_record(null::households, to_jsonb(h)
  || jsonb_build_object('id', gen_random_uuid(), 'file_number', h.file_number || '-' || n))).*
from households h, generate_series(2, %(count)s) n where h.id = %(id)s
"""
PAY_ALL = """
with fund as (
  insert into funds (tenant_id, id, number, name, source, year, programmes, budget, reserved, paid,
    created_at)
  values (%(tenant)s, %(fund)s, %(number)s, %(name)s, '财政', 2019, '{}', 1000000000, 0, 0, now())
), asked as (
  insert into applications (tenant_id, id, version, number, household_id, unit_id, programme,
    programme_version, state, round, category, applied_on, answers, asked, amount, facts,
    parameters, assessment, started_by, started_at)
  select h.tenant_id, gen_random_uuid(), 1, h.file_number || %(day)s, h.id, h.unit_id,
    'case_by_case_relief', '1', 'paid', 1, 'dibao', %(day)s::date, '{}', 10000, 10000, '{}', '',
    '{}', %(fund)s, now()
  from households h join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
  where h.tenant_id = %(tenant)s and u.full_name = %(unit)s
  returning id, household_id, number
)
insert into payments (tenant_id, id, application_id, household_id, fund_id, number, state, amount,
  payee_name, bank_name, card_masked, reserved_at, paid_on)
select %(tenant)s, gen_random_uuid(), id, household_id, %(fund)s, number, 'paid', 10000, '某', '行',
  '****', now(), %(day)s::date
from asked
"""


@pytest.fixture(scope="module")
def region(module_installation: Installation) -> Region:
    """Qingxiu with 1,000 households paid in 2019, Xingning with 50, Chengzhong with 49."""
    found = found_region(module_installation)
    for tenant, unit, cases in (
        (found.nanning, QINGXIU, 1000), (found.nanning, XINGNING, 50),
        (found.liuzhou, CHENGZHONG, 49),
    ):  # fmt: skip
        file = file_household(module_installation, tenant, unit=unit, relatives=())
        with module_installation.system(tenant) as ctx:
            run(ctx, COPY_HOUSEHOLDS, id=file.id, count=cases)
        pay_all(found, tenant, unit, "2019-03-01")
    return found


def run(ctx: Context, statement: str, **values: Any) -> None:
    ctx.session.connection().exec_driver_sql(statement, values)


def pay_all(region: Region, tenant: TenantView, unit: str, day: str) -> None:
    """Pay 100 yuan to every household of a union."""
    with region.installation.system(tenant) as ctx:
        run(ctx, PAY_ALL, tenant=tenant.id, unit=unit, day=day, fund=uuid.uuid4(),
            number=uuid.uuid4().int % 10**6, name=uuid.uuid4().hex)  # fmt: skip


def make_wrong(
    region: Region, tenant: TenantView, unit: str, cases: int, *, recovered: int,
    state: str = "confirmed", back: int = 10_000,
) -> None:  # fmt: skip
    """Let so many of a union's payments be wrong, `back` fen of some of them back."""
    query = """
    select p.id, p.household_id from payments p
    join households h on h.tenant_id = p.tenant_id and h.id = p.household_id
    join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
    where p.tenant_id = %(tenant)s and u.full_name = %(unit)s and not exists (
      select from wrong_payments w where w.tenant_id = p.tenant_id and w.payment_id = p.id)
    limit %(cases)s
    """
    with region.installation.system(tenant) as ctx:
        asked = {"tenant": tenant.id, "unit": unit, "cases": cases}
        for place, (payment, household) in enumerate(ctx.session.fetch(query, asked)):
            wrong = WrongPayment(
                tenant_id=tenant.id, id=new_id(), payment_id=payment, household_id=household,
                kind="other", reason="错发", found_on=NOW.date(), found_by="审计", amount=10_000,
                state=state, recorded_by=uuid.uuid4(), recorded_at=NOW,
            )  # fmt: skip
            ctx.session.add(wrong)
            ctx.session.flush()
            if place < recovered:
                ctx.session.add(Recovery(
                    tenant_id=tenant.id, id=new_id(), wrong_payment_id=wrong.id,
                    on_date=NOW.date(), amount=back, note="回单", recorded_by=uuid.uuid4(),
                    recorded_at=NOW,
                ))  # fmt: skip


def findings(region: Region, subject: TenantView) -> list[dict[str, Any]]:
    return findings_of(report(region, subject), WRONG)


def test_g5_step_by_step(region: Region) -> None:
    """Twenty of a thousand all recovered are inside; one more, or one not recovered, is not."""
    nanning = region.nanning
    make_wrong(region, nanning, QINGXIU, 20, recovered=20)
    assert findings(region, nanning) == []
    row = next(
        row for row in report(region, nanning)["tables"]["wrong_payments"]["rows"]
        if row[0] == "青秀区总工会"
    )  # fmt: skip
    assert row[1:] == [
        1000, 20, 20, share(20, 1000), 20, yuan(200_000), yuan(200_000),
    ]  # fmt: skip
    make_wrong(region, nanning, QINGXIU, 1, recovered=0, state="proposed")
    assert findings(region, nanning) == []  # What nobody has confirmed does not count.
    make_wrong(region, nanning, QINGXIU, 1, recovered=1)
    (found,) = findings(region, nanning)
    assert (found["county"], found["wrong"], found["most"]) == ("青秀区总工会", 21, 20)
    assert (found["percent"], found["outstanding"], found["amount"]) == (2, 0, yuan(0))
    assert found["section"]["zh"].startswith("六（五）")


def test_one_fen_that_did_not_come_back_is_a_finding(region: Region) -> None:
    make_wrong(region, region.nanning, XINGNING, 1, recovered=1, back=9_999)
    found = next(one for one in findings(region, region.nanning) if one["wrong"] == 1)
    assert (found["county"], found["most"]) == ("兴宁区总工会", 1)
    assert (found["outstanding"], found["amount"]) == (1, yuan(1))


def test_the_province_sees_every_county_below_its_city(region: Region) -> None:
    make_wrong(region, region.liuzhou, CHENGZHONG, 1, recovered=1)
    table = report(region, region.province)["tables"]["wrong_payments"]
    names = [row[0] if isinstance(row[0], str) else row[0]["values"]["city"]["en"]
             for row in table["rows"]]  # fmt: skip
    assert names == ["Nanning", "青秀区总工会", "兴宁区总工会", "Liuzhou", "城中区总工会"]
    assert [row[1] for row in table["rows"]] == [1050, 1000, 50, 49, 49]
    assert table["total"][1] == 1099
    chengzhong = findings(region, region.province)[-1]
    assert (chengzhong["cases"], chengzhong["most"]) == (49, 0)
    assert findings(region, region.liuzhou) == [chengzhong]


def test_only_payments_of_the_year_up_to_the_end_of_the_quarter_count(region: Region) -> None:
    before = count(region, region.nanning)
    pay_all(region, region.nanning, QINGXIU, "2018-12-31")
    pay_all(region, region.nanning, QINGXIU, "2019-07-01")
    after = count(region, region.nanning)
    assert after.wrong_payments == before.wrong_payments
    first = count(region, region.nanning, "2019Q1").wrong_payments
    assert [one.cases for one in first] == [1000, 50]
    later = count(region, region.nanning, "2019Q3", dt.datetime(2019, 9, 30, 9, tzinfo=NOW.tzinfo))
    assert [one.cases for one in later.wrong_payments] == [1000, 50]  # twice paid, one case each


def test_a_finding_reads_in_both_languages(region: Region) -> None:
    (item,) = [
        item for part in report(region, region.liuzhou)["sections"][-1]["parts"]
        for item in part["items"] if item["text"].startswith(WRONG)
    ]  # fmt: skip
    chinese, english = (Wording(language).put(item) for language in ("zh", "en"))
    assert "49户" in chinese
    assert "2%" in chinese
    assert "六（五）" in chinese
    assert english.startswith("城中区总工会: 1 of 49 households aided this year")
    assert "2%, Guangxi opinion of 2019" in english


def test_a_region_without_a_tolerance_finds_each_and_cites_nothing(
    installation: Installation,
) -> None:
    """Through the services: paid, recorded, confirmed, counted."""
    office = Office(installation, found_tree(installation))
    payment = pay_one(office, "100")
    with office.acting("finance") as ctx:
        told = Found("other", 6_000, office.now.date(), "审计局", "多付")
        wrong = record_wrong_payment(ctx, payment, told).id
    with office.acting("approver") as ctx:
        confirm_wrong_payment(ctx, wrong)
    with office.acting("finance") as ctx:
        add_recovery(ctx, wrong, office.now.date(), 2_500, "回单")
    (counted,) = count_office(office).wrong_payments
    assert counted[1:] == ("水城区总工会", 1, 1, 0, 6_000, 2_500)
    with office.acting("approver") as ctx:
        (found,) = find_wrong_payments(ctx, [counted])
    assert found["values"]["amount"] == yuan(3_500)
    assert "tolerated" not in found["text"]
