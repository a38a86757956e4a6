"""What a report tells of the departments: by department, line and kind, each helped one once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from core.departments.entries import Entry, record_aid, reverse_aid
from core.installation import Installation
from core.supervision.content import build_report
from core.supervision.department_aid import Given, sum_aid
from tests.core.departments.conftest import DAY, NOW, RENT_ROW, City, found_city, workbook
from tests.factories import acting, id_number
from worker.pdf.wording import Wording


@pytest.fixture(scope="module")
def city(module_installation: Installation) -> City:
    """A city in which four departments helped two households and somebody in no file."""
    city = found_city(module_installation)
    wang, zhao = city.homes["wang"], city.homes["zhao"]
    last_year = DAY.replace(year=2016)
    for who, home, entry in (
        ("housing", "wang", Entry("housing", "housing", "money", DAY, 145_300)),
        ("housing", "wang", Entry("housing", "housing", "money", DAY, 100)),
        ("housing", "zhao", Entry("housing", "housing", "money", DAY, 145_300)),
        ("housing", "wang", Entry("housing", "housing", "money", last_year, 999)),
        ("human_resources", "wang", Entry("human_resources", "employment", "post", DAY,
                                          member_id=wang.members[0])),
        ("human_resources", "wang", Entry("human_resources", "employment", "post", DAY,
                                          member_id=wang.members[0])),
        ("human_resources", "wang", Entry("human_resources", "employment", "post", DAY,
                                          member_id=wang.head)),
        ("human_resources", "zhao", Entry("human_resources", "employment", "training", DAY,
                                          member_id=zhao.head)),
        ("education", "zhao", Entry("education", "education", "money", DAY, 400_000)),
    ):  # fmt: skip
        with city.acting(who) as ctx:
            made = record_aid(ctx, city.homes[home].id, entry)
    with city.acting("education") as ctx:
        reverse_aid(ctx, made.id, "重复")
    city.bring(workbook((None, id_number(930_001), "无档", None, *RENT_ROW)))
    return city


def given(city: City, since: dt.date, until: dt.date) -> Iterator[Given]:
    with acting(city.installation, city.tree.province, city.people["supervisor"], at=NOW) as ctx:
        yield from sum_aid(ctx, city.tenant, since, until)


def report(city: City, period: str = "2017Q4") -> dict[str, Any]:
    with acting(city.installation, city.tree.province, city.people["supervisor"], at=NOW) as ctx:
        return build_report(ctx, city.tenant, period)


def test_each_household_and_person_counts_once_and_what_was_taken_back_nowhere(city: City) -> None:
    assert list(given(city, dt.date(2017, 1, 1), dt.date(2017, 12, 31))) == [
        Given("housing", "housing", "money", 4, 2, 1, 436_000, 1),
        Given("human_resources", "employment", "post", 3, 1, 2, 0, 0),
        Given("human_resources", "employment", "training", 1, 1, 1, 0, 0),
    ]


@pytest.mark.parametrize(
    ("since", "until", "entries"),
    [
        (DAY, DAY, 8),
        (DAY + dt.timedelta(days=1), dt.date(2017, 12, 31), 0),
        (dt.date(2016, 1, 1), DAY - dt.timedelta(days=1), 1),
        (DAY.replace(year=2016), DAY.replace(year=2016), 1),
    ],
)
def test_first_and_last_day_count_as_well(
    city: City, since: dt.date, until: dt.date, entries: int
) -> None:
    assert sum(one.entries for one in given(city, since, until)) == entries


def test_the_report_has_the_table_and_says_the_sum(city: City) -> None:
    content = report(city)
    table = content["tables"]["department_aid"]
    words = Wording("zh")
    rows = [[words.put(value) for value in row] for row in [*table["rows"], table["total"]]]
    assert rows == [
        ["住房城乡建设局", "住房保障：棚户区改造、租赁补贴", "资金", "4", "2", "1", "4,360.00"],
        ["人力资源社会保障局", rows[1][1], "公益性岗位", "3", "1", "2", "0.00"],
        ["人力资源社会保障局", rows[1][1], "培训", "1", "1", "1", "0.00"],
        ["合计", "", "", "8", "—", "—", "4,360.00"],
    ]
    [section] = [
        one for one in content["sections"]
        if any(part["table"] == "department_aid" for part in one["parts"])
    ]  # fmt: skip
    said = "".join(words.put(one) for one in section["paragraphs"])
    assert words.put(section["title"]) == "各部门帮扶情况"
    assert "8条，金额合计4,360.00元" in said
    assert "1条的帮扶对象尚未建档" in said


def test_the_year_begins_anew_and_without_entries_there_is_no_section(city: City) -> None:
    [row] = report(city, "2016Q4")["tables"]["department_aid"]["rows"]
    assert row[3] == 1
    content = report(city, "2016Q3")
    assert "department_aid" not in content["tables"]
    tables = [part["table"] for section in content["sections"] for part in section["parts"]]
    assert "department_aid" not in tables


def test_a_federation_beside_counts_nothing_of_it(city: City) -> None:
    with acting(city.installation, city.tree.province, city.people["supervisor"], at=NOW) as ctx:
        assert sum_aid(ctx, city.tree.city_a, dt.date(2016, 1, 1), NOW.date()) == []
        above = city.installation.tenant("province")
        [rent, *_rest] = sum_aid(ctx, above, DAY, DAY)
    assert (rent.department, rent.amount) == ("housing", 436_000)
