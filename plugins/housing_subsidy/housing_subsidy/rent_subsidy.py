"""Rent subsidy (租赁补贴): each month, by persons, area and market rent, up to the rent paid."""

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
    greater,
    half_up,
    keep,
    lesser,
)

from housing_subsidy.need import FACTS_OF_HOMES, LEAST_AREA, OFFERED, Need, find_need

_HUNDREDTHS = 100
_PARAMETERS = (
    OFFERED,
    LEAST_AREA,
    Parameter(
        "standard_area",
        Unit.AREA,
        Text("人均保障面积", "floor area a head that is subsidised"),
        high=10**6,
    ),
    Parameter(
        "persons_maximum",
        Unit.COUNT,
        Text("最多计算人数", "most persons that count"),
        low=1,
        high=100,
    ),
    Parameter(
        "market_rent",
        Unit.FEN,
        Text("每平方米每月市场租金", "market rent of a square metre a month"),
        high=10**6,
    ),
    Parameter(
        "share",
        Unit.PERCENT,
        Text("按困难类别的补贴比例", "share of the market rent by category"),
        by_category=True,
        high=100,
    ),
)
_STANDARD = Text("每月租赁补贴不超过{subsidy}", "the rent subsidy is up to {subsidy} a month")
_BY_RENT = Text(
    "补贴标准{standard}，不超过实际月租金{rent}",
    "the standard is {standard}, and never more than the rent paid, {rent}",
)
_NOTHING_LEFT = Text(
    "按自有面积、比例或租金计算无可补贴数额",
    "by the area it owns, its share or its rent nothing is left to subsidise",
)


class RentSubsidy(Programme):
    """A sum a month; the maximum is that of one month."""

    name = "rent_subsidy"
    version = "1.0.0"
    api_version = "1.2"
    title = Text("租赁补贴", "rent subsidy")
    kind = Kind.MONTHLY
    excludes = ("in_kind_lease",)
    parameters = _PARAMETERS
    facts = (*FACTS_OF_HOMES, FACTS["rent"])
    questions = (
        Question(
            "rent", QuestionKind.MONEY, Text("每月实付租金（元）", "rent paid a month (yuan)")
        ),
        Question(
            "asked",
            QuestionKind.MONEY,
            Text("申请每月补贴（元）", "subsidy asked for a month (yuan)"),
        ),
        Question(
            "lease_paper",
            QuestionKind.EVIDENCE,
            Text("租赁合同", "lease"),
            required=False,
        ),
    )

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Return for each household the most it may get a month."""
        need = find_need(facts, figures, trace)
        standard = _standard(facts, figures, trace, need)
        rent = facts.number("rent")
        maximum = trace.step(
            "monthly_subsidy",
            keep(lesser(standard, rent), need.in_need),
            Unit.FEN,
            Text("每月补贴上限", "most subsidy a month"),
        )
        eligible = maximum > 0
        told = {"standard": (standard, Unit.FEN), "rent": (rent, Unit.FEN)}
        reasons = (
            *need.reasons,
            Reason("standard", _STANDARD, eligible, {"subsidy": (maximum, Unit.FEN)}),
            Reason("limited_by_rent", _BY_RENT, eligible & (rent < standard), told),
            Reason("nothing_left", _NOTHING_LEFT, need.in_need & ~eligible),
        )
        return Assessment(eligible, Column.constant(0, facts.size), maximum, reasons)


def _standard(facts: Facts, figures: Figures, trace: Trace, need: Need) -> Column:
    persons = trace.step(
        "persons",
        lesser(facts.number("members"), figures["persons_maximum"]),
        Unit.COUNT,
        Text("计算人数", "persons that count"),
        uses=("persons_maximum",),
    )
    area = trace.step(
        "subsidised_area",
        greater(persons * figures["standard_area"] - need.owned, 0),
        Unit.AREA,
        Text("补贴面积（扣除自有面积）", "area subsidised, less what it owns"),
        uses=("standard_area",),
    )
    share = facts.choice("category").pick(figures.by_category("share"))
    return trace.step(
        "standard",
        half_up(area * (share * figures["market_rent"]), _HUNDREDTHS * _HUNDREDTHS),
        Unit.FEN,
        Text("每月补贴标准", "standard a month"),
        uses=("market_rent", "share"),
    )
