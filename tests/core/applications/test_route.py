"""The route: which steps, by which federation, at which unit, due when."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from core.applications.models import Application, Step
from core.applications.route import steps_of
from core.money import parse_yuan as yuan
from tests.factories import COUNTY, GRASSROOTS, TOWNSHIP, hire, place_unit
from tests.office import Office


def steps(office: Office, application: Application) -> list[Step]:
    with office.system() as ctx:
        return steps_of(ctx, application)


def medical(office: Office, asked: str) -> Application:
    filed = office.file(statement={"self_paid": yuan("60000")})
    return office.submit(office.start(filed, "medical_relief", asked))


@pytest.mark.parametrize(
    ("asked", "last", "count"),
    [
        ("19999.99", "city", 3),
        ("20000", "province", 4),
        ("49999.99", "province", 4),
        ("50000", "nation", 5),
    ],
)
def test_the_amount_asked_for_says_who_approves_last_c7(
    office: Office, asked: str, last: str, count: int
) -> None:
    laid = steps(office, medical(office, asked))
    assert (len(laid), laid[-1].level) == (count, last)
    tree = office.tree
    tenants = {"province": tree.province.id, "nation": tree.nation.id}
    for step in laid:
        assert step.deciding_tenant == tenants.get(step.level, tree.city_a.id)


def test_living_aid_stays_in_the_city_however_much(office: Office) -> None:
    laid = steps(office, office.submit(office.start(office.file(), asked="8400")))
    assert [(step.kind, step.level) for step in laid] == [
        ("investigation", "grassroots"),
        ("review", "county"),
        ("approval", "city"),
    ]


def test_only_the_first_step_is_open_and_due_in_working_days(office: Office) -> None:
    laid = steps(office, office.submit(office.start(office.file())))
    assert [step.state for step in laid] == ["open", "waiting", "waiting"]
    assert laid[0].due_on == dt.date(2023, 7, 14)
    assert laid[1].due_on is None


def test_each_step_is_at_its_level_above_the_household(office: Office) -> None:
    county, grassroots = (
        place_unit(office.installation, office.city, name) for name in (COUNTY, GRASSROOTS)
    )
    laid = steps(office, office.submit(office.start(office.file())))
    assert [step.unit_path for step in laid] == [grassroots.path, county.path, ""]


def test_where_a_level_is_missing_the_one_above_takes_the_step(office: Office) -> None:
    township = place_unit(office.installation, office.city, TOWNSHIP)
    filed = office.file(unit=TOWNSHIP)
    people = {
        **office.people,
        "clerk": hire(office.installation, office.city, "clerk", unit=TOWNSHIP),
    }
    office = replace(office, people=people)
    laid = steps(office, office.submit(office.start(filed)))
    assert laid[0].unit_path == township.path
