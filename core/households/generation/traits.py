"""What else a file says of made-up heads: work, health, housing, causes, fitting the figures."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.households.generation.figures import Figures
from core.households.generation.people import Heads, Members

Rng = np.random.Generator
Flags = NDArray[np.bool_]
Words = NDArray[np.object_]

_FURTHER_CAUSES = 3
_EARNING = ("employed", "flexible", "farmer")


def describe_heads(
    heads: Heads, members: Members, working: Flags, figures: Figures, rng: Rng
) -> dict[str, Any]:
    """Return the columns of codes of the households."""
    count = len(working)
    disabled = figures.disability > 0
    ill = (figures.illness > 0) & ~disabled & (rng.random(count) < 0.6)
    well = _draw(rng, count, healthy=0.5, fair=0.4, weak=0.1)
    earning = np.isin(members.occupation, _EARNING)
    with_earner = np.bincount(members.household, earning, count) > 0
    return {
        "sex": _pick(heads.male, "male", "female"),
        "ethnicity": _draw(rng, count, han=0.64, yi=0.12, hui=0.08, miao=0.08, buyei=0.08),
        "political_status": _draw(rng, count, masses=0.7, party_member=0.28, youth_league=0.02),
        "health": np.select([disabled, ill], ["disabled", "serious_illness"], well).tolist(),
        "disability_kind": _where(disabled, _draw(
            rng, count, physical=0.4, sight=0.15, hearing=0.15, intellectual=0.15, mental=0.15)),
        "disability_grade": _where(disabled, _draw(
            rng, count, grade_1=0.2, grade_2=0.25, grade_3=0.3, grade_4=0.25)),
        "work_status": np.where(working, _draw(rng, count, employed=0.9, flexible=0.1), _draw(
            rng, count, laid_off=0.3, unemployed=0.26, internally_retired=0.2, retired_ill=0.2,
            retired=0.04)).tolist(),
        "model_worker": _draw(rng, count, none=0.985, city=0.01, provincial=0.005),
        "marital_status": np.where(heads.married, "married", _draw(
            rng, count, divorced=0.4, widowed=0.25, single=0.35)).tolist(),
        "registration_kind": _draw(rng, count, urban=0.55, rural=0.45),
        "housing_kind": _draw(rng, count, owned=0.36, rented=0.18, public_rental=0.2,
                              borrowed=0.12, none=0.07, dangerous=0.07),
        "housing_area_centi": (rng.integers(18, 121, count) * 100).tolist(),
        "single_parent": (~heads.married & (heads.children > 0)).tolist(),
        "member_count": heads.size.tolist(),
        "medical_insurance": _draw(rng, count, employee=0.42, resident=0.5, none=0.08),
        "zero_employment": (~working & ~with_earner).tolist(),
        **_name_causes(figures, working),
    }  # fmt: skip


def describe_members(
    members: Members, figures: Figures, working: Flags, rng: Rng
) -> dict[str, Any]:
    """Return the columns of codes of the members, and what those earn who earn."""
    count = len(members.household)
    earning = np.isin(members.occupation, _EARNING)
    earners = np.bincount(members.household, earning, len(working)) + working
    month = figures.income // 12 // np.maximum(earners, 1).astype(np.int64)
    ill = (figures.illness > 0)[members.household] & (rng.random(count) < 0.3)
    return {
        "relation": members.relation.tolist(),
        "sex": _pick(members.male, "male", "female"),
        "health": np.where(
            ill, "serious_illness", _draw(rng, count, healthy=0.8, fair=0.2)
        ).tolist(),
        "monthly_income": np.where(earning, month[members.household], 0),
        "occupation": members.occupation.tolist(),
        "education_stage": members.stage.tolist(),
        "enrolment_year": [year or None for year in members.enrolled.tolist()],
    }


def _name_causes(figures: Figures, working: Flags) -> dict[str, Any]:
    weights = {
        "major_illness": figures.illness,
        "schooling": figures.schooling,
        "no_capacity": figures.disability,
        "accident": figures.loss,
        "laid_off": np.where(working, 0, 1),
    }
    names, table = list(weights), np.column_stack(list(weights.values()))
    order = np.argsort(-table, axis=1, kind="stable").tolist()
    present = (table > 0).tolist()
    ranked = [
        [names[i] for i in places if has[i]] for places, has in zip(order, present, strict=True)
    ]
    return {
        "main_cause": [causes[0] if causes else "other" for causes in ranked],
        "further_causes": [tuple(causes[1 : _FURTHER_CAUSES + 1]) for causes in ranked],
    }


def _draw(rng: Rng, count: int, **shares: float) -> list[str]:
    words = np.array(list(shares), dtype=object)
    drawn: list[str] = rng.choice(words, count, p=list(shares.values())).tolist()
    return drawn


def _pick(flags: Flags, yes: str, no: str) -> list[str]:
    return [yes if flag else no for flag in flags.tolist()]


def _where(flags: Flags, words: list[str]) -> list[str]:
    return [word if flag else "" for flag, word in zip(flags.tolist(), words, strict=True)]
