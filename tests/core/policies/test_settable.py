"""Which figures may be set: each once, with its bounds and what else it counts for."""

from __future__ import annotations

import pytest

from core.errors import InvalidError
from core.policies import Policies
from core.policies.settable import Settable, list_settable
from core.policies.standards import STANDARDS

POLICIES = Policies.load()


def offered(slug: str) -> dict[tuple[str, str], Settable]:
    found = list(list_settable(POLICIES.pack(slug)))
    by_name = {(one.programme, one.name): one for one in found}
    assert len(by_name) == len(found), "each once"
    return by_name


def test_a_line_shared_by_rules_is_offered_where_it_is_judged_by() -> None:
    found = offered("guangxi")
    line = found["urban_classes", "dibao_line"]
    assert (line.also, line.unless) == (("urban_exit", STANDARDS), "")
    assert (line.low.en, line.high.en) == (
        "100.00 yuan per head and month", "5,000.00 yuan per head and month",
    )  # fmt: skip
    assert (STANDARDS, "dibao_line") not in found
    assert found["urban_exit", "dibao_line"].unless == "urban_classes"
    assert found["urban_classes", "low_income_line"].also == ("urban_exit",)
    assert found["urban_exit", "phase_out_months"].unless == ""
    assert found[STANDARDS, "special_hardship_standard"].also == ()


def test_a_region_without_an_exit_names_none() -> None:
    found = offered("liupanshui")
    assert found["urban_households", "dibao_line"].also == (STANDARDS,)
    assert not any(one.unless for one in found.values())
    assert found["urban_households", "housing_area_per_head"].high.zh == "30.00平方米"


def test_a_figure_by_category_is_offered_for_each_and_may_have_no_limit() -> None:
    found = offered("city_2023")
    caps = {name for programme, name in found if programme == "medical_relief"}
    assert caps == {"cap.deep", "cap.relative", "cap.accidental"}
    assert found["medical_relief", "cap.deep"].unlimited
    assert not found["temporary_relief", "cap"].unlimited
    assert not found["living_aid", "months_minimum"].unlimited


@pytest.mark.parametrize("slug", [pack.slug for pack in POLICIES.packs])
def test_exactly_what_is_offered_may_be_set(slug: str) -> None:
    pack, found = POLICIES.pack(slug), offered(slug)
    every = {
        (programme, f"{one.parameter.name}.{category}" if category else one.parameter.name): one
        for programme, series in pack.series.items()
        for one in series
        for category in one.values[0].values
    }
    assert set(found) <= set(every)
    for (programme, name), series in every.items():
        if (programme, name) in found:
            assert series.bounds is not None
            for text in ("-1", "", "x"):
                with pytest.raises(InvalidError):
                    pack.check_override(programme, name, text)
        else:
            for text in ("1", "8", "100.00", "700.00"):
                with pytest.raises(InvalidError) as refused:
                    pack.check_override(programme, name, text)
                assert refused.value.field == "name"
