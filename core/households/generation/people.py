"""Families for made-up households: who lives in them, how old they are, what they do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rng = np.random.Generator
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Days = NDArray[np.datetime64]
Words = NDArray[np.object_]

_YEAR = 365.2425
_SIZES, _SIZE_SHARES = np.arange(1, 7), [0.07, 0.21, 0.31, 0.24, 0.12, 0.05]
_MARRIED_SHARE, _PARENT_SHARE = 0.62, 0.35
_HEAD_AGES = (26.0, 59.5)
SCHOOL_AGE, JUNIOR_AGE, SENIOR_AGE, STUDY_AGE, ADULT_AGE = 6, 12, 15, 18, 22
_VOCATIONAL_SHARE, _STUDY_SHARE, _COLLEGE_SHARE = 0.5, 0.7, 0.55


@dataclass(frozen=True)
class Heads:
    """The heads of households: sex, date of birth, and how many live in the household."""

    male: Flags
    birth: Days
    size: Integers
    married: Flags
    children: Integers


@dataclass(frozen=True)
class Members:
    """The others: `household` is the index of their household."""

    household: Integers
    relation: Words
    male: Flags
    birth: Days
    occupation: Words
    stage: Words
    enrolled: Integers


def draw_heads(count: int, on: dt.date, rng: Rng, sizes: Integers | None = None) -> Heads:
    """Return so many heads of households as they are on a day, of households of given sizes."""
    drawn = rng.choice(_SIZES, count, p=_SIZE_SHARES).astype(np.int64)
    size = drawn if sizes is None else sizes
    married = (size > 1) & (rng.random(count) < _MARRIED_SHARE)
    rest = size - 1 - married
    parents = np.minimum(rng.binomial(rest, _PARENT_SHARE), 2)
    birth = _born(np.datetime64(on, "D"), rng.uniform(*_HEAD_AGES, count))
    return Heads(rng.random(count) < 0.5, birth, size, married, rest - parents)


def draw_members(heads: Heads, on: dt.date, rng: Rng) -> Members:
    """Return the other people of the households, spouses first, then children, then parents."""
    others = heads.size - 1
    household = np.repeat(np.arange(len(others)), others)
    place = np.arange(len(household)) - np.repeat(np.cumsum(others) - others, others)
    spouse = place < heads.married[household]
    child = ~spouse & (place < (heads.married + heads.children)[household])
    relation = np.select([spouse, child], ["spouse", "child"], "parent").astype(object)
    male = np.where(spouse, ~heads.male[household], rng.random(len(household)) < 0.5)
    birth = _births(heads.birth[household], spouse, child, np.datetime64(on, "D"), rng)
    age = ((np.datetime64(on, "D") - birth).astype(np.int64) / _YEAR).astype(np.int64)
    occupation, stage = _occupations(relation, age, rng)
    enrolled = _enrolled(stage, age, on)
    return Members(household, relation, male, birth, occupation, stage, enrolled)


def _born(day: Days | np.datetime64, years: NDArray[np.float64]) -> Days:
    return np.asarray(day - (years * _YEAR).astype("timedelta64[D]"))


def _births(head: Days, spouse: Flags, child: Flags, on: np.datetime64, rng: Rng) -> Days:
    count = len(head)
    as_child = np.minimum(
        _born(head, -rng.uniform(21, 33, count)), _born(on, rng.uniform(0.1, 5.5, count))
    )
    as_parent = _born(head, rng.uniform(20, 33, count))
    as_spouse = _born(head, rng.uniform(-4, 4, count))
    return np.where(spouse, as_spouse, np.where(child, as_child, as_parent))


def _occupations(relation: Words, age: Integers, rng: Rng) -> tuple[Words, Words]:
    count = len(age)
    working = rng.choice(
        ["employed", "farmer", "unemployed", "flexible"], count, p=[0.36, 0.28, 0.3, 0.06]
    )
    child = relation == "child"
    studying = (
        child
        & (age >= SCHOOL_AGE)
        & ((age < STUDY_AGE) | ((age < ADULT_AGE) & (rng.random(count) < _STUDY_SHARE)))
    )
    retired = (relation == "parent") & (rng.random(count) < 0.75)
    occupation = np.select(
        [child & (age < SCHOOL_AGE), studying, retired],
        ["preschool", "student", "retired"],
        working,
    ).astype(object)
    senior = np.where(rng.random(count) < _VOCATIONAL_SHARE, "vocational", "senior_high")
    higher = np.where(rng.random(count) < _COLLEGE_SHARE, "college", "undergraduate")
    stage = np.select(
        [age < JUNIOR_AGE, age < SENIOR_AGE, age < STUDY_AGE],
        ["primary", "junior_high", senior],
        higher,
    )
    return occupation, np.where(studying, stage, "").astype(object)


def _enrolled(stage: Words, age: Integers, on: dt.date) -> Integers:
    """Return the year people entered their school, 0 for those at none."""
    begin = {
        "primary": SCHOOL_AGE,
        "junior_high": JUNIOR_AGE,
        "senior_high": SENIOR_AGE,
        "vocational": SENIOR_AGE,
        "college": STUDY_AGE,
        "undergraduate": STUDY_AGE,
    }
    entry = np.array([begin.get(name, 0) for name in stage], dtype=np.int64)
    # The school year begins in September; before it, this year's entrants came a year ago.
    latest = on.year if on.month >= 9 else on.year - 1
    return np.where(entry > 0, np.minimum(latest, on.year - age + entry), 0)
