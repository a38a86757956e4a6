"""Circumstances and months that come with a workbook: kept as of the day, judged with, once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from core.audit.models import AuditRecord
from core.errors import ConflictError
from core.federations import NewTenant, add_tenant
from core.households.circumstances import (
    UNSTATED,
    Circumstances,
    MonthlyIncome,
    state_circumstances,
    state_months,
)
from core.households.export import write_workbook
from core.households.imports.circumstances import put_stated
from core.households.imports.plan import plan_import
from core.households.imports.service import run_import, take_file
from core.households.listing import Filters
from core.households.models import Household, Import
from core.households.records import HouseholdRecord
from core.households.stored import records_of
from core.money import parse_yuan as yuan
from core.people import Actor
from core.tenancy import TenantView
from tests.core.households.conftest import World, family, spouse
from tests.factories import GRASSROOTS, acting, hire, place_unit

DAY, LATER = dt.date(2023, 6, 30), dt.date(2023, 9, 30)
MAY, APRIL = dt.date(2023, 5, 1), dt.date(2023, 4, 1)


def told(**changes: Any) -> tuple[tuple[str, Any], ...]:
    """Return circumstances of a record as a whole row states them."""
    return tuple({**UNSTATED, **changes}.items())


def bring(
    world: World, *records: HouseholdRecord, on: dt.date = DAY, tenant: TenantView | None = None,
    actor: Actor | None = None,
) -> Import:  # fmt: skip
    tenant, actor = tenant or world.tree.city_a, actor or world.clerk
    with acting(world.installation, tenant, actor) as ctx:
        item = take_file(ctx, "档案.xlsx", write_workbook(records), judged_on=on)
        return run_import(ctx, item.id, lambda _done, _total: None)


def stored(world: World, number: str) -> Household:
    with world.installation.system(world.tree.city_a) as ctx:
        return ctx.session.scalars(select(Household).where(Household.file_number == number)).one()


def circumstances(world: World, household_id: uuid.UUID) -> dict[dt.date, dict[str, Any]]:
    with world.installation.system(world.tree.city_a) as ctx:
        query = select(Circumstances).where(Circumstances.household_id == household_id)
        return {
            one.as_of: {name: getattr(one, name) for name in UNSTATED}
            for one in ctx.session.scalars(query)
        }


def months(world: World, household_id: uuid.UUID) -> dict[dt.date, int]:
    with world.installation.system(world.tree.city_a) as ctx:
        query = select(MonthlyIncome).where(MonthlyIncome.household_id == household_id)
        return {one.month: one.income for one in ctx.session.scalars(query)}


def events(world: World, household_id: uuid.UUID, event: str) -> list[Any]:
    with world.installation.system(world.tree.city_a) as ctx:
        query = select(AuditRecord).where(
            AuditRecord.object_id == household_id, AuditRecord.event == event
        )
        return [(one.before, one.after) for one in ctx.session.scalars(query)]


def test_they_come_in_with_a_new_file_as_of_the_day_judged(world: World) -> None:
    record = family(
        spouse(), file_number="Q-1", circumstances=told(union_member=True, relief=500),
        months=((MAY, 1000), (APRIL, 0)),
    )  # fmt: skip
    item = bring(world, record)
    assert (item.added, item.faults) == (1, [])
    file = stored(world, "Q-1")
    assert circumstances(world, file.id) == {DAY: {**UNSTATED, "union_member": True, "relief": 500}}
    assert months(world, file.id) == {MAY: 1000, APRIL: 0}
    assert events(world, file.id, "household.circumstances_stated") == [
        ({"union_member": False, "relief": 0},
         {"union_member": True, "relief": 500, "as_of": "2023-06-30"})
    ]  # fmt: skip
    assert events(world, file.id, "household.months_stated") == [
        ({}, {"2023-04-01": 0, "2023-05-01": 1000})
    ]
    assert file.version == 1


def test_the_same_workbook_again_changes_nothing(world: World) -> None:
    record = family(
        spouse(), file_number="Q-2", circumstances=told(orphan=True), months=((MAY, 1),)
    )
    bring(world, record)
    for day in (DAY, LATER):
        again = bring(world, record, on=day)
        assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
    file = stored(world, "Q-2")
    assert list(circumstances(world, file.id)) == [DAY]
    assert len(events(world, file.id, "household.months_stated")) == 1
    assert file.version == 1


def test_an_export_imports_again_without_a_change(world: World) -> None:
    record = family(
        file_number="Q-3", member_count=1, circumstances=told(in_dibao=True, property_fits=False),
        months=((APRIL, 5), (MAY, 6)),
    )  # fmt: skip
    bring(world, record)
    with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
        [exported] = records_of(ctx, Filters(search="Q-3"))
    assert (exported.circumstances, exported.months) == (record.circumstances, record.months)
    again = bring(world, exported)
    assert (again.changed, again.unchanged) == (0, 1)


def test_what_changed_is_dated_and_what_was_known_stays(world: World) -> None:
    record = family(
        spouse(), file_number="Q-4", circumstances=told(in_dibao=True), months=((MAY, 1),)
    )
    bring(world, record)
    newer = replace(record, circumstances=told(migrant_worker=True), months=((MAY, 2), (APRIL, 3)))
    item = bring(world, newer, on=LATER)
    assert (item.changed, item.unchanged) == (1, 0)
    file = stored(world, "Q-4")
    held = circumstances(world, file.id)
    assert held[DAY]["in_dibao"], "what held before is not rewritten"
    assert (held[LATER]["in_dibao"], held[LATER]["migrant_worker"]) == (False, True)
    assert months(world, file.id) == {MAY: 2, APRIL: 3}
    assert file.version == 2
    assert file.judged_on == LATER


def test_on_one_day_the_newer_workbook_replaces_the_older(world: World) -> None:
    record = family(spouse(), file_number="Q-5", circumstances=told(in_dibao=True))
    bring(world, record)
    bring(world, replace(record, circumstances=told(in_dibao=True, relief=1)))
    file = stored(world, "Q-5")
    assert circumstances(world, file.id) == {DAY: {**UNSTATED, "in_dibao": True, "relief": 1}}


def test_a_workbook_without_the_sheets_leaves_them_alone(world: World) -> None:
    record = family(
        spouse(), file_number="Q-6", circumstances=told(in_dibao=True), months=((MAY, 1),)
    )
    bring(world, record)
    bring(world, replace(record, circumstances=(), months=(), address="新家"))
    file = stored(world, "Q-6")
    assert circumstances(world, file.id)[DAY]["in_dibao"]
    assert months(world, file.id) == {MAY: 1}


def test_a_row_of_nothing_but_no_writes_nothing(world: World) -> None:
    bring(world, family(file_number="Q-7", member_count=1, circumstances=told()))
    assert circumstances(world, stored(world, "Q-7").id) == {}


def test_a_row_of_no_takes_back_what_the_page_stated(world: World) -> None:
    record = family(file_number="Q-8", member_count=1)
    bring(world, record)
    file = stored(world, "Q-8")
    with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
        state_circumstances(ctx, file.id, DAY, {"in_dibao": True})
        state_months(ctx, file.id, {MAY: 7})
    bring(world, replace(record, circumstances=told(), months=((MAY, 7),)))
    assert circumstances(world, file.id) == {DAY: dict(UNSTATED)}
    assert len(events(world, file.id, "household.months_stated")) == 1


def test_what_belongs_to_a_household_that_may_not_go_in_stays_out(world: World) -> None:
    twin = family(file_number="Q-9", member_count=1)
    bring(world, twin)
    other = replace(twin, file_number="Q-10", circumstances=told(orphan=True), months=((MAY, 1),))
    item = bring(world, other, family(file_number="Q-11", member_count=1, months=((MAY, 4),)))
    assert [fault["code"] for fault in item.faults] == ["person_elsewhere"]
    assert (item.added, item.changed) == (1, 0)
    assert months(world, stored(world, "Q-11").id) == {MAY: 4}


def test_two_who_state_the_same_at_once_lose_nothing_half(world: World) -> None:
    record = family(file_number="Q-12", member_count=1)
    bring(world, record)
    file = stored(world, "Q-12")
    data = write_workbook([replace(record, circumstances=told(orphan=True))])
    with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
        plan = plan_import(ctx, data, DAY)
    with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
        state_circumstances(ctx, file.id, DAY, {"in_dibao": True})
    with (
        pytest.raises(ConflictError, match="nothing was kept"),
        acting(world.installation, world.tree.city_a, world.clerk) as ctx,
    ):
        put_stated(ctx, plan.stated, {0: file.id}, [0], DAY)
    assert circumstances(world, file.id) == {DAY: {**UNSTATED, "in_dibao": True}}


class TestJudging:
    """A region that judges by circumstances and months does so at once."""

    @pytest.fixture(scope="class")
    @classmethod
    def city(cls, world: World) -> Iterator[tuple[TenantView, Actor]]:
        new = NewTenant("nanning", "city", "南宁市总工会", "Nanning", "guangxi", "450100",
                        "province")  # fmt: skip
        add_tenant(world.installation, new)
        tenant = world.installation.tenant("nanning")
        place_unit(world.installation, tenant, GRASSROOTS)
        yield tenant, hire(world.installation, tenant, "clerk")

    def test_the_months_make_a_household_dibao_and_without_them_none_is_judged(
        self, world: World, city: tuple[TenantView, Actor]
    ) -> None:
        tenant, actor = city
        day = dt.date(2019, 11, 20)
        poor = tuple((dt.date(2019, month, 1), yuan("600")) for month in (8, 9, 10))
        known = family(
            file_number="G-1", member_count=1, income=yuan("7200"), work_status="unemployed",
            filed_on=dt.date(2019, 1, 1), circumstances=told(property_fits=True), months=poor,
        )  # fmt: skip
        rich = replace(
            known, file_number="G-2", id_number=family().id_number, income=yuan("99999"),
            months=tuple((month, yuan("8000")) for month, _income in poor),
        )  # fmt: skip
        silent = replace(known, file_number="G-3", id_number=family().id_number, months=())
        item = bring(world, known, rich, silent, on=day, tenant=tenant, actor=actor)
        assert item.added == 3
        assert item.categories == {"dibao": 1, "none": 1}
        later = replace(silent, months=poor)
        again = bring(world, known, rich, later, on=day, tenant=tenant, actor=actor)
        assert (again.changed, again.unchanged) == (1, 2)
        assert again.categories == {"dibao": 1}
