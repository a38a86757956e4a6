"""Six categories of urban low-income households, each approved by its own department.

Source: 六盘水市城镇低收入困难群体脱困帮扶 (2017-2018).
"""

from __future__ import annotations

from typing import ClassVar

from bangfu_sdk import (
    FACTS,
    Choice,
    Column,
    Facts,
    Figures,
    Flags,
    Identification,
    Identified,
    Option,
    Parameter,
    Ratio,
    Reason,
    Text,
    Trace,
    Unit,
)

from urban_hardship import means
from urban_hardship.housing import AREA_PER_HEAD, find_needs, tell_needs
from urban_hardship.parameters import DIBAO_LINE, PRECEDENCE, WINDOW_MONTHS
from urban_hardship.precedence import NONE, choose_category, tell_others

_NEEDED = (
    "members", "income", "earlier_aid", "illness", "disability", "schooling", "three_without",
    "no_home", "dangerous_home", "housing_area", "union_member", "in_dibao",
)  # fmt: skip
THREE_WITHOUT = Option("three_without", Text("“三无”人员家庭", "three-without"))
DIBAO = Option("dibao", Text("城市低保家庭", "dibao"))
MARGINAL = Option("dibao_marginal", Text("低保边缘家庭", "dibao-marginal"))
EXPENDITURE = Option("expenditure_hardship", Text("支出型困难家庭", "expenditure-hardship"))
HOUSING = Option("housing_hardship", Text("住房困难家庭", "housing-hardship"))
WORKER = Option("worker_hardship", Text("困难职工家庭", "worker-hardship"))
_FITTING = (THREE_WITHOUT, DIBAO, MARGINAL, EXPENDITURE, HOUSING, WORKER)
_SPENDING = Text(
    "刚性支出（因病、因残、子女上学）", "rigid spending (illness, disability, schooling)"
)
_LISTED, _HOME_ONLY = "dibao_listed", "housing_income_not_below"
_WHY = {
    THREE_WITHOUT.code: Text("属于“三无”人员", "is of the three-without"),
    DIBAO.code: Text("人均月收入{income}，低于低保标准{line}", "income is {income}, below the dibao"
                     " line of {line}"),
    MARGINAL.code: Text(
        "人均月收入{income}，不低于低保标准{line}，但低于其{marginal}",
        "income is {income}, not below the dibao line of {line} but below {marginal} of it",
    ),
    EXPENDITURE.code: Text(
        "收支相抵后人均月收入{net}，低于低保标准{line}的{expenditure}",
        "after rigid spending income is {net}, below {expenditure} of the dibao line of {line}",
    ),
    HOUSING.code: Text(
        "住房困难，收支相抵后人均月收入{net}，低于低保标准{line}的{housing}",
        "is in need of a home; after rigid spending income is {net}, below {housing} of the dibao"
        " line of {line}",
    ),
    WORKER.code: Text(
        "工会会员家庭，收支相抵后人均月收入{net}，低于低保标准{line}的{worker}",
        "a union member's household; after rigid spending income is {net}, below {worker} of the"
        " dibao line of {line}",
    ),
    _LISTED: Text(
        "在册城市低保家庭，人均月收入{income}，不低于低保标准{line}，应核对是否仍符合低保条件",
        "listed in dibao by civil affairs; income is {income}, not below the dibao line of {line}:"
        " to be verified",
    ),
    _HOME_ONLY: Text(
        "住房困难，但收支相抵后人均月收入{net}，不低于低保标准{line}的{housing}",
        "is in need of a home, but after rigid spending income is {net}, not below {housing} of the"
        " dibao line of {line}",
    ),
    NONE: Text("人均月收入{income}，收支相抵后{net}，不属于六类困难家庭",
               "income is {income}, and {net} after rigid spending: none of the six categories"),
}  # fmt: skip


def _percent(name: str, zh: str, en: str) -> Parameter:
    return Parameter(name, Unit.PERCENT, Text(zh, en), low=1, high=10 * 100)


class UrbanHouseholds(Identification):
    """Income against the dibao line, what is left after rigid spending, need of a home, union."""

    name = "urban_households"
    version = "1.1.0"
    api_version = "1.1"
    title = Text("城镇低收入困难家庭认定", "identification of urban low-income households")
    parameters = (
        DIBAO_LINE,
        WINDOW_MONTHS,
        _percent("marginal_percent", "低保边缘相对低保标准", "dibao-marginal, share of the line"),
        _percent("expenditure_percent", "支出型困难相对低保标准", "expenditure, share of the line"),
        _percent("housing_percent", "住房困难相对低保标准", "housing-hardship, share of the line"),
        AREA_PER_HEAD,
        _percent("worker_percent", "困难职工相对低保标准", "worker-hardship, share of the line"),
        PRECEDENCE,
    )
    facts = tuple(FACTS[name] for name in _NEEDED)
    categories: ClassVar[tuple[Option, ...]] = (
        *_FITTING,
        Option(NONE, Text("不属于城镇低收入困难家庭", "none of the categories")),
    )

    def identify(self, facts: Facts, figures: Figures, trace: Trace) -> Identified:
        """Return for each household the category that counts, and name the others that fit."""
        received = facts.number("income") + facts.number("earlier_aid")
        income = means.income_per_head(facts, figures, trace, received)
        left = means.net_income(trace, received, _rigid_spending(facts), _SPENDING)
        net = means.net_per_head(facts, figures, trace, left)
        needs = find_needs(facts, figures, trace)
        in_need = means.any_of(needs, facts.size)
        fits = _fitting(facts, figures, trace, income, net, in_need)
        category = choose_category(fits, figures, trace)
        reasons = _explain(category, figures, income, net, in_need)
        housing = tell_needs(needs, category.equals(HOUSING.code), facts, figures)
        return Identified(category, (*reasons, *housing, *tell_others(fits, category, _FITTING)))


def _rigid_spending(facts: Facts) -> Column:
    return facts.number("illness") + facts.number("disability") + facts.number("schooling")


def _fitting(
    facts: Facts, figures: Figures, trace: Trace, income: Ratio, net: Ratio, in_need: Flags
) -> dict[str, Flags]:
    """Say who is in which category; `in_need` is of a home.

    Whom civil affairs have listed is a dibao household by standing, as they approve it: whether
    it should still be is for verification to find out. So none of these is dibao-marginal.
    """
    line = DIBAO_LINE.name
    dibao = (income < figures[line]) | facts.flag("in_dibao")

    def below(ratio: Ratio, percent: str) -> Flags:
        return ratio.below_share(figures[line], figures[percent])

    found = {
        THREE_WITHOUT: (facts.flag("three_without"), ()),
        DIBAO: (dibao, (line,)),
        MARGINAL: (below(income, "marginal_percent") & ~dibao, (line, "marginal_percent")),
        EXPENDITURE: (below(net, "expenditure_percent"), (line, "expenditure_percent")),
        HOUSING: (in_need & below(net, "housing_percent"), (line, "housing_percent")),
        WORKER: (
            facts.flag("union_member") & below(net, "worker_percent"),
            (line, "worker_percent"),
        ),
    }
    return {
        option.code: trace.step(f"is_{option.code}", fits, Unit.FLAG, option.text, uses=uses)
        for option, (fits, uses) in found.items()
    }


def _explain(
    category: Choice, figures: Figures, income: Ratio, net: Ratio, in_need: Flags
) -> tuple[Reason, ...]:
    line = figures[DIBAO_LINE.name]
    shown: means.Shown = {
        "income": (income, means.HEAD),
        "net": (net, means.HEAD),
        "line": (line, means.HEAD),
        "marginal": (figures["marginal_percent"], Unit.PERCENT),
        "expenditure": (figures["expenditure_percent"], Unit.PERCENT),
        "housing": (figures["housing_percent"], Unit.PERCENT),
        "worker": (figures["worker_percent"], Unit.PERCENT),
    }
    told = {code: category.equals(code) for code in _WHY}
    told[_LISTED] = told[DIBAO.code] & (income >= line)
    told[DIBAO.code] &= income < line
    told[_HOME_ONLY] = told[NONE] & in_need
    return tuple(
        Reason(code, text, told[code], means.used(text, shown)) for code, text in _WHY.items()
    )
