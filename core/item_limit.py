"""The limit on items of aid in a year, the same for every programme of a region.

A category either allows several items, earlier aid then counting as income when the household
is judged again, or one item only. What is brought in campaigns is no such item: nobody applied for
it, and it must not stand in the way of what a household applies for. Nor is a referral: there a
department helps, and no money is paid.
"""

from __future__ import annotations

from dataclasses import replace

from bangfu_sdk import (
    FACTS,
    Assessment,
    Facts,
    Figures,
    Flags,
    Parameter,
    Programme,
    Reason,
    Rule,
    Scheme,
    Text,
    Trace,
    Unit,
    keep,
)

SEVERAL_ITEMS = Parameter(
    "several_items",
    Unit.FLAG,
    Text("年度内可给予多项救助", "several items of aid in a year are allowed"),
    by_category=True,
    high=1,
)
CONTRIBUTION, RESERVE_SHARE = "contribution", "reserve_share"
POOL = (
    Parameter(
        CONTRIBUTION,
        Unit.FEN,
        Text("每人每期缴费标准", "what a worker contributes to a period"),
        low=1,
    ),
    Parameter(
        RESERVE_SHARE,
        Unit.PERCENT,
        Text("互助金提取风险储备比例", "share of contributions kept as reserve"),
        high=100,
    ),
)
"""Figures of the pool of every scheme; no rule judges by them."""
ITEM_FACTS = (FACTS["category"], FACTS["earlier_aid"], FACTS["earlier_items"])
_REFUSED = Text(
    "该困难类别年度内只给予一项救助，已给予过一项",
    "this category allows one item of aid in a year, and one was given",
)


def declared_parameters(rule: Rule) -> tuple[Parameter, ...]:
    """Return the parameters a rule is judged with: its own, and the limit for a programme that is
    an item of aid, or the figures of the pool for a scheme."""
    if isinstance(rule, Scheme):
        return (*rule.parameters, *POOL)
    limited = isinstance(rule, Programme) and is_item(rule)
    return (*rule.parameters, SEVERAL_ITEMS) if limited else rule.parameters


def is_item(rule: Programme) -> bool:
    """Return whether what a programme grants is an item of aid of the year, and may be one too
    many: money that was applied for."""
    return not rule.in_campaigns and not rule.kind.refers


def limit_items(facts: Facts, figures: Figures, trace: Trace, granted: Assessment) -> Assessment:
    """Return the assessment with nothing for households that had their one item already."""
    before = (facts.number("earlier_aid") > 0) | (facts.number("earlier_items") > 0)
    several = facts.choice("category").pick(figures.by_category(SEVERAL_ITEMS.name)) > 0
    refused = trace.step(
        "one_item_only",
        before & ~several,
        Unit.FLAG,
        Text("已给予一项救助，且该类别年度内只限一项", "one item was given and no more is allowed"),
        uses=(SEVERAL_ITEMS.name,),
    )
    free = ~refused
    reasons = (
        *(_only(free, reason) for reason in granted.reasons),
        Reason("one_item_only", _REFUSED, refused),
    )
    focus = None if granted.focus is None else granted.focus & free
    if not (~several & (granted.eligible | (granted.maximum > 0))).any():
        return replace(granted, reasons=reasons, focus=focus)  # Nobody had more than he may.
    maximum = keep(granted.maximum, free)
    same = granted.minimum is granted.maximum
    minimum = maximum if same else keep(granted.minimum, free)
    return Assessment(granted.eligible & free, minimum, maximum, reasons, focus)


def _only(when: Flags, reason: Reason) -> Reason:
    return Reason(reason.code, reason.text, reason.when & when, reason.values)
