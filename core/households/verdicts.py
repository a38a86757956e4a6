"""Judging a workbook without a tenant: the category, and what each programme would grant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from bangfu_sdk import FACTS, Unit, check_facts

from core.between.registry import cap_registry
from core.catalogue import Catalogue
from core.errors import UnavailableError, _
from core.households.circumstances import FOUND, STATED
from core.households.codes import STUDENT
from core.households.rows import STATEMENT_VALUES
from core.households.workbook.reading import Workbook
from core.judging import RegistryAssessed, RegistryJudged, assess_registry, judge_registry
from core.policies import Pack


@dataclass(frozen=True)
class Verdict:
    """What became of one household; `ranges` are fen from … to by programme."""

    file_number: str
    category: str
    reasons: list[dict[str, str]]
    ranges: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Verdicts:
    """What became of the good households of a workbook, in the order of its sheet.

    `unavailable` are the programmes whose plugin failed, and why; nothing is said for them.
    """

    file_numbers: list[str]
    judged: RegistryJudged
    assessed: Mapping[str, RegistryAssessed]
    unavailable: Mapping[str, UnavailableError]

    def __iter__(self) -> Iterator[Verdict]:
        for row, file_number in enumerate(self.file_numbers):
            ranges = {
                name: (int(granted.minimum[row]), int(granted.maximum[row]))
                for name, granted in self.assessed.items()
            }
            judged = self.judged
            yield Verdict(file_number, judged.label(row), judged.reasons(row), ranges)

    def counts(self) -> dict[str, int]:
        """Return how many households are in each category."""
        found = np.bincount(self.judged.categories, minlength=len(self.judged.labels))
        return dict(zip(self.judged.labels, found.tolist(), strict=True))


def judge_workbook(workbook: Workbook, catalogue: Catalogue, pack: Pack, on: dt.date) -> Verdicts:
    """Return what becomes of every good household of a workbook on a day.

    Raises NotInForceError where the pack has no figures for the day, and UnavailableError where
    the identification fails; a programme that fails is left out and named.
    """
    facts = check_facts(read_facts(workbook))
    judged = judge_registry(catalogue, pack, facts, on)
    facts["category"] = judged.category
    assessed: dict[str, RegistryAssessed] = {}
    unavailable: dict[str, UnavailableError] = {}
    for name in pack.programmes:
        try:
            _check_known(catalogue, name, facts)
            granted = assess_registry(catalogue, pack, name, facts, on)
            assessed[name] = cap_registry(pack, name, on, judged, granted)
        except UnavailableError as error:
            unavailable[name] = error
    numbers = list(workbook.households.get("file_number", ()))
    return Verdicts(numbers, judged, assessed, unavailable)


def read_facts(workbook: Workbook) -> dict[str, Any]:
    """Return the facts of the good households as columns."""
    given = workbook.households
    facts: dict[str, Any] = {
        name: np.asarray(given.get(name, ()), dtype=np.int64)
        for name in STATEMENT_VALUES
        if name != "still_difficult"
    }
    facts["still_difficult"] = np.asarray(given.get("still_difficult", ()), dtype=np.bool_)
    facts["members"] = np.asarray(given.get("member_count", ()), dtype=np.int64)
    facts |= _read_homes(workbook) | _read_circumstances(workbook)
    # A file of households alone does not say who is a student; one without any need not.
    if workbook.members or not workbook.good:
        facts["students"] = _count_students(workbook)
    return facts


def _read_homes(workbook: Workbook) -> dict[str, Any]:
    kinds = np.array(workbook.households.get("housing_kind", ()), dtype=object)
    areas = [area or 0 for area in workbook.households.get("housing_area_centi", ())]
    return {
        "no_home": kinds == "none",
        "dangerous_home": kinds == "dangerous",
        "owns_home": kinds == "owned",
        "public_rental": kinds == "public_rental",
        "housing_area": np.array(areas, dtype=np.int64),
    }


def _read_circumstances(workbook: Workbook) -> dict[str, Any]:
    """Return what the sheet of circumstances says; a household it leaves out has none of them.

    What somebody must have found out is a fact only where it is known of every household.
    """
    said = workbook.circumstances
    facts: dict[str, Any] = {}
    for name in (name for name in STATED if name in said):
        values = list(said[name])
        if name in FOUND and (None in values or len(values) < workbook.good):
            continue
        kind = np.int64 if FACTS[name].unit is Unit.FEN else np.bool_
        facts[name] = np.zeros(workbook.good, dtype=kind)
        facts[name][said["household"]] = values
    return facts


def _check_known(catalogue: Catalogue, programme: str, facts: Mapping[str, Any]) -> None:
    needed = {fact.name for fact in catalogue.programme(programme).facts}
    if "students" in needed and "students" not in facts:
        raise UnavailableError(
            _("“%(name)s” cannot be judged without the members of the households."),
            remedy=_("Judge a workbook that has the sheet 家庭成员 too."),
            name=programme,
        )


def _count_students(workbook: Workbook) -> np.ndarray[Any, Any]:
    members = workbook.members
    studying = (
        owner
        for owner, occupation in zip(
            members.get("household", ()), members.get("occupation", ()), strict=True
        )
        if occupation == STUDENT
    )
    return np.bincount(np.fromiter(studying, dtype=np.int64), minlength=workbook.good)
