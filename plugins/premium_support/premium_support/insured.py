"""Whom a premium is paid for: how many insured, of whom how many by the full standard."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu_sdk import (
    FACTS,
    Column,
    Fact,
    Facts,
    Figures,
    Flags,
    Parameter,
    Question,
    QuestionKind,
    Reason,
    Text,
    Trace,
    Unit,
    choose,
    greater,
    keep,
    lesser,
)

MOST_INSURED = FACTS["members"].high
INSURED = Fact("insured", Unit.COUNT, Text("参保人数", "members insured"), high=MOST_INSURED)
FULL = Parameter(
    "full",
    Unit.FLAG,
    Text("该困难类别全额资助", "the category gets the full standard"),
    by_category=True,
    high=1,
)
PART = Parameter(
    "part",
    Unit.FLAG,
    Text("该困难类别部分资助", "the category gets the part standard"),
    by_category=True,
    high=1,
)
DISABLED_FULL = Parameter(
    "disabled_full",
    Unit.FLAG,
    Text("该困难类别中的残疾人全额资助", "the disabled of the category get the full standard"),
    by_category=True,
    high=1,
)
STANDARDS = (FULL, PART, DISABLED_FULL)
ASKED = Question("asked", QuestionKind.MONEY, Text("申请金额（元）", "amount asked for (yuan)"))
PAPER = Question(
    "insurance_paper",
    QuestionKind.EVIDENCE,
    Text("参保缴费凭证、残疾人证", "proof of insurance, disability certificate"),
    required=False,
)
_NOT_OFFERED = Text("该困难类别不享受参保缴费资助", "no premium is paid for this category")
_DISABLED_ALONE = Text(
    "该困难类别只为残疾人资助，参保人员中没有",
    "in this category it is paid for the disabled alone, and none of the insured is",
)
_TO_NOTHING = Text("按标准计算资助额为0", "by the standard it comes to nothing")
_NOBODY = Text("没有参保人员", "nobody is insured")
_TOO_MANY = Text(
    "参保{insured}，多于家庭人口{members}", "{insured} insured are more than {members} members"
)
_TOO_MANY_DISABLED = Text(
    "其中残疾{disabled}，多于参保{insured}",
    "{disabled} with a disability are more than {insured} insured",
)


@dataclass(frozen=True)
class Insured:
    """The insured of each household: all, those by the full and those by the part standard."""

    all: Column
    members: Column
    disabled: Column
    full: Column
    part: Column
    is_offered: Flags

    @property
    def fits(self) -> Flags:
        """Who told numbers that can be."""
        return (self.all <= self.members) & (self.disabled <= self.all)

    @property
    def counted(self) -> Column:
        """How many have a standard."""
        return self.full + self.part

    def reasons(self, amount: Column) -> tuple[Reason, ...]:
        """Return why no premium is paid where the amount is nothing."""
        insured, members = (self.all, Unit.COUNT), (self.members, Unit.COUNT)
        disabled = (self.disabled, Unit.COUNT)
        return (
            Reason("not_for_category", _NOT_OFFERED, ~self.is_offered),
            Reason("nobody_insured", _NOBODY, self.all <= 0),
            Reason(
                "more_than_members", _TOO_MANY, self.all > self.members,
                {"insured": insured, "members": members},
            ),
            Reason(
                "more_disabled_than_insured", _TOO_MANY_DISABLED, self.disabled > self.all,
                {"disabled": disabled, "insured": insured},
            ),
            Reason(
                "disabled_alone", _DISABLED_ALONE,
                self.is_offered & (self.all > 0) & (self.counted <= 0),
            ),
            Reason("to_nothing", _TO_NOTHING, self.fits & (self.counted > 0) & (amount <= 0)),
        )  # fmt: skip


def count_insured(facts: Facts, figures: Figures, trace: Trace, disabled: Column) -> Insured:
    """Return the insured of households. The full standard goes before the part one (就高不就低)."""
    everybody = facts.number(INSURED.name)
    whole, partly, of_disabled = (_given(facts, figures, one.name) for one in STANDARDS)
    full = trace.step(
        "insured_full",
        choose(whole, everybody, keep(lesser(disabled, everybody), of_disabled)),
        Unit.COUNT,
        Text("按全额标准资助的人数", "insured by the full standard"),
        uses=(FULL.name, DISABLED_FULL.name),
    )
    part = trace.step(
        "insured_part",
        keep(greater(everybody - full, 0), partly),
        Unit.COUNT,
        Text("按部分标准资助的人数", "insured by the part standard"),
        uses=(PART.name,),
    )
    offered = whole | partly | of_disabled
    return Insured(everybody, facts.number("members"), disabled, full, part, offered)


def _given(facts: Facts, figures: Figures, name: str) -> Flags:
    return facts.choice("category").pick(figures.by_category(name)) > 0
