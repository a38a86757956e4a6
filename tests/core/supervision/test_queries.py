"""What a report counts is what was put in: in this city, in this quarter, nothing besides."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from pathlib import Path

from core.audit.keeping import keep_one
from core.funds.reconciliation import import_result
from core.households.life.measures import answer_measure
from core.households.life.queries import read_life
from core.households.life.states import add_months
from core.supervision.aid import Applied, Notices, Steps
from core.supervision.files import Care, Category, Standing, Step
from core.supervision.money import Owed, Paid
from core.supervision.periods import Period
from core.supervision.queries import read_numbers, snapshot
from core.supervision.trend import Month
from tests.core.funds.grants import FAILURE, answer, fetch_file, grant_many, rows_of
from tests.core.households.life.acts import plan, refer
from tests.core.supervision.records import (
    beijing,
    change_file,
    count,
    put_application,
    put_move,
    put_notice,
    put_objection,
    put_step,
)
from tests.factories import COUNTY, ELSEWHERE, SPOUSE, acting, file_household
from tests.office import Office
from tests.region import with_life

BEFORE, FIRST = beijing("2023-03-31T23:59:59.999999"), beijing("2023-04-01T00:00")
LAST, AFTER = beijing("2023-06-30T23:59:59.999999"), beijing("2023-07-01T00:00")
EDGES = (BEFORE, FIRST, LAST, AFTER)


def test_files_by_category_and_union(office: Office) -> None:
    for category, unit in (("deep", ""), ("deep", ELSEWHERE), ("none", ELSEWHERE)):
        office.file(category=category, unit=unit, relatives=(SPOUSE,))
    office.file(category="relative")
    office.file(category=None)
    office.file(category="deep", state="exited")
    found = count(office)
    assert set(found.categories) == {
        Category("deep", 2, 4), Category("none", 1, 2), Category("relative", 1, 4),
        Category(None, 1, 4),
    }  # fmt: skip
    assert [one[1:] for one in found.unions] == [
        (None, 1, 2, {"deep": 1}, 0),
        (COUNTY, 2, 8, {"relative": 1, None: 1}, 0),
        ("钟山区总工会", 2, 4, {"deep": 1, "none": 1}, 0),
    ]


def test_files_that_want_attention(office: Office) -> None:
    city = office.city
    office.file(category="deep")
    office.file(category=None)
    office.file(category="none")
    for values in (
        {"contact_person": ""},
        {"verified_on": dt.date(2022, 6, 29)},
        {"verified_on": dt.date(2022, 6, 30)},
        {"verified_on": None, "filed_on": dt.date(2022, 1, 1)},
        {"verified_on": None, "filed_on": dt.date(2023, 1, 1)},
    ):
        change_file(office, city, office.file(category="deep"), **values)
    assert count(office).care == Care(
        households=8, unjudged=1, ineligible=1, without_contact=1, unverified=2, without_plan=8,
        without_measure=0, not_enrolled=0,
    )  # fmt: skip


def test_each_federation_is_asked_by_the_rule_of_its_own_region(
    office: Office, tmp_path: Path
) -> None:
    strict = replace(office, installation=with_life(office.installation, tmp_path, verification=6))
    city = strict.city
    for months in (5, 6, 7):
        day = add_months(strict.now.date(), -months)
        change_file(strict, city, strict.file(category="deep"), verified_on=day)
    helped, refused = strict.file(category="deep"), strict.file(category="deep")
    for file in (helped, refused):
        refer(strict, file, due_on=strict.now.date())
        plan(strict, file)
    with strict.acting("clerk") as ctx:
        (measure,) = read_life(ctx, refused.id).data["measures"]
        answer_measure(ctx, uuid.UUID(measure["id"]), "refused", "不符合条件", 1)
    for file in (helped, refused):
        change_file(strict, city, file, verified_on=strict.now.date())
    care = count(strict).care
    assert (care.households, care.unverified) == (5, 1)  # six months to the day are in time
    assert (care.without_plan, care.without_measure) == (3, 4)  # what was refused is none
    assert count(office).care.without_measure == 0  # where no lines are named none is missing


def test_files_by_standing_on_the_day(office: Office) -> None:
    city = office.city
    office.file(category="deep", relatives=(SPOUSE,))
    office.file(category=None)
    office.file(category="deep", state="suspended")
    office.file(category="deep", state="exited")
    change_file(office, city, office.file(category="deep"), verified_on=dt.date(2022, 6, 29))
    for last_day in (dt.date(2023, 6, 29), dt.date(2023, 6, 30)):
        change_file(office, city, office.file(category="deep"), state="phase_out",
                    phase_out_until=last_day)  # fmt: skip
    assert set(count(office).standings) == {
        Standing("active", 1, 2), Standing("filed", 1, 4), Standing("suspended", 1, 4),
        Standing("overdue", 1, 4), Standing("phase_out", 1, 4), Standing("exited", 2, 8),
    }  # fmt: skip


def test_exits_and_returns_within_the_quarter(office: Office) -> None:
    city, file = office.city, office.file(category="deep", relatives=(SPOUSE,))
    other = office.file(category="deep")
    for day, way, moved in (
        ("2023-03-31", "recovery", file), ("2023-04-01", "recovery", file),
        ("2023-06-30", "recovery", other), ("2023-07-01", "died", other),
        ("2023-05-02", "safety_net", other), ("2023-05-03", "returned", file),
    ):  # fmt: skip
        put_move(office, city, moved, dt.date.fromisoformat(day), way)
    put_move(office, office.tree.city_b, file_household(office.installation, office.tree.city_b),
             dt.date(2023, 5, 1), "recovery")  # fmt: skip
    assert set(count(office).moves) == {
        Step("recovery", 2, 6), Step("safety_net", 1, 4), Step("returned", 1, 2),
    }  # fmt: skip
    assert Step("recovery", 3, 10) in count(office, office.tree.province).moves


def test_applications_by_programme_and_state_within_midnights_in_china(office: Office) -> None:
    file = office.file()
    for at in EDGES:
        put_application(office, office.city, file, at)
    put_application(office, office.city, file, FIRST, programme="medical_relief", state="paid",
                    asked=50_000, amount=40_000)  # fmt: skip
    put_application(office, office.city, file, FIRST, state="rejected", amount=99)
    assert set(count(office).applications) == {
        Applied("living_aid", "in_route", 2, 20_000, 0),
        Applied("living_aid", "rejected", 1, 10_000, 0),
        Applied("medical_relief", "paid", 1, 50_000, 40_000),
    }


def test_drafts_are_not_counted(office: Office) -> None:
    office.start(office.file())
    assert count(office).applications == []


def test_steps_in_time_and_overdue_by_the_day_in_china(office: Office) -> None:
    application = put_application(office, office.city, office.file(), FIRST)
    done = [
        (BEFORE, "2023-04-10"), (FIRST, "2023-04-01"), (LAST, "2023-06-30"), (LAST, "2023-06-29"),
        (AFTER, "2023-07-10"), (beijing("2023-05-03T00:00"), "2023-05-02"),
    ]  # fmt: skip
    for position, (at, due) in enumerate(done):
        put_step(office, application, position, state="done", decision="approve", decided_at=at,
                 due_on=dt.date.fromisoformat(due))  # fmt: skip
    for position, last in enumerate((29, 30, 28), start=10):
        put_step(office, application, position, due_on=dt.date(2023, 6, last))
    put_step(office, application, 20, kind="approval", level="city", state="waiting")
    assert count(office).steps == [
        Steps("review", "county", 4, 2, 3, 2, dt.date(2023, 6, 28))
    ]  # The day of the report is 30 June: what is due on it is not overdue.


def test_notices_and_objections(office: Office) -> None:
    file, city = office.file(), office.city
    for at in EDGES:
        notice = put_notice(office, put_application(office, city, file, at), at)
    application = put_application(office, city, file, FIRST)
    put_notice(office, application, BEFORE, state="closed", closed_at=FIRST)
    put_notice(office, application, FIRST, state="stopped", closed_at=LAST)
    put_notice(office, application, BEFORE, state="closed", closed_at=AFTER)
    put_objection(office, city, notice, LAST)
    put_objection(office, city, notice, BEFORE, state="upheld", decided_at=FIRST)
    put_objection(office, city, notice, FIRST, state="dismissed", decided_at=AFTER)
    found = count(office)
    assert found.notices == Notices(opened=3, closed=1, stopped=1, open=4)
    assert found.objections == (2, 1, 0, 1, LAST)


def test_funds_payments_and_what_is_owed(office: Office) -> None:
    fund, other = office.fund("1000", name="甲"), office.fund("500", name="乙")
    office.fund("9999", name="丙", year=2022)
    file = office.file()
    for application in grant_many(office, 3, household=file):
        office.reserve(application, fund)
    batch = office.send(fund)
    rows = rows_of(fetch_file(office, batch))
    data = answer(rows, {rows[2]["付款编号"]: FAILURE})
    with office.acting("finance") as ctx:
        import_result(ctx, batch, data)
    (waiting, _unreserved) = grant_many(office, 2, "70", household=file)
    office.reserve(waiting, other)
    found = count(office)
    assert [(one.name, one.budget, one.reserved, one.paid, one.left) for one in found.funds] == [
        ("甲", 100_000, 0, 20_000, 80_000), ("乙", 50_000, 7_000, 0, 43_000),
    ]  # fmt: skip
    assert found.payments == [Paid("living_aid", 4, 37_000, 2, 20_000)]
    assert found.owed == Owed(1, 7_000, 1, 10_000)


def test_the_trend_has_every_month_and_nothing_outside(office: Office) -> None:
    city = office.city
    filed = ("2022-06-30", "2022-07-01", "2023-06-30", "2023-07-01")
    for day in filed:
        change_file(office, city, office.file(), filed_on=dt.date.fromisoformat(day))
    for at in EDGES:
        put_application(office, city, office.file(), at)
    months = count(office).months
    assert [one.first for one in months][::11] == [dt.date(2022, 7, 1), dt.date(2023, 6, 1)]
    assert len(months) == 12
    assert months[0] == Month(dt.date(2022, 7, 1), 1)
    assert [one.applications for one in months[-4:]] == [1, 1, 0, 1]
    assert months[-1].files == 1


def test_another_citys_data_do_not_leak_and_the_provinces_are_all(office: Office) -> None:
    office.file(category="deep")
    other = office.tree.city_b
    file = file_household(office.installation, other, category="deep")
    application = put_application(office, other, file, FIRST, state="granted", amount=10_000)
    put_step(office, application, due_on=dt.date(2023, 5, 1))
    put_objection(office, other, put_notice(office, application, FIRST), FIRST)
    here = count(office)
    assert here.categories == [Category("deep", 1, 4)]
    assert (here.applications, here.steps, here.funds, here.payments) == ([], [], [], [])
    assert here.notices == (0, 0, 0, 0)
    assert here.objections.open == here.owed.untried == 0
    assert sum(one.applications for one in here.months) == 0
    assert list(here.seals) == [office.city.id]
    above = count(office, office.tree.province)
    assert above.categories == [Category("deep", 2, 8)]
    assert {one.tenant_id for one in above.unions} == {office.city.id, other.id}
    assert (above.objections.open, above.owed.untried, above.steps[0].overdue) == (1, 1, 1)


def test_a_city_is_not_let_see_another_by_asking(office: Office) -> None:
    """Row-level security stands even where the tenant is named."""
    file_household(office.installation, office.tree.city_b, category="deep")
    people = office.people
    with acting(office.installation, office.city, people["approver"], at=office.now) as ctx:
        assert read_numbers(ctx, office.tree.city_b, Period(2023, 2)).categories == []


def test_seal_and_signature_of_the_trail(office: Office) -> None:
    city = office.city
    fresh, unsigned = count(office).seals[city.id]
    assert (fresh.block, unsigned) == (None, None)
    assert fresh.waiting > 0
    keep_one(office.installation, city)
    seal, signed = count(office).seals[city.id]
    assert (seal.records, seal.block, seal.waiting) == (fresh.waiting, 1, 0)
    assert seal.chain is not None
    assert len(seal.chain) == 64
    assert signed is not None
    assert (signed.block, signed.countersigned) == (1, True)


def test_a_snapshot_sees_one_moment_and_changes_nothing(office: Office) -> None:
    with office.system() as ctx, snapshot(ctx) as moment:
        before = moment.session.fetch("select count(*) from households", {})
        office.file()
        assert moment.session.fetch("select count(*) from households", {}) == before
        assert moment.session.fetch("show transaction_read_only", {}) == [("on",)]
