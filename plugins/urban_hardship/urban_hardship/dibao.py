"""The ways into dibao: the whole household, or a single person of it."""

from __future__ import annotations

from bangfu_sdk import Column, Facts, Figures, Flags, Ratio, Text, Trace, Unit

from urban_hardship import means
from urban_hardship.parameters import DIBAO_LINE

MONTHS = ("income_month_1", "income_month_2", "income_month_3")
"""The full months before the day whose income the rule can look at, the last one first."""

_WAY_NAMES = {
    "dibao_household": Text("整户低保", "dibao for the whole household"),
    "dibao_dependent_adult": Text("成年无业残疾人单人户低保", "dibao of a dependent adult"),
    "dibao_corrected": Text("社区矫正对象单人户低保", "dibao of a person under correction"),
    "dibao_spender": Text("刚性支出发生者本人低保", "dibao of the person with rigid spending"),
}

WAYS = {
    "dibao_household": Text(
        "整户纳入低保：无一人就业，最近3个月人均收入{income}，低于低保标准{line}，财产符合规定",
        "dibao for the whole household: nobody employed, income of the last 3 months is {income},"
        " below the line of {line}, property within the rule",
    ),
    "dibao_dependent_adult": Text(
        "按单人户纳入低保：依靠父母或兄弟姐妹供养的成年无业残疾人",
        "dibao as a single person: a disabled adult without work kept by parents or siblings",
    ),
    "dibao_corrected": Text(
        "按单人户纳入低保：符合条件的社区矫正对象",
        "dibao as a single person: under community correction",
    ),
    "dibao_spender": Text(
        "整户不符合条件，将刚性支出发生者本人纳入低保：家庭缺乏劳动力，收支相抵后人均{net}，低于{low}",
        "dibao for the person with the rigid spending, the whole household not qualifying: nobody"
        " is able to work, and after spending income is {net}, below {low}",
    ),
}


def recent_income(facts: Facts, figures: Figures, trace: Trace) -> Ratio:
    """Return the income of the last months, per head and month."""
    months = figures["dibao_months"]
    total = facts.number(MONTHS[0])
    for month in MONTHS[1:months]:
        total = total + facts.number(month)
    return trace.step(
        "recent_income_per_head",
        Ratio(total, facts.number("members"), months),
        means.HEAD,
        Text("最近几个月人均收入", "income of the last months, per head and month"),
        uses=("dibao_months",),
    )


def find_ways(
    facts: Facts, figures: Figures, trace: Trace, income: Ratio, spent: Column, low: Flags
) -> dict[str, Flags]:
    """Return who gets into dibao by each way; `spent` is rigid spending, `low` says who is below
    the low-income line. Migrant workers get in as single persons alone (part 5 (1) 2).
    """
    nobody = facts.number("employed").equals(0)
    poor = trace.step(
        "below_line", income < figures[DIBAO_LINE.name], Unit.FLAG,
        Text("人均收入低于低保标准", "income is below the dibao line"), uses=(DIBAO_LINE.name,),
    )  # fmt: skip
    disabled = facts.flag("severe_disability") | facts.flag("mental_disability")
    whole = nobody & poor & facts.flag("property_fits") & ~facts.flag("migrant_worker")
    found = {
        "dibao_household": whole,
        "dibao_dependent_adult": facts.flag("dependent_adult") & disabled,
        "dibao_corrected": facts.flag("community_corrected") & poor & facts.flag("property_fits"),
        "dibao_spender": nobody & facts.number("able_unemployed").equals(0) & (spent > 0) & low
        & facts.flag("property_fits") & ~whole,
    }  # fmt: skip
    return {
        way: trace.step(f"is_{way}", fit, Unit.FLAG, _WAY_NAMES[way]) for way, fit in found.items()
    }
