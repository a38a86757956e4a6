"""Golden Autumn education aid (金秋助学): for each student, up to months of the dibao line."""

from __future__ import annotations

from bangfu_sdk import (
    FACTS,
    NO_STAGE,
    Assessment,
    Column,
    Facts,
    Figures,
    Flags,
    Kind,
    Programme,
    Question,
    QuestionKind,
    Text,
    Trace,
    Unit,
    greater,
    hookimpl,
    keep,
    lesser,
    share_of,
)

from golden_autumn.parameters import PARAMETERS
from golden_autumn.reasons import Found, tell_reasons


class GoldenAutumn(Programme):
    """An upper limit for each student of a household and year."""

    name = "golden_autumn"
    version = "1.1.0"
    api_version = "1.2"
    title = Text("金秋助学", "Golden Autumn education aid")
    kind = Kind.ONE_OFF
    per_student = True
    parameters = PARAMETERS
    facts = (FACTS["category"], FACTS["students"], FACTS["stage"], FACTS["other_aid"])
    questions = (
        Question("student", QuestionKind.STUDENT, Text("为哪名学生申请", "for which student")),
        Question("asked", QuestionKind.MONEY, Text("申请金额（元）", "amount asked for (yuan)")),
        Question(
            "other_aid",
            QuestionKind.MONEY,
            Text("本学年已获其他资助（元）", "other aid for this school year (yuan)"),
            Text("没有的不填", "leave it empty where there is none"),
            required=False,
        ),
        Question(
            "enrolment_paper",
            QuestionKind.EVIDENCE,
            Text("学生证或录取通知书", "student card or letter of admission"),
            required=False,
            required_by="proof_required",
        ),
    )

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Return for each household what one of its students may get."""
        standard = _standard(facts, figures, trace)
        offered = _of_stage(facts, figures, trace, standard)
        left = _less_other_aid(facts, figures, trace, offered)
        excluded = _excluded(facts, figures, trace)
        studying = trace.step(
            "has_student",
            facts.number("students") > 0,
            Unit.FLAG,
            Text("有在读学生", "a member is a student"),
        )
        maximum = trace.step(
            "education_maximum",
            keep(left, studying & ~excluded),
            Unit.FEN,
            Text("每生每年助学救助上限", "most education aid a student and year"),
        )
        eligible = maximum > 0
        focus = _focus(facts, figures, trace) & eligible
        other = facts.number("other_aid")
        found = Found(standard, offered, left, other, excluded, studying, focus)
        reasons = tell_reasons(found, eligible)
        return Assessment(eligible, Column.constant(0, facts.size), maximum, reasons, focus)


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


def _of_stage(facts: Facts, figures: Figures, trace: Trace, standard: Column) -> Column:
    """Limit the standard by what the stage may get; a stage not told by the most of any."""
    most = figures.by_stage("stage_maximum")
    lowest, highest = min(most.values()), max(most.values())
    limits = facts.choice("stage").pick({**most, NO_STAGE: highest})
    return trace.step(
        "stage_standard",
        lesser(standard, highest if lowest == highest else limits),
        Unit.FEN,
        Text("该教育阶段的每生标准", "standard of this stage for a student"),
        uses=("stage_maximum",),
    )


def _less_other_aid(facts: Facts, figures: Figures, trace: Trace, offered: Column) -> Column:
    """Take other aid for the school year off, where the region counts it."""
    left = offered
    if figures["other_aid_counts"]:
        left = greater(offered - facts.number("other_aid"), 0)
    return trace.step(
        "less_other_aid",
        left,
        Unit.FEN,
        Text("扣减同学年其他资助后", "less other aid for the school year"),
        uses=("other_aid_counts",),
    )


def _excluded(facts: Facts, figures: Figures, trace: Trace) -> Flags:
    helped = facts.number("other_aid") > 0
    return trace.step(
        "excluded_by_other_aid",
        helped if figures["other_aid_excludes"] else Flags.constant(False, facts.size),
        Unit.FLAG,
        Text("已获其他资助，不重复享受", "other aid was given, so this is not"),
        uses=("other_aid_excludes",),
    )


def _focus(facts: Facts, figures: Figures, trace: Trace) -> Flags:
    return trace.step(
        "focus",
        facts.choice("stage").pick(figures.by_stage("focus")) > 0,
        Unit.FLAG,
        Text("属于重点帮扶的教育阶段", "a stage the region wants helped first"),
        uses=("focus",),
    )


@hookimpl
def bangfu_programmes() -> list[GoldenAutumn]:
    """Offer the programme."""
    return [GoldenAutumn()]
