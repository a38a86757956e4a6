"""Who of a made-up registry is helped: published sums shared out to households and people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidError, _
from core.households.codes import STUDENT
from core.households.workbook.reading import Workbook
from core.money import FEN_PER_YUAN
from core.policies.published import HOUSEHOLDS, STUDENTS, Published, PublishedAid

Rng = np.random.Generator

ABLE = ("unemployed", "flexible", "employed", "farmer")
"""What members do who may be trained or given a post; heads but those who are retired."""
RETIRED = ("retired", "retired_ill", "internally_retired")


@dataclass
class Recipients:
    """People of a registry by what they may be helped as, taken in block by block."""

    files: dict[str, list[str]] = field(default_factory=dict)
    students: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)

    def take_in(self, block: Workbook, codes: Sequence[str]) -> None:
        """Take in the households of a block, each with the category it is meant for."""
        heads, members = block.households, block.members
        for number, code in zip(heads["file_number"], codes, strict=False):
            self.files.setdefault(code, []).append(number)
        occupied = list(zip(members["occupation"], members["id_number"], strict=True))
        self.students += [number for occupation, number in occupied if occupation == STUDENT]
        working = zip(heads["work_status"], heads["id_number"], strict=True)
        self.people += [number for status, number in working if status not in RETIRED]
        self.people += [number for occupation, number in occupied if occupation in ABLE]

    def choose(self, aid: PublishedAid, rng: Rng) -> list[str]:
        """Return who gets a published aid: file numbers of households, else ID numbers.

        Raises InvalidError where there are too few.
        """
        there = self._among(aid)
        count = len(there) if aid.recipients is None else aid.recipients
        if count > len(there) or (aid.amount and not count):
            raise InvalidError(
                _("The registry has %(there)s to be helped by “%(measure)s”, not %(count)s."),
                remedy=_("Generate more households."),
                there=len(there), measure=aid.measure, count=count,
            )  # fmt: skip
        return [there[place] for place in sorted(rng.permutation(len(there))[:count].tolist())]

    def _among(self, aid: PublishedAid) -> list[str]:
        if aid.to == STUDENTS:
            return self.students
        if aid.to != HOUSEHOLDS:
            return self.people
        if aid.category:
            return self.files.get(aid.category, [])
        return [number for numbers in self.files.values() for number in numbers]


def share_out(fen: int, count: int, rng: Rng) -> list[int]:
    """Return so many amounts in fen that add up to a sum, none further than a fifth from equal.

    All are whole yuan but for the last, which takes what is left over.
    """
    if not count:
        return []
    base = fen // count // FEN_PER_YUAN
    swing = rng.integers(0, base // 5 + 1, count // 2)
    yuan: NDArray[np.int64] = np.full(count, base, dtype=np.int64)
    # What one of two has more, the other has less.
    yuan[: len(swing)] += swing
    yuan[len(swing) : 2 * len(swing)] -= swing
    amounts: list[int] = (yuan * FEN_PER_YUAN).tolist()
    left = fen - sum(amounts)
    each, rest = divmod(left // FEN_PER_YUAN, count)
    amounts = [one + (each + (place < rest)) * FEN_PER_YUAN for place, one in enumerate(amounts)]
    amounts[-1] += fen - sum(amounts)
    return amounts


def tell_aid(
    published: Published, recipients: Recipients, on: dt.date, seed: int
) -> Iterator[dict[str, Any]]:
    """Yield the rows of the departments' ledger by field, in the year before the table's day."""
    rng = np.random.default_rng([seed, 3])
    for aid in published.aid:
        chosen = recipients.choose(aid, rng)
        amounts = share_out(aid.amount, len(chosen), rng) if aid.amount else [0] * len(chosen)
        days = rng.integers(0, 365, len(chosen)).tolist()
        name = "file_number" if aid.to == HOUSEHOLDS else "id_number"
        for number, amount, day in zip(chosen, amounts, days, strict=True):
            yield {
                name: number, "department": aid.department, "measure": aid.measure,
                "kind": aid.kind, "amount": amount or None,
                "on_date": dt.date(on.year - 1, 1, 1) + dt.timedelta(day),
            }  # fmt: skip
