"""Leaving Guangxi's classes: nothing of what led into them holds any more.

Source: 桂办发 (2019) 关于进一步做好城镇困难群众脱困解困工作的意见, part 5 (1) 2: a household that
finds work keeps its benefit for a phase-out of 6 to 12 months, which the city sets.
"""

from __future__ import annotations

from bangfu_sdk import (
    FACTS,
    Departure,
    Exit,
    Facts,
    Figures,
    Flags,
    Parameter,
    Reason,
    Text,
    Trace,
    Unit,
    Way,
    first_that_fits,
)

from urban_hardship import means
from urban_hardship.classes import RIGID_SPENDING, rigid_spending
from urban_hardship.dibao import MONTHS, below_line, kept_by_others, recent_income
from urban_hardship.parameters import DIBAO_LINE, DIBAO_MONTHS, LOW_INCOME_LINE, WINDOW_MONTHS

_NEEDED = (
    "members", "income", "illness", "disability", "old_age", "loss", "compensation",
    "special_hardship", "orphan", "employed", "dependent_adult", "severe_disability",
    "mental_disability", *MONTHS,
)  # fmt: skip
_RECOVERY = Text(
    "最近几个月人均收入{income}，核算期内人均月收入{year}，均达到低保标准{line}；收支相抵后人均{net}，"
    "达到低收入标准{low}：脱困",
    "income of the last months is {income} and of the window {year}, both of which reach the dibao"
    " line of {line}; after rigid spending it is {net}, which reaches the low-income line of {low}:"
    " recovery",
)
_PHASE_OUT = Text(
    "家庭已有人就业，给予低保渐退期{months}",
    "somebody of the household found work: it keeps its benefit for a phase-out of {months}",
)
_BELOW_LINE = Text(
    "最近几个月人均收入{income}，低于低保标准{line}",
    "income of the last months is {income}, below the dibao line of {line}",
)
_BELOW_LINE_IN_WINDOW = Text(
    "核算期内人均月收入{year}，低于低保标准{line}",
    "income of the window is {year}, below the dibao line of {line}",
)
_BELOW_LOW = Text(
    "收支相抵后人均{net}，低于低收入标准{low}",
    "after rigid spending income is {net}, below the low-income line of {low}",
)
_STANDING = Text("仍为城镇特困人员或孤儿", "still a person in special hardship or an orphan")
_KEPT = Text(
    "仍有依靠父母或兄弟姐妹供养的成年无业残疾人",
    "still a disabled adult without work kept by parents or siblings",
)


class UrbanExit(Exit):
    """Income of the last months and of the window reaches the dibao line, what is left the
    low-income line, and nobody is in special hardship, an orphan or a dependent adult of dibao;
    who found work leaves by a phase-out. So nobody leaves who would be identified again the same
    day. Property outside the rule lets nobody leave: who is below a line has not recovered."""

    name = "urban_exit"
    version = "1.1.0"
    api_version = "1.1"
    title = Text("城镇困难群众退出认定", "exit of urban people from hardship")
    parameters = (
        DIBAO_LINE,
        WINDOW_MONTHS,
        DIBAO_MONTHS,
        LOW_INCOME_LINE,
        Parameter(
            "phase_out_months", Unit.MONTHS, Text("低保渐退期", "phase-out of dibao"), high=120
        ),
    )
    facts = tuple(FACTS[name] for name in _NEEDED)

    def review(self, facts: Facts, figures: Figures, trace: Trace) -> Departure:
        """Return recovery or stays for each household."""
        income = recent_income(facts, figures, trace)
        spent = rigid_spending(facts)
        left = means.net_income(trace, facts.number("income"), spent, RIGID_SPENDING)
        net = means.net_per_head(facts, figures, trace, left)
        poor, poor_year, year = below_line(facts, figures, trace, income)
        low = trace.step(
            "is_low_income", net < figures[LOW_INCOME_LINE.name], Unit.FLAG,
            Text("收支相抵后低于低收入标准", "what is left is below the low-income line"),
            uses=(LOW_INCOME_LINE.name,),
        )  # fmt: skip
        standing, kept = _standing(facts), kept_by_others(facts)
        leaves = ~poor & ~poor_year & ~low & ~standing & ~kept
        way = trace.step(
            "way", first_that_fits((leaves, Way.RECOVERY), otherwise=Way.STAYS), Unit.CODE,
            Text("各类条件均不再符合即退出", "who fits none of the classes any more leaves"),
        )  # fmt: skip
        phase_out = trace.step(
            "phase_out", leaves & (facts.number("employed") > 0), Unit.FLAG,
            Text("实现就业，享受渐退期", "found work: leaves by a phase-out"),
            uses=("phase_out_months",),
        )  # fmt: skip
        reasons = (
            (Way.RECOVERY, _RECOVERY, leaves),
            ("phase_out", _PHASE_OUT, phase_out),
            ("below_line", _BELOW_LINE, poor),
            ("below_line_in_window", _BELOW_LINE_IN_WINDOW, poor_year),
            ("below_low_income_line", _BELOW_LOW, low),
            ("still_standing", _STANDING, standing),
            ("still_kept_by_others", _KEPT, kept),
        )
        shown: means.Shown = {
            "income": (income, means.HEAD), "year": (year, means.HEAD),
            "line": (figures[DIBAO_LINE.name], means.HEAD),
            "net": (net, means.HEAD), "low": (figures[LOW_INCOME_LINE.name], means.HEAD),
            "months": (figures["phase_out_months"], Unit.MONTHS),
        }  # fmt: skip
        told = (Reason(code, text, when, means.used(text, shown)) for code, text, when in reasons)
        return Departure(way, tuple(told))


def _standing(facts: Facts) -> Flags:
    return facts.flag("special_hardship") | facts.flag("orphan")
