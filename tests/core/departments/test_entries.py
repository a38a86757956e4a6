"""Entries one by one: recorded by each department for itself, taken back by a reversing one."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core.departments.entries import Entry, record_aid, reverse_aid
from core.departments.models import DepartmentAid
from core.departments.queries import Filters, find_aided, list_aid
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from tests.core.departments.conftest import DAY, RENT_ROW, City, workbook
from tests.factories import id_number

RENT = Entry("housing", "housing", "money", DAY, 145_300, note="租赁补贴")


def record(
    city: City, entry: Entry = RENT, who: str = "housing", home: str = "wang"
) -> DepartmentAid:
    with city.acting(who) as ctx:
        return record_aid(ctx, city.homes[home].id, entry)


def test_an_entry_is_kept_with_who_recorded_it_and_seen_by_every_department(city: City) -> None:
    member = city.homes["wang"].members[0]
    made = record(city, replace(RENT, member_id=member))
    assert (made.recorded_by, made.amount, made.member_id) == (
        city.people["housing"].person_id, 145_300, member,
    )  # fmt: skip
    for who in ("housing", "education", "civil_affairs", "clerk", "reviewer"):
        with city.acting(who) as ctx:
            rows, _totals = list_aid(ctx, Filters(household_id=city.homes["wang"].id))
        [one] = [row for row in rows if row.id == made.id]
        assert (one.head, one.person, one.note) == ("王**", "李*", "租赁补贴")
        assert (one.recorded_by, one.taken_back) == (city.people["housing"].name, False)
    with city.acting("finance") as ctx, pytest.raises(ForbiddenError):
        list_aid(ctx, Filters())


def test_a_department_sees_no_more_of_a_household_than_the_ledger_shows(city: City) -> None:
    with city.acting("education") as ctx:
        found = find_aided(ctx, city.homes["wang"].id)
        assert found == find_aided(ctx, file_number=f" {city.number('wang')} ")
    assert (found.head, found.category, found.member_count) == ("王**", "housing_hardship", 4)
    assert {one.name for one in found.people} == {"王**", "李*"}
    assert all("*" in one.id_number for one in found.people)
    with city.acting("county_housing") as ctx:
        for key in (city.homes["zhao"].id, uuid.uuid4()):
            with pytest.raises(NotFoundError):
                find_aided(ctx, key)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"measure": "gardening"}, "measure"),
        ({"kind": "gold"}, "kind"),
        ({"on": dt.date(2018, 1, 1)}, "on"),
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"amount": 10**13 + 1}, "amount"),
        ({"category": "housing_hardship"}, "category"),
        ({"kind": "recognition", "measure": "employment"}, "kind"),
        ({"kind": "recognition", "category": "worker_hardship"}, "kind"),
        ({"kind": "recognition", "category": "nonsense"}, "category"),
        ({"note": "长" * 501}, "note"),
        ({"member_id": uuid.UUID(int=7)}, "member_id"),
    ],
)
def test_what_does_not_fit_the_region_is_refused_by_field(
    city: City, change: dict[str, object], field: str
) -> None:
    before = len(city.entries())
    with city.acting() as ctx, pytest.raises(InvalidError) as caught:
        record_aid(ctx, city.homes["wang"].id, replace(RENT, **change))  # type: ignore[arg-type]
    assert caught.value.field == field
    assert len(city.entries()) == before


@pytest.mark.parametrize(
    ("who", "measure", "category"),
    [
        ("housing", "housing", "housing_hardship"),
        ("civil_affairs", "safety_net", "dibao"),
        ("human_resources", "employment", ""),
        ("education", "education", ""),
        ("clerk", "employment", "worker_hardship"),
    ],
)
def test_each_department_recognises_what_the_region_has_it_approve(
    city: City, who: str, measure: str, category: str
) -> None:
    department = "union" if who == "clerk" else who
    entry = Entry(department, measure, "recognition", DAY, category=category)
    made = record(city, entry, who)
    assert (made.kind, made.category, made.amount) == ("recognition", category, 0)


def test_no_department_records_or_reverses_for_another(city: City) -> None:
    made = record(city)
    for who in ("education", "clerk"):
        with city.acting(who) as ctx, pytest.raises(ForbiddenError):
            record_aid(ctx, city.homes["wang"].id, RENT)
        with city.acting(who) as ctx, pytest.raises(ForbiddenError):
            reverse_aid(ctx, made.id, "不是我的")
    for who in ("reviewer", "supervisor"):
        with city.acting(who) as ctx, pytest.raises((ForbiddenError, NotFoundError)):
            record_aid(ctx, city.homes["wang"].id, replace(RENT, department="union"))
    with city.acting("neighbour") as ctx, pytest.raises(NotFoundError):
        record_aid(ctx, city.homes["wang"].id, replace(RENT, department="union"))


def test_another_unit_s_file_is_not_there(city: City) -> None:
    made = record(city, home="zhao")
    with city.acting("county_housing") as ctx, pytest.raises(NotFoundError):
        record_aid(ctx, city.homes["zhao"].id, RENT)
    with city.acting("county_housing") as ctx, pytest.raises(NotFoundError):
        reverse_aid(ctx, made.id, "录错")
    with city.acting("county_housing") as ctx:
        rows, _totals = list_aid(ctx, Filters(), size=1000)
    assert made.id not in {row.id for row in rows}


def test_a_wrong_entry_is_taken_back_once_and_both_stay(city: City) -> None:
    home = city.homes["zhao"].id
    with city.acting() as ctx:
        before = list_aid(ctx, Filters(household_id=home))[1]
    made = record(city, home="zhao")
    with city.acting() as ctx, pytest.raises(InvalidError, match="empty"):
        reverse_aid(ctx, made.id, " ")
    with city.acting() as ctx:
        back = reverse_aid(ctx, made.id, "重复登记")
    assert (back.amount, back.reverses_id, back.note) == (-145_300, made.id, "重复登记")
    for entry in (made, back):
        with city.acting() as ctx, pytest.raises(ConflictError):
            reverse_aid(ctx, entry.id, "再冲")
    with city.acting() as ctx:
        rows, totals = list_aid(ctx, Filters(household_id=home))
    assert (totals.entries, totals.amount) == (before.entries + 2, before.amount)
    assert {row.id: row.taken_back for row in rows if row.id in (made.id, back.id)} == {
        made.id: True, back.id: False,
    }  # fmt: skip
    with city.system() as ctx:
        [(before_entry, reason)] = ctx.session.execute(
            text("select before->>'entry', reason from audit_records "
                 "where object_id = :id and event = 'aid.reversed'"), {"id": back.id},
        ).all()  # fmt: skip
    assert (before_entry, reason) == (str(made.id), "重复登记")


def test_an_entry_on_somebody_in_no_file_is_seen_and_taken_back_by_its_own_department(
    city: City,
) -> None:
    city.bring(workbook((None, id_number(920_001), "无档", None, *RENT_ROW, "unfiled")))
    [made] = [one for one in city.entries() if one.note == "unfiled"]
    with city.acting("county_housing") as ctx:
        assert made.id in {row.id for row in list_aid(ctx, Filters(unfiled=True))[0]}
    with city.acting("clerk") as ctx:
        assert list_aid(ctx, Filters(unfiled=True)) == ([], (0, 0))
    with city.acting("education") as ctx, pytest.raises(ForbiddenError):
        reverse_aid(ctx, made.id, "x")
    with city.acting() as ctx:
        back = reverse_aid(ctx, made.id, "查无此人")
    assert (back.household_id, back.id_masked, back.amount) == (None, made.id_masked, -145_300)


def test_no_statement_of_the_application_alters_or_deletes_an_entry(city: City) -> None:
    made = record(city)
    for statement in (
        "update department_aid set amount = 1 where id = :id",
        "update department_aid set note = '' where id = :id",
        "delete from department_aid where id = :id",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), city.system() as ctx:
            ctx.session.execute(text(statement), {"id": made.id})


def test_the_list_is_narrowed_and_summed(city: City) -> None:
    record(
        city, Entry("education", "education", "money", dt.date(2016, 3, 1), 400_000), "education"
    )
    record(
        city, Entry("education", "education", "in_kind", dt.date(2016, 3, 2), 5_000), "education"
    )
    day = dt.date(2016, 3, 1)
    for filters, expected in (
        (Filters(since=day, until=day), (1, 400_000)),
        (Filters(until=dt.date(2016, 12, 31), department="education"), (2, 405_000)),
        (Filters(until=dt.date(2016, 12, 31), kind="in_kind"), (1, 5_000)),
        (Filters(until=dt.date(2016, 12, 31), measure="housing"), (0, 0)),
        (Filters(until=dt.date(2016, 12, 31), file_number=city.number("zhao")), (0, 0)),
    ):
        with city.acting("reviewer") as ctx:
            rows, totals = list_aid(ctx, filters)
        assert (totals, len(rows)) == (expected, expected[0])
    with city.acting("supervisor") as ctx:
        assert list_aid(ctx, Filters(until=day))[1] == (1, 400_000)
    with city.acting("neighbour") as ctx, pytest.raises(NotFoundError):
        list_aid(ctx, Filters())
