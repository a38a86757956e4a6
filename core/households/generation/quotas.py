"""Registries with exactly so many households and people of each category.

Nothing here knows what makes a category: facts are drawn until the region's own rules judge a
household into the category it is meant for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidError, _
from core.households.circumstances import FLAGS, STATED, UNSTATED
from core.households.generation.figures import Figures, draw_figures
from core.households.workbook.reading import Columns
from core.policies.published import Published

Rng = np.random.Generator
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Judge = Callable[[Mapping[str, Any]], NDArray[np.object_]]
"""Says from columns of facts the category of each household."""

MOST_PERSONS = 6
_ROUNDS, _TRIES = 200, 5_000
_HOMES = ("owned", "rented", "public_rental", "borrowed", "none", "dangerous")
_HOME_SHARES = (0.36, 0.18, 0.2, 0.12, 0.07, 0.07)
_FLAG_SHARES = {"in_dibao": 0.2, "three_without": 0.1, "union_member": 0.5, "migrant_worker": 0.05}
_HEAVY_SHARE, _HEAVY_MOST = 0.5, 1.2
"""Households with heavy spending on illness, and what it takes at most: times the dibao line."""
_ROOM = (9, 41)
_ALONE_MOST = 0.3
"""Of the dibao line: what a person without work, support and income has at most."""


@dataclass(frozen=True)
class Quotas:
    """The category each household of a registry is meant for, and how many live in it."""

    codes: NDArray[np.object_]
    sizes: Integers

    @classmethod
    def of(cls, published: Published, seed: int) -> Quotas:
        """Return the households of a published table, in an order the seed decides."""
        rng = np.random.default_rng([seed, 2])
        codes, sizes = [], []
        for one in published.categories:
            codes.append(np.full(one.households, one.code, dtype=object))
            sizes.append(_draw_sizes(one.households, one.people, rng))
        order = rng.permutation(published.households)
        return cls(np.concatenate(codes)[order], np.concatenate(sizes)[order])

    def __len__(self) -> int:
        return len(self.codes)


def _draw_sizes(households: int, people: int, rng: Rng) -> Integers:
    """Return so many sizes that add up to the people: everyone has a place of his own, the others
    take places that are free."""
    others, free = people - households, households * (MOST_PERSONS - 1)
    if not 0 <= others <= free:
        raise InvalidError(
            _("%(people)s people do not fit into %(households)s households."),
            remedy=_("Correct the published figures."), people=people, households=households,
        )  # fmt: skip
    taken = rng.permutation(free)[:others] % max(households, 1)
    return np.bincount(taken, minlength=households).astype(np.int64) + 1


@dataclass(frozen=True)
class Fitted:
    """What was drawn of households: figures, homes and circumstances, by column."""

    figures: Figures
    homes: Columns
    stated: dict[str, NDArray[Any]]

    def facts(self, sizes: Integers, students: Integers) -> dict[str, Any]:
        """Return the facts a rule may ask for."""
        kinds = self.homes["housing_kind"]
        return {
            **vars(self.figures), **self.stated, "members": sizes, "students": students,
            "no_home": kinds == "none", "dangerous_home": kinds == "dangerous",
            "owns_home": kinds == "owned", "public_rental": kinds == "public_rental",
            "housing_area": self.homes["housing_area_centi"],
        }  # fmt: skip

    def take(self, other: Fitted, at: Integers, from_: Integers) -> None:
        """Put some of another draw in place of what stands here."""
        for mine, others in (
            (vars(self.figures), vars(other.figures)), (self.homes, other.homes),
            (self.stated, other.stated),
        ):  # fmt: skip
            for name, column in mine.items():
                column[at] = others[name][from_]


@dataclass(frozen=True)
class Aim:
    """The households a block is to hold: who they are, and the category each is meant for."""

    codes: NDArray[np.object_]
    sizes: Integers
    students: Integers
    working: Flags

    def pick(self, places: Integers) -> Aim:
        """Return some of them."""
        return Aim(
            self.codes[places], self.sizes[places], self.students[places], self.working[places]
        )


def fit(aim: Aim, judge: Judge, line: int, rng: Rng) -> Fitted:
    """Return facts by which each household is judged into the category it is meant for.

    Raises InvalidError naming a category into which the rules judged nobody drawn for it.
    """
    fitted = _draw(aim, line, rng)
    left = np.flatnonzero(judge(fitted.facts(aim.sizes, aim.students)) != aim.codes)
    for _round in range(_ROUNDS):
        if not len(left):
            return fitted
        tried = np.tile(left, max(1, _TRIES // len(left)))
        some = aim.pick(tried)
        again = _draw(some, line, rng)
        right = np.flatnonzero(judge(again.facts(some.sizes, some.students)) == some.codes)
        done, first = np.unique(tried[right], return_index=True)
        fitted.take(again, done, right[first])
        left = np.setdiff1d(left, done)
    if len(left):
        raise InvalidError(
            _("No household could be made that the rules judge to be “%(code)s”."),
            remedy=_("Compare the published categories with the figures of the pack."),
            code=aim.codes[left[0]],
        )
    return fitted


def _draw(aim: Aim, line: int, rng: Rng) -> Fitted:
    count = len(aim.sizes)
    figures = draw_figures(aim.sizes, aim.students, aim.working, line, rng)
    stated: dict[str, NDArray[Any]] = {
        name: rng.random(count) < _FLAG_SHARES.get(name, 0)
        if name in FLAGS
        else np.zeros(count, dtype=np.int64 if UNSTATED[name] == 0 else np.bool_)
        for name in STATED
    }
    heavy = rng.random(count) < _HEAVY_SHARE
    most = aim.sizes * line * 12 * _HEAVY_MOST
    more = np.where(heavy, np.floor(rng.random(count) * most), 0).astype(np.int64)
    figures.illness[:] += more
    figures.income[:] += more
    alone = stated["three_without"]
    least = rng.integers(0, int(line * 12 * _ALONE_MOST), count)
    figures.income[:] = np.where(alone, least, figures.income)
    homes: Columns = {
        "housing_kind": rng.choice(np.array(_HOMES, dtype=object), count, p=_HOME_SHARES),
        "housing_area_centi": aim.sizes * rng.integers(*_ROOM, count) * 100,
    }
    return Fitted(figures, homes, stated)


def tell_circumstances(stated: Mapping[str, NDArray[Any]], numbers: list[str]) -> Columns:
    """Return the sheet of circumstances: a row for each household with any of them."""
    told = {name: stated[name] for name in FLAGS}
    owners = np.flatnonzero(np.logical_or.reduce(list(told.values())))
    rows: Columns = {name: column[owners].tolist() for name, column in told.items()}
    for name in STATED:
        rows.setdefault(name, [UNSTATED[name]] * len(owners))
    own = {"household": owners.tolist(), "file_number": [numbers[owner] for owner in owners]}
    return own | rows
