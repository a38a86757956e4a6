"""Beginning the admission of all files that await it, within one's units and as a list narrows."""

from __future__ import annotations

import pytest

from core.admissions.beginning import withdraw
from core.admissions.ending import STEPS
from core.admissions.listing import Filters as Chosen
from core.admissions.listing import list_admissions
from core.admissions.many import begin_many, count_awaiting
from core.errors import ConflictError, ForbiddenError
from core.households.listing import Filters
from core.installation import Installation
from tests.core.admissions.conftest import City, found_city
from tests.factories import ELSEWHERE, Tree, acting, hire


@pytest.fixture
def city(module_installation: Installation, tree: Tree) -> City:
    """A city of its own: what all await is counted."""
    return found_city(module_installation, tree)


def test_all_that_await_it_are_begun_each_with_its_department(city: City) -> None:
    housing, dibao, away = city.file(), city.file("dibao"), city.file(unit=ELSEWHERE)
    city.file(None), city.file("none"), city.file(admitted_by="housing")
    city.file(state="suspended")
    running = city.begin(city.file())
    with city.acting("clerk") as ctx:
        assert count_awaiting(ctx) == 2
        assert begin_many(ctx, Filters(category="dibao")) == 1
        assert begin_many(ctx, Filters()) == 1
        assert begin_many(ctx, Filters()) == 0
        found, total = list_admissions(ctx, Chosen())
    assert total == 3
    assert {(one.household_id, one.department, one.kind) for one in found} == {
        (running.household_id, "housing", "investigation"),
        (housing.id, "housing", "investigation"), (dibao.id, "civil_affairs", "investigation"),
    }  # fmt: skip
    with city.acting("city_clerk") as ctx:
        assert begin_many(ctx, Filters()) == 1, "only the one in the other county"
        [last] = list_admissions(ctx, Chosen(household_id=away.id))[0]
    assert (last.level, last.due_on) == ("grassroots", found[0].due_on)


def test_one_begun_with_many_is_as_one_begun_alone(city: City) -> None:
    alone, together = city.file(), city.file()
    first = city.begin(alone)
    with city.acting("clerk") as ctx:
        begin_many(ctx, Filters())
        [row] = list_admissions(ctx, Chosen(household_id=together.id))[0]
    with city.system() as ctx:
        second = ctx.session.get_one(type(first), (ctx.tenant_id, row.id))
        laid = [
            [(step.position, step.kind, step.level, step.unit_path, step.department, step.due_days,
              step.state, step.due_on, step.opened_at, step.findings) for step in
             STEPS.of(ctx, one)]
            for one in (first, second)
        ]  # fmt: skip
        assert laid[0] == laid[1]
        names = ("category", "department", "state", "way", "version", "round", "began_by",
                 "began_at", "submitted_by", "submitted_at", "document")  # fmt: skip
        assert [getattr(first, name) for name in names] == [getattr(second, name) for name in names]
    city.decide("housing", city.pass_on(second))
    assert city.household(together).admitted_by == "housing"


def test_what_was_refused_or_withdrawn_is_begun_with_the_others(city: City) -> None:
    refused, withdrawn = city.begin(city.file()), city.begin(city.file())
    city.decide("investigator", refused, decision="refuse", reason="查无此户")
    with city.acting("clerk") as ctx:
        withdraw(ctx, withdrawn.id, "缓办")
        assert begin_many(ctx, Filters()) == 2


def test_nobody_else_begins_them_and_no_other_region_does(city: City) -> None:
    for who in ("reviewer", "union", "housing"):
        with city.acting(who) as ctx, pytest.raises(ForbiddenError):
            begin_many(ctx, Filters())
    clerk = hire(city.installation, city.tree.city_a, "clerk")
    with acting(city.installation, city.tree.city_a, clerk) as ctx, pytest.raises(ConflictError):
        begin_many(ctx, Filters())
