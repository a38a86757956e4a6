"""Judging: facts in, decision out, explained and replayable, for one household and for many."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pytest

from core.catalogue import Catalogue
from core.errors import InvalidError, NotFoundError
from core.judging import assess, assess_registry, judge, judge_registry, judge_with
from core.policies import NotInForceError, Policies, figures_from_json

ON = dt.date(2023, 6, 30)
CATALOGUE = Catalogue.load()
PACK = Policies.load(catalogue=CATALOGUE).pack("city_2023")
C1: dict[str, Any] = {
    "members": 4, "income": 4_800_000, "illness": 1_500_000, "disability": 0,
    "schooling": 960_000, "work_cost": 0, "loss": 0, "compensation": 0,
    "still_difficult": False, "self_paid": 1_500_000, "students": 1,
}  # fmt: skip
C2 = {**C1, "members": 3, "income": 6_000_000, "illness": 600_000, "schooling": 0,
      "work_cost": 900_000}  # fmt: skip


def test_tells_the_category_and_why() -> None:
    judged = judge(CATALOGUE, PACK, C1, ON)
    assert judged.category == "deep"
    assert judged.programme == "worker_hardship"
    assert judged.version == "1.0.0"
    assert judged.on == ON
    (reason,) = judged.reasons
    assert reason["code"] == "deep"
    assert "487.50" in reason["zh"]
    assert "700.00" in reason["en"]


def test_explains_every_step_with_its_sources() -> None:
    steps = {step["name"]: step for step in judge(CATALOGUE, PACK, C1, ON).steps}
    assert list(steps) == [
        "rigid_spending", "net_income", "net_per_head", "is_deep",
        "net_per_head_after_work_cost", "is_relative", "loss_borne", "is_accidental", "category",
    ]  # fmt: skip
    assert steps["rigid_spending"]["value"] == 2_460_000
    assert steps["net_per_head"]["exact"] == [2_340_000, 48]
    assert steps["is_deep"]["value"] is True
    (line,) = steps["is_deep"]["figures"]
    assert (line["name"], line["value"], line["from"]) == ("dibao_line", 70_000, "2023-01-01")
    assert "最低生活保障" in line["source"]["zh"]


def test_earlier_aid_counts_as_income() -> None:
    assert judge(CATALOGUE, PACK, {**C1, "earlier_aid": 840_000}, ON).category == "deep"
    assert judge(CATALOGUE, PACK, {**C1, "earlier_aid": 1_800_000}, ON).category == "relative"


def test_a_range_with_its_reasons_and_steps() -> None:
    granted = assess(CATALOGUE, PACK, "living_aid", {"category": "relative"}, ON)
    assert (granted.eligible, granted.kind) == (True, "one_off")
    assert (granted.minimum, granted.maximum) == (450_000, 670_000)
    assert [reason["code"] for reason in granted.reasons] == ["standard"]
    used = {figure["name"] for step in granted.steps for figure in step["figures"]}
    assert {"dibao_line", "months_minimum", "share.relative", "several_items.relative"} <= used
    assert not any(name.endswith(".deep") for name in used)


@pytest.mark.parametrize("earlier", [{"earlier_aid": 1}, {"earlier_items": 1}])
@pytest.mark.parametrize(
    ("category", "open_"), [("deep", True), ("relative", False), ("accidental", False)]
)
def test_one_item_a_year_unless_the_category_allows_several(
    earlier: dict[str, int], category: str, open_: bool
) -> None:
    facts = {**C1, "category": category, "loss": 4_000_000, **earlier}
    for programme in PACK.programmes:
        before = assess(CATALOGUE, PACK, programme, {**facts, **dict.fromkeys(earlier, 0)}, ON)
        after = assess(CATALOGUE, PACK, programme, facts, ON)
        if open_:
            assert (after.maximum, after.reasons) == (before.maximum, before.reasons)
        else:
            assert (after.eligible, after.minimum, after.maximum) == (False, 0, 0)
            assert [reason["code"] for reason in after.reasons] == ["one_item_only"]


def test_nobody_outside_every_category_gets_anything() -> None:
    for programme in PACK.programmes:
        granted = assess(CATALOGUE, PACK, programme, {**C1, "category": "none"}, ON)
        assert (granted.eligible, granted.maximum) == (False, 0)
        assert granted.reasons


def test_a_decision_is_json_ready_and_replays_to_the_same() -> None:
    judged = judge(CATALOGUE, PACK, C2, ON)
    decided = [judged] + [
        assess(CATALOGUE, PACK, name, {**C2, "category": judged.category}, ON)
        for name in PACK.programmes
    ]
    for decision in decided:
        stored = json.loads(json.dumps({
            "facts": decision.facts, "figures": decision.figures.as_json(),
            "steps": decision.steps, "reasons": decision.reasons,
        }))  # fmt: skip
        rule = CATALOGUE.rule(decision.programme)
        figures = figures_from_json(stored["figures"], decision.figures.parameters)
        again = judge_with(CATALOGUE, rule.name, stored["facts"], figures, decision.on)
        assert again == decision
        assert again.steps == stored["steps"]
        assert again.outcome() == decision.outcome()
        assert again.figures.sha256 == decision.figures.sha256


def test_a_replay_needs_no_declarations_but_the_plugin_s() -> None:
    """Stored figures carry no parameters; the rule and the core know them."""
    granted = assess(CATALOGUE, PACK, "living_aid", {"category": "deep"}, ON)
    figures = figures_from_json(granted.figures.as_json(), ())
    assert judge_with(CATALOGUE, "living_aid", granted.facts, figures, ON) == granted


def test_a_replay_holds_against_figures_that_changed_since() -> None:
    """The stored figures decide, not those of the pack."""
    granted = assess(CATALOGUE, PACK, "living_aid", {"category": "deep"}, ON)
    told = granted.figures.as_json()
    told["values"]["dibao_line"] = 65_000
    again = judge_with(CATALOGUE, "living_aid", granted.facts, figures_from_json(told, ()), ON)
    assert again.outcome() != granted.outcome()
    assert again.figures.sha256 != granted.figures.sha256


def test_a_registry_hands_out_every_part_of_a_row() -> None:
    columns = {name: np.array([C1[name], C2[name]]) for name in C1}
    judged = judge_registry(CATALOGUE, PACK, columns, ON)
    alone = [judge(CATALOGUE, PACK, one, ON) for one in (C1, C2)]
    assert len(judged) == 2
    assert [judged.labels[code] for code in judged.categories] == ["deep", "relative"]
    for row, one in enumerate(alone):
        assert judged.label(row) == one.category
        assert judged.steps(row) == one.steps
        assert judged.facts(row) == one.facts
        assert judged.reasons(row) == one.reasons
    granted = assess_registry(
        CATALOGUE, PACK, "living_aid", {**columns, "category": judged.category}, ON
    )
    assert len(granted) == 2
    assert granted.eligible.tolist() == [True, True]
    assert granted.minimum.tolist() == [560_000, 450_000]
    assert granted.maximum.tolist() == [840_000, 670_000]
    assert granted.steps(1) == granted.decision(1).steps
    assert granted.facts(1) == granted.decision(1).facts
    assert granted.reasons(1) == granted.decision(1).reasons


def test_an_empty_registry_is_judged_too() -> None:
    columns: dict[str, Any] = {
        name: np.zeros(0, dtype=np.bool_ if name == "still_difficult" else np.int64) for name in C1
    }
    judged = judge_registry(CATALOGUE, PACK, columns, ON)
    assert len(judged) == 0
    for programme in PACK.programmes:
        facts = {**columns, "category": judged.category}
        assert len(assess_registry(CATALOGUE, PACK, programme, facts, ON)) == 0


@pytest.mark.parametrize("name", sorted(set(C1) - {"self_paid", "students"}))
def test_a_fact_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(InvalidError) as raised:
        judge(CATALOGUE, PACK, {key: value for key, value in C1.items() if key != name}, ON)
    assert raised.value.field == name


def test_before_any_figure_is_in_force_nothing_is_judged() -> None:
    with pytest.raises(NotInForceError):
        judge(CATALOGUE, PACK, C1, dt.date(2022, 12, 31))


def test_a_programme_nobody_has_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        assess(CATALOGUE, PACK, "space_travel", {**C1, "category": "deep"}, ON)
