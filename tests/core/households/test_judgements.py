"""Judging filed households: one by one and all at once, kept and replayable."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from core.audit.models import AuditRecord
from core.errors import InvalidError, NotFoundError, UnavailableError
from core.households.explanations import hash_form, join_steps, split_steps
from core.households.fact_columns import make_columns
from core.households.judgements import (
    DECLARED,
    judge_columns,
    judge_household,
    judge_many,
    make_judgements,
)
from core.households.models import ExplanationForm, Household, Judgement, ParameterSet, Statement
from core.households.queries import read_household
from core.judging import judge, judge_with
from core.money import parse_yuan as yuan
from core.policies import figures_from_json
from tests.core.households.conftest import World
from tests.factories import C1, C2, ELSEWHERE, SPOUSE, acting, file_household, hire

DAY = dt.date(2023, 6, 30)
CASES = (
    (C1, 4, "deep"),
    (C2, 3, "relative"),
    ({**C2, "income": yuan("90000"), "loss": yuan("40000"), "still_difficult": True}, 3,
     "accidental"),
    ({**C2, "income": yuan("90000")}, 3, "none"),
)  # fmt: skip


def filed(world: World, statement: dict[str, Any] = C1, size: int = 4, **values: Any) -> uuid.UUID:
    relatives = (SPOUSE,) * (size - 1)
    return file_household(
        world.installation, world.tree.city_a, statement=statement, relatives=relatives, **values
    ).id


def judged(world: World, household_id: uuid.UUID, on: dt.date = DAY) -> Judgement:
    with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
        return judge_household(ctx, household_id, on)


def newest(world: World, household_id: uuid.UUID) -> Judgement:
    with world.installation.system(world.tree.city_a) as ctx:
        query = select(Judgement).where(Judgement.household_id == household_id)
        return ctx.session.scalars(query.order_by(Judgement.id.desc())).first() or pytest.fail()


class TestOne:
    @pytest.mark.parametrize(("statement", "size", "category"), CASES)
    def test_the_worked_examples(
        self, world: World, statement: dict[str, Any], size: int, category: str
    ) -> None:
        household_id = filed(world, statement, size)
        assert judged(world, household_id).category == category
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            told = read_household(ctx, household_id).data
        assert (told["category"], told["judged_on"]) == (category, "2023-06-30")

    def test_the_explanation_read_back_is_the_one_the_rule_gave(self, world: World) -> None:
        household_id = filed(world)
        judged(world, household_id)
        facts = {**C1, "members": 4}
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            told = read_household(ctx, household_id).data["judgement"]
            alone = judge(ctx.catalogue, ctx.pack, facts, DAY)
        assert told["explanation"] == alone.steps
        assert told["reasons"] == alone.reasons

    def test_nothing_declared_by_that_day_cannot_be_judged(self, world: World) -> None:
        household_id = filed(world, as_of=dt.date(2023, 7, 1))
        with pytest.raises(InvalidError):
            judged(world, household_id)

    def test_the_newest_statement_on_or_before_the_day_counts(self, world: World) -> None:
        household_id = filed(world)
        with world.installation.system(world.tree.city_a) as ctx:
            ctx.session.add(Statement(
                tenant_id=ctx.tenant_id, household_id=household_id, as_of=dt.date(2023, 7, 1),
                declared_at=ctx.now, **{**C1, "income": yuan("500000")},
            ))  # fmt: skip
        assert judged(world, household_id, DAY).category == "deep"
        assert judged(world, household_id, dt.date(2023, 7, 1)).category == "none"

    def test_before_any_line_was_in_force_nothing_is_decided(self, world: World) -> None:
        household_id = filed(world, as_of=dt.date(2019, 1, 1))
        with pytest.raises(InvalidError):
            judged(world, household_id, dt.date(2019, 6, 1))

    def test_a_rule_that_raises_decides_nothing(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        household_id = filed(world)
        judged(world, household_id)
        rule = world.installation.catalogue.identification("worker_hardship")

        def stumble(*_arguments: object) -> None:
            raise ZeroDivisionError

        with monkeypatch.context() as patched:
            patched.setattr(type(rule), "identify", stumble)
            with pytest.raises(UnavailableError):
                judged(world, household_id, dt.date(2023, 12, 31))
        assert newest(world, household_id).on_date == DAY

    def test_not_for_a_file_of_another_unit(self, world: World) -> None:
        household_id = filed(world, unit=ELSEWHERE)
        with pytest.raises(NotFoundError):
            judged(world, household_id)

    def test_the_trail_holds_category_before_and_after(self, world: World) -> None:
        household_id = filed(world)
        judged(world, household_id)
        with world.installation.system(world.tree.city_a) as ctx:
            entry = ctx.session.scalars(
                select(AuditRecord).where(AuditRecord.object_id == household_id)
            ).one()
        assert entry.before["category"] is None
        assert entry.after == {"category": "deep", "judged_on": "2023-06-30"}


class TestMany:
    def test_a_registry_gets_what_each_would_get_alone(self, world: World) -> None:
        chief = hire(world.installation, world.tree.city_a, "approver")
        ids = [filed(world, statement, size) for statement, size, _category in CASES]
        alone = [judged(world, household_id) for household_id in ids]
        with acting(world.installation, world.tree.city_a, chief) as ctx:
            counts = judge_many(ctx, ids, DAY)
        assert counts == {"deep": 1, "relative": 1, "accidental": 1, "none": 1}
        for one in alone:
            again = newest(world, one.household_id)
            assert again.id != one.id
            for name in ("category", "facts", "explanation", "reasons", "form", "parameters",
                         "programme", "programme_version", "on_date"):  # fmt: skip
                assert getattr(again, name) == getattr(one, name), name

    def test_all_active_files_of_ones_own_units(self, world: World) -> None:
        here, there = filed(world), filed(world, unit=ELSEWHERE)
        closed = filed(world, state="exited")
        on = dt.date(2023, 8, 1)
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            judge_many(ctx, None, on)
        with world.installation.system(world.tree.city_a) as ctx:
            days = {
                household_id: ctx.session.get_one(
                    Household, (ctx.tenant_id, household_id)
                ).judged_on
                for household_id in (here, there, closed)
            }
        assert days == {here: on, there: None, closed: None}

    def test_of_nothing_comes_nothing(self, world: World) -> None:
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            assert judge_many(ctx, [], DAY) == {}


class TestKeeping:
    def test_figures_and_form_are_stored_once(self, world: World) -> None:
        for _ in range(3):
            judged(world, filed(world))
        with world.installation.system(world.tree.city_a) as ctx:
            figures = ctx.session.scalars(select(ParameterSet.sha256)).all()
            forms = ctx.session.scalars(select(ExplanationForm)).all()
        assert len(figures) == len(set(figures))
        assert [form.sha256 for form in forms] == [hash_form(form.steps) for form in forms]

    def test_a_stored_judgement_replays_to_the_same_result(self, world: World) -> None:
        kept = judged(world, filed(world))
        with world.installation.system(world.tree.city_a) as ctx:
            stored = ctx.session.scalars(
                select(ParameterSet).where(ParameterSet.sha256 == kept.parameters)
            ).one()
            form = ctx.session.scalars(
                select(ExplanationForm).where(ExplanationForm.sha256 == kept.form)
            ).one()
            rule = ctx.catalogue.identification(kept.programme)
            figures = figures_from_json(stored.figures, rule.parameters)
            again = judge_with(ctx.catalogue, kept.programme, kept.facts, figures, kept.on_date)
        assert again.outcome()["category"] == kept.category
        assert again.steps == join_steps(form.steps, kept.explanation)
        assert figures.sha256 == kept.parameters


def test_splitting_and_joining_lose_nothing(world: World) -> None:
    with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
        steps = judge(ctx.catalogue, ctx.pack, {**C1, "members": 4}, DAY).steps
    form, found = split_steps(steps)
    assert join_steps(form, found) == steps
    assert all("value" not in step for step in form)


def test_what_is_stored_of_a_registry_is_what_each_row_tells(world: World) -> None:
    statements = [{**statement, "members": members} for statement, members, _category in CASES]
    columns = make_columns({name: [one[name] for one in statements] for name in DECLARED})
    with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
        registry = judge_columns(ctx, columns, DAY)
        rows = range(len(registry))
        found = [split_steps(registry.steps(row))[1] for row in rows]
        batch = make_judgements(ctx, [uuid.uuid4() for _ in rows], registry, DAY)
    stored = {name: list(map(json.loads, batch.columns[name])) for name in
              ("facts", "explanation", "reasons")}  # fmt: skip
    assert stored["facts"] == [registry.facts(row) for row in rows]
    assert stored["explanation"] == found
    assert stored["reasons"] == [registry.reasons(row) for row in rows]
    assert list(batch.columns["category"]) == [category for *_case, category in CASES]
