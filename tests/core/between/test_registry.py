"""Caps over programmes held against a whole registry: in a simulation, and without a tenant."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from bangfu_sdk import UNLIMITED

from core.between.registry import cap_registry, find_caps, read_cap
from core.catalogue import Catalogue
from core.judging import assess_registry, judge_registry
from core.money import parse_yuan as yuan
from core.policies import Policies
from core.simulation.outcome import AFTER, BEFORE, Outcome
from core.simulation.parameters import read_assumptions
from core.simulation.service import simulate
from tests.factories import C1, SPOUSE, STUDENT
from tests.office import Office

ON = dt.date(2023, 6, 30)


@pytest.fixture(scope="module")
def simulated(staffed: Office) -> Outcome:
    """What 9,000.00 for the two together in place of 10,000.00 would do to three households."""
    for relatives in ((SPOUSE, STUDENT, STUDENT), (SPOUSE, STUDENT, STUDENT), (SPOUSE,) * 3):
        staffed.file(relatives=relatives, statement=C1)
    with staffed.system() as ctx:
        (found,) = simulate(ctx, staffed.city, ON, read_assumptions(["family_year.deep=9000"]))
    return found


@pytest.mark.parametrize(
    ("programme", "side", "households", "most"),
    [("living_aid", BEFORE, 3, "25200"), ("living_aid", AFTER, 3, "25200"),
     ("golden_autumn", BEFORE, 2, "3200"), ("golden_autumn", AFTER, 2, "1200")],
)  # fmt: skip
def test_what_one_programme_gives_leaves_less_for_the_next(
    simulated: Outcome, programme: str, side: int, households: int, most: str
) -> None:
    (cost,) = [one for one in simulated.costs if one.programme == programme]
    deep = simulated.labels.index("deep")
    assert cost.households[:, side, deep].sum() == households
    assert cost.maximum[:, side, deep].sum() == yuan(most)


def test_a_registry_without_a_tenant_is_held_to_the_caps_too() -> None:
    catalogue = Catalogue.load()
    pack, on = Policies.load(catalogue=catalogue).pack("guangxi"), dt.date(2019, 6, 30)
    money = ("income", "disability", "loss", "compensation", "income_month_1", "income_month_2",
             "income_month_3")  # fmt: skip
    facts = {name: np.zeros(3, np.int64) for name in money} | {
        "members": np.ones(3, np.int64), "still_difficult": np.ones(3, np.bool_),
        "special_hardship": np.ones(3, np.bool_), "property_fits": np.ones(3, np.bool_),
        "illness": yuan("1") * np.array([90_000, 50_000, 49_999]),
    }  # fmt: skip
    judged = judge_registry(catalogue, pack, facts, on)
    facts |= {"category": judged.category}
    name = "case_by_case_relief"
    granted = assess_registry(catalogue, pack, name, facts, on)
    capped = cap_registry(pack, name, on, judged, granted)
    assert [*capped.maximum] == [yuan("50000"), yuan("50000"), yuan("49999")]
    assert [*capped.eligible] == [True] * 3
    assert cap_registry(pack, "medical_premium", on, judged, granted) is granted
    assert find_caps(pack, name, on)[0].code == "case_by_case_a_year"


def test_a_cap_by_category_is_read_by_label_and_a_twelfth_for_a_month(staffed: Office) -> None:
    pack = staffed.installation.policies.pack("city_2023")
    rule, figures = pack.between[0], pack.caps_in_force(ON)
    labels = ("deep", "relative", "none")
    assert [*read_cap(rule, figures, labels, "one_off")] == [1_000_000, 500_000, UNLIMITED]
    assert [*read_cap(rule, figures, labels, "monthly")] == [83_333, 41_666, UNLIMITED]
