"""What a supervisor must act on: each finding names its figures; no figure, no finding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from core.context import BEIJING, Context
from core.supervision.admissions import find_late_admissions
from core.supervision.employment import find_families
from core.supervision.figures import day, say, share, yuan
from core.supervision.lines import find_low_lines
from core.supervision.milestones import find_missed
from core.supervision.owed_papers import find_overdue_papers
from core.supervision.queries import Numbers
from core.supervision.referrals import find_late_referrals
from core.supervision.students import find_unasked
from core.supervision.tables import name_fund
from core.supervision.words import KINDS, LEVELS
from core.supervision.wrong_payments import find_wrong_payments
from core.tenancy import TenantView

# A fund is behind when its use is less than half of the year's part that is over.
BEHIND = 2

Finding = dict[str, Any]


def find(ctx: Context, subject: TenantView, numbers: Numbers) -> list[Finding]:
    """Return the findings as sentences, those on people who wait first; empty when all is well."""
    return [
        *_steps(numbers),
        *find_late_admissions(numbers.admissions),
        *_objections(numbers),
        *_owed(numbers),
        *find_overdue_papers(numbers.paid_first),
        *find_wrong_payments(ctx, numbers.wrong_payments),
        *_funds(ctx, subject, numbers),
        *_care(numbers),
        *find_families(ctx, numbers.families),
        *find_late_referrals(ctx, subject, numbers.referrals),
        *find_unasked(numbers.students),
        *find_missed(ctx, numbers.milestones),
        *find_low_lines(ctx, numbers.lines),
    ]


def _steps(numbers: Numbers) -> Iterator[Finding]:
    for one in numbers.steps:
        if one.overdue:
            yield say(
                "Overdue steps (%(kind)s, level: %(level)s): %(overdue)s of %(open)s open, the "
                "oldest due on %(day)s. Have them decided.",
                overdue=one.overdue, open=one.open, kind=KINDS[one.kind],
                level=LEVELS[one.level], day=day(one.oldest_due or dt.date.min),
            )  # fmt: skip
    for one in numbers.steps:
        late = one.decided - one.in_time
        if late:
            yield say(
                "Steps decided late this quarter (%(kind)s, level: %(level)s): %(late)s of "
                "%(decided)s (%(share)s). Find out why.",
                late=late, decided=one.decided, kind=KINDS[one.kind], level=LEVELS[one.level],
                share=share(late, one.decided),
            )  # fmt: skip


def _objections(numbers: Numbers) -> Iterator[Finding]:
    found = numbers.objections
    if found.open and found.oldest:
        yield say(
            "Objections to public notices that are not decided: %(count)s, the oldest of "
            "%(day)s. Investigate and answer them.",
            count=found.open, day=day(found.oldest.astimezone(BEIJING).date()),
        )  # fmt: skip
    if found.upheld:
        yield say(
            "Objections upheld this quarter: %(count)s. Examine how these applications came to be "
            "approved.",
            count=found.upheld,
        )


def _owed(numbers: Numbers) -> Iterator[Finding]:
    found = numbers.owed
    if found.untried:
        yield say(
            "Applications granted with no payment on its way: %(count)s, together %(amount)s "
            "yuan. Reserve and pay them.",
            count=found.untried, amount=yuan(found.untried_amount),
        )  # fmt: skip
    if found.returned:
        yield say(
            "Payments that came back from the bank and were not made again: %(count)s, together "
            "%(amount)s yuan. Have the accounts corrected and pay again.",
            count=found.returned, amount=yuan(found.returned_amount),
        )  # fmt: skip


def _funds(ctx: Context, subject: TenantView, numbers: Numbers) -> Iterator[Finding]:
    for fund in numbers.funds:
        over, whole = _days_over(ctx.today, fund.year)
        if BEHIND * fund.used * whole < fund.budget * over:
            yield say(
                "The fund %(fund)s is hardly used: %(used)s of %(budget)s yuan (%(share)s), while "
                "%(over)s of its year are over. Speed up its use or move the money.",
                fund=name_fund(ctx, subject, fund), used=yuan(fund.used),
                budget=yuan(fund.budget), share=share(fund.used, fund.budget),
                over=share(over, whole),
            )  # fmt: skip


def _days_over(today: dt.date, year: int) -> tuple[int, int]:
    """Return how many days of a year are over, and how many it has."""
    first, next_first = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    whole = (next_first - first).days
    return min(max((today - first).days, 0), whole), whole


def _care(numbers: Numbers) -> Iterator[Finding]:
    care = numbers.care
    unjudged, ineligible, alone, unverified, unplanned, unhelped, outside = (
        {"count": count, "share": share(count, care.households)} for count in care[1:]
    )
    found = (
        say("Files never judged: %(count)s (%(share)s). Judge them.", **unjudged),
        say("Files in force though judged not eligible: %(count)s (%(share)s). Look into each, and "
            "close those that no longer fit.", **ineligible),
        say("Files without a contact person: %(count)s (%(share)s). Name one for each.", **alone),
        say("Files overdue for verification by the region's rule: %(count)s (%(share)s). They get "
            "no new aid; visit and verify them.", **unverified),
        say("Files without a plan: %(count)s (%(share)s). Make one for each.", **unplanned),
        say("Files without a measure: %(count)s (%(share)s). Refer each household to the "
            "departments that can help it.", **unhelped),
        say("Files with a major illness that mutual aid does not cover: %(count)s (%(share)s). "
            "Enrol those who have it.", **outside),
    )  # fmt: skip
    yield from (one for count, one in zip(care[1:], found, strict=True) if count)
