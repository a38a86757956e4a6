"""Income and what is left of it, per head and month: steps both identifications share."""

from __future__ import annotations

from bangfu_sdk import Column, Facts, Figures, Flags, Ratio, Text, Trace, Unit

from urban_hardship.parameters import WINDOW_MONTHS

HEAD = Unit.FEN_PER_HEAD_MONTH
Shown = dict[str, tuple[Column | Ratio | int, Unit]]


def income_per_head(facts: Facts, figures: Figures, trace: Trace, income: Column) -> Ratio:
    """Return income of the window per head and month."""
    return trace.step(
        "income_per_head",
        Ratio(income, facts.number("members"), figures[WINDOW_MONTHS.name]),
        HEAD,
        Text("家庭人均月收入", "income per head and month"),
        uses=(WINDOW_MONTHS.name,),
    )


def net_income(trace: Trace, income: Column, spent: Column, text: Text) -> Column:
    """Return income less rigid spending; each region says what counts as either, `text` on what
    it was spent."""
    trace.step("rigid_spending", spent, Unit.FEN, text)
    return trace.step(
        "net_income",
        income - spent,
        Unit.FEN,
        Text("收支相抵后的收入", "income less rigid spending"),
    )


def net_per_head(facts: Facts, figures: Figures, trace: Trace, left: Column) -> Ratio:
    """Return what is left per head and month."""
    return trace.step(
        "net_per_head",
        Ratio(left, facts.number("members"), figures[WINDOW_MONTHS.name]),
        HEAD,
        Text("收支相抵后的人均月收入", "income less rigid spending, per head and month"),
        uses=(WINDOW_MONTHS.name,),
    )


def used(text: Text, shown: Shown) -> Shown:
    """Return those of the values that a text names."""
    return {name: value for name, value in shown.items() if f"{{{name}}}" in text.zh}


def any_of(ways: dict[str, Flags], size: int) -> Flags:
    """Say whom at least one of the ways fits."""
    answer = Flags.constant(False, size)
    for fit in ways.values():
        answer |= fit
    return answer
