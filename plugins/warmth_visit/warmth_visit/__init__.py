"""Warmth visits (送温暖): money or goods brought to a household, up to so much in a year."""

from __future__ import annotations

from bangfu_sdk import (
    FACTS,
    Assessment,
    Column,
    Facts,
    Figures,
    Kind,
    Parameter,
    Programme,
    Question,
    QuestionKind,
    Reason,
    Text,
    Trace,
    Unit,
    hookimpl,
)

_MOST = Parameter(
    "yearly_maximum",
    Unit.FEN,
    Text(
        "每户每年慰问最高额（慰问金与慰问品合计）", "most in money and goods a household and year"
    ),
    by_category=True,
)
_STANDARD = Text(
    "按困难类别，每户每年慰问金与慰问品合计不超过{most}",
    "for this category money and goods come to {most} a year at most",
)
_NOT_OFFERED = Text("该困难类别不在送温暖范围", "warmth visits are not for this category")


class WarmthVisit(Programme):
    """An amount up to the most of a year. What was brought this year already is taken off it."""

    name = "warmth_visit"
    version = "1.0.0"
    api_version = "1.3"
    title = Text("送温暖", "warmth visit")
    kind = Kind.ONE_OFF
    in_campaigns = True
    parameters = (_MOST,)
    facts = (FACTS["category"],)
    questions = (
        Question("asked", QuestionKind.MONEY, Text("慰问金额（元）", "money and goods (yuan)")),
        Question("goods", QuestionKind.TEXT, Text("慰问品", "goods"), required=False),
    )

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Return from nothing to the most of a year for each household."""
        most = trace.step(
            "yearly_maximum",
            facts.choice("category").pick(figures.by_category("yearly_maximum")),
            Unit.FEN,
            Text("每户每年慰问最高额", "most a household and year"),
            uses=("yearly_maximum",),
        )
        offered = most > 0
        reasons = (
            Reason("standard", _STANDARD, offered, {"most": (most, Unit.FEN)}),
            Reason("not_for_category", _NOT_OFFERED, ~offered),
        )
        return Assessment(offered, Column.constant(0, facts.size), most, reasons)


@hookimpl
def bangfu_programmes() -> list[WarmthVisit]:
    """Offer the programme."""
    return [WarmthVisit()]
