"""The rules of the programmes in plain numpy: nothing but the answer is computed, nothing kept.

Written for the figures of one region each, the way somebody would who needs the sums and no more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from core.policies import Policies

Amounts: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Answer: TypeAlias = tuple[npt.NDArray[Any], ...]
Plain: TypeAlias = Callable[[Mapping[str, Any]], Answer]

CATEGORIES = ("deep", "relative", "accidental", "none")
DEEP, RELATIVE, ACCIDENTAL, _NONE = range(4)
VISITED = ("deep", "relative", "accidental", "listed", "none")
CLASSES = ("special_hardship", "orphan", "dibao", "low_income", "none")
SPECIAL, ORPHAN, DIBAO, LOW_INCOME, NO_CLASS = range(5)
NO_STAGE, PRESCHOOL, PRIMARY, JUNIOR, SENIOR, VOCATIONAL, COLLEGE, UNDERGRADUATE = range(8)
WISHES = ("training", "startup_loan", "welfare_post", "job_placement")
NO_WISH = 0
CLAIMED_ON = dt.date(2017, 6, 30)
SCHEME = Policies.load().pack("liupanshui").figures("medical_mutual_aid", CLAIMED_ON)


def _free(facts: Mapping[str, Any]) -> Flags:
    """Say who may be given a further item in city_2023: the deep, and whoever had none."""
    had = (facts["earlier_aid"] > 0) | (facts["earlier_items"] > 0)
    return ~had | (facts["category"].codes == DEEP)  # type: ignore[no-any-return]


def living_aid(facts: Mapping[str, Any]) -> Answer:
    """8 to 12 months of 700 yuan; 80 % of it in hundreds for the relative."""
    free, codes = _free(facts), facts["category"].codes
    least = np.array([560_000, 450_000, 0, 0])[codes] * free
    return least, np.array([840_000, 670_000, 0, 0])[codes] * free


def medical_relief(facts: Mapping[str, Any]) -> Answer:
    """The self-paid part less mutual aid; 80 % in hundreds, up to 16,000, for the relative."""
    codes = facts["category"].codes
    paid = np.maximum(facts["self_paid"] - facts["mutual_aid"], 0)
    relative = np.minimum(np.minimum((paid * 80 + 500_000) // 1_000_000 * 10_000, paid), 1_600_000)
    most = np.where(codes == DEEP, paid, np.where(codes == RELATIVE, relative, 0)) * _free(facts)
    return np.zeros_like(most), most


def golden_autumn(facts: Mapping[str, Any]) -> Answer:
    """10 months for a student; 80 % of it in hundreds for the relative."""
    most = np.array([700_000, 560_000, 0, 0])[facts["category"].codes]
    most = most * (facts["students"] > 0) * _free(facts)
    return np.zeros_like(most), most


def temporary_relief(facts: Mapping[str, Any]) -> Answer:
    """15 % of the loss after compensation, half up to the fen, up to 10,000."""
    borne = np.maximum(facts["loss"] - facts["compensation"], 0)
    given = np.minimum((borne * 15 + 50) // 100, 1_000_000)
    given = given * (facts["category"].codes == ACCIDENTAL) * _free(facts)
    return given, given


def case_by_case_relief(facts: Mapping[str, Any]) -> Answer:
    """Up to what is borne after compensation and relief."""
    spent = facts["illness"] + facts["disability"] + facts["old_age"] + facts["loss"]
    borne = np.maximum(spent - facts["compensation"] - facts["relief"], 0)
    may = (facts["category"].codes != NO_CLASS) & facts["still_difficult"]
    most = borne * may
    return np.zeros_like(most), most


def education_support(facts: Mapping[str, Any]) -> Answer:
    """Who is entitled to anything, then each entitlement in turn."""
    codes, stage = facts["category"].codes, facts["stage"].codes
    asks = (codes != NO_CLASS) & (facts["students"] > 0)
    poorest, untold = asks & (codes != LOW_INCOME), stage == NO_STAGE
    compulsory = (stage == PRIMARY) | (stage == JUNIOR)
    senior, vocational = (stage == SENIOR) | untold, (stage == VOCATIONAL) | untold
    university = (stage == COLLEGE) | (stage == UNDERGRADUATE)
    entitlements = (
        ((stage == PRESCHOOL) | untold) & poorest,
        (compulsory & facts["boards"] | untold) & asks,
        senior & asks,
        senior & poorest,
        vocational & asks,
        vocational & poorest,
        (university & facts["new_student"] | untold) & asks,
        (university | untold) & asks,
    )
    return np.logical_or.reduce(entitlements), *entitlements


def medical_premium(facts: Mapping[str, Any]) -> Answer:
    """The whole premium for those in the first two classes and the disabled, else 60 % of it."""
    codes, insured = facts["category"].codes, facts["insured"]
    whole = (codes == SPECIAL) | (codes == ORPHAN)
    full, part = _split(facts, whole, facts["severely_disabled_insured"])
    fits = (insured <= facts["members"]) & (facts["severely_disabled_insured"] <= insured)
    paid = facts["premium"] * full + (facts["premium"] * 60 + 50) // 100 * part
    paid = paid * (fits & (codes != NO_CLASS))
    return paid, paid


def pension_premium(facts: Mapping[str, Any]) -> Answer:
    """100 yuan for the special class and the disabled, 50 for the others in dibao."""
    codes, insured = facts["category"].codes, facts["insured"]
    full, part = _split(facts, codes == SPECIAL, facts["disabled_insured"])
    fits = (insured <= facts["members"]) & (facts["disabled_insured"] <= insured)
    paid = (full * 10_000 + part * (codes == DIBAO) * 5_000) * (fits & (codes != NO_CLASS))
    return paid, paid


def _split(facts: Mapping[str, Any], whole: Flags, disabled: Amounts) -> tuple[Amounts, Amounts]:
    """Return how many of the insured count fully, and the others."""
    insured = facts["insured"]
    full = np.where(whole, insured, np.minimum(disabled, insured))
    return full, insured - full


def warmth_visit(facts: Mapping[str, Any]) -> Answer:
    """Up to 2,000 yuan a year for the deep, 1,000 for the others."""
    most = np.array([200_000, 100_000, 100_000, 100_000, 0])[facts["category"].codes]
    return np.zeros_like(most), most


def rent_subsidy(facts: Mapping[str, Any]) -> Answer:
    """15 m² a head for up to 4, less what it owns, at 15 yuan and a share, up to the rent."""
    codes = facts["category"].codes
    owned = facts["housing_area"] * facts["owns_home"]
    area = np.maximum(np.minimum(facts["members"], 4) * 1500 - owned, 0)
    share = np.array([100, 80, 60, 0])[codes]
    most = np.minimum((area * 1500 * share + 5_000) // 10_000, facts["rent"])
    most = most * _needs_home(facts, owned)
    return np.zeros_like(most), most


def in_kind_lease(facts: Mapping[str, Any]) -> Answer:
    """Who needs a home."""
    return (_needs_home(facts, facts["housing_area"]),)


def _needs_home(facts: Mapping[str, Any], owned: Amounts) -> Flags:
    """Say who has no home, a dangerous one or less than 13 m² a head, and no public rental."""
    needs = ~facts["owns_home"] | facts["dangerous_home"] | (owned < facts["members"] * 1300)
    return needs & ~facts["public_rental"] & (facts["category"].codes != _NONE)  # type: ignore[no-any-return]


def employment_support(facts: Mapping[str, Any]) -> Answer:
    """Who is entitled to what he wishes for, then each thing that can be wished for."""
    wish = facts["wish"].codes
    asks = (facts["category"].codes != NO_CLASS) & (facts["able_unemployed"] > 0)
    return asks, *(((wish == thing) | (wish == NO_WISH)) & asks for thing in range(1, 5))


def medical_mutual_aid(facts: Mapping[str, Any]) -> Answer:
    """Shares by bands above the deductible, lump sum and allowance, within both caps."""
    figures = SCHEME
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
    return (np.minimum(shares + lump + allowance, left) * waited,)
