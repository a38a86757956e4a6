"""Caps over programmes held against a whole registry, column by column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from bangfu_sdk import UNLIMITED, Kind

from core.between.limits import MONTHS, figure_of
from core.policies import Figures, Pack
from core.policies.between import CAP, Between
from core.runs import RegistryAssessed, RegistryJudged

Integers = npt.NDArray[np.int64]


def find_caps(pack: Pack, programme: str, on: dt.date) -> tuple[Between, ...]:
    """Return the caps that bind a programme on a day."""
    bound = (one for one in pack.between if one.kind == CAP and programme in one.binds)
    return tuple(one for one in bound if one.holds(on))


def read_cap(rule: Between, figures: Figures, labels: Sequence[str], kind: str) -> Integers:
    """Return by category the most a cap allows, for a month where the programme pays by the month;
    no limit where it says nothing."""
    named = [figure_of(rule, figures, label) for label in labels]
    months = MONTHS if kind == Kind.MONTHLY else 1
    return np.array(
        [figures[name] // months if name else UNLIMITED for name in named], dtype=np.int64
    )


def cap_registry(
    pack: Pack, programme: str, on: dt.date, judged: RegistryJudged, assessed: RegistryAssessed
) -> RegistryAssessed:
    """Return what a programme grants a registry nothing was given to, within its caps."""
    for rule in find_caps(pack, programme, on):
        caps = read_cap(rule, pack.caps_in_force(on), judged.labels, assessed.kind)
        assessed = assessed.within(caps[judged.categories])
    return assessed
