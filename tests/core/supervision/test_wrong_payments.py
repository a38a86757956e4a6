"""Wrong payments of a county beyond what its region tolerates: G5, its edges, its figures."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policies import Policies
from core.supervision.standards import Excess, WrongPayments, find_excess

POLICIES = Policies.load()
GUANGXI, CORPS = POLICIES.pack("guangxi"), POLICIES.pack("xpcc")


def found(cases: int, wrong: int, recovered: int) -> Excess:
    excess = find_excess(GUANGXI, WrongPayments(cases, wrong, recovered))
    assert excess is not None
    return excess


def test_g5_twenty_of_a_thousand_all_recovered_are_inside() -> None:
    assert find_excess(GUANGXI, WrongPayments(1000, 20, 20)) is None


def test_g5_twenty_one_of_a_thousand_are_a_finding_though_all_came_back() -> None:
    excess = found(1000, 21, 21)
    assert (excess.paid.wrong, excess.most, excess.percent) == (21, 20, 2)
    assert excess.paid.outstanding == 0


def test_g5_twenty_with_one_not_recovered_are_a_finding() -> None:
    excess = found(1000, 20, 19)
    assert (excess.paid.wrong, excess.most, excess.paid.outstanding) == (20, 20, 1)


def test_a_finding_says_where_the_region_says_so() -> None:
    excess = found(1000, 21, 21)
    assert excess.document == GUANGXI.document
    assert excess.section is not None
    assert excess.section.zh.startswith("六（五）")
    assert "2 %" in excess.section.en


@pytest.mark.parametrize(
    ("cases", "wrong", "recovered", "inside"),
    [
        (0, 0, 0, True),
        (1, 0, 0, True),
        (49, 1, 1, False),
        (50, 1, 1, True),
        (50, 1, 0, False),
        (99, 1, 1, True),
        (99, 2, 2, False),
        (100, 2, 2, True),
        (100, 100, 100, False),
    ],
)
def test_the_edges(cases: int, wrong: int, recovered: int, inside: bool) -> None:
    assert (find_excess(GUANGXI, WrongPayments(cases, wrong, recovered)) is None) is inside


def test_a_region_without_a_tolerance_finds_every_wrong_payment_and_cites_none() -> None:
    excess = find_excess(CORPS, WrongPayments(1000, 1, 1))
    assert excess is not None
    assert (excess.percent, excess.most, excess.section) == (None, 0, None)
    assert find_excess(CORPS, WrongPayments(1000, 0, 0)) is None


@given(st.integers(0, 10**6), st.data(), st.integers(0, 100))
def test_the_share_is_compared_without_rounding(
    cases: int, data: st.DataObject, percent: int
) -> None:
    wrong = data.draw(st.integers(0, cases))
    paid = WrongPayments(cases, wrong, wrong)
    exact = wrong == 0 or Fraction(wrong, cases) <= Fraction(percent, 100)
    assert paid.is_tolerated(percent) is exact
    assert (wrong <= paid.most(percent)) is exact


@pytest.mark.parametrize(
    ("cases", "wrong", "recovered"), [(10, 11, 0), (10, 5, 6), (10, 5, -1), (-1, 0, 0)]
)
def test_counts_that_cannot_be_are_refused(cases: int, wrong: int, recovered: int) -> None:
    with pytest.raises(ValueError, match="recovered are some of the wrong"):
        WrongPayments(cases, wrong, recovered)
