"""Education aid by stage (分学段教育救助): a referral naming what a student is entitled to."""

from __future__ import annotations

from collections.abc import Sequence

from bangfu_sdk import (
    FACTS,
    NO_STAGE,
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
)

from education_support.entitlements import ENTITLEMENTS, Entitlement, holding

_PARAMETERS = (
    *(Parameter(one.code, Unit.FLAG, one.text, by_category=True, high=1) for one in ENTITLEMENTS),
    Parameter(
        "stage_aid",
        Unit.FLAG,
        Text("该学段有未细分项目的资助", "the stage has aid that is not named more closely"),
        by_stage=True,
        high=1,
    ),
    Parameter(
        "offered",
        Unit.FLAG,
        Text("该困难类别享受教育资助", "the category gets education aid"),
        by_category=True,
        high=1,
    ),
    Parameter(
        "proof_required",
        Unit.FLAG,
        Text("须提交在读或录取证明", "proof of enrolment is required"),
        high=1,
    ),
)
_STAGE_AID = Text("该学段的困难学生资助", "aid for students in hardship at this stage")
_NOT_OFFERED = Text("该困难类别不享受教育资助", "education aid is not given to this category")
_NOTHING = Text(
    "该学段及情况没有可享受的资助项目", "at this stage and in this case there is no entitlement"
)
_NO_STUDENT = Text("家庭成员中没有在读学生", "no member of the household is a student")


class EducationSupport(Programme):
    """What a student is entitled to at his stage, for the department that gives it."""

    name = "education_support"
    version = "1.0.0"
    api_version = "1.2"
    title = Text("分学段教育救助", "education aid by stage")
    kind = Kind.REFERRAL
    per_student = True
    parameters = _PARAMETERS
    facts = tuple(
        FACTS[name] for name in ("category", "students", "stage", "boards", "new_student")
    )
    questions = (
        Question("student", QuestionKind.STUDENT, Text("为哪名学生申请", "for which student")),
        Question(
            "boards",
            QuestionKind.YES_NO,
            Text("是否在校寄宿", "does the student board at school"),
            Text("义务教育阶段填写", "for compulsory schooling"),
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
        """Return who is entitled to anything; the reasons say to what."""
        offered = trace.step(
            "offered",
            facts.choice("category").pick(figures.by_category("offered")) > 0,
            Unit.FLAG,
            Text("该困难类别享受教育资助", "the category gets education aid"),
            uses=("offered",),
        )
        studying = trace.step(
            "has_student",
            facts.number("students") > 0,
            Unit.FLAG,
            Text("有在读学生", "a member is a student"),
        )
        open_to = offered & studying
        entitled = [
            (one, _record(trace, one, who & open_to)) for one, who in holding(facts, figures)
        ]
        by_stage = _stage_aid(facts, figures, trace, open_to)
        eligible = by_stage
        for _one, who in entitled:
            eligible = eligible | who
        nothing = Column.constant(0, facts.size)
        reasons = _reasons(entitled, by_stage, offered, studying, eligible)
        return Assessment(eligible, nothing, nothing, reasons)


def _record(trace: Trace, entitlement: Entitlement, who: Flags) -> Flags:
    return trace.step(entitlement.code, who, Unit.FLAG, entitlement.text, uses=(entitlement.code,))


def _stage_aid(facts: Facts, figures: Figures, trace: Trace, open_to: Flags) -> Flags:
    given = figures.by_stage("stage_aid")
    held = facts.choice("stage").pick({**given, NO_STAGE: max(given.values())}) > 0
    return trace.step("stage_aid", held & open_to, Unit.FLAG, _STAGE_AID, uses=("stage_aid",))


def _reasons(
    entitled: Sequence[tuple[Entitlement, Flags]],
    by_stage: Flags,
    offered: Flags,
    studying: Flags,
    eligible: Flags,
) -> tuple[Reason, ...]:
    return (
        *(Reason(one.code, one.text, who) for one, who in entitled),
        Reason("stage_aid", _STAGE_AID, by_stage),
        Reason("not_for_category", _NOT_OFFERED, ~offered),
        Reason("no_student", _NO_STUDENT, ~studying),
        Reason("no_entitlement", _NOTHING, offered & studying & ~eligible),
    )


@hookimpl
def bangfu_programmes() -> list[EducationSupport]:
    """Offer the programme."""
    return [EducationSupport()]
