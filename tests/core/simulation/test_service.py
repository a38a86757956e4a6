"""A simulation over real files: who gains, who loses, what it costs; nothing is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import psycopg
import pytest
from psycopg.errors import ReadOnlySqlTransaction

from core.db import new_id
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.judging import assess, judge
from core.money import parse_yuan as yuan
from core.policies import NotInForceError
from core.programmes import offer_programme
from core.simulation.affected import list_affected
from core.simulation.outcome import AFTER, BEFORE, Outcome, add_up
from core.simulation.parameters import read_assumptions
from core.simulation.service import simulate
from core.simulation.telling import as_data
from core.supervision.queries import snapshot
from core.tenancy import ParameterOverride
from tests.factories import C1, C2, ELSEWHERE, GRASSROOTS, SPOUSE, STUDENT, acting, hire
from tests.registry import DAY, NEXT, Registry
from tests.servers import Database

EDGE = {"income": yuan("35000"), "illness": 0, "schooling": 0}
"""Four members at 729.17 yuan a month: relative at a line of 700, deep at 750."""
RICH = {"income": yuan("69600"), "illness": 0, "schooling": 0}
"""Four members at 1450 yuan: none at twice 700, relative at twice 750."""


def tried(registry: Registry, *texts: str, on: dt.date = DAY) -> Outcome:
    """Simulate on the registry's own city."""
    with registry.installation.system(registry.city) as ctx:
        [found] = simulate(ctx, registry.city, on, read_assumptions(texts))
    return found


def cost(outcome: Outcome, programme: str, side: int, category: str) -> tuple[int, int, int]:
    """Return eligible households, least and most fen over all unions."""
    [found] = [one for one in outcome.costs if one.programme == programme]
    code = outcome.labels.index(category)
    return (
        int(found.households[:, side, code].sum()),
        int(found.minimum[:, side, code].sum()),
        int(found.maximum[:, side, code].sum()),
    )


class TestCategories:
    def test_who_newly_qualifies_and_who_changes_category(self, registry: Registry) -> None:
        registry.file()
        registry.file(statement=EDGE)
        registry.file(statement=RICH)
        found = tried(registry, "dibao_line=750.00")
        assert (found.qualifying, found.dropping, found.moving) == (1, 0, 1)
        assert found.counts(BEFORE) == {"deep": 1, "relative": 1, "accidental": 0, "none": 1}
        assert found.counts(AFTER) == {"deep": 2, "relative": 1, "accidental": 0, "none": 0}
        assert list(found.moves()) == [
            ("deep", "deep", 1), ("relative", "deep", 1), ("none", "relative", 1),
        ]  # fmt: skip

    def test_who_drops_out(self, registry: Registry) -> None:
        registry.file(statement=EDGE)
        found = tried(registry, "relative_multiple=1")
        assert (found.qualifying, found.dropping, found.moving) == (0, 1, 0)

    def test_a_multiple_with_decimals_is_exact_at_its_limit(self, registry: Registry) -> None:
        registry.file(statement={**EDGE, "income": yuan("35280")})  # 735.00 a head, 1.05 x 700
        assert tried(registry, "relative_multiple=1.05").dropping == 1
        assert tried(registry, "relative_multiple=1.06").dropping == 0

    def test_a_figure_by_one_fen_at_the_threshold(self, registry: Registry) -> None:
        registry.file(statement={**EDGE, "income": yuan("36000")})  # 750.00 a head exactly
        assert tried(registry, "dibao_line=750.00").moving == 0
        assert tried(registry, "dibao_line=750.01").moving == 1

    def test_counties_are_told_apart(self, registry: Registry) -> None:
        registry.file(statement=RICH, unit=GRASSROOTS)
        registry.file(statement=RICH, unit=ELSEWHERE)
        registry.file(unit=ELSEWHERE)
        told = as_data([tried(registry, "dibao_line=750.00")])["federations"][0]
        found = {one["union"]: (one["households"], one["qualifying"]) for one in told["unions"]}
        assert found == {"水城区总工会": (1, 1), "钟山区总工会": (2, 1)}

    def test_files_lacking_a_fact_are_counted_apart(self, registry: Registry) -> None:
        registry.file(as_of=NEXT)
        registry.file()
        found = tried(registry, "dibao_line=750.00")
        assert (found.households, found.undecidable) == (1, 1)

    def test_closed_files_do_not_count(self, registry: Registry) -> None:
        registry.file(state="exited")
        registry.file()
        assert tried(registry, "dibao_line=750.00").households == 1


class TestCost:
    def test_living_aid_before_and_after(self, registry: Registry) -> None:
        registry.file()
        found = tried(registry, "dibao_line=750.00")
        assert cost(found, "living_aid", BEFORE, "deep") == (1, yuan("5600"), yuan("8400"))
        assert cost(found, "living_aid", AFTER, "deep") == (1, yuan("6000"), yuan("9000"))

    def test_a_programmes_months_alone(self, registry: Registry) -> None:
        registry.file()
        found = tried(registry, "living_aid.months_maximum=10")
        assert found.moving == 0
        assert cost(found, "living_aid", AFTER, "deep") == (1, yuan("5600"), yuan("7000"))

    def test_education_aid_counts_each_student(self, registry: Registry) -> None:
        from tests.factories import file_household  # noqa: PLC0415

        file_household(registry.installation, registry.city, relatives=(SPOUSE, STUDENT, STUDENT))
        found = tried(registry, "golden_autumn.months_maximum=8")
        assert cost(found, "golden_autumn", BEFORE, "deep")[2] == 2 * yuan("7000")
        assert cost(found, "golden_autumn", AFTER, "deep")[2] == 2 * yuan("5600")

    def test_a_limit_by_stage_counts_the_students_of_each_stage(self, registry: Registry) -> None:
        from tests.factories import Relative, file_household  # noqa: PLC0415

        pupils = [Relative(f"学{stage}", "child", "student", stage)
                  for stage in ("primary", "primary", "undergraduate", "")]  # fmt: skip
        file_household(registry.installation, registry.city, relatives=(SPOUSE, *pupils))
        found = tried(registry, "golden_autumn.stage_maximum.primary=1000.00")
        assert cost(found, "golden_autumn", BEFORE, "deep") == (1, 0, 4 * yuan("7000"))
        assert cost(found, "golden_autumn", AFTER, "deep") == (
            1, 0, 2 * yuan("1000") + 2 * yuan("7000"),
        )  # fmt: skip

    def test_a_cap_by_category(self, registry: Registry) -> None:
        registry.file(statement={**C2, "self_paid": yuan("30000")}, size=3)
        found = tried(registry, "medical_relief.cap.relative=20000.00")
        assert cost(found, "medical_relief", BEFORE, "relative")[2] == yuan("16000")
        assert cost(found, "medical_relief", AFTER, "relative")[2] == yuan("20000")

    def test_a_programme_not_offered_costs_nothing(self, registry: Registry) -> None:
        registry.file()
        with registry.installation.system(registry.city) as ctx:
            offer_programme(ctx, "living_aid", "本年不开展", offered=False)
        found = tried(registry, "dibao_line=750.00")
        assert "living_aid" not in [one.programme for one in found.costs]

    def test_all_costs_are_the_sums_of_single_decisions(self, registry: Registry) -> None:
        statements = [C1, C2, EDGE, RICH, {**C2, "self_paid": yuan("12345.67")},
                      {**RICH, "income": yuan("150000"), "loss": yuan("40000.01"),
                       "still_difficult": True}]  # fmt: skip
        for place, statement in enumerate(statements):
            registry.file(statement=statement, size=1 + place)
        found = tried(registry, "dibao_line=810.00", "temporary_relief.share.accidental=20")
        with registry.installation.system(registry.city) as ctx:
            alone = [single(ctx, one, 1 + i) for i, one in enumerate(statements)]
        for programme in ("living_aid", "medical_relief", "temporary_relief"):
            before = sum(one[programme] for one in alone)
            [own] = [one for one in found.costs if one.programme == programme]
            assert int(own.maximum[:, BEFORE].sum()) == before, programme

    def test_sums_are_exact_beyond_what_floats_hold(self) -> None:
        values = np.array([2**53 + 1, 1, 9_007_199_254_740_993, 7], np.int64)
        codes = np.array([0, 0, 0, 1], np.int64)
        assert add_up(codes, values, (2,)).tolist() == [2**53 + 2 + 2**53 + 1, 7]


def single(ctx: Any, statement: dict[str, Any], members: int) -> dict[str, int]:
    """Judge one household alone by the pack and return the most of each programme."""
    facts = {**C1, **statement, "members": members, "students": 0}
    judged = judge(ctx.catalogue, ctx.pack, facts, DAY)
    facts["category"] = judged.category
    return {
        name: assess(ctx.catalogue, ctx.pack, name, facts, DAY).maximum
        for name in ctx.pack.programmes
    }


class TestOverrides:
    def test_what_the_city_set_holds_before_what_is_tried_after(self, registry: Registry) -> None:
        registry.file()
        with registry.installation.system(registry.city) as ctx:
            ctx.session.add(ParameterOverride(
                tenant_id=ctx.tenant_id, id=new_id(), programme="living_aid",
                name="months_maximum", value="9", holds_from=dt.date(2023, 1, 1), source="本会规定",
                set_by=registry.approver.person_id, set_at=ctx.now,
            ))  # fmt: skip
        found = tried(registry, "living_aid.months_maximum=11")
        assert cost(found, "living_aid", BEFORE, "deep")[2] == 9 * 70_000
        assert cost(found, "living_aid", AFTER, "deep")[2] == 11 * 70_000


class TestProvince:
    def test_it_reads_downwards_city_by_city(self, registry: Registry) -> None:
        registry.file(statement=RICH)
        replace(registry, city=registry.tree.city_b).file(statement=EDGE)
        province = registry.tree.province
        actor = hire(registry.installation, province, "supervisor")
        with acting(registry.installation, province, actor) as ctx:
            found = simulate(ctx, province, DAY, read_assumptions(["dibao_line=750.00"]))
            files = list_affected(ctx, found, 10)
        told = as_data(found)
        assert {
            one["federation"]: (one["qualifying"], one["moving"]) for one in told["federations"]
        } == {"city-a": (1, 0), "city-b": (0, 1)}
        assert (told["households"], told["qualifying"], told["moving"]) == (2, 1, 1)
        assert {one.slug for one in files} == {"city-a", "city-b"}
        assert {one.head_name for one in files} == {"王**"}

    def test_a_city_does_not_read_another(self, registry: Registry) -> None:
        city_b = registry.tree.city_b
        actor = hire(registry.installation, city_b, "approver")
        with (
            acting(registry.installation, city_b, actor) as ctx,
            pytest.raises(NotFoundError),
        ):
            simulate(ctx, registry.city, DAY, read_assumptions(["dibao_line=750.00"]))

    def test_a_figure_one_city_lacks_is_tried_in_those_that_have_it(self, baotou: Registry) -> None:
        baotou.file()
        replace(baotou, city=baotou.tree.city_a).file()
        province = baotou.installation.tenant("province")
        with baotou.installation.system(province) as ctx:
            texts = read_assumptions(["living_aid.months_maximum=10"])
            found = simulate(ctx, province, DAY, texts)
        assert {one.slug for one in found} == {"city-a", "baotou"}


class TestAccess:
    @pytest.mark.parametrize("role", ["clerk", "finance", "investigator", "reviewer", "auditor"])
    def test_other_roles_may_not(self, registry: Registry, role: str) -> None:
        other = hire(registry.installation, registry.city, role)
        with (
            acting(registry.installation, registry.city, other) as ctx,
            pytest.raises(ForbiddenError),
        ):
            simulate(ctx, registry.city, DAY, read_assumptions(["dibao_line=750.00"]))

    def test_an_approver_of_one_unit_sees_that_unit(self, registry: Registry) -> None:
        registry.file(statement=RICH, unit=GRASSROOTS)
        registry.file(statement=RICH, unit=ELSEWHERE)
        actor = hire(registry.installation, registry.city, "approver", unit=GRASSROOTS)
        with acting(registry.installation, registry.city, actor) as ctx:
            [found] = simulate(ctx, registry.city, DAY, read_assumptions(["dibao_line=750.00"]))
            [file] = list_affected(ctx, [found], 10)
        assert (found.households, file.unit) == (1, GRASSROOTS)

    def test_an_administrator_sees_counts_but_no_files(self, registry: Registry) -> None:
        registry.file(statement=RICH)
        actor = hire(registry.installation, registry.city, "tenant_administrator")
        with acting(registry.installation, registry.city, actor) as ctx:
            [found] = simulate(ctx, registry.city, DAY, read_assumptions(["dibao_line=750.00"]))
            assert found.qualifying == 1
            assert list_affected(ctx, [found], 10) == []


class TestNothingIsWritten:
    def test_no_row_of_any_table_changes(self, registry: Registry, database: Database) -> None:
        registry.file(statement=RICH)
        registry.run()
        before = rows(database)
        assert tried(registry, "dibao_line=750.00", on=NEXT).qualifying == 1
        assert rows(database) == before
        assert before["audit_records"][0] > 0

    def test_a_second_one_of_the_same_federation_waits(self, registry: Registry) -> None:
        """A click that is repeated while the first still computes does not take the machine."""
        registry.file()
        with registry.installation.system(registry.city) as ctx:
            nested: list[str] = []

            def click_again(_done: int, _total: int) -> None:
                with pytest.raises(ConflictError) as caught:
                    tried(registry, "dibao_line=750.00")
                nested.append(str(caught.value))

            asked = read_assumptions(["dibao_line=750.00"])
            simulate(ctx, registry.city, DAY, asked, click_again)
        assert ["Another simulation" in one for one in nested] == [True]
        assert tried(registry, "dibao_line=750.00").households == 1

    def test_its_transaction_could_not_write(self, registry: Registry) -> None:
        with (
            registry.installation.system(registry.city) as ctx,
            pytest.raises(ReadOnlySqlTransaction),
            snapshot(ctx) as still,
        ):
            still.session.fetch("update households set version = 2 returning id", {})


def rows(database: Database) -> dict[str, tuple[int, str]]:
    """Return for every table how many rows it has and a digest of them."""
    with psycopg.connect(database.superuser_url) as connection:
        tables = connection.execute(
            "select tablename from pg_tables where schemaname = 'public' order by 1"
        ).fetchall()
        return {
            name: connection.execute(
                f"select count(*), coalesce(md5(string_agg(t::text, '' order by t::text)), '') "
                f"from {name} t"
            ).fetchone()  # type: ignore[misc]
            for (name,) in tables
        }


class TestRefusals:
    def test_an_unknown_figure(self, registry: Registry) -> None:
        with pytest.raises(InvalidError, match="no figure “dibao_lien”"):
            tried(registry, "dibao_lien=750.00")

    def test_a_day_without_figures(self, registry: Registry) -> None:
        with pytest.raises(NotInForceError, match="Not decidable"):
            tried(registry, "dibao_line=750.00", on=dt.date(2019, 1, 1))

    def test_an_unknown_figure_even_where_there_are_no_files(self, registry: Registry) -> None:
        with pytest.raises(InvalidError, match="no figure"):
            tried(registry, "nothing=1")
