"""Judging a workbook: what fails for one programme leaves the others standing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.catalogue import Catalogue
from core.errors import UnavailableError
from core.households.verdicts import judge_workbook, read_facts
from core.households.workbook.reading import Workbook, read_workbook
from core.policies import Policies

ON = dt.date(2023, 6, 30)
SAMPLE = Path(__file__).resolve().parents[2] / "data" / "困难职工档案.xlsx"
CATALOGUE = Catalogue.load()
PACK = Policies.load(catalogue=CATALOGUE).pack("city_2023")


@pytest.fixture(scope="module")
def workbook() -> Workbook:
    return read_workbook(SAMPLE, today=dt.date(2023, 7, 1), units=PACK.unit_names())


def fail(*_: Any) -> None:
    raise RuntimeError("out of order")


def test_every_good_household_gets_its_verdict(workbook: Workbook) -> None:
    verdicts = judge_workbook(workbook, CATALOGUE, PACK, ON)
    told = list(verdicts)
    assert [one.file_number for one in told] == workbook.households["file_number"]
    assert sum(verdicts.counts().values()) == len(told) == 300
    assert verdicts.unavailable == {}
    (first, *_rest) = told
    assert (first.category, first.ranges["living_aid"]) == ("deep", (560_000, 840_000))
    assert first.reasons[0]["code"] == "deep"


def test_students_are_counted_by_household(workbook: Workbook) -> None:
    """The second household of the sample has two children at school."""
    assert read_facts(workbook)["students"][:2].tolist() == [0, 2]


def test_a_programme_out_of_order_is_named_and_the_rest_is_judged(
    workbook: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = Catalogue.load()
    monkeypatch.setattr(type(catalogue.rule("medical_relief")), "assess", fail)
    verdicts = judge_workbook(workbook, catalogue, PACK, ON)
    assert list(verdicts.unavailable) == ["medical_relief"]
    assert "out of order" in str(verdicts.unavailable["medical_relief"])
    first = next(iter(verdicts))
    assert "medical_relief" not in first.ranges
    assert first.ranges["living_aid"] == (560_000, 840_000)


def test_without_identification_nothing_is_judged(
    workbook: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = Catalogue.load()
    monkeypatch.setattr(type(catalogue.rule("worker_hardship")), "identify", fail)
    with pytest.raises(UnavailableError, match="out of order"):
        judge_workbook(workbook, catalogue, PACK, ON)


def test_a_file_without_a_good_household_has_no_verdicts() -> None:
    verdicts = judge_workbook(Workbook(), CATALOGUE, PACK, ON)
    assert list(verdicts) == []
    assert set(verdicts.counts().values()) == {0}


def test_without_members_nobody_is_taken_for_having_no_student(workbook: Workbook) -> None:
    """A CSV of households alone does not name the students, so education aid stays open."""
    verdicts = judge_workbook(replace(workbook, members={}), CATALOGUE, PACK, ON)
    assert list(verdicts.unavailable) == ["golden_autumn"]
    assert set(next(iter(verdicts)).ranges) == set(PACK.programmes) - {"golden_autumn"}
