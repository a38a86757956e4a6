"""Workbooks of the shared ledger: put in once, every fault named, unknown people kept."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest
from sqlalchemy import text

from core.departments.imports import plan_rows
from core.departments.queries import Filters, list_aid
from core.departments.waiting import attach_waiting
from core.departments.workbook import Told
from core.errors import ForbiddenError, InvalidError, NotFoundError
from core.households.models import Member
from core.households.writing import _let_go
from core.installation import Installation
from core.verification.files import AID, preview_file, take_file
from tests.core.departments.conftest import DAY, City, found_city, nothing, workbook
from tests.core.departments.conftest import RENT_ROW as RENT
from tests.factories import file_household, id_number
from worker.ticker import match_answers


def rent(
    number: str | None, person: str | None = None, note: str = "", **told: Any
) -> tuple[Any, ...]:
    return (number, person, None, told.get("department"), *RENT, note)


def test_rows_by_file_number_and_by_id_number_go_in_and_the_same_file_adds_nothing_twice(
    city: City,
) -> None:
    wang, zhao = city.homes["wang"], city.homes["zhao"]
    child = city.id_number(wang.members[1])
    data = workbook(
        rent(city.number("zhao"), note="2017年租赁补贴"),
        rent(None, child, department="住房城乡建设局"),
        rent(city.number("wang"), child, note="another"),
    )
    before = len(city.entries())
    item = city.bring(data)
    assert (item.state, item.faults) == ("imported", [])
    assert item.counts == {
        "rows": 3, "good": 3, "added": 3, "unchanged": 0, "unknown": 0, "amount": 435_900,
    }  # fmt: skip
    made = city.entries()[before:]
    assert [(one.household_id, one.member_id) for one in made] == [
        (zhao.id, None), (wang.id, wang.members[1]), (wang.id, wang.members[1]),
    ]  # fmt: skip
    assert {(one.department, one.measure, one.kind, one.amount, one.on_date) for one in made} == {
        ("housing", "housing", "money", 145_300, DAY)
    }
    assert {(one.file_id, one.recorded_by) for one in made} == {
        (item.id, city.people["housing"].person_id)
    }
    assert [one.row for one in made] == [2, 3, 4]
    again = city.bring(data)
    assert (again.counts["added"], again.counts["unchanged"]) == (0, 3)
    assert len(city.entries()) == before + 3


def test_every_entry_stands_in_the_trail_without_names_or_numbers(city: City) -> None:
    person = city.id_number(city.homes["zhao"].head)
    item = city.bring(workbook(rent(None, person, note="trail")))
    [made] = [one for one in city.entries() if one.file_id == item.id]
    with city.system() as ctx:
        [(event, after)] = ctx.session.execute(
            text("select event, after from audit_records where object_id = :id"), {"id": made.id}
        ).all()
        dump = "".join(ctx.session.execute(text("select t::text from audit_records t")).scalars())
    assert event == "aid.recorded"
    assert (after["department"], after["amount"], after["on"]) == ("housing", 145_300, "2017-11-30")
    assert after["household_id"] == str(city.homes["zhao"].id)
    assert person not in dump


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ((None, None, None, None, *RENT), "档案编号", "nobody"),
        (("没有的", None, None, None, *RENT), "档案编号", "file_unknown"),
        (("W", "520201199001011", None, None, *RENT), "身份证号", "id_length"),
        (("W", id_number(700_001), None, None, *RENT), "身份证号", "other_file"),
        (("W", None, None, "教育局", *RENT), "部门", "department_foreign"),
        (("W", None, None, "林业局", *RENT), "部门", "word_unknown"),
        (("W", None, None, None, "绿化", "资金", None, DAY, 1), "措施", "word_unknown"),
        (("W", None, None, None, "住房保障", "黄金", None, DAY, 1), "类别", "word_unknown"),
        (("W", None, None, None, "住房保障", "资金", None, DAY, None), "金额", "amount_missing"),
        (("W", None, None, None, "住房保障", "资金", None, DAY, -1), "金额", "negative"),
        (("W", None, None, None, "住房保障", "资金", None, DAY, "一千"), "金额", "not_an_amount"),
        (("W", None, None, None, "住房保障", "资金", None, None, 1), "日期", "required"),
        (("W", None, None, None, "住房保障", "资金", None, "2018-01-01", 1), "日期", "date_future"),
        (("W", None, None, None, "住房保障", "资金", "住房困难家庭", DAY, 1), "认定类别",
         "category_needless"),
        (("W", None, None, None, "就业保障", "认定", None, DAY, None), "类别", "not_to_recognise"),
        (("W", None, None, None, "住房保障", "认定", "困难职工家庭", DAY, None), "类别",
         "not_to_recognise"),
    ],
)  # fmt: skip
def test_a_fault_names_row_column_reason_and_remedy_and_good_rows_go_in_beside_it(
    city: City, row: tuple[Any, ...], column: str, code: str
) -> None:
    number = city.number("wang")
    good = rent(number, note=f"beside {code} {row[4:7]}")
    given = tuple(number if cell == "W" else cell for cell in row)
    item = city.bring(workbook(good, given))
    assert item.counts["added"] == 1
    [fault] = item.faults
    assert (fault["sheet"], fault["row"], fault["column"], fault["code"]) == (
        "帮扶台账", 3, column, code,
    )  # fmt: skip
    assert fault["message"] % fault["values"]
    assert fault["remedy"]


@pytest.mark.parametrize(
    ("titles", "code"),
    [
        (("姓名", "编号"), "no_ledger_sheet"),
        (("档案编号", "措施", "类别"), "column_missing"),
        (("档案编号", "措施", "类别", "日期"), "sheet_empty"),
    ],
)
def test_a_workbook_of_another_form_is_refused_by_name(
    city: City, titles: tuple[str, ...], code: str
) -> None:
    item = city.bring(workbook(titles=titles))
    assert (item.state, item.faults[0]["code"]) == ("refused", code)


def test_what_is_no_workbook_and_a_renamed_column_are_told(city: City) -> None:
    assert city.bring(b"PK\x03\x04 broken").faults[0]["code"] == "broken"
    row = (city.number("wang"), "住房保障", "资金", DAY, 3, "x")
    item = city.bring(workbook(row, titles=("档案编号", "措施", "类别", "日期", "金额", "说明")))
    assert item.counts["added"] == 1
    assert [(one["column"], one["code"]) for one in item.faults] == [("说明", "column_unknown")]


def test_the_same_row_twice_in_one_workbook_is_a_fault_and_not_two_entries(city: City) -> None:
    row = rent(city.number("wang"), note="twice")
    item = city.bring(workbook(row, row))
    assert item.counts["added"] == 1
    [fault] = item.faults
    assert (fault["row"], fault["code"], fault["values"]["first"]) == (3, "row_twice", 2)


def test_a_csv_of_the_union_goes_in_for_the_union(city: City) -> None:
    data = (
        f'档案编号,措施,类别,日期,金额\n{city.number("wang")},医疗保障,资金,2017-05-01,"1,200.50"\n'
    )
    item = city.bring(data.encode("gb18030"), who="clerk")
    assert (item.faults, item.counts["added"]) == ([], 1)
    assert [(one.department, one.amount) for one in city.entries() if one.file_id == item.id] == [
        ("union", 120_050)
    ]


def test_an_officer_of_a_county_records_in_that_county_alone(city: City) -> None:
    rows = [rent(city.number(home), note="county") for home in ("wang", "zhao")]
    item = city.bring(workbook(*rows), who="county_housing")
    assert item.counts["added"] == 1
    assert [(one["row"], one["code"]) for one in item.faults] == [(3, "outside")]
    outside = city.id_number(city.homes["zhao"].head)
    item = city.bring(workbook(rent(None, outside, note="county")), who="county_housing")
    assert (item.state, item.faults[0]["code"], item.faults[0]["column"]) == (
        "refused", "outside", "身份证号",
    )  # fmt: skip


def test_unknown_people_are_kept_encrypted_listed_and_given_their_file_later(city: City) -> None:
    stranger = id_number(910_077)
    item = city.bring(workbook((None, stranger, "欧阳无档", None, *RENT, "kept")))
    assert (item.counts["added"], item.counts["unknown"]) == (1, 1)
    with city.acting() as ctx:
        [one], totals = list_aid(ctx, Filters(unfiled=True))
    assert (one.person, one.household_id, totals.amount) == ("欧***", None, 145_300)
    assert one.person_id.startswith("520201")
    with city.system() as ctx:
        for table in ("department_aid", "department_files", "audit_records"):
            dump = "".join(ctx.session.execute(text(f"select t::text from {table} t")).scalars())
            assert stranger not in dump
            assert "欧阳无档" not in dump
        assert attach_waiting(ctx) == 0
    filed = file_household(city.installation, city.tenant)
    with city.system() as ctx:
        ctx.session.execute(
            text("update members set id_index = :index where id = :id"),
            {"index": ctx.vault.blind_index("id_number", stranger), "id": filed.members[0]},
        )
    assert match_answers(city.installation) == 1
    assert match_answers(city.installation) == 0
    [made] = [entry for entry in city.entries() if entry.file_id == item.id]
    assert (made.household_id, made.member_id) == (filed.id, filed.members[0])
    again = city.bring(workbook((None, stranger, "欧阳无档", None, *RENT, "kept")))
    assert again.counts["unchanged"] == 1


def test_who_has_no_right_brings_nothing(city: City) -> None:
    for who in ("reviewer", "finance"):
        with city.acting(who) as ctx, pytest.raises(ForbiddenError):
            take_file(ctx, AID, "ledger", "a.xlsx", b"x")
    for who in ("neighbour", "supervisor"):
        with city.acting(who) as ctx, pytest.raises((ForbiddenError, NotFoundError)):
            take_file(ctx, AID, "ledger", "a.xlsx", b"x")
    with city.acting() as ctx, pytest.raises(InvalidError, match="rumour"):
        take_file(ctx, AID, "rumour", "a.xlsx", b"x")


def test_a_preview_stores_nothing(city: City) -> None:
    before = len(city.entries())
    with city.acting() as ctx:
        item = preview_file(ctx, AID, "ledger", workbook(rent(city.number("wang"), note="看")))
    assert (item.state, item.counts["added"]) == ("checked", 1)
    assert len(city.entries()) == before


def test_a_member_named_in_the_ledger_stays_when_he_leaves_the_household(city: City) -> None:
    member_id = city.homes["zhao"].members[2]
    city.bring(workbook(rent(None, city.id_number(member_id), note="leaves")))
    with city.system() as ctx:
        _let_go(ctx, ctx.session.get_one(Member, (ctx.tenant_id, member_id)))
    with city.system() as ctx:
        member = ctx.session.get_one(Member, (ctx.tenant_id, member_id))
        assert (member.departed, member.active) == (True, False)


def test_sixty_thousand_rows_go_in_within_seconds(installation: Installation) -> None:
    city = found_city(installation)
    people = [city.id_number(one) for home in city.homes.values() for one in home.members]
    told = [
        Told("帮扶台账", row, "", people[row % 6], "", "housing", "housing", "money", "", DAY,
             145_300, str(row))
        for row in range(60_000)
    ]  # fmt: skip
    moments = [time.perf_counter()]
    with city.system() as ctx:
        plan = plan_rows(ctx, told)
        moments.append(time.perf_counter())
        assert plan.put_in(ctx, None, nothing) == {"amount": 8_718_000_000}
    moments.append(time.perf_counter())
    with city.system() as ctx:
        assert not plan_rows(ctx, told).fresh
        moments.append(time.perf_counter())
        _rows, totals = list_aid(ctx, Filters(), size=50)
    moments.append(time.perf_counter())
    assert totals == (60_000, 8_718_000_000)
    took = [round(later - before, 1) for before, later in itertools.pairwise(moments)]
    print(f"60,000 rows planned, put in, planned again, listed in {took} s")
    assert sum(took) < 40, took
