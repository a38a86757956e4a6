"""A registry judged again: what is written, what is left alone, who may, what goes on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import psycopg
import pytest

from core.audit.verify import verify
from core.db import new_id
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.households import bulk
from core.households.judgements import judge_household
from core.households.models import Household
from core.judging import judge
from core.money import parse_yuan as yuan
from core.overrides import read_overrides
from core.policies import NotInForceError
from core.replay import replay
from core.reverification import blocks
from core.reverification.queries import (
    find_confirmation,
    find_reverification,
    list_reverifications,
    list_undecidable,
)
from core.reverification.service import advance, begin, stop
from core.tenancy import ParameterOverride
from tests.factories import C2, ELSEWHERE, GRASSROOTS, acting, hire
from tests.registry import DAY, NEXT, Registry
from tests.servers import Database


def statement(database: Database, filed: object, income: str) -> None:
    """Change what a household declared behind the application's back: the file's version stays."""
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute(
            "update statements set income = %s where household_id = %s",
            [yuan(income), filed.id],  # type: ignore[attr-defined]
        )


def set_line(registry: Registry, value: str) -> None:
    """Have the city set its own dibao line from July on."""
    with registry.installation.system(registry.city) as ctx:
        ctx.session.add(ParameterOverride(
            tenant_id=registry.city.id, id=new_id(), programme="worker_hardship",
            name="dibao_line", value=value, holds_from=dt.date(2023, 7, 1), source="本会规定",
            set_by=registry.approver.person_id, set_at=ctx.now,
        ))  # fmt: skip


class TestWriting:
    def test_a_first_run_judges_every_file_and_explains_it(self, registry: Registry) -> None:
        deep, relative = registry.file(), registry.file(statement=C2, size=3)
        run = registry.run()
        assert (run.state, run.total, run.judged, run.changed) == ("done", 2, 2, 2)
        assert run.categories == {"deep": 1, "relative": 1}
        assert run.moves == {">deep": 1, ">relative": 1}
        assert registry.household(deep).category == "deep"
        assert registry.household(relative).judged_on == DAY
        [kept] = registry.judgements(relative)
        assert (kept.category, kept.on_date) == ("relative", DAY)
        assert "低于低保标准的2倍" in kept.reasons[0]["zh"]

    def test_a_second_run_writes_nothing(self, registry: Registry) -> None:
        filed = registry.file()
        registry.run()
        before = registry.household(filed)
        run = registry.run(NEXT)
        assert (run.judged, run.changed, run.categories) == (1, 0, {"deep": 1})
        assert len(registry.judgements(filed)) == 1
        assert registry.household(filed).judged_on == before.judged_on == DAY
        assert len(registry.trail(filed.id, "household.judged")) == 1

    def test_new_facts_are_a_new_judgement_though_the_category_stays(
        self, registry: Registry, database: Database
    ) -> None:
        changed, same = registry.file(), registry.file()
        registry.run()
        statement(database, changed, "47000")
        run = registry.run(NEXT)
        assert (run.changed, run.moves) == (1, {})
        assert registry.judgements(changed)[-1].facts["income"] == yuan("47000")
        assert len(registry.judgements(same)) == 1
        last = registry.trail(changed.id, "household.judged")[-1]
        assert (last.before, last.after) == (
            {"category": "deep"},
            {"category": "deep", "judged_on": "2023-07-31"},
        )

    def test_a_changed_category_is_audited_with_what_it_was(
        self, registry: Registry, database: Database
    ) -> None:
        filed = registry.file()
        registry.run()
        statement(database, filed, "200000")
        assert registry.run(NEXT).moves == {"deep>none": 1}
        last = registry.trail(filed.id, "household.judged")[-1]
        assert (last.before["category"], last.after["category"]) == ("deep", "none")
        with registry.installation.system(registry.city) as ctx:
            assert verify(ctx).is_whole

    def test_new_figures_alone_write_no_judgement_but_the_run_proves_them(
        self, baotou: Registry
    ) -> None:
        filed, moving = baotou.file(), baotou.file(statement={"income": yuan("70000")})
        baotou.run()
        set_line(baotou, "1300.00")
        run = baotou.run(NEXT)
        assert (run.judged, run.changed, run.moves) == (2, 1, {"none>deep": 1})
        assert len(baotou.judgements(filed)) == 1
        with baotou.installation.system(baotou.city) as ctx:
            found = find_confirmation(ctx, filed.id)
            assert find_confirmation(ctx, moving.id) is None
            place = ctx.pack.place(ctx.tenant.division_code)
            facts = dict(baotou.judgements(filed)[0].facts)
            alone = judge(ctx.catalogue, ctx.pack, facts, NEXT, read_overrides(ctx), place)
        assert found is not None
        assert found.run.id == run.id
        assert found.run.parameters != baotou.judgements(filed)[0].parameters
        assert found.decision.figures.sha256 == run.parameters == alone.figures.sha256
        assert found.decision.steps == alone.steps
        assert found.decision.reasons == alone.reasons

    def test_what_was_written_replays(self, registry: Registry, database: Database) -> None:
        filed = registry.file()
        registry.run()
        statement(database, filed, "200000")
        registry.run(NEXT)
        with registry.installation.system(registry.city) as ctx:
            told = replay(ctx)
        assert (told.judgements, told.differences) == (2, [])

    def test_a_new_version_of_the_rule_is_a_new_judgement(
        self, registry: Registry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        filed = registry.file()
        registry.run()
        with registry.installation.system(registry.city) as ctx:
            rule = type(ctx.catalogue.identification("worker_hardship"))
        monkeypatch.setattr(rule, "version", "9.9.9")
        assert registry.run(NEXT).changed == 1
        assert registry.judgements(filed)[-1].programme_version == "9.9.9"

    def test_files_in_several_blocks_are_all_judged(self, registry: Registry) -> None:
        files = [registry.file() for _ in range(5)]
        city = registry.city
        with registry.installation.system(city) as ctx:
            run_id = begin(ctx, DAY).id
        states = []
        for _ in range(4):
            with registry.installation.system(city) as ctx:
                run = advance(ctx, run_id, size=2)
                states.append((run.state, run.judged, run.blocks))
        assert states == [
            ("running", 2, 1), ("running", 4, 2), ("running", 5, 3), ("done", 5, 3),
        ]  # fmt: skip
        assert {registry.household(one).category for one in files} == {"deep"}
        with registry.installation.system(city) as ctx:
            assert advance(ctx, run_id).judged == 5


class TestWhatIsLeftAlone:
    def test_a_file_that_declared_nothing_is_listed_and_left_as_it_is(
        self, registry: Registry
    ) -> None:
        filed = registry.file(as_of=NEXT, category="relative")
        run = registry.run(DAY)
        assert (run.judged, run.undecidable, run.changed) == (0, 1, 0)
        with registry.installation.system(registry.city) as ctx:
            [lacking] = list_undecidable(ctx, run.id)
            number = ctx.session.get_one(Household, (ctx.tenant_id, filed.id)).file_number
        assert (lacking.household_id, lacking.file_number) == (filed.id, number)
        assert "income" in lacking.facts
        assert registry.household(filed).category == "relative"
        assert registry.judgements(filed) == []

    def test_a_closed_file_is_not_judged(self, registry: Registry) -> None:
        filed = registry.file(state="exited")
        assert registry.run().total == 0
        assert registry.judgements(filed) == []

    def test_a_judgement_for_a_later_day_is_not_replaced(
        self, registry: Registry, database: Database
    ) -> None:
        filed = registry.file()
        registry.run(NEXT)
        statement(database, filed, "200000")
        run = registry.run(DAY)
        assert (run.total, run.later, run.judged, run.changed) == (0, 1, 0, 0)
        assert registry.household(filed).category == "deep"

    def test_another_federation_is_not_touched(self, registry: Registry) -> None:
        own = registry.file()
        other = replace(registry, city=registry.tree.city_b)
        foreign = other.file()
        assert registry.run().judged == 1
        assert registry.household(own).category == "deep"
        assert other.judgements(foreign) == []

    def test_what_changes_while_a_block_is_judged_is_judged_as_it_is_then(
        self, registry: Registry, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = registry.file(), registry.file()
        update = bulk.update_many

        def somebody_comes_between(*given: object) -> int:
            monkeypatch.setattr(blocks, "update_many", update)
            statement(database, first, "200000")
            with psycopg.connect(database.superuser_url) as connection:
                connection.execute(
                    "update households set version = version + 1 where id = %s", [first.id]
                )
            return update(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(blocks, "update_many", somebody_comes_between)
        run = registry.run()
        assert run.changed == 2
        assert registry.household(first).category == "none"
        [kept] = registry.judgements(first)
        assert (kept.category, kept.facts["income"]) == ("none", yuan("200000"))
        [other] = registry.judgements(second)
        assert other.category == "deep"

    def test_a_judgement_made_meanwhile_for_a_later_day_stays(
        self, registry: Registry, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        registry.file()
        registry.run(DAY)  # Its figures stand: who writes them first makes others wait.
        filed = registry.file()
        update = bulk.update_many

        def somebody_judges(*given: object) -> int:
            monkeypatch.setattr(blocks, "update_many", update)
            with registry.installation.system(registry.city) as ctx:
                judge_household(ctx, filed.id, NEXT)
            return update(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(blocks, "update_many", somebody_judges)
        run = registry.run(DAY)
        assert run.changed == 0
        [kept] = registry.judgements(filed)
        assert (kept.on_date, registry.household(filed).judged_on) == (NEXT, NEXT)


class TestBeginning:
    def test_a_run_that_was_broken_off_goes_on(self, registry: Registry) -> None:
        for _ in range(3):
            registry.file()
        with registry.installation.system(registry.city) as ctx:
            run_id = begin(ctx, DAY).id
        with registry.installation.system(registry.city) as ctx:
            advance(ctx, run_id, size=2)
        run = registry.run(DAY)
        assert (run.id, run.judged, run.changed, run.blocks) == (run_id, 3, 3, 2)

    def test_other_figures_begin_another_run(self, baotou: Registry) -> None:
        baotou.file()
        with baotou.installation.system(baotou.city) as ctx:
            old = begin(ctx, NEXT).id
        set_line(baotou, "900.00")
        with (
            pytest.raises(ConflictError, match="figures or the rule changed"),
            baotou.installation.system(baotou.city) as ctx,
        ):
            advance(ctx, old)
        run = baotou.run(NEXT)
        assert (run.id != old, run.judged) == (True, 1)
        with baotou.installation.system(baotou.city) as ctx:
            assert find_reverification(ctx, old).state == "stopped"
            assert [one.id for one in list_reverifications(ctx)] == [run.id, old]
        assert len(baotou.trail(old, "registry.reverification_stopped")) == 1

    def test_a_stopped_run_does_not_go_on(self, registry: Registry) -> None:
        filed = registry.file()
        with registry.installation.system(registry.city) as ctx:
            run_id = begin(ctx, DAY).id
            stop(ctx, run_id)
            assert advance(ctx, run_id).state == "stopped"
        assert registry.judgements(filed) == []

    def test_a_day_to_come_is_refused(self, registry: Registry) -> None:
        with registry.installation.system(registry.city) as ctx:
            with pytest.raises(InvalidError, match="day to come"):
                begin(ctx, ctx.today + dt.timedelta(days=1))
            assert list_reverifications(ctx) == []

    def test_a_day_without_figures_is_refused(self, registry: Registry) -> None:
        with registry.installation.system(registry.city) as ctx:
            with pytest.raises(NotInForceError, match="Not decidable"):
                begin(ctx, dt.date(2019, 1, 1))
            assert list_reverifications(ctx) == []

    def test_beginning_and_end_are_audited(self, registry: Registry) -> None:
        registry.file()
        run = registry.run()
        [begun] = registry.trail(run.id, "registry.reverification_begun")
        [done] = registry.trail(run.id, "registry.reverification_done")
        assert begun.after["parameters"] == run.parameters.hex()
        assert (done.after["changed"], done.after["moves"]) == (1, {">deep": 1})


class TestAccess:
    @pytest.mark.parametrize("role", ["clerk", "reviewer", "finance", "auditor", "supervisor"])
    def test_other_roles_may_not(self, registry: Registry, role: str) -> None:
        other = hire(registry.installation, registry.city, role)
        with acting(registry.installation, registry.city, other) as ctx:
            with pytest.raises(ForbiddenError):
                begin(ctx, DAY)
            with pytest.raises(ForbiddenError):
                list_reverifications(ctx)

    @pytest.mark.parametrize("role", ["approver", "tenant_administrator"])
    def test_approver_and_administrator_may(self, registry: Registry, role: str) -> None:
        filed = registry.file()
        actor = hire(registry.installation, registry.city, role)
        with acting(registry.installation, registry.city, actor) as ctx:
            advance(ctx, begin(ctx, DAY).id)
        [kept] = registry.judgements(filed)
        assert kept.judged_by == actor.person_id

    def test_an_approver_of_one_unit_judges_that_unit_alone(self, registry: Registry) -> None:
        own, other = registry.file(unit=GRASSROOTS), registry.file(unit=ELSEWHERE)
        actor = hire(registry.installation, registry.city, "approver", unit=GRASSROOTS)
        with acting(registry.installation, registry.city, actor) as ctx:
            run = begin(ctx, DAY)
            assert (run.total, advance(ctx, run.id).judged) == (1, 1)
        assert len(registry.judgements(own)) == 1
        assert registry.judgements(other) == []
        with (
            acting(registry.installation, registry.city, registry.approver) as ctx,
            pytest.raises(NotFoundError),
        ):
            advance(ctx, run.id)

    def test_a_run_of_another_federation_is_not_found(self, registry: Registry) -> None:
        run = registry.run()
        stranger = hire(registry.installation, registry.tree.city_b, "approver")
        with acting(registry.installation, registry.tree.city_b, stranger) as ctx:
            with pytest.raises(NotFoundError):
                advance(ctx, run.id)
            with pytest.raises(NotFoundError):
                find_reverification(ctx, run.id)
