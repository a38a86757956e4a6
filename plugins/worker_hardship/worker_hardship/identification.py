"""Deep, relative, accidental: tried in this order, the first that fits is the category."""

from __future__ import annotations

from typing import ClassVar

from bangfu_sdk import (
    FACTS,
    Column,
    Facts,
    Figures,
    Flags,
    Identification,
    Identified,
    Option,
    Ratio,
    Text,
    Trace,
    Unit,
    first_that_fits,
)

from worker_hardship.parameters import PARAMETERS
from worker_hardship.reasons import explain

NEEDED = (
    "members",
    "income",
    "earlier_aid",
    "illness",
    "disability",
    "schooling",
    "work_cost",
    "loss",
    "compensation",
    "still_difficult",
)


class WorkerHardship(Identification):
    """Net income per head and month against the dibao line; sudden loss against a threshold."""

    name = "worker_hardship"
    version = "1.0.0"
    api_version = "1.1"
    title = Text("困难职工认定", "identification of workers in hardship")
    parameters = PARAMETERS
    facts = tuple(FACTS[name] for name in NEEDED)
    categories: ClassVar[tuple[Option, ...]] = (
        Option("deep", Text("深度困难", "deep hardship")),
        Option("relative", Text("相对困难", "relative hardship")),
        Option("accidental", Text("意外致困", "accidental hardship")),
        Option("none", Text("不符合建档条件", "not eligible for a file")),
    )

    def identify(self, facts: Facts, figures: Figures, trace: Trace) -> Identified:
        """Return deep, relative, accidental or none for each household."""
        left = _income_left(facts, trace)
        net = _per_head(facts, figures, trace, left)
        deep = _is_deep(figures, trace, net)
        net_of_work = _per_head_after_work(facts, figures, trace, left)
        relative = _is_relative(figures, trace, net_of_work)
        loss = _loss_borne(facts, trace)
        accidental = _is_accidental(facts, figures, trace, loss)
        category = trace.step(
            "category",
            first_that_fits(
                (deep, "deep"), (relative, "relative"), (accidental, "accidental"), otherwise="none"
            ),
            Unit.CODE,
            Text("困难类别：依次判断，首个符合者", "category: the first that fits, in order"),
        )
        return Identified(category, explain(category, figures, net, net_of_work, loss))


def _income_left(facts: Facts, trace: Trace) -> Column:
    income = facts.number("income") + facts.number("earlier_aid")
    spent = facts.number("illness") + facts.number("disability") + facts.number("schooling")
    trace.step(
        "rigid_spending",
        spent,
        Unit.FEN,
        Text("刚性支出：因病、因残、子女上学", "rigid spending: illness, disability, schooling"),
    )
    return trace.step(
        "net_income",
        income - spent,
        Unit.FEN,
        Text(
            "家庭纯收入：收入加年度内已获救助，减刚性支出",
            "net income: income and earlier aid of the window, less rigid spending",
        ),
    )


def _per_head(facts: Facts, figures: Figures, trace: Trace, left: Column) -> Ratio:
    return trace.step(
        "net_per_head",
        Ratio(left, facts.number("members"), figures["window_months"]),
        Unit.FEN_PER_HEAD_MONTH,
        Text("家庭人均月纯收入", "net income per head and month"),
        uses=("window_months",),
    )


def _is_deep(figures: Figures, trace: Trace, net: Ratio) -> Flags:
    return trace.step(
        "is_deep",
        net < figures["dibao_line"],
        Unit.FLAG,
        Text("人均月纯收入低于低保标准", "net income per head is below the dibao line"),
        uses=("dibao_line",),
    )


def _per_head_after_work(facts: Facts, figures: Figures, trace: Trace, left: Column) -> Ratio:
    return trace.step(
        "net_per_head_after_work_cost",
        Ratio(left - facts.number("work_cost"), facts.number("members"), figures["window_months"]),
        Unit.FEN_PER_HEAD_MONTH,
        Text(
            "再扣减必要就业成本后的人均月纯收入",
            "net income per head and month, less work cost too",
        ),
        uses=("window_months",),
    )


def _is_relative(figures: Figures, trace: Trace, net: Ratio) -> Flags:
    return trace.step(
        "is_relative",
        net.below_share(figures["dibao_line"], figures["relative_multiple"]),
        Unit.FLAG,
        Text(
            "扣减就业成本后低于低保标准的规定倍数",
            "less work cost it is below the set multiple of the dibao line",
        ),
        uses=("relative_multiple", "dibao_line"),
    )


def _loss_borne(facts: Facts, trace: Trace) -> Column:
    return trace.step(
        "loss_borne",
        facts.number("loss") - facts.number("compensation"),
        Unit.FEN,
        Text(
            "扣除赔偿、保险、救助和帮扶后的致困费用(损失)",
            "loss or spending after compensation, insurance, relief and aid",
        ),
    )


def _is_accidental(facts: Facts, figures: Figures, trace: Trace, loss: Column) -> Flags:
    return trace.step(
        "is_accidental",
        (loss >= figures["accidental_threshold"]) & facts.flag("still_difficult"),
        Unit.FLAG,
        Text(
            "致困费用达到认定标准，且调查认定生活仍暂时有困难",
            "the loss reaches the threshold, and life was found to be still difficult",
        ),
        uses=("accidental_threshold",),
    )
