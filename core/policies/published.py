"""What a region published of its aid: the figures a supervision report has to come to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from bangfu_sdk import Text

HOUSEHOLDS, STUDENTS, PEOPLE = "households", "students", "people"
RECIPIENTS = (HOUSEHOLDS, STUDENTS, PEOPLE)


@dataclass(frozen=True)
class PublishedCategory:
    """How many households and people there are of a category."""

    code: str
    households: int
    people: int


@dataclass(frozen=True)
class PublishedMutualAid:
    """Who takes part in medical mutual aid: units, workers, what each contributes, in fen."""

    units: int
    workers: int
    contribution: int
    section: Text

    @property
    def raised(self) -> int:
        """All contributions, in fen."""
        return self.workers * self.contribution


@dataclass(frozen=True)
class PublishedAid:
    """What a department gave: to so many `recipients` (None: to all there are), of a `category`
    where one is named; `amount` in fen, 0 where no money was given."""

    department: str
    measure: str
    kind: str
    to: str
    category: str
    recipients: int | None
    amount: int
    section: Text


@dataclass(frozen=True)
class Published:
    """The published table of a region as of a day; shares are per mille."""

    as_of: dt.date
    document: Text
    section: Text
    categories: tuple[PublishedCategory, ...]
    share_of_households: int
    share_of_people: int
    mutual_aid: PublishedMutualAid | None = None
    aid: tuple[PublishedAid, ...] = ()

    @property
    def households(self) -> int:
        """All households."""
        return sum(one.households for one in self.categories)

    @property
    def people(self) -> int:
        """All people in them."""
        return sum(one.people for one in self.categories)

    def scale(self, households: int) -> Published:
        """Return the same proportions for so many households, to the nearest whole ones.

        What is rounded off is made up by the largest category; money stays in whole yuan.
        """
        counts = [one.households * households // self.households for one in self.categories]
        largest = counts.index(max(counts))
        counts[largest] += households - sum(counts)
        return replace(
            self,
            categories=tuple(
                replace(one, households=count, people=one.people * count // one.households)
                for one, count in zip(self.categories, counts, strict=True)
            ),
            mutual_aid=self._scale_mutual_aid(households),
            aid=tuple(self._scale_aid(one, households) for one in self.aid),
        )

    def _part(self, number: int, households: int) -> int:
        return number * households // self.households

    def _scale_mutual_aid(self, households: int) -> PublishedMutualAid | None:
        if self.mutual_aid is None:
            return None
        units = max(1, self._part(self.mutual_aid.units, households))
        workers = max(units, self._part(self.mutual_aid.workers, households))
        return replace(self.mutual_aid, units=units, workers=workers)

    def _scale_aid(self, aid: PublishedAid, households: int) -> PublishedAid:
        recipients = aid.recipients and self._part(aid.recipients, households)
        amount = self._part(aid.amount // 100, households) * 100
        return replace(aid, recipients=recipients, amount=amount)
