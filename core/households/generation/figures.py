"""Income and spending for made-up households, so that every category comes up.

The figures aim at shares of categories like those of real registers; some households are put
exactly on a boundary, where mistakes show.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rng = np.random.Generator
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

DEEP, RELATIVE, ACCIDENTAL, NONE = range(4)
_SHARES = [0.41, 0.335, 0.06, 0.195]
_MONTHS = 12
_ACCIDENT_FEN = 24_000_00
_BOUNDARY_SHARE = 0.01
_ILL_SHARE, _DISABLED_SHARE, _ACCIDENT_SHARE = 0.48, 0.15, 0.1
# Per-head monthly income over the dibao line, from and below, for each category aimed at.
_BANDS = np.array([[0.12, 0.999], [1.0, 1.995], [2.0, 4.5], [2.0, 5.0]])


@dataclass(frozen=True)
class Figures:
    """Amounts in fen, one for each household; `still_difficult` as an investigator found."""

    income: Integers
    illness: Integers
    disability: Integers
    schooling: Integers
    work_cost: Integers
    loss: Integers
    compensation: Integers
    self_paid: Integers
    still_difficult: Flags


def draw_figures(
    size: Integers, students: Integers, working: Flags, line: int, rng: Rng
) -> Figures:
    """Return figures for households of a size; `line` is the dibao line, fen a month and head."""
    count = len(size)
    aim = rng.choice(4, count, p=_SHARES)
    illness = _some(rng.random(count) < _ILL_SHARE, rng.lognormal(9.4, 0.75, count))
    disability = _some(rng.random(count) < _DISABLED_SHARE, rng.uniform(600, 9000, count))
    schooling = _some(students > 0, students * rng.uniform(1800, 9000, count))
    work_cost = _some(working & (rng.random(count) < 0.8), rng.uniform(1500, 12000, count))
    counted = illness + disability + schooling + np.where(aim == DEEP, 0, work_cost)
    income = counted + _net_income(aim, size, line, rng)
    loss, compensation, difficult = _accidents(aim, rng)
    share = np.where(rng.random(count) < 0.7, 100, rng.integers(30, 100, count))
    return Figures(
        income, illness, disability, schooling, work_cost, loss, compensation,
        illness * share // 100, difficult,
    )  # fmt: skip


def _some(flags: Flags, yuan: NDArray[np.float64]) -> Integers:
    fen = np.rint(np.clip(yuan, 0, 200_000) * 100).astype(np.int64)
    return np.where(flags, fen, 0)


def _net_income(aim: Integers, size: Integers, line: int, rng: Rng) -> Integers:
    low, high = _BANDS[aim].T
    year = size * line * _MONTHS
    net = np.floor(rng.uniform(low, high) * year).astype(np.int64)
    boundary = rng.random(len(aim)) < _BOUNDARY_SHARE
    edge = np.minimum(np.ceil(low), 2).astype(np.int64)
    least = year * np.floor(low).astype(np.int64)
    return np.asarray(np.where(boundary, year * edge, np.maximum(net, least)), dtype=np.int64)


def _accidents(aim: Integers, rng: Rng) -> tuple[Integers, Integers, Flags]:
    count = len(aim)
    hit = (aim == ACCIDENTAL) | (rng.random(count) < _ACCIDENT_SHARE)
    compensation = _some(hit & (rng.random(count) < 0.6), rng.uniform(1000, 20_000, count))
    borne = _ACCIDENT_FEN + _some(hit, rng.exponential(30_000, count))
    borne = np.where(rng.random(count) < _BOUNDARY_SHARE * 5, _ACCIDENT_FEN, borne)
    small = (aim == NONE) & (rng.random(count) < 0.5)
    borne = np.where(small, rng.integers(1_000_00, _ACCIDENT_FEN, count), borne)
    difficult = hit & ((aim != NONE) | small)
    return np.where(hit, borne + compensation, 0), compensation, difficult
