"""Standards of a region: figures people look up. One that the identification judges by as well is
one figure, so that what is looked up and supervised is what is judged by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from core.errors import InvalidError, _
from core.policies.figures import Override

STANDARDS = "standards"
"""Where a programme's name is asked for, that of the figures no rule judges by."""


@dataclass(frozen=True)
class OwnFigure:
    """What a tenant set for its identification, as the figure of that name elsewhere."""

    name: str
    value: str
    holds_from: dt.date
    source: str
    programme: str


def own_standards(
    overrides: Iterable[Override], identification: str, shared: Collection[str]
) -> Iterator[Override]:
    """Yield what a tenant set of the standards; of those `shared` with the identification, what
    it set there.

    Raises InvalidError for a shared one set as a standard alone: nothing would be judged by it.
    """
    for one in overrides:
        if one.programme == identification and one.name in shared:
            yield OwnFigure(one.name, one.value, one.holds_from, one.source, STANDARDS)
        elif one.programme == STANDARDS:
            refuse_shared(one.name, identification, shared)
            yield one


def refuse_shared(name: str, identification: str, shared: Collection[str]) -> None:
    """Raise InvalidError for a standard that is to be set where it is judged by."""
    if name in shared:
        raise InvalidError(
            _("“%(name)s” is judged by and cannot be set as a standard alone."),
            remedy=_("Set it for “%(programme)s”."), field="name",
            name=name, programme=identification,
        )  # fmt: skip
