"""Guangxi's findings on standards and wrong payments: G1, G2, G5 and their edges."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from core.errors import InvalidError
from core.policies import Policies
from core.supervision.standards import Compared, WrongPayments, find_shortfalls

PACK = Policies.load().pack("guangxi")
NANNING = "450100"
ON = dt.date(2019, 6, 30)


@dataclass
class Own:
    """A standard a city set for itself; its line is that of its identification."""

    name: str
    value: str
    holds_from: dt.date = dt.date(2019, 1, 1)
    programme: str = "standards"
    source: str = "南府规〔2019〕1号"


def own_line(value: str, since: dt.date = dt.date(2019, 1, 1)) -> Own:
    """Return the line a city judges by, as it sets it for itself."""
    return Own("dibao_line", value, since, "urban_classes")


def found(*own: Own, on: dt.date = ON) -> list[Compared]:
    return list(find_shortfalls(PACK, on, own, NANNING))


@pytest.mark.parametrize(
    ("standard", "least"), [("840.00", 84_500), ("844.99", 84_500), ("845.00", None)]
)
def test_g1_a_standard_below_its_share_of_the_line(standard: str, least: int | None) -> None:
    shortfalls = found(Own("special_hardship_standard", standard))
    assert [one.least for one in shortfalls] == ([] if least is None else [least])
    for one in shortfalls:
        assert one.name == "special_hardship_standard"
        assert one.sources[0].document.zh == "南府规〔2019〕1号"
        assert len(one.sources) == 3


@pytest.mark.parametrize(
    ("line", "is_found"), [("640.00", True), ("648.99", True), ("649.00", False), ("650.00", False)]
)
def test_g2_a_line_that_rose_too_little(line: str, is_found: bool) -> None:
    shortfalls = [one for one in found(own_line(line)) if one.name == "dibao_line"]
    assert bool(shortfalls) is is_found
    for one in shortfalls:
        assert (one.value, one.least) == (int(line.replace(".", "")), 64_900)


def test_a_line_of_its_own_raises_what_the_standard_must_be() -> None:
    (one,) = found(own_line("660.00"))
    assert (one.name, one.value, one.least) == ("special_hardship_standard", 84_500, 85_800)


def test_the_line_that_is_found_wanting_is_the_one_households_are_judged_by() -> None:
    line = own_line("640.00")
    assert PACK.figures("urban_classes", ON, [line], NANNING)["dibao_line"] == 64_000
    assert PACK.standards_in_force(ON, [line], NANNING)["dibao_line"] == 64_000
    assert [one.value for one in found(line)] == [64_000]


def test_a_line_set_as_a_standard_alone_is_refused_with_where_to_set_it() -> None:
    for refused in (
        lambda: PACK.check_override("standards", "dibao_line", "640.00"),
        lambda: found(Own("dibao_line", "640.00")),
    ):
        with pytest.raises(InvalidError) as raised:
            refused()
        assert raised.value.remedy.values["programme"] == "urban_classes"
    assert PACK.check_override("urban_classes", "dibao_line", "640.00") == 64_000
    assert PACK.check_override("standards", "special_hardship_standard", "840.00") == 84_000


def test_the_rise_is_that_between_two_lines_of_the_city_s_own() -> None:
    """700.00 after 640.00 is 9.375 %: too little, though above the region's 650.00 by more."""
    lines = (own_line("640.00"), own_line("700.00", dt.date(2020, 1, 1)))
    rise = [one for one in found(*lines, on=dt.date(2020, 6, 30)) if one.name == "dibao_line"]
    assert [(one.value, one.least) for one in rise] == [(70_000, 70_400)]
    assert [source.holds_from.year for source in rise[0].sources] == [2020, 2019, 2019]


def test_a_line_older_than_the_region_s_first_finds_nothing_and_stops_nothing() -> None:
    assert found(own_line("500.00", dt.date(2016, 1, 1)), on=dt.date(2018, 6, 30)) == []


def test_the_regions_own_averages_are_in_order_every_year() -> None:
    assert found(on=dt.date(2019, 1, 1)) == []
    assert found(on=dt.date(2020, 2, 29)) == []


def test_before_the_rise_was_asked_for_none_is_missed() -> None:
    assert found(on=dt.date(2018, 6, 30)) == []


@pytest.mark.parametrize(
    ("cases", "wrong", "recovered", "tolerated"),
    [
        (1000, 20, 20, True), (1000, 21, 21, False), (1000, 20, 19, False), (1000, 0, 0, True),
        (49, 1, 1, False), (50, 1, 1, True), (0, 0, 0, True),
    ],
)  # fmt: skip
def test_g5_wrong_payments_of_a_county(
    cases: int, wrong: int, recovered: int, tolerated: bool
) -> None:
    paid = WrongPayments(cases, wrong, recovered)
    assert paid.is_tolerated(PACK.care.tolerance_percent) is tolerated


def test_where_a_region_tolerates_none_each_is_a_finding() -> None:
    assert not WrongPayments(1000, 1, 1).is_tolerated(None)
    assert WrongPayments(1000, 0, 0).is_tolerated(None)
