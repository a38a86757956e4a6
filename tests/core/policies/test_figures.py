"""Figures in force, sealed by their hash, and what a tenant may set for itself."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

import pytest

from core.catalogue import Catalogue
from core.errors import InvalidError, NotFoundError
from core.policies import Figures, Policies, figures_from_json

ON = dt.date(2023, 6, 30)
CATALOGUE = Catalogue.load()
POLICIES = Policies.load(catalogue=CATALOGUE)
PACK = POLICIES.pack("city_2023")


@dataclass(frozen=True)
class Own:
    """A figure a tenant set for itself."""

    name: str
    value: str
    holds_from: dt.date = dt.date(2023, 4, 1)
    programme: str = "living_aid"
    source: str = "X工办发〔2023〕30号"


def figures(*overrides: Own, on: dt.date = ON) -> Figures:
    return POLICIES.figures("city_2023", "living_aid", on, overrides)


def test_come_back_from_json_with_the_same_hash() -> None:
    sealed = figures()
    told = json.loads(json.dumps(sealed.as_json()))
    again = figures_from_json(told, sealed.parameters)
    assert again == sealed
    assert again.sha256 == sealed.sha256
    assert len(sealed.sha256) == 32


def test_the_hash_changes_with_any_value_source_or_programme() -> None:
    told = figures().as_json()
    parameters = figures().parameters
    changed = [
        {**told, "programme": "other"},
        {**told, "values": {**told["values"], "months_minimum": 9}},
        {**told, "sources": {**told["sources"], "months_minimum": {
            **told["sources"]["months_minimum"], "from": "2023-02-01"}}},
    ]  # fmt: skip
    hashes = {figures_from_json(one, parameters).sha256 for one in (told, *changed)}
    assert len(hashes) == 4


def test_the_hash_does_not_depend_on_the_order_of_names() -> None:
    told = figures().as_json()
    turned = {**told, "values": dict(reversed(told["values"].items()))}
    parameters = figures().parameters
    assert figures_from_json(turned, parameters).sha256 == figures().sha256


def test_a_tenant_sets_a_figure_from_a_day_on() -> None:
    own = Own("months_minimum", "10")
    assert figures(own, on=dt.date(2023, 3, 31))["months_minimum"] == 8
    assert figures(own, on=dt.date(2023, 4, 1))["months_minimum"] == 10
    source = figures(own).sources["months_minimum"]
    assert source.document.zh == own.source
    assert source.holds_from == own.holds_from
    assert figures(own).sha256 != figures().sha256


def test_the_newest_of_several_counts() -> None:
    newer = Own("months_minimum", "9", dt.date(2023, 5, 1))
    assert figures(newer, Own("months_minimum", "10"))["months_minimum"] == 9


def test_what_another_programme_was_set_does_not_matter() -> None:
    other = Own("months_maximum", "5", programme="golden_autumn")
    assert figures(other) == figures()


def test_a_figure_by_category_is_set_for_one_category() -> None:
    own = Own("cap.relative", "12000.00", programme="medical_relief")
    found = PACK.figures("medical_relief", ON, [own])
    assert found["cap.relative"] == 1_200_000
    assert found["cap.deep"] == PACK.figures("medical_relief", ON)["cap.deep"]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("months_minimum", "7", "only from 8 to 12"),
        ("months_minimum", "13", "only from 8 to 12"),
        ("months_minimum", "eight", "no whole number"),
        ("months_minimum", "８", "no whole number"),
        ("months_minimum", "-8", "no whole number"),
        ("dibao_line", "800.00", "does not allow"),
        ("share.relative", "90", "does not allow"),
        ("several_items.relative", "1", "does not allow"),
        ("bonus", "1", "no figure"),
        ("share", "90", "no figure"),
        ("share.rich", "90", "no figure"),
        ("months_minimum.deep", "9", "no figure"),
    ],
)
def test_what_the_region_does_not_allow_is_refused(name: str, value: str, told: str) -> None:
    with pytest.raises(InvalidError, match=told):
        figures(Own(name, value))
    with pytest.raises(InvalidError, match=told):
        PACK.check_override("living_aid", name, value)


def test_the_bounds_themselves_are_allowed() -> None:
    assert PACK.check_override("living_aid", "months_minimum", "8") == 8
    assert PACK.check_override("living_aid", "months_minimum", "12") == 12
    assert PACK.check_override("temporary_relief", "cap", "10000.00") == 1_000_000
    with pytest.raises(InvalidError, match=r"0\.01 to 10,000\.00"):
        PACK.check_override("temporary_relief", "cap", "10000.01")


def test_no_limit_can_be_set_where_the_region_allows_it() -> None:
    unlimited = PACK.figures("medical_relief", ON)["cap.deep"]
    assert PACK.check_override("medical_relief", "cap.relative", "unlimited") == unlimited


def test_an_unknown_programme_cannot_be_set() -> None:
    with pytest.raises(NotFoundError):
        PACK.check_override("space_travel", "cap", "1.00")
