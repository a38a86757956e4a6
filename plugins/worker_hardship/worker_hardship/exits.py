"""Leaving hardship: by recovery (脱困) or by the safety net (解困)."""

from __future__ import annotations

from typing import ClassVar

from bangfu_sdk import (
    FACTS,
    MONTHS_KNOWN,
    Column,
    Departure,
    Exit,
    Facts,
    Figures,
    Flags,
    Parameter,
    Ratio,
    Reason,
    Text,
    Trace,
    Unit,
    Way,
    first_that_fits,
)

from worker_hardship.parameters import DIBAO_LINE, WINDOW_MONTHS

Shown = dict[str, tuple[Column | Ratio | int, Unit]]
_MONTHS = range(1, MONTHS_KNOWN + 1)
_HEAD = Unit.FEN_PER_HEAD_MONTH
_SPENDING = ("illness", "disability", "schooling")
_NEEDED = ("members", "income", *_SPENDING, "relief", "earlier_aid", "causes_removed")
_RECOVERY = Text(
    "致困原因已消除，且家庭人均收入连续{months}超过当月低保标准：脱困",
    "the causes are removed, and income per head was above the line of the month for {months}"
    " running: recovery",
)
_SAFETY_NET = Text(
    "计入政府救助和工会帮扶后，扣减刚性支出的家庭生活水平{living}，达到低保标准{line}：解困",
    "with government relief and union aid, and after rigid spending, the household lives on"
    " {living}, which reaches the dibao line of {line}: exit by safety net",
)
_STAYS = Text(
    "未达到脱困、解困标准：计入救助帮扶后的生活水平{living}，低保标准{line}",
    "neither way out is reached: with relief and aid the household lives on {living}; the dibao"
    " line is {line}",
)
_CAUSE_OPEN = Text("致困原因尚未消除", "the causes of hardship are not removed")
_MONTH_SHORT = Text(
    "并非每个月的家庭人均收入都超过当月低保标准",
    "income per head was not above the line of the month in each month",
)


class WorkerExit(Exit):
    """Six months above the line of each month with the causes removed, or the line reached with
    relief and aid. Source: 兵团实施方案 (2020), 包府发〔2019〕47号 part 1."""

    name = "worker_exit"
    version = "1.0.0"
    api_version = "1.1"
    title = Text("困难职工脱困、解困认定", "exit of workers from hardship")
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            DIBAO_LINE.name, DIBAO_LINE.unit, DIBAO_LINE.meaning,
            by_month=MONTHS_KNOWN, low=DIBAO_LINE.low, high=DIBAO_LINE.high,
        ),
        WINDOW_MONTHS,
        Parameter(
            "recovery_months",
            Unit.MONTHS,
            Text("脱困须连续超过低保标准的月数", "months running above the line for recovery"),
            low=1,
            high=MONTHS_KNOWN,
        ),
    )  # fmt: skip
    facts = tuple(FACTS[name] for name in (*_NEEDED, *(f"income_month_{back}" for back in _MONTHS)))

    def review(self, facts: Facts, figures: Figures, trace: Trace) -> Departure:
        """Return recovery, safety_net or stays for each household."""
        above = _above_each_month(facts, figures, trace)
        removed = trace.step(
            "causes_removed",
            facts.flag("causes_removed"),
            Unit.FLAG,
            FACTS["causes_removed"].meaning,
        )
        living = _living_standard(facts, figures, trace)
        reached = trace.step(
            "line_reached",
            living >= figures["dibao_line"],
            Unit.FLAG,
            Text("生活水平达到低保标准", "the living standard reaches the dibao line"),
            uses=("dibao_line",),
        )
        way = trace.step(
            "way",
            first_that_fits(
                (above & removed, Way.RECOVERY), (reached, Way.SAFETY_NET), otherwise=Way.STAYS
            ),
            Unit.CODE,
            Text(
                "脱困优先，其次解困，否则保留",
                "recovery first, then safety net, else the file stays",
            ),
        )
        shown: Shown = {"living": (living, _HEAD), "line": (figures["dibao_line"], _HEAD)}
        stays = ~way.equals(Way.RECOVERY)
        return Departure(
            way,
            (
                Reason(Way.RECOVERY, _RECOVERY, way.equals(Way.RECOVERY),
                       {"months": (figures["recovery_months"], Unit.MONTHS)}),
                Reason(Way.SAFETY_NET, _SAFETY_NET, way.equals(Way.SAFETY_NET), shown),
                Reason(Way.STAYS, _STAYS, way.equals(Way.STAYS), shown),
                Reason("cause_open", _CAUSE_OPEN, stays & ~removed),
                Reason("month_short", _MONTH_SHORT, stays & ~above),
            ),
        )  # fmt: skip


def _above_each_month(facts: Facts, figures: Figures, trace: Trace) -> Flags:
    """Say who was above the line of each month; the earliest month is told first."""
    lines = figures.by_month("dibao_line")
    answer = Flags.constant(True, facts.size)
    for back in reversed(range(1, figures["recovery_months"] + 1)):
        income = trace.step(
            f"month_{back}",
            Ratio(facts.number(f"income_month_{back}"), facts.number("members")),
            _HEAD,
            Text(
                f"前第{back}个整月人均收入", f"income per head of full month {back} before the day"
            ),
        )
        answer &= trace.step(
            f"above_{back}",
            income > lines[back - 1],
            Unit.FLAG,
            Text("超过当月低保标准", "above the dibao line of that month"),
            uses=(f"dibao_line.{back}",),
        )
    return answer


def _living_standard(facts: Facts, figures: Figures, trace: Trace) -> Ratio:
    helped = facts.number("income") + facts.number("relief") + facts.number("earlier_aid")
    spent = facts.number("illness") + facts.number("disability") + facts.number("schooling")
    left = trace.step(
        "left_to_live_on",
        helped - spent,
        Unit.FEN,
        Text(
            "收入加政府救助、工会帮扶，减刚性支出",
            "income, government relief and union aid, less rigid spending",
        ),
    )
    return trace.step(
        "living_standard",
        Ratio(left, facts.number("members"), figures["window_months"]),
        _HEAD,
        Text("家庭人均月生活水平", "living standard per head and month"),
        uses=("window_months",),
    )
