"""What is stated of a household besides income and spending: who may, from when, on record."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from core.audit.models import AuditRecord
from core.errors import DomainError, ForbiddenError, InvalidError, NotFoundError
from core.households.circumstances import (
    Circumstances,
    MonthlyIncome,
    read_circumstances,
    state_circumstances,
    state_months,
)
from core.households.models import Household
from tests.core.households.conftest import World
from tests.factories import ELSEWHERE, acting, file_household, hire

JUNE, JULY = dt.date(2023, 6, 30), dt.date(2023, 7, 31)
APRIL, MAY = dt.date(2023, 4, 1), dt.date(2023, 5, 1)


@pytest.fixture
def filed(world: World) -> uuid.UUID:
    """Return a file without circumstances."""
    return file_household(world.installation, world.tree.city_a).id


def state(world: World, household_id: uuid.UUID, on: dt.date, **changes: Any) -> Circumstances:
    with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
        return state_circumstances(ctx, household_id, on, changes)


def holding(world: World, household_id: uuid.UUID, on: dt.date) -> Circumstances | None:
    with world.installation.system(world.tree.city_a) as ctx:
        household = ctx.session.get_one(Household, (ctx.tenant_id, household_id))
        return read_circumstances(ctx, household, on)


def test_what_is_left_out_stays_as_it_was(world: World, filed: uuid.UUID) -> None:
    state(world, filed, JUNE, in_dibao=True, property_fits=False)
    state(world, filed, JULY, property_fits=None, relief=12_345, old_age=6_789)
    state(world, filed, JULY, relief=12_346)
    now = holding(world, filed, JULY)
    assert now is not None
    assert (now.in_dibao, now.property_fits, now.relief, now.old_age) == (True, None, 12_346, 6_789)


def test_the_newest_on_or_before_the_day_holds(world: World, filed: uuid.UUID) -> None:
    state(world, filed, JUNE, in_dibao=True)
    state(world, filed, JULY, in_dibao=False)
    assert holding(world, filed, JUNE - dt.timedelta(days=1)) is None
    held = [holding(world, filed, day) for day in (JUNE, JULY - dt.timedelta(days=1), JULY)]
    assert [one.in_dibao for one in held if one] == [True, True, False]


def test_the_same_day_is_corrected_and_not_doubled(world: World, filed: uuid.UUID) -> None:
    first = state(world, filed, JUNE, orphan=True)
    assert state(world, filed, JUNE, orphan=False).id == first.id


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rich": True}, "rich"),
        ({"in_dibao": None}, "in_dibao"),
        ({"in_dibao": 1}, "in_dibao"),
        ({"property_fits": "yes"}, "property_fits"),
        ({"relief": -1}, "relief"),
        ({"relief": True}, "relief"),
        ({"relief": 10**13 + 1}, "relief"),
        ({"old_age": -1}, "old_age"),
        ({"old_age": None}, "old_age"),
        ({"old_age": 1.5}, "old_age"),
        ({"old_age": 10**13 + 1}, "old_age"),
    ],
)
def test_what_is_no_answer_is_refused(
    world: World, filed: uuid.UUID, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidError) as raised:
        state(world, filed, JUNE, **changes)
    assert raised.value.field == field
    assert holding(world, filed, JUNE) is None


def test_a_day_to_come_is_refused(world: World, filed: uuid.UUID) -> None:
    with pytest.raises(InvalidError):
        state(world, filed, dt.date(2999, 1, 1), in_dibao=True)


def test_the_trail_holds_what_changed_and_no_more(world: World, filed: uuid.UUID) -> None:
    state(world, filed, JUNE, in_dibao=True, orphan=False)
    with world.installation.system(world.tree.city_a) as ctx:
        entry = ctx.session.scalars(select(AuditRecord).where(AuditRecord.object_id == filed)).one()
    assert entry.event == "household.circumstances_stated"
    assert entry.before == {"in_dibao": False}
    assert entry.after == {"in_dibao": True, "as_of": "2023-06-30"}


def test_the_trail_holds_what_old_age_costs(world: World, filed: uuid.UUID) -> None:
    state(world, filed, JUNE, old_age=10**13)
    state(world, filed, JUNE, old_age=5)
    with world.installation.system(world.tree.city_a) as ctx:
        query = select(AuditRecord).where(AuditRecord.object_id == filed).order_by(AuditRecord.id)
        entries = [(entry.before, entry.after) for entry in ctx.session.scalars(query)]
    day = {"as_of": "2023-06-30"}
    assert entries == [
        ({"old_age": 0}, {"old_age": 10**13} | day), ({"old_age": 10**13}, {"old_age": 5} | day),
    ]  # fmt: skip


def test_only_for_those_who_may_change_the_file(world: World, filed: uuid.UUID) -> None:
    reader = hire(world.installation, world.tree.city_a, "supervisor")
    elsewhere = file_household(world.installation, world.tree.city_a, unit=ELSEWHERE).id
    tries: list[tuple[Any, uuid.UUID, type[DomainError]]] = [
        (reader, filed, ForbiddenError),
        (world.clerk, elsewhere, NotFoundError),
        (world.clerk, uuid.uuid4(), NotFoundError),
    ]
    for actor, household_id, error in tries:
        with pytest.raises(error), acting(world.installation, world.tree.city_a, actor) as ctx:
            state_circumstances(ctx, household_id, JUNE, {"in_dibao": True})


class TestMonths:
    def put(
        self, world: World, household_id: uuid.UUID, incomes: dict[dt.date, int]
    ) -> list[MonthlyIncome]:
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            return state_months(ctx, household_id, incomes)

    def test_a_month_stated_again_is_replaced_and_the_trail_tells_both(
        self, world: World, filed: uuid.UUID
    ) -> None:
        self.put(world, filed, {APRIL: 70_000})
        kept = self.put(world, filed, {MAY: 70_200, APRIL: 70_100})
        assert [(one.month, one.income) for one in kept] == [(APRIL, 70_100), (MAY, 70_200)]
        with world.installation.system(world.tree.city_a) as ctx:
            newest = ctx.session.scalars(
                select(AuditRecord)
                .where(AuditRecord.object_id == filed)
                .order_by(AuditRecord.id.desc())
            ).first()
        assert newest is not None
        assert newest.before == {"2023-04-01": 70_000}
        assert newest.after == {"2023-04-01": 70_100, "2023-05-01": 70_200}

    @pytest.mark.parametrize(
        "incomes",
        [{dt.date(2023, 5, 2): 1}, {dt.date(2999, 1, 1): 1}, {MAY: -1}, {MAY: 10**13 + 1}],
    )
    def test_what_is_no_month_or_amount_is_refused(
        self, world: World, filed: uuid.UUID, incomes: dict[dt.date, int]
    ) -> None:
        with pytest.raises(InvalidError):
            self.put(world, filed, {APRIL: 5, **incomes})
        with world.installation.system(world.tree.city_a) as ctx:
            query = select(MonthlyIncome).where(MonthlyIncome.household_id == filed)
            assert ctx.session.scalars(query).all() == []

    def test_the_month_that_runs_is_not_over(self, world: World, filed: uuid.UUID) -> None:
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            running = ctx.today.replace(day=1)
            with pytest.raises(InvalidError):
                state_months(ctx, filed, {running: 1})
            before = (running - dt.timedelta(days=1)).replace(day=1)
            assert state_months(ctx, filed, {before: 1})[0].month == before
