"""A tolerance to be tried out: the counties that would come to lie within it, or out of it."""

from __future__ import annotations

import datetime as dt

import pytest

from core.errors import ForbiddenError, InvalidError
from core.simulation.outcome import Outcome
from core.simulation.parameters import read_assumptions
from core.simulation.service import simulate
from core.simulation.telling import as_data
from core.simulation.tolerance import split_tolerance
from core.tenancy import TenantView
from tests.core.supervision.guangxi import CHENGZHONG, QINGXIU, XINGNING, Region
from tests.core.supervision.test_wrong_payments_counted import make_wrong, region
from tests.factories import acting, hire

__all__ = ["region"]

ON = dt.date(2019, 6, 28)


def tried(region: Region, subject: TenantView, *texts: str) -> list[Outcome]:
    with region.installation.system(subject) as ctx:
        return simulate(ctx, subject, ON, read_assumptions(texts))


def test_counties_come_within_a_wider_tolerance_and_fall_out_of_a_narrower(region: Region) -> None:
    make_wrong(region, region.nanning, QINGXIU, 21, recovered=21)
    make_wrong(region, region.nanning, XINGNING, 1, recovered=1)
    make_wrong(region, region.liuzhou, CHENGZHONG, 1, recovered=0)
    [wider] = tried(region, region.nanning, "tolerance_percent=3")
    assert [tuple(one) for one in wider.tolerance] == [
        ("青秀区总工会", 1000, 21, 21, False, True),
        ("兴宁区总工会", 50, 1, 1, True, True),
    ]
    [narrower] = tried(region, region.nanning, "tolerance_percent=1")
    assert [(one.before, one.after) for one in narrower.tolerance] == [
        (False, False),
        (True, False),
    ]
    cities = tried(region, region.province, "tolerance_percent=100")
    told = as_data(cities)["federations"]
    assert [row for one in told for row in one["tolerance"] if one["federation"] == "liuzhou"] == [
        {"county": "城中区总工会", "cases": 49, "wrong": 1, "recovered": 0, "before": False,
         "after": False},
    ]  # fmt: skip


def test_it_is_for_those_who_simulate_all_counties(region: Region) -> None:
    """A county's approver simulates his own files, and learns nothing of other counties."""
    texts = ["dibao_line=700.00", "tolerance_percent=3"]
    someone = hire(region.installation, region.nanning, "approver", unit=XINGNING)
    with acting(region.installation, region.nanning, someone) as ctx:
        [own] = simulate(ctx, region.nanning, ON, read_assumptions(texts[:1]))
        assert own.tolerance == []
        with pytest.raises(ForbiddenError, match="over all counties"):
            simulate(ctx, region.nanning, ON, read_assumptions(texts))
    whole = hire(region.installation, region.nanning, "approver")
    with acting(region.installation, region.nanning, whole) as ctx:
        [all_of_it] = simulate(ctx, region.nanning, ON, read_assumptions(texts))
        assert len(all_of_it.tolerance) == 2


def test_without_it_nothing_is_compared(region: Region) -> None:
    assert all(one.tolerance == [] for one in tried(region, region.nanning, "dibao_line=700.00"))


@pytest.mark.parametrize("value", ["101", "2.5", "-1", "many", "²"])
def test_a_tolerance_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(InvalidError) as caught:
        split_tolerance(read_assumptions([f"tolerance_percent={value}"]))
    assert "from 0 to 100" in str(caught.value)
    assert caught.value.remedy


def test_it_is_taken_out_of_the_figures_of_rules() -> None:
    figures, percent = split_tolerance(
        read_assumptions(["dibao_line=750.00", "tolerance_percent=5"])
    )
    assert ([str(one) for one in figures], percent) == (["dibao_line=750.00"], 5)
