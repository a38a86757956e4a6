"""Figures to be tried out: what is understood, what is refused by its name."""

from __future__ import annotations

import datetime as dt

import pytest
from bangfu_sdk import UNLIMITED

from core.catalogue import Catalogue
from core.errors import InvalidError
from core.policies import Figures, Policies
from core.simulation.parameters import assume, find_unknown, read_assumptions, refuse_unknown

DAY = dt.date(2023, 6, 30)
PACK = Policies.load(catalogue=Catalogue.load()).pack("city_2023")


def figures(programme: str) -> Figures:
    return PACK.figures(programme, DAY)


def assumed(programme: str, *texts: str) -> Figures:
    return assume(figures(programme), read_assumptions(texts), DAY)


class TestReading:
    def test_names_and_values_with_or_without_spaces(self) -> None:
        first, second = read_assumptions(["dibao_line=750.00", " living_aid.share.deep = 90 "])
        assert (first.name, first.value) == ("dibao_line", "750.00")
        assert str(second) == "living_aid.share.deep=90"

    @pytest.mark.parametrize("text", ["dibao_line", "=750", "dibao_line=", "", "750.00"])
    def test_what_is_no_figure_with_a_value_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidError) as caught:
            read_assumptions([text])
        assert f"“{text}” is no figure" in str(caught.value)
        assert "dibao_line=750.00" in caught.value.remedy.text

    def test_a_figure_set_twice_is_refused(self) -> None:
        with pytest.raises(InvalidError, match="“dibao_line” is set twice"):
            read_assumptions(["dibao_line=750.00", "dibao_line=760.00"])


class TestAssuming:
    def test_a_figure_of_several_rules_changes_in_each(self) -> None:
        for programme in ("worker_hardship", "living_aid", "golden_autumn"):
            assert assumed(programme, "dibao_line=750.00")["dibao_line"] == 75_000

    def test_a_figure_of_one_programme_changes_there_alone(self) -> None:
        text = "living_aid.months_maximum=10"
        assert assumed("living_aid", text)["months_maximum"] == 10
        untouched = figures("golden_autumn")
        assert assume(untouched, read_assumptions([text]), DAY) is untouched

    def test_one_category_or_all(self) -> None:
        one = assumed("living_aid", "living_aid.share.relative=90").by_category("share")
        every = assumed("living_aid", "share=50").by_category("share")
        assert one == {"deep": 100, "relative": 90, "accidental": 0}
        assert set(every.values()) == {50}

    def test_money_without_limit_and_yes_and_no(self) -> None:
        cap = assumed("medical_relief", "medical_relief.cap.relative=unlimited")
        assert cap["cap.relative"] == UNLIMITED
        assert assumed("living_aid", "several_items.relative=true")["several_items.relative"] == 1
        assert assumed("living_aid", "several_items.deep=false")["several_items.deep"] == 0

    def test_what_stays_the_same_changes_nothing(self) -> None:
        same = figures("living_aid")
        assert assume(same, read_assumptions(["dibao_line=700.00"]), DAY) is same

    def test_the_hash_and_the_source_say_that_it_is_tried_out(self) -> None:
        changed = assumed("living_aid", "dibao_line=750.00")
        assert changed.sha256 != figures("living_aid").sha256
        assert "模拟" in changed.sources["dibao_line"].zh
        assert changed.sources["months_maximum"] == figures("living_aid").sources["months_maximum"]

    @pytest.mark.parametrize(
        ("text", "told"),
        [("dibao_line=0.00", "from 0.01 to"), ("dibao_line=10000000.01", "from 0.01 to"),
         ("relative_multiple=1.505", "“1.505” is no multiple"),
         ("relative_multiple=100.01", "from 0.01 to 100"),
         ("relative_multiple=0", "from 0.01 to 100"),
         ("dibao_line=700.001", "“dibao_line” cannot be 700.001"),
         ("dibao_line=-5", "“dibao_line” cannot be -5"),
         ("dibao_line=many", "“dibao_line” cannot be many"),
         ("relative_multiple=²", "no multiple"), ("window_months=1.5", "no whole number")],
    )  # fmt: skip
    def test_a_value_of_another_kind_or_out_of_range_is_refused_by_name(
        self, text: str, told: str
    ) -> None:
        with pytest.raises(InvalidError) as caught:
            assumed("worker_hardship", text)
        assert told in str(caught.value)
        assert text.split("=", maxsplit=1)[0] in str(caught.value)


class TestUnknown:
    @pytest.mark.parametrize(
        "name", ["dibao", "living_aid.dibao_lines", "share.nobody", "nobody.share", "dibao_line.1"]
    )
    def test_it_is_refused_and_those_there_are_are_named(self, name: str) -> None:
        known = [figures("worker_hardship"), figures("living_aid")]
        unknown = find_unknown(read_assumptions([f"{name}=1"]), known)
        with pytest.raises(InvalidError) as caught:
            refuse_unknown(unknown, known)
        assert f"“{name}”" in str(caught.value)
        assert "living_aid.months_maximum" in str(caught.value.remedy)
        assert "worker_hardship.dibao_line" in str(caught.value.remedy)

    def test_what_one_rule_knows_is_known(self) -> None:
        known = [figures("worker_hardship"), figures("living_aid")]
        texts = ["months_maximum=1", "relative_multiple=3", "dibao_line=1.00"]
        assert find_unknown(read_assumptions(texts), known) == []

    def test_an_area_is_tried_out_in_square_metres(self) -> None:
        city = Policies.load(catalogue=Catalogue.load()).pack("liupanshui")
        own = city.figures("urban_households", DAY)
        tried = assume(own, read_assumptions(["housing_area_per_head=13.5"]), DAY)
        assert tried["housing_area_per_head"] == 1_350
        assert tried["dibao_line"] == own["dibao_line"]
        for wrong in ("13.505", "wide", "-1", "0", "10000.01", "unlimited"):
            with pytest.raises(InvalidError) as caught:
                assume(own, read_assumptions([f"housing_area_per_head={wrong}"]), DAY)
            assert caught.value.field == "set"
            assert "housing_area_per_head" in str(caught.value)
