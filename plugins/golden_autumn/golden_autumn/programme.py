"""Golden Autumn education aid (金秋助学): for each student, up to months of the dibao line."""

from __future__ import annotations

from bangfu_sdk import (
    FACTS,
    Assessment,
    Column,
    Facts,
    Figures,
    Flags,
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
    keep,
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
    "按困难类别，每生每年助学救助不超过{maximum}",
    "for this category education aid is up to {maximum} a student and year",
)
_NOT_OFFERED = Text("该困难类别不享受助学救助", "education aid is not given to this category")
_NO_STUDENT = Text("家庭成员中没有在读学生", "no member of the household is a student")


class GoldenAutumn(Programme):
    """An upper limit for each student of a household and year."""

    name = "golden_autumn"
    version = "1.0.0"
    api_version = "1.0"
    title = Text("金秋助学", "Golden Autumn education aid")
    kind = Kind.ONE_OFF
    per_student = True
    parameters = _PARAMETERS
    facts = (FACTS["category"], FACTS["students"])
    questions = (
        Question("student", QuestionKind.STUDENT, Text("为哪名学生申请", "for which student")),
        Question("asked", QuestionKind.MONEY, Text("申请金额（元）", "amount asked for (yuan)")),
        Question(
            "enrolment_paper",
            QuestionKind.EVIDENCE,
            Text("学生证或录取通知书", "student card or letter of admission"),
            required=False,
        ),
    )

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Return for each household what one of its students may get."""
        offered = _standard(facts, figures, trace)
        studying = trace.step(
            "has_student",
            facts.number("students") > 0,
            Unit.FLAG,
            Text("有在读学生", "a member is a student"),
        )
        maximum = trace.step(
            "education_maximum",
            keep(offered, studying),
            Unit.FEN,
            Text("每生每年助学救助上限", "most education aid a student and year"),
        )
        eligible = maximum > 0
        return Assessment(
            eligible, Column.constant(0, facts.size), maximum, _reasons(offered, studying, eligible)
        )


def _standard(facts: Facts, figures: Figures, trace: Trace) -> Column:
    whole = figures["months_maximum"] * figures["dibao_line"]
    shares, rounding = figures.by_category("share"), figures.by_category("rounding")
    standard = {
        category: share_of(whole, share, rounding[category]) for category, share in shares.items()
    }
    return trace.step(
        "education_standard",
        facts.choice("category").pick(standard),
        Unit.FEN,
        Text("该困难类别的每生标准", "standard of this category for a student"),
        uses=("dibao_line", "months_maximum", "share", "rounding"),
    )


def _reasons(offered: Column, studying: Flags, eligible: Flags) -> tuple[Reason, ...]:
    return (
        Reason("standard", _STANDARD, eligible, {"maximum": (offered, Unit.FEN)}),
        Reason("not_for_category", _NOT_OFFERED, offered <= 0),
        Reason("no_student", _NO_STUDENT, ~studying),
    )


@hookimpl
def bangfu_programmes() -> list[GoldenAutumn]:
    """Offer the programme."""
    return [GoldenAutumn()]
