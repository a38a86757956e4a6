"""The reference pack carries every figure of its scheme, each with date and source."""

from __future__ import annotations

import datetime as dt

import pytest
from bangfu_sdk import UNLIMITED

from core.catalogue import Catalogue
from core.errors import NotFoundError
from core.policies import NotInForceError, Policies, RouteStep

ON = dt.date(2023, 6, 30)
CATALOGUE = Catalogue.load()
PACK = Policies.load(catalogue=CATALOGUE).pack("city_2023")


@pytest.mark.parametrize(
    ("programme", "name", "value"),
    [
        ("worker_hardship", "dibao_line", 70_000),
        ("worker_hardship", "window_months", 12),
        ("worker_hardship", "relative_multiple", 200),
        ("worker_hardship", "accidental_threshold", 2_400_000),
        ("living_aid", "dibao_line", 70_000),
        ("living_aid", "months_minimum", 8),
        ("living_aid", "months_maximum", 12),
        ("living_aid", "share.deep", 100),
        ("living_aid", "share.relative", 80),
        ("living_aid", "share.accidental", 0),
        ("living_aid", "rounding.relative", 10_000),
        ("golden_autumn", "months_maximum", 10),
        ("golden_autumn", "share.relative", 80),
        ("golden_autumn", "rounding.relative", 10_000),
        ("medical_relief", "share.deep", 100),
        ("medical_relief", "share.relative", 80),
        ("medical_relief", "cap.deep", UNLIMITED),
        ("medical_relief", "cap.relative", 1_600_000),
        ("temporary_relief", "share.accidental", 15),
        ("temporary_relief", "share.deep", 0),
        ("temporary_relief", "cap", 1_000_000),
        ("temporary_relief", "rounding", 1),
        ("living_aid", "several_items.deep", 1),
        ("living_aid", "several_items.relative", 0),
        ("living_aid", "several_items.accidental", 0),
    ],
)
def test_carries_the_figure(programme: str, name: str, value: int) -> None:
    assert PACK.figures(programme, ON)[name] == value


@pytest.mark.parametrize("programme", [PACK.identification, *PACK.programmes])
def test_every_figure_has_a_source_in_both_languages_and_a_date(programme: str) -> None:
    figures = PACK.figures(programme, ON)
    assert set(figures.values) == set(figures.sources)
    for source in figures.sources.values():
        assert source.zh
        assert source.en
        assert source.holds_from == dt.date(2023, 1, 1)


def test_the_misprint_of_the_scheme_is_noted_at_the_figure() -> None:
    source = PACK.figures("medical_relief", ON).sources["cap.relative"]
    assert "16万元" in source.zh
    assert "160,000" in source.en


def test_before_the_line_is_in_force_nothing_is_decidable() -> None:
    with pytest.raises(NotInForceError) as raised:
        PACK.figures("worker_hardship", dt.date(2022, 12, 31))
    assert raised.value.code == "not_decidable"
    assert "2023-01-01" in str(raised.value.remedy)
    assert PACK.figures("worker_hardship", dt.date(2023, 1, 1))["dibao_line"] == 70_000


def test_the_line_holds_in_every_division_of_the_region_and_nowhere_else() -> None:
    for division in ("520201", "520204", "520281", "520221"):
        assert PACK.figures("living_aid", ON, division=division)["dibao_line"] == 70_000
    with pytest.raises(NotInForceError):
        PACK.figures("living_aid", ON, division="450100")


ORDINARY = (
    RouteStep("investigation", "grassroots", 10),
    RouteStep("review", "county", 10),
    RouteStep("approval", "city", 10),
)
PROVINCE = RouteStep("approval", "province", 15)
NATION = RouteStep("approval", "nation", 20)


@pytest.mark.parametrize(
    ("asked", "further"),
    [
        (0, ()),
        (1_999_999, ()),
        (2_000_000, (PROVINCE,)),
        (4_999_999, (PROVINCE,)),
        (5_000_000, (PROVINCE, NATION)),
        (10**12, (PROVINCE, NATION)),
    ],
)
def test_medical_relief_goes_as_high_as_the_amount_asks(
    asked: int, further: tuple[RouteStep, ...]
) -> None:
    assert PACK.route("medical_relief", asked) == (*ORDINARY, *further)


@pytest.mark.parametrize("programme", ["living_aid", "golden_autumn", "temporary_relief"])
def test_everything_else_ends_in_the_city(programme: str) -> None:
    assert PACK.route(programme, 10**12) == ORDINARY


def test_unknown_programmes_have_neither_route_nor_figures() -> None:
    with pytest.raises(NotFoundError):
        PACK.route("space_travel", 0)
    with pytest.raises(NotFoundError):
        PACK.figures("space_travel", ON)


def test_only_deep_hardship_allows_several_items() -> None:
    allowed = {category.code: PACK.several_items(category.code) for category in PACK.categories}
    assert allowed == {"deep": True, "relative": False, "accidental": False}
    assert PACK.several_items("none") is False


def test_categories_are_named_in_both_languages() -> None:
    assert PACK.category("deep").name.zh == "深度困难"
    assert PACK.category("accidental").name.en == "accidental hardship"
    with pytest.raises(NotFoundError):
        PACK.category("rich")


def test_the_notice_takes_five_working_days() -> None:
    assert {PACK.notice_days(programme) for programme in PACK.programmes} == {5}


def test_the_example_tree_has_the_units_the_sample_files_name() -> None:
    units = PACK.unit_names()
    for name in (
        "水城区总工会/双水街道工会", "盘州市总工会/红果街道工会", "钟山区总工会/荷城街道工会",
    ):  # fmt: skip
        assert units[name].level == "township"
        assert units[name.partition("/")[0]].level == "county"
    assert {unit.level for unit in units.values()} == {"county", "township", "grassroots"}
