"""Guangxi's classes: persons in special hardship and orphans, dibao, expenditure-type low income.

Source: 桂办发 (2019) 关于进一步做好城镇困难群众脱困解困工作的意见, parts 4 and 5 (1).
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
    Ratio,
    Reason,
    Text,
    Trace,
    Unit,
    greater,
)

from urban_hardship import means
from urban_hardship.dibao import MONTHS, WAYS, below_line, find_ways, recent_income
from urban_hardship.parameters import (
    DIBAO_LINE,
    DIBAO_MONTHS,
    LOW_INCOME_LINE,
    PRECEDENCE,
    WINDOW_MONTHS,
)
from urban_hardship.precedence import NONE, choose_category, tell_others

_NEEDED = (
    "members", "income", "illness", "disability", "old_age", "loss", "compensation",
    "special_hardship", "orphan", "employed", "able_unemployed", "property_fits", "dependent_adult",
    "severe_disability", "mental_disability", "community_corrected", "migrant_worker", *MONTHS,
)  # fmt: skip
SPECIAL = Option("special_hardship", Text("城镇特困人员", "persons in special hardship"))
ORPHAN = Option("orphan", Text("城镇孤儿", "orphans"))
DIBAO = Option("dibao", Text("城镇低保对象", "dibao"))
LOW_INCOME = Option("low_income", Text("支出型困难城镇低收入对象", "expenditure-type low income"))
_FITTING = (SPECIAL, ORPHAN, DIBAO, LOW_INCOME)
RIGID_SPENDING = Text(
    "刚性支出（因病、因残、因老、因灾）", "rigid spending (illness, disability, old age, disaster)"
)


class UrbanClasses(Identification):
    """Three classes; dibao for the whole household or for a single person."""

    name = "urban_classes"
    version = "1.1.0"
    api_version = "1.1"
    title = Text("城镇困难群众认定", "identification of urban people in hardship")
    parameters = (
        DIBAO_LINE,
        WINDOW_MONTHS,
        DIBAO_MONTHS,
        LOW_INCOME_LINE,
        PRECEDENCE,
    )  # fmt: skip
    facts = tuple(FACTS[name] for name in _NEEDED)
    categories: ClassVar[tuple[Option, ...]] = (
        *_FITTING,
        Option(NONE, Text("不属于城镇困难群众", "none of the classes")),
    )

    def identify(self, facts: Facts, figures: Figures, trace: Trace) -> Identified:
        """Return for each household the class that counts, how, and the others that fit."""
        income = recent_income(facts, figures, trace)
        spent = rigid_spending(facts)
        left = means.net_income(trace, facts.number("income"), spent, RIGID_SPENDING)
        net = means.net_per_head(facts, figures, trace, left)
        low = trace.step(
            "is_low_income", net < figures["low_income_line"], Unit.FLAG, LOW_INCOME.text,
            uses=("low_income_line",),
        )  # fmt: skip
        recent, window, year = below_line(facts, figures, trace, income)
        ways = find_ways(facts, trace, (recent, window), spent, low)
        fits = {
            SPECIAL.code: facts.flag("special_hardship"),
            ORPHAN.code: facts.flag("orphan"),
            DIBAO.code: means.any_of(ways, facts.size),
            LOW_INCOME.code: low,
        }
        category = choose_category(fits, figures, trace)
        reasons = _explain(category, ways, figures, (income, year, net))
        return Identified(category, (*reasons, *tell_others(fits, category, _FITTING)))


def rigid_spending(facts: Facts) -> Column:
    """Return spending on illness, disability, old age and disaster (part 4 (3)), the last as it is
    borne after compensation."""
    borne = greater(facts.number("loss") - facts.number("compensation"), 0)
    people = facts.number("illness") + facts.number("disability") + facts.number("old_age")
    return people + borne


def _explain(
    category: Choice,
    ways: dict[str, Flags],
    figures: Figures,
    per_head: tuple[Ratio, Ratio, Ratio],
) -> tuple[Reason, ...]:
    income, year, net = per_head
    shown: means.Shown = {
        "income": (income, means.HEAD),
        "year": (year, means.HEAD),
        "net": (net, means.HEAD),
        "line": (figures[DIBAO_LINE.name], means.HEAD),
        "low": (figures["low_income_line"], means.HEAD),
    }
    told = {
        SPECIAL.code: (Text("经认定为城镇特困人员", "found to be in special hardship"),
                       category.equals(SPECIAL.code)),
        ORPHAN.code: (Text("经认定为城镇孤儿", "found to be an orphan"),
                      category.equals(ORPHAN.code)),
        **{way: (WAYS[way], fit & category.equals(DIBAO.code)) for way, fit in ways.items()},
        LOW_INCOME.code: (
            Text("收支相抵后人均月收入{net}，低于低收入标准{low}",
                 "after rigid spending income is {net}, below the low-income line of {low}"),
            category.equals(LOW_INCOME.code),
        ),
        NONE: (
            Text("最近几个月人均收入{income}，核算期内人均月收入{year}（低保标准{line}），收支相抵后人均"
                 "{net}（低收入标准{low}），不属于城镇困难群众",
                 "income of the last months is {income} and of the window {year} (dibao line"
                 " {line}), and {net} after rigid spending (low-income line {low}): none of the"
                 " classes"),
            category.equals(NONE),
        ),
    }  # fmt: skip
    return tuple(
        Reason(code, text, when, means.used(text, shown)) for code, (text, when) in told.items()
    )
