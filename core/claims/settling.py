"""What the region's scheme pays on bills: by columns, the bills of one person one after the other.

A bill is judged by the figures in force on the day of discharge. What a person was granted on an
earlier bill of the same workbook counts for the next, so the first bills of all are judged at
once, then the second ones, and so on.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from core.claims.bills import Bill
from core.claims.cover import Cover, Granted
from core.context import Context
from core.errors import NotFoundError, _
from core.households.explanations import hash_form, make_form, write_facts, write_trace
from core.households.judgements import keep_figures, keep_form
from core.judging import RegistrySettled, settle_claims_with
from core.overrides import read_overrides
from core.policies import Figures

Step = dict[str, Any]


@dataclass(frozen=True)
class Settled:
    """What was found on one bill, as a claim stores it; JSON as text, `benefit` in fen."""

    covered: bool
    benefit: int
    version: str
    figures: Figures
    form: list[Step]
    facts: str
    explanation: str
    reasons: str

    def why(self, language: str) -> str:
        """Return the reasons in words."""
        key = "zh" if language.startswith("zh") else "en"
        return "；".join(one[key] for one in orjson.loads(self.reasons))


def settle_bills(
    ctx: Context,
    bills: Sequence[Bill],
    covers: Sequence[Cover],
    granted: Mapping[uuid.UUID, Granted],
) -> list[Settled]:
    """Return what is paid on each bill; NotFoundError where the region has no scheme."""
    if not ctx.pack.scheme:
        raise NotFoundError(
            _("The region has no scheme of medical mutual aid."),
            remedy=_("Have it named in the region pack, with its figures."),
        )
    before = dict(granted)
    figures = _read_figures(ctx, {bill.discharged_on for bill in bills})
    found: dict[int, Settled] = {}
    for places in _arrange(bills, covers, figures):
        settled = _settle(ctx, [bills[at] for at in places], [covers[at] for at in places],
                          before, figures[bills[places[0]].discharged_on])  # fmt: skip
        for place, one in zip(places, _write(settled), strict=True):
            found[place] = one
            earlier = before.get(covers[place].enrolment_id, Granted())
            before[covers[place].enrolment_id] = Granted(
                earlier.amount + one.benefit,
                earlier.listed or (one.covered and bills[place].listed_illness),
            )
    return [found[place] for place in range(len(bills))]


def keep_grounds(ctx: Context, settled: Sequence[Settled]) -> None:
    """Store the figures and the forms of explanation that claims share."""
    for one in {one.figures.sha256: one for one in settled}.values():
        keep_figures(ctx, one.figures)
        keep_form(ctx, hash_form(one.form), one.form)


def _read_figures(ctx: Context, days: set[dt.date]) -> dict[dt.date, Figures]:
    overrides, place = read_overrides(ctx), ctx.pack.place(ctx.tenant.division_code)
    return {day: ctx.pack.figures(ctx.pack.scheme, day, overrides, place) for day in days}


def _arrange(
    bills: Sequence[Bill], covers: Sequence[Cover], figures: Mapping[dt.date, Figures]
) -> list[list[int]]:
    """Return the places of bills that may be judged at once: of one round, by the same figures."""
    rounds: dict[uuid.UUID, int] = {}
    groups: dict[tuple[int, bytes], list[int]] = {}
    for place, (bill, cover) in enumerate(zip(bills, covers, strict=True)):
        number = rounds.get(cover.enrolment_id, 0)
        rounds[cover.enrolment_id] = number + 1
        groups.setdefault((number, figures[bill.discharged_on].sha256), []).append(place)
    return [groups[key] for key in sorted(groups)]


def _settle(
    ctx: Context,
    bills: Sequence[Bill],
    covers: Sequence[Cover],
    granted: Mapping[uuid.UUID, Granted],
    figures: Figures,
) -> RegistrySettled:
    earlier = [granted.get(cover.enrolment_id, Granted()) for cover in covers]
    amounts = ("total", "basic_insurance", "illness_insurance", "in_policy", "out_of_policy")
    numbers: dict[str, list[int]] = {
        **{name: [getattr(bill, name) for bill in bills] for name in (*amounts, "days")},
        "earlier_benefit": [one.amount for one in earlier],
        "days_covered": [
            (bill.admitted_on - cover.since).days for bill, cover in zip(bills, covers, strict=True)
        ],
    }
    flags = {
        "listed_illness": [bill.listed_illness for bill in bills],
        "listed_before": [one.listed for one in earlier],
    }
    columns = {name: np.array(values, np.int64) for name, values in numbers.items()}
    columns |= {name: np.array(values, np.bool_) for name, values in flags.items()}
    day = bills[0].discharged_on
    return settle_claims_with(ctx.catalogue, ctx.pack.scheme, columns, figures, day)


def _write(settled: RegistrySettled) -> list[Settled]:
    first, form = settled.decision(0), make_form(settled.trace)
    rows = zip(
        settled.covered.tolist(), settled.benefit.tolist(), write_facts(settled.fact_columns),
        write_trace(settled.trace), settled.all_reasons(), strict=True,
    )  # fmt: skip
    return [
        Settled(covered, benefit, first.version, first.figures, form, facts, steps,
                orjson.dumps(reasons).decode())
        for covered, benefit, facts, steps, reasons in rows
    ]  # fmt: skip
