"""Employment support (就业援助): a referral for households with members able and without work."""

from __future__ import annotations

from bangfu_sdk import (
    FACTS,
    Assessment,
    Column,
    Condition,
    Fact,
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

from employment_support.wishes import NO_WISH, WISHES, entitled, given_anything

_WISH = Text("希望得到的就业帮扶", "help with work that is wished for")
_FIRST = Text("家庭无一人就业，优先帮扶", "nobody of the family is employed: to be helped first")
_NOBODY_ABLE = Text(
    "没有有劳动能力而未就业的家庭成员", "no member is able to work and without work"
)
_NOT_OFFERED = Text("该困难类别不享受就业援助", "help with work is not given to this category")
_NOT_THIS = Text(
    "本地区不向该困难类别提供所选的就业帮扶",
    "the region does not give this category what is wished for",
)


class EmploymentSupport(Programme):
    """What a household's members without work are entitled to, for the department that gives it."""

    name = "employment_support"
    version = "1.0.0"
    api_version = "1.2"
    title = Text("就业援助", "employment support")
    kind = Kind.REFERRAL
    parameters = (
        *(Parameter(one.code, Unit.FLAG, one.text, by_category=True, high=1) for one in WISHES),
        Parameter(
            "nobody_employed_first",
            Unit.FLAG,
            Text("零就业家庭优先", "families with nobody employed come first"),
            high=1,
        ),
    )
    facts = (
        FACTS["category"],
        FACTS["employed"],
        FACTS["able_unemployed"],
        Fact(
            "wish",
            Unit.CODE,
            _WISH,
            default=NO_WISH,
            labels=(NO_WISH, *(one.code for one in WISHES)),
        ),
    )
    questions = (
        Question("wish", QuestionKind.CHOICE, _WISH, choices=WISHES),
        Question(
            "trade",
            QuestionKind.TEXT,
            Text("想学的工种或技能", "trade or skill to be learnt"),
            condition=Condition("wish", "training"),
        ),
        Question(
            "business",
            QuestionKind.TEXT,
            Text("创业项目和所需资金", "business planned, and the money it needs"),
            condition=Condition("wish", "startup_loan"),
        ),
        Question(
            "work_wanted",
            QuestionKind.TEXT,
            Text("求职意向、技能和身体状况", "work wanted, skills and health"),
            required=False,
        ),
        Question(
            "unemployment_paper",
            QuestionKind.EVIDENCE,
            Text("失业登记或就业困难人员认定材料", "proof of unemployment or of recognition"),
            required=False,
        ),
    )

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Return who is entitled to what is wished for; the reasons say to what."""
        able = trace.step(
            "able",
            facts.number("able_unemployed") > 0,
            Unit.FLAG,
            Text("有劳动能力而未就业的成员", "a member is able to work and without work"),
        )
        reasons: list[Reason] = []
        eligible = Flags.constant(False, facts.size)
        for one, wished in entitled(facts, figures):
            who = trace.step(one.code, wished & able, Unit.FLAG, one.text, uses=(one.code,))
            reasons.append(Reason(one.code, one.text, who))
            eligible |= who
        focus = _first(facts, figures, trace) & eligible
        offered = given_anything(facts, figures)
        nothing = Column.constant(0, facts.size)
        told = (
            *reasons,
            Reason("nobody_employed_first", _FIRST, focus),
            Reason("nobody_able", _NOBODY_ABLE, ~able),
            Reason("not_for_category", _NOT_OFFERED, ~offered),
            Reason("not_this", _NOT_THIS, able & offered & ~eligible),
        )
        return Assessment(eligible, nothing, nothing, told, focus)


def _first(facts: Facts, figures: Figures, trace: Trace) -> Flags:
    nobody = facts.number("employed") <= 0
    wanted = bool(figures["nobody_employed_first"])
    return trace.step(
        "first",
        nobody if wanted else Flags.constant(False, facts.size),
        Unit.FLAG,
        Text("家庭无一人就业", "nobody of the family is employed"),
        uses=("nobody_employed_first",),
    )


@hookimpl
def bangfu_programmes() -> list[EmploymentSupport]:
    """Offer the programme."""
    return [EmploymentSupport()]
