"""A tolerance of wrong payments to be tried out: which counties would lie within it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

from core.access import Subject, allowed
from core.context import Context
from core.errors import ForbiddenError, InvalidError, _
from core.simulation.parameters import PERMISSION, Assumption
from core.supervision.standards import WrongPayments
from core.supervision.wrong_payments import count_wrong_payments

NAME: Final = "tolerance_percent"
HIGHEST: Final = 100


class CountyWithin(NamedTuple):
    """A county's wrong payments of the year, and whether they are tolerated, now and then."""

    county: str
    cases: int
    wrong: int
    recovered: int
    before: bool
    after: bool


def split_tolerance(
    assumptions: Sequence[Assumption],
) -> tuple[tuple[Assumption, ...], int | None]:
    """Return the figures of rules, and the tolerance to be tried if there is one, in per cent.

    Raises InvalidError for a tolerance that is no whole number from 0 to 100.
    """
    figures = tuple(one for one in assumptions if one.name != NAME)
    given = [one for one in assumptions if one.name == NAME]
    return figures, _read(given[0]) if given else None


def compare_tolerance(ctx: Context, on: dt.date, percent: int) -> list[CountyWithin]:
    """Return the counties of the Context's federation, from the first of the year to a day.

    Counts of all its counties are for those who may simulate the whole of it; others get
    ForbiddenError.
    """
    if not allowed(ctx, PERMISSION, Subject(ctx.tenant_id)):
        raise ForbiddenError(
            _("The tolerance is compared over all counties; your role is for some of them."),
            remedy=_("Leave it out, or ask a colleague who simulates the whole federation."),
        )
    asked = {"tenants": [ctx.tenant_id], "first": on, "last": on}
    counties = count_wrong_payments(ctx, asked)
    return [
        CountyWithin(
            one.name or "", one.cases, one.wrong, one.recovered,
            *(WrongPayments(one.cases, one.wrong, one.recovered).is_tolerated(most)
              for most in (ctx.pack.care.tolerance_percent, percent)),
        )
        for one in counties
    ]  # fmt: skip


def _read(one: Assumption) -> int:
    if one.value.isascii() and one.value.isdigit() and int(one.value) <= HIGHEST:
        return int(one.value)
    raise InvalidError(
        _("“%(name)s” cannot be %(value)s: it lies from %(low)s to %(high)s."),
        remedy=_("Write a whole number of per cents."), field="set", name=NAME, value=one.value,
        low=0, high=HIGHEST,
    )  # fmt: skip
