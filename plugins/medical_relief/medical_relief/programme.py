"""Medical relief (医疗救助): a share of the self-paid part by category, within a cap."""

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
    greater,
    hookimpl,
    keep,
    lesser,
    share_of,
)

_PARAMETERS = (
    Parameter(
        "share",
        Unit.PERCENT,
        Text("按困难类别的自付费用救助比例", "share of the self-paid cost by category"),
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
    Parameter(
        "cap",
        Unit.FEN,
        Text("年度最高救助额", "most relief in the year"),
        by_category=True,
    ),
)
_STANDARD = Text(
    "按困难类别，个人承担部分{self_paid}可救助不超过{maximum}",
    "for this category relief on the self-paid part of {self_paid} is up to {maximum}",
)
_NOT_OFFERED = Text("该困难类别不享受医疗救助", "medical relief is not given to this category")
_NOTHING_PAID = Text("没有个人承担的医疗费用", "the household paid no medical cost itself")
_COUNTED = Text(
    "自付{self_paid}中，医疗互助已补助{mutual_aid}，按余下的{left}计算",
    "of the self-paid {self_paid} mutual aid paid {mutual_aid}; relief is counted on {left}",
)
_TOO_LITTLE = Text("按规定精确后救助额为零", "rounded as the rule says, the relief is nothing")


class MedicalRelief(Programme):
    """An upper limit for a household and year."""

    name = "medical_relief"
    version = "1.1.0"
    api_version = "1.2"
    title = Text("医疗救助", "medical relief")
    kind = Kind.ONE_OFF
    parameters = _PARAMETERS
    facts = (FACTS["category"], FACTS["self_paid"], FACTS["mutual_aid"])
    questions = (
        Question("asked", QuestionKind.MONEY, Text("申请金额（元）", "amount asked for (yuan)")),
        Question("illness_name", QuestionKind.TEXT, Text("所患疾病", "the illness")),
        Question(
            "bills",
            QuestionKind.EVIDENCE,
            Text("医疗费用票据和结算单", "medical bills and settlement"),
            required=False,
        ),
    )

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Return the most each household may get for what it paid itself."""
        benefits = facts.number("mutual_aid")
        paid = greater(facts.number("self_paid") - benefits, 0)
        offered = _is_offered(facts, figures, trace)
        maximum = trace.step(
            "medical_maximum",
            _maximum(facts, figures, paid),
            Unit.FEN,
            Text(
                "医疗救助上限：个人承担部分乘以比例，精确后不超过个人承担部分和最高额",
                "most medical relief: the share of the self-paid part, rounded, never above"
                " that part nor the cap",
            ),
            uses=("share", "rounding", "cap"),
        )
        eligible = maximum > 0
        return Assessment(
            eligible,
            Column.constant(0, facts.size),
            maximum,
            (*_reasons(paid, offered, maximum), _counted(facts, paid)),
        )


def _counted(facts: Facts, paid: Column) -> Reason:
    """Tell what mutual aid took off the self-paid part, where it paid anything."""
    benefits = facts.number("mutual_aid")
    amounts = {
        "self_paid": (facts.number("self_paid"), Unit.FEN),
        "mutual_aid": (benefits, Unit.FEN),
        "left": (paid, Unit.FEN),
    }
    return Reason("mutual_aid_counted", _COUNTED, benefits > 0, amounts)


def _is_offered(facts: Facts, figures: Figures, trace: Trace) -> Flags:
    shares = figures.by_category("share")
    return trace.step(
        "is_offered",
        facts.choice("category").among(tuple(name for name, share in shares.items() if share)),
        Unit.FLAG,
        Text("该困难类别享受医疗救助", "this category gets medical relief"),
        uses=("share",),
    )


def _maximum(facts: Facts, figures: Figures, paid: Column) -> Column:
    category = facts.choice("category")
    rounding, caps = figures.by_category("rounding"), figures.by_category("cap")
    maximum = Column.constant(0, facts.size)
    for name, share in figures.by_category("share").items():
        if share:
            relief = share_of(paid, share, rounding[name])
            within = lesser(lesser(relief, paid), caps[name])
            maximum += keep(within, category.equals(name))
    return maximum


def _reasons(paid: Column, offered: Flags, maximum: Column) -> tuple[Reason, ...]:
    some, given = paid > 0, maximum > 0
    amounts = {"self_paid": (paid, Unit.FEN), "maximum": (maximum, Unit.FEN)}
    return (
        Reason("standard", _STANDARD, given, amounts),
        Reason("not_for_category", _NOT_OFFERED, ~offered),
        Reason("nothing_paid", _NOTHING_PAID, ~some),
        Reason("too_little", _TOO_LITTLE, offered & some & ~given),
    )


@hookimpl
def bangfu_programmes() -> list[MedicalRelief]:
    """Offer the programme."""
    return [MedicalRelief()]
