"""Living aid (生活救助): from so many to so many months of the dibao line, a share by category."""

from __future__ import annotations

from bangfu_sdk import (
    FACTS,
    Assessment,
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
    share_of,
)

_PARAMETERS = (
    Parameter(
        "dibao_line",
        Unit.FEN_PER_HEAD_MONTH,
        Text("当地城市最低生活保障标准", "dibao line"),
        low=1,
        high=10**9,
    ),
    Parameter("months_minimum", Unit.MONTHS, Text("最少月数", "least months"), high=120),
    Parameter("months_maximum", Unit.MONTHS, Text("最多月数", "most months"), high=120),
    Parameter(
        "share",
        Unit.PERCENT,
        Text("按困难类别的救助比例", "share of the standard by category"),
        by_category=True,
        high=100,
    ),
    Parameter(
        "rounding",
        Unit.FEN,
        Text("四舍五入精确到", "rounded half up to"),
        by_category=True,
        low=1,
        high=10**6,
    ),
)
_STANDARD = Text(
    "按困难类别，年度生活救助标准为{minimum}至{maximum}",
    "for this category living aid is {minimum} to {maximum} a year",
)
_NOT_OFFERED = Text("该困难类别不享受生活救助", "living aid is not given to this category")


class LivingAid(Programme):
    """A range for a household and year; who approves chooses inside it."""

    name = "living_aid"
    version = "1.0.0"
    api_version = "1.0"
    title = Text("生活救助", "living aid")
    kind = Kind.ONE_OFF
    parameters = _PARAMETERS
    facts = (FACTS["category"],)
    questions = (
        Question("asked", QuestionKind.MONEY, Text("申请金额（元）", "amount asked for (yuan)")),
        Question(
            "circumstances",
            QuestionKind.TEXT,
            Text("家庭生活困难情况", "what makes daily life difficult"),
        ),
    )

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Return the range for each household by its category."""
        category = facts.choice("category")
        lowest = _standards(figures, figures["months_minimum"])
        highest = _standards(figures, figures["months_maximum"])
        minimum = trace.step(
            "living_minimum",
            category.pick(lowest),
            Unit.FEN,
            Text("年度生活救助下限", "least living aid in the year"),
            uses=("dibao_line", "months_minimum", "share", "rounding"),
        )
        maximum = trace.step(
            "living_maximum",
            category.pick(highest),
            Unit.FEN,
            Text("年度生活救助上限", "most living aid in the year"),
            uses=("dibao_line", "months_maximum", "share", "rounding"),
        )
        eligible = maximum > 0
        amounts = {"minimum": (minimum, Unit.FEN), "maximum": (maximum, Unit.FEN)}
        reasons = (
            Reason("standard", _STANDARD, eligible, amounts),
            Reason("not_for_category", _NOT_OFFERED, ~eligible),
        )
        return Assessment(eligible, minimum, maximum, reasons)


def _standards(figures: Figures, months: int) -> dict[str, int]:
    whole = months * figures["dibao_line"]
    rounding = figures.by_category("rounding")
    shares = figures.by_category("share")
    return {
        category: share_of(whole, share, rounding[category]) for category, share in shares.items()
    }


@hookimpl
def bangfu_programmes() -> list[LivingAid]:
    """Offer the programme."""
    return [LivingAid()]
