"""Values as people read them, in both languages."""

from __future__ import annotations

import pytest
from bangfu_sdk import UNLIMITED, Text, Unit, is_compatible, show


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (560_000, Unit.FEN, "5,600.00元", "5,600.00 yuan"),
        (-5, Unit.FEN, "-0.05元", "-0.05 yuan"),
        (UNLIMITED, Unit.FEN, "不设上限", "no limit"),
        (70_000, Unit.FEN_PER_HEAD_MONTH, "每人每月700.00元", "700.00 yuan per head and month"),
        (12, Unit.MONTHS, "12个月", "12 months"),
        (80, Unit.PERCENT, "80%", "80 %"),
        (1_500, Unit.AREA, "15.00平方米", "15.00 m²"),
        (200, Unit.TIMES, "2倍", "2 times"),
        (150, Unit.TIMES, "1.5倍", "1.5 times"),
        (105, Unit.TIMES, "1.05倍", "1.05 times"),
        (100_000, Unit.TIMES, "1,000倍", "1,000 times"),
        (1234, Unit.COUNT, "1,234", "1,234"),
        (True, Unit.FLAG, "是", "yes"),
        (0, Unit.FLAG, "否", "no"),
        ("deep", Unit.CODE, "deep", "deep"),
    ],
)
def test_shows_a_value_with_its_unit(value: int | str, unit: Unit, zh: str, en: str) -> None:
    assert show(value, unit) == Text(zh, en)


def test_every_unit_can_be_shown() -> None:
    for unit in Unit:
        assert show("x" if unit is Unit.CODE else 1, unit).en


def test_fills_placeholders_in_each_language() -> None:
    text = Text("低于{line}", "below {line}")
    assert text.fill({"line": Text("700元", "700 yuan")}) == Text("低于700元", "below 700 yuan")


@pytest.mark.parametrize(
    ("wanted", "offered", "fits"),
    [
        ("1.0", "1.0", True),
        ("1.0", "1.4", True),
        ("1.5", "1.4", False),
        ("2.0", "1.4", False),
        ("1.0", "2.0", False),
    ],
)
def test_a_plugin_runs_with_its_own_major_version_only(
    wanted: str, offered: str, fits: bool
) -> None:
    assert is_compatible(wanted, offered) is fits


@pytest.mark.parametrize("wanted", ["1", "one.two", "", "1.0.0"])
def test_what_is_no_version_is_an_error(wanted: str) -> None:
    with pytest.raises(ValueError, match=r"unpack|invalid literal"):
        is_compatible(wanted)
