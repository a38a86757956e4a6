"""Reading files and lists: what is shown, to whom, and in how many round trips."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, cast

import pytest
from psycopg import Connection
from psycopg.pq import TransactionStatus

from core.access import ROLES
from core.applications.models import Application
from core.errors import ForbiddenError, NotFoundError
from core.households.listing import SORTS, Filters, a_year_before, list_households
from core.households.models import Household
from core.households.queries import read_household
from core.households.stored import read_record
from core.installation import Installation
from core.people import Actor
from core.tenancy import TenantView, Unit
from tests.core.households.conftest import World
from tests.factories import (
    COUNTY,
    ELSEWHERE,
    GRASSROOTS,
    SPOUSE,
    UNION_ROLES,
    Filed,
    acting,
    file_household,
    hire,
    id_number,
)
from tests.office import Office

READERS = {role for role, held in ROLES.items() if "household.read" in held}


def numbers(
    installation: Installation, tenant: TenantView, actor: Actor, **filters: Any
) -> set[str]:
    with acting(installation, tenant, actor) as ctx:
        page = list_households(ctx, Filters(**filters), size=200)
    return {row["file_number"] for row in page.data}


def number_of(installation: Installation, tenant: TenantView, filed: Filed) -> str:
    with installation.system(tenant) as ctx:
        return ctx.session.get_one(Household, (ctx.tenant_id, filed.id)).file_number


def set_household(world: World, filed: Filed, **values: Any) -> str:
    with world.installation.system(world.tree.city_a) as ctx:
        household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
        for name, value in values.items():
            setattr(household, name, value)
        return household.file_number


class TestReading:
    def test_all_of_a_file_on_one_page(self, world: World) -> None:
        filed = file_household(world.installation, world.tree.city_a)
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            document = read_household(ctx, filed.id)
        told = document.data
        assert document.version == told["version"] == 1
        assert told["unit"]["full_name"] == GRASSROOTS
        assert [member["id"] for member in told["members"]] == [
            str(filed.head), *map(str, filed.members)
        ]  # fmt: skip
        assert told["statement"]["income"] == 4_800_000
        assert told["judgement"] is None
        assert told["evidence"] == told["applications"] == []

    @pytest.mark.parametrize("role", sorted(UNION_ROLES))
    def test_who_may_read(self, world: World, role: str) -> None:
        filed = file_household(world.installation, world.tree.city_a)
        someone = hire(world.installation, world.tree.city_a, role, unit=COUNTY)
        with acting(world.installation, world.tree.city_a, someone) as ctx:
            if role in READERS:
                assert read_household(ctx, filed.id).data["id"] == str(filed.id)
            else:
                with pytest.raises(ForbiddenError):
                    read_household(ctx, filed.id)

    def test_a_file_of_another_unit_looks_like_none(self, world: World) -> None:
        filed = file_household(world.installation, world.tree.city_a, unit=ELSEWHERE)
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            for household_id in (filed.id, uuid.uuid4()):
                with pytest.raises(NotFoundError):
                    read_household(ctx, household_id)

    def test_a_file_of_another_city_looks_like_none(self, world: World) -> None:
        filed = file_household(world.installation, world.tree.city_b)
        chief = hire(world.installation, world.tree.city_a, "approver")
        for tenant in (world.tree.city_a, world.tree.city_b):
            with (
                acting(world.installation, tenant, chief) as ctx,
                pytest.raises(NotFoundError),
            ):
                read_household(ctx, filed.id)

    @pytest.mark.parametrize("level", ["province", "nation"])
    def test_supervision_reads_downwards_masked(self, world: World, level: str) -> None:
        filed = file_household(world.installation, world.tree.city_a)
        above = hire(world.installation, getattr(world.tree, level), "supervisor")
        with acting(world.installation, world.tree.city_a, above) as ctx:
            told = read_household(ctx, filed.id).data
        assert "*" in told["phone"]
        assert all("*" in member["id_number"] for member in told["members"])

    def test_nobody_reads_upwards(self, world: World) -> None:
        chief = hire(world.installation, world.tree.city_a, "approver")
        with (
            acting(world.installation, world.tree.province, chief) as ctx,
            pytest.raises(NotFoundError),
        ):
            list_households(ctx, Filters())


class TestRoundTrips:
    """Reading one file takes two messages: beginning with scope, then the query."""

    def test_beginning_and_scope_are_one_message(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        filed = file_household(world.installation, world.tree.city_a)
        sent: list[str] = []
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            raw = cast("Connection[Any]", ctx.session.connection().connection.driver_connection)
            execute = raw.execute

            def watch(query: Any, *values: Any, **options: Any) -> Any:
                sent.append(query)
                return execute(query, *values, **options)

            monkeypatch.setattr(raw, "execute", watch)
            read_household(ctx, filed.id)
            status = raw.info.transaction_status
        assert status == TransactionStatus.INTRANS
        assert [query.split(";")[0] for query in sent[:1]] == ["BEGIN"]
        assert str(world.tree.city_a.id) in sent[0]
        assert len(sent) == 2

    def test_a_second_query_of_the_transaction_sends_no_scope(self, world: World) -> None:
        filed = file_household(world.installation, world.tree.city_a)
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            first, second = (read_household(ctx, filed.id).body for _ in range(2))
        assert first == second

    def test_the_scope_holds_also_when_something_else_came_first(self, world: World) -> None:
        filed = file_household(world.installation, world.tree.city_b)
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            assert ctx.session.get(Unit, (ctx.tenant_id, uuid.uuid4())) is None
            with pytest.raises(NotFoundError):
                read_household(ctx, filed.id)


class TestFilters:
    def filed(self, world: World, **values: Any) -> str:
        filed = file_household(world.installation, world.tree.city_a, relatives=(SPOUSE,))
        return set_household(world, filed, **values)

    def listed(self, world: World, **filters: Any) -> set[str]:
        return numbers(world.installation, world.tree.city_a, world.clerk, **filters)

    def test_by_category_and_by_not_judged_yet(self, world: World) -> None:
        deep, unjudged = self.filed(world, category="deep"), self.filed(world)
        assert deep in self.listed(world, category="deep")
        assert deep not in self.listed(world, category="relative")
        assert unjudged in self.listed(world, category="unjudged")
        assert deep not in self.listed(world, category="unjudged")

    def test_by_state(self, world: World) -> None:
        closed = self.filed(world, state="exited")
        assert closed in self.listed(world, state="exited")
        assert closed not in self.listed(world, state="active")

    def test_by_unit_with_all_below_it(self, world: World) -> None:
        chief = hire(world.installation, world.tree.city_a, "approver")
        here = self.filed(world)
        filed = file_household(world.installation, world.tree.city_a, unit=ELSEWHERE)
        there = number_of(world.installation, world.tree.city_a, filed)
        with world.installation.system(world.tree.city_a) as ctx:
            county = ctx.session.query(Unit).filter_by(full_name=COUNTY,
                                                       tenant_id=ctx.tenant_id).one()  # fmt: skip
        found = numbers(world.installation, world.tree.city_a, chief, unit=county.path)
        everything = numbers(world.installation, world.tree.city_a, chief)
        assert here in found
        assert there not in found
        assert {here, there} <= everything

    def test_by_a_part_of_the_name_or_number(self, world: World) -> None:
        number = self.filed(world, head_name="欧阳买买提")
        assert self.listed(world, search="阳买") == {number}
        assert number in self.listed(world, search=number[1:])
        assert self.listed(world, search="%") == set()

    def test_by_the_whole_id_number_of_any_member(self, world: World) -> None:
        filed = file_household(world.installation, world.tree.city_a, relatives=(SPOUSE,))
        number = number_of(world.installation, world.tree.city_a, filed)
        with world.installation.system(world.tree.city_a) as ctx:
            record = read_record(ctx, ctx.session.get_one(Household, (ctx.tenant_id, filed.id)))
        for wanted in (record.id_number, record.members[0].id_number):
            assert self.listed(world, search=wanted) == {number}
        assert self.listed(world, search=record.id_number[:10]) == set()
        assert self.listed(world, search=id_number(999_999)) == set()

    def test_not_changed_for_a_year(self, world: World) -> None:
        now = world.installation.now()
        old = self.filed(world, changed_at=now - dt.timedelta(days=367))
        fresh = self.filed(world, changed_at=now - dt.timedelta(days=363))
        found = self.listed(world, unchanged=True)
        assert old in found
        assert fresh not in found

    def test_without_a_contact_person(self, world: World) -> None:
        alone, cared_for = self.filed(world, contact_person=""), self.filed(world)
        found = self.listed(world, no_contact=True)
        assert alone in found
        assert cared_for not in found

    def test_verification_overdue_counts_from_filing_where_none_was(self, world: World) -> None:
        today = world.installation.now().date()
        late = self.filed(world, verified_on=None, filed_on=today - dt.timedelta(days=400))
        due = self.filed(world, verified_on=today - dt.timedelta(days=400))
        fine = self.filed(world, verified_on=today - dt.timedelta(days=300),
                          filed_on=today - dt.timedelta(days=900))  # fmt: skip
        found = self.listed(world, verification_overdue=True)
        assert {late, due} <= found
        assert fine not in found

    def test_filters_combine(self, world: World) -> None:
        both = self.filed(world, category="deep", contact_person="", head_name="组合")
        self.filed(world, category="deep", head_name="组合")
        assert self.listed(world, category="deep", no_contact=True, search="组合") == {both}

    @pytest.mark.parametrize("role", sorted(UNION_ROLES - READERS))
    def test_others_see_no_list(self, world: World, role: str) -> None:
        someone = hire(world.installation, world.tree.city_a, role)
        with (
            acting(world.installation, world.tree.city_a, someone) as ctx,
            pytest.raises(ForbiddenError),
        ):
            list_households(ctx, Filters())


def test_never_aided_leaves_out_whoever_was_paid(world: World) -> None:
    office = Office(world.installation, world.tree)
    asked, paid = (office.file(name="王帮扶") for _ in range(2))
    office.grant(asked)
    application = office.grant(paid)
    with world.installation.system(world.tree.city_a) as ctx:
        ctx.session.get_one(Application, (ctx.tenant_id, application.id)).state = "paid"
    found = numbers(
        world.installation, world.tree.city_a, world.clerk, never_aided=True, search="王帮扶"
    )
    assert found == {number_of(world.installation, world.tree.city_a, asked)}


@pytest.fixture(scope="module")
def many(world: World) -> list[str]:
    found = [f"SEITE-{place}" for place in range(7)]
    for number in found:
        filed = file_household(world.installation, world.tree.city_b, relatives=())
        with world.installation.system(world.tree.city_b) as ctx:
            ctx.session.get_one(Household, (ctx.tenant_id, filed.id)).file_number = number
    return found


class TestPages:
    def test_pages_follow_one_another_without_gap(self, world: World, many: list[str]) -> None:
        reader = hire(world.installation, world.tree.city_b, "reviewer")
        seen: list[str] = []
        for page in (1, 2, 3):
            with acting(world.installation, world.tree.city_b, reader) as ctx:
                found = list_households(ctx, Filters(search="SEITE"), page=page, size=3, count=True)
            assert found.total == 7
            assert found.more == (page < 3)
            seen += [row["file_number"] for row in found.data]
        assert seen == many

    def test_counting_only_when_asked(self, world: World, many: list[str]) -> None:
        reader = hire(world.installation, world.tree.city_b, "reviewer")
        with acting(world.installation, world.tree.city_b, reader) as ctx:
            found = list_households(ctx, Filters(search="SEITE"))
        assert found.total is None
        assert len(found.data) == len(many)

    def test_a_page_beyond_the_last_is_empty(self, world: World) -> None:
        reader = hire(world.installation, world.tree.city_b, "reviewer")
        with acting(world.installation, world.tree.city_b, reader) as ctx:
            found = list_households(ctx, Filters(search="SEITE"), page=99, size=50)
        assert (found.data, found.more) == ([], False)


@pytest.fixture(scope="module")
def sorted_files(world: World) -> dict[str, str]:
    """Four files that differ in everything a list sorts by; file number by name of the head."""
    city, found = world.tree.city_b, {}
    values: list[dict[str, Any]] = [
        {"head_name": "赵一", "category": "relative", "main_cause": "illness", "member_count": 3,
         "contact_person": "乙", "filed_on": dt.date(2021, 1, 1), "verified_on": None},
        {"head_name": "安二", "category": "deep", "main_cause": "disability", "member_count": 1,
         "contact_person": "甲", "filed_on": dt.date(2022, 1, 1), "verified_on": None},
        {"head_name": "王三", "category": None, "main_cause": "other", "member_count": 2,
         "contact_person": "丙", "filed_on": dt.date(2020, 1, 1),
         "verified_on": dt.date(2023, 1, 1)},
        {"head_name": "李四", "category": "deep", "main_cause": "schooling", "member_count": 2,
         "contact_person": "丁", "filed_on": dt.date(2023, 1, 1), "verified_on": None},
    ]  # fmt: skip
    for place, value in enumerate(values):
        unit = ELSEWHERE if place % 2 else GRASSROOTS
        filed = file_household(world.installation, city, relatives=(), unit=unit)
        with world.installation.system(city) as ctx:
            household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
            household.file_number = f"SORT-{place}"
            household.changed_at = dt.datetime(2023, 1, 9 - place, tzinfo=dt.UTC)
            for name, one in value.items():
                setattr(household, name, one)
        found[str(value["head_name"])] = household.file_number
    return found


class TestSorting:
    @pytest.mark.parametrize(
        ("sort", "expected"),
        [
            ("", "赵一 安二 王三 李四"),
            ("-file_number", "李四 王三 安二 赵一"),
            ("head_name", "安二 李四 王三 赵一"),
            ("-head_name", "赵一 王三 李四 安二"),
            ("category", "安二 李四 赵一 王三"),
            ("-category", "赵一 安二 李四 王三"),
            ("member_count", "安二 王三 李四 赵一"),
            ("main_cause", "安二 赵一 王三 李四"),
            ("unit", "赵一 王三 安二 李四"),
            ("contact_person", "王三 李四 安二 赵一"),
            ("filed_on", "王三 赵一 安二 李四"),
            ("-verified_on", "王三 李四 安二 赵一"),
            ("changed_at", "李四 王三 安二 赵一"),
            ("1; drop table households", "赵一 安二 王三 李四"),
        ],
    )
    def test_a_list_lies_as_asked_with_the_file_number_last(
        self, world: World, sorted_files: dict[str, str], sort: str, expected: str
    ) -> None:
        reader = hire(world.installation, world.tree.city_b, "reviewer")
        with acting(world.installation, world.tree.city_b, reader) as ctx:
            found = list_households(ctx, Filters(search="SORT-"), sort=sort)
        assert [row["head_name"] for row in found.data] == expected.split()

    @pytest.mark.parametrize("sort", [f"{way}{name}" for name in SORTS for way in ("", "-")])
    def test_pages_of_a_sorted_list_neither_repeat_nor_miss_a_file(
        self, world: World, sorted_files: dict[str, str], many: list[str], sort: str
    ) -> None:
        reader, seen = hire(world.installation, world.tree.city_b, "reviewer"), []
        with acting(world.installation, world.tree.city_b, reader) as ctx:
            for page in range(1, 6):
                part = list_households(ctx, Filters(search="S"), sort=sort, page=page, size=3)
                seen += [row["file_number"] for row in part.data]
        assert len(seen) == len(set(seen)) == len(many) + len(sorted_files)


@pytest.mark.parametrize(
    ("day", "before"),
    [("2024-02-29", "2023-02-28"), ("2025-03-01", "2024-03-01"), ("2026-02-28", "2025-02-28")],
)
def test_a_year_before(day: str, before: str) -> None:
    assert a_year_before(dt.date.fromisoformat(day)) == dt.date.fromisoformat(before)
