"""The ways into dibao: the whole household, or a single person of it.

Source: 桂办发 (2019) 关于进一步做好城镇困难群众脱困解困工作的意见, parts 4 (2) and 5 (1) 2 and 3.
"""

from __future__ import annotations

from bangfu_sdk import Column, Facts, Figures, Flags, Ratio, Text, Trace, Unit

from urban_hardship import means
from urban_hardship.parameters import DIBAO_LINE

MONTHS = ("income_month_1", "income_month_2", "income_month_3")
"""The full months before the day whose income the rule can look at, the last one first."""

_WAY_NAMES = {
    "dibao_income": Text("收入低于低保标准", "dibao by income of the window"),
    "dibao_household": Text("整户低保", "dibao for the whole household"),
    "dibao_dependent_adult": Text("成年无业残疾人单人户低保", "dibao of a dependent adult"),
    "dibao_corrected": Text("社区矫正对象单人户低保", "dibao of a person under correction"),
    "dibao_spender": Text("刚性支出发生者本人低保", "dibao of the person with rigid spending"),
}

WAYS = {
    "dibao_income": Text(
        "整户纳入低保：核算期内人均月收入{year}，低于低保标准{line}，财产符合规定",
        "dibao for the whole household: income of the window is {year}, below the line of {line},"
        " property within the rule",
    ),
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


def below_line(
    facts: Facts, figures: Figures, trace: Trace, recent: Ratio
) -> tuple[Flags, Flags, Ratio]:
    """Return whose income is below the dibao line, in the last months and in the whole window,
    and the income of the window."""
    line = figures[DIBAO_LINE.name]
    year = means.income_per_head(facts, figures, trace, facts.number("income"))
    poor = trace.step(
        "below_line", recent < line, Unit.FLAG,
        Text("人均收入低于低保标准", "income is below the dibao line"), uses=(DIBAO_LINE.name,),
    )  # fmt: skip
    poor_year = trace.step(
        "below_line_in_window", year < line, Unit.FLAG,
        Text("核算期内人均月收入低于低保标准", "income of the window is below the dibao line"),
        uses=(DIBAO_LINE.name,),
    )  # fmt: skip
    return poor, poor_year, year


def kept_by_others(facts: Facts) -> Flags:
    """Say who is an adult without work, so disabled that dibao is his own, kept by parents or
    siblings (part 5 (1) 3)."""
    disabled = facts.flag("severe_disability") | facts.flag("mental_disability")
    return facts.flag("dependent_adult") & disabled


def find_ways(
    facts: Facts, trace: Trace, poor: tuple[Flags, Flags], spent: Column, low: Flags
) -> dict[str, Flags]:
    """Return who gets into dibao by each way.

    `poor` says whose income is below the dibao line, in the last months and in the window;
    `spent` is rigid spending; `low` says who is below the low-income line.

    The class is defined by income below the line and property within the rule (part 4 (2)), whoever
    works: `dibao_income`. That nobody is employed and the last months are below the line (part 5
    (1) 2) lets in besides who lost his income within the window: `dibao_household`. Neither is for
    migrant workers long resident in the city: the opinion leaves them out of the whole household's
    way in so many words, and opens to them of the classes of part 4 that of low income alone
    (part 4 (3)). They get in as single persons.
    """
    recent, window = poor
    fits, nobody = facts.flag("property_fits"), facts.number("employed").equals(0)
    resident = fits & ~facts.flag("migrant_worker")
    by_income, household = window & resident, nobody & recent & resident
    found = {
        "dibao_income": by_income,
        "dibao_household": household,
        "dibao_dependent_adult": kept_by_others(facts),
        "dibao_corrected": facts.flag("community_corrected") & recent & fits,
        "dibao_spender": nobody & facts.number("able_unemployed").equals(0) & (spent > 0) & low
        & fits & ~(by_income | household),
    }  # fmt: skip
    return {
        way: trace.step(f"is_{way}", fit, Unit.FLAG, _WAY_NAMES[way]) for way, fit in found.items()
    }
