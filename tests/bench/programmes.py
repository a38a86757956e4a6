"""100,000 applications to each programme, their explanations kept, against the rule in numpy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from bangfu_sdk import Choice

from core.catalogue import Catalogue
from core.judging import assess_registry, settle_claims
from core.policies import Policies
from tests.bench.timing import Comparison, compare

APPLICATIONS = 100_000
ON, CLAIMED_ON = dt.date(2023, 6, 30), dt.date(2017, 6, 30)
AIM = 0.5
CATEGORIES = ("deep", "relative", "accidental", "none")
DEEP, RELATIVE, ACCIDENTAL = range(3)
Amounts = npt.NDArray[np.int64]
Plain = Callable[[Mapping[str, Any]], tuple[Amounts, Amounts]]


def measure() -> list[Comparison]:
    """Return the rate of each programme relative to plain numpy; both must agree to the fen."""
    catalogue, policies = Catalogue.load(), Policies.load()
    facts, pack = draw_applications(np.random.default_rng(7)), policies.pack("city_2023")

    def assess(name: str) -> tuple[Amounts, Amounts]:
        assessed = assess_registry(catalogue, pack, name, facts, ON)
        return assessed.minimum, assessed.maximum

    compared = [
        _compare(name, plain, facts, partial(assess, name)) for name, plain in PLAIN.items()
    ]
    claims, scheme = draw_claims(np.random.default_rng(8)), policies.pack("liupanshui")

    def settle() -> tuple[Amounts, Amounts]:
        return _twice(settle_claims(catalogue, scheme, claims, CLAIMED_ON).benefit)

    return [*compared, _compare("medical_mutual_aid", settle_plainly, claims, settle)]


def draw_applications(draw: np.random.Generator) -> dict[str, Any]:
    """Return facts of applications, spread so that every category and cap occurs."""

    def some(share: float, high: int) -> Amounts:
        return draw.integers(0, high, APPLICATIONS) * (draw.random(APPLICATIONS) < share)

    codes = draw.integers(0, len(CATEGORIES), APPLICATIONS).astype(np.uint8)
    return {
        "category": Choice(codes, CATEGORIES), "earlier_aid": some(0.1, 800_000),
        "earlier_items": some(0.1, 3), "self_paid": some(0.8, 6_000_000),
        "mutual_aid": some(0.2, 500_000), "students": draw.integers(0, 3, APPLICATIONS),
        "other_aid": some(0.1, 300_000), "loss": some(0.6, 9_000_000),
        "compensation": some(0.2, 2_000_000),
    }  # fmt: skip


def draw_claims(draw: np.random.Generator) -> dict[str, Any]:
    """Return facts of claims on mutual aid, in every band and beyond every cap."""
    flags = draw.random((2, APPLICATIONS)) < 0.1
    return {
        "in_policy": draw.integers(0, 8_000_000, APPLICATIONS),
        "out_of_policy": draw.integers(0, 2_000_000, APPLICATIONS),
        "days": draw.integers(1, 90, APPLICATIONS), "listed_illness": flags[0],
        "listed_before": flags[1], "days_covered": draw.integers(0, 365, APPLICATIONS),
        "earlier_benefit": draw.integers(0, 4_000_000, APPLICATIONS),
    }  # fmt: skip


def _compare(
    name: str,
    plain: Plain,
    facts: Mapping[str, Any],
    ours: Callable[[], tuple[Amounts, Amounts]],
) -> Comparison:
    for mine, theirs in zip(ours(), plain(facts), strict=True):
        if not np.array_equal(mine, theirs):
            raise AssertionError(f"{name}: the programme and plain numpy disagree")
    times = compare(ours, lambda: plain(facts))
    rate = f"{APPLICATIONS / times[0]:,.0f} applications/s"
    return Comparison(name, "plain numpy int64", *times, AIM, "rate", rate)


def _twice(amounts: Amounts) -> tuple[Amounts, Amounts]:
    return amounts, amounts


def _free(facts: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
    """Say who may be given a further item: the deep, and whoever had none."""
    had = (facts["earlier_aid"] > 0) | (facts["earlier_items"] > 0)
    return ~had | (facts["category"].codes == DEEP)  # type: ignore[no-any-return]


def living_plainly(facts: Mapping[str, Any]) -> tuple[Amounts, Amounts]:
    """8 to 12 months of 700 yuan; 80 % of it in hundreds for the relative."""
    free, codes = _free(facts), facts["category"].codes
    least = np.array([560_000, 450_000, 0, 0])[codes] * free
    return least, np.array([840_000, 670_000, 0, 0])[codes] * free


def medical_plainly(facts: Mapping[str, Any]) -> tuple[Amounts, Amounts]:
    """The self-paid part less mutual aid; 80 % in hundreds, up to 16,000, for the relative."""
    codes = facts["category"].codes
    paid = np.maximum(facts["self_paid"] - facts["mutual_aid"], 0)
    relative = np.minimum(np.minimum((paid * 80 + 500_000) // 1_000_000 * 10_000, paid), 1_600_000)
    most = np.where(codes == DEEP, paid, np.where(codes == RELATIVE, relative, 0)) * _free(facts)
    return np.zeros_like(most), most


def education_plainly(facts: Mapping[str, Any]) -> tuple[Amounts, Amounts]:
    """10 months for a student; 80 % of it in hundreds for the relative."""
    most = np.array([700_000, 560_000, 0, 0])[facts["category"].codes]
    most = most * (facts["students"] > 0) * _free(facts)
    return np.zeros_like(most), most


def accident_plainly(facts: Mapping[str, Any]) -> tuple[Amounts, Amounts]:
    """15 % of the loss after compensation, half up to the fen, up to 10,000."""
    borne = np.maximum(facts["loss"] - facts["compensation"], 0)
    given = np.minimum((borne * 15 + 50) // 100, 1_000_000)
    given = given * (facts["category"].codes == ACCIDENTAL) * _free(facts)
    return given, given


def settle_plainly(facts: Mapping[str, Any]) -> tuple[Amounts, Amounts]:
    """Shares by bands above the deductible, lump sum and allowance, within both caps."""
    figures = FIGURES
    first, second = figures["band_1_to"], figures["band_2_to"]
    above = np.maximum(facts["in_policy"] - figures["deductible"], 0)
    parts = (np.minimum(above, first), np.clip(above, first, second) - first,
             np.maximum(above - second, 0))  # fmt: skip
    weighed = sum(part * figures[f"band_{band}_share"] for band, part in enumerate(parts, 1))
    outside = (facts["out_of_policy"] * figures["out_of_policy_share"] + 50) // 100
    shares = np.minimum((weighed + 50) // 100 + outside, figures["claim_cap"])
    lump = figures["lump_sum"] * (facts["listed_illness"] & ~facts["listed_before"])
    allowance = np.minimum(facts["days"], figures["allowance_days"]) * figures["day_allowance"]
    left = np.maximum(figures["period_cap"] - facts["earlier_benefit"], 0)
    waited = facts["days_covered"] >= figures["waiting_days"]
    return _twice(np.minimum(shares + lump + allowance, left) * waited)


FIGURES = Policies.load().pack("liupanshui").figures("medical_mutual_aid", CLAIMED_ON)
PLAIN: dict[str, Plain] = {
    "living_aid": living_plainly, "medical_relief": medical_plainly,
    "golden_autumn": education_plainly, "temporary_relief": accident_plainly,
}  # fmt: skip
