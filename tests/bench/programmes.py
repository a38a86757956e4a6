"""100,000 applications to each programme against the same rule in plain numpy, by CPU time.

Ours checks the bounds of all facts, limits the items of a year and can tell every row its steps
and reasons; flags nobody looks at are not computed until somebody does. Numpy computes the answer
alone.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from core.catalogue import Catalogue
from core.judging import assess_registry, settle_claims
from core.policies import Policies
from core.runs import RegistryAssessed
from tests.bench import plain
from tests.bench.applications import APPLICATIONS, Drawing, Drawn
from tests.bench.plain import Answer, Plain
from tests.bench.timing import Comparison, compare

AIM, ROUNDS = 0.5, 41
ON, PENSION_ON = dt.date(2023, 6, 30), dt.date(2019, 6, 30)
STAGE_AID = (
    "preschool_fee_waiver", "boarding_subsidy", "senior_high_grant", "senior_high_fee_waiver",
    "vocational_tuition_waiver", "vocational_grant", "university_entrance_aid", "university_grant",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A programme of a region on a day, the same rule in numpy, and facts of applications.

    `kinds` are the steps that say who is referred for what; one that gives money has none.
    """

    pack: str
    rule: Plain
    facts: Drawn
    on: dt.date = ON
    kinds: tuple[str, ...] | None = None

    @property
    def compared(self) -> str:
        """What both sides find, and must agree on."""
        if self.kinds is None:
            return "least and most, fen"
        which = f", for which of {len(self.kinds)}" if self.kinds else ""
        return f"who is eligible{which}"

    def answer(self, found: RegistryAssessed) -> Answer:
        """Return the columns that are compared."""
        if self.kinds is None:
            return found.minimum, found.maximum
        steps: dict[str, Any] = {step.name: step.result for step in found.trace.steps}
        return found.eligible, *(steps[kind].values for kind in self.kinds)


def list_cases() -> list[Case]:
    """Return a case for every programme there is."""
    city, province = Drawing(7).city(), Drawing(9).province()
    return [
        Case("city_2023", plain.living_aid, city),
        Case("city_2023", plain.medical_relief, city),
        Case("city_2023", plain.golden_autumn, city),
        Case("city_2023", plain.temporary_relief, city),
        Case("baotou", plain.rent_subsidy, city),
        Case("baotou", plain.in_kind_lease, city, kinds=()),
        Case("xpcc", plain.warmth_visit, Drawing(10).visits()),
        Case("guangxi", plain.case_by_case_relief, province),
        Case("guangxi", plain.medical_premium, province),
        Case("guangxi", plain.pension_premium, province, PENSION_ON),
        Case("guangxi", plain.education_support, province, kinds=STAGE_AID),
        Case("guangxi", plain.employment_support, province, kinds=plain.WISHES),
    ]


def measure() -> list[Comparison]:
    """Return the rate of each programme relative to plain numpy; both must agree to the fen."""
    catalogue, policies = Catalogue.load(), Policies.load()

    def assess(case: Case) -> Answer:
        pack, name = policies.pack(case.pack), case.rule.__name__
        return case.answer(assess_registry(catalogue, pack, name, case.facts, case.on))

    claims, scheme = Drawing(8).claims(), policies.pack("liupanshui")

    def settle() -> Answer:
        return (settle_claims(catalogue, scheme, claims, plain.CLAIMED_ON).benefit,)

    compared = [
        _compare(case.rule, case.facts, partial(assess, case), case.compared)
        for case in list_cases()
    ]
    return [*compared, _compare(plain.medical_mutual_aid, claims, settle, "the benefit, fen")]


def _compare(rule: Plain, facts: Drawn, ours: Callable[[], Answer], what: str) -> Comparison:
    for mine, theirs in zip(ours(), rule(facts), strict=True):
        if not np.array_equal(mine, theirs):
            raise AssertionError(f"{rule.__name__}: the programme and plain numpy disagree")
    times = compare(ours, lambda: rule(facts), rounds=ROUNDS, clock=time.thread_time)
    rate = f"{APPLICATIONS / times[0]:,.0f} applications/s: {what}"
    return Comparison(rule.__name__, "plain numpy int64, CPU time", *times, AIM, "rate", rate)
