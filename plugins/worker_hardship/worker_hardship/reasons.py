"""Why a household got its category, in words with its own figures."""

from __future__ import annotations

from bangfu_sdk import Choice, Column, Figures, Ratio, Reason, Text, Unit, half_up

_DEEP = Text(
    "扣减刚性支出后，家庭纯收入{net}，低于低保标准{line}",
    "after rigid spending, net income is {net}, below the dibao line of {line}",
)
_RELATIVE = Text(
    "扣减刚性支出和必要就业成本后，家庭纯收入{net}，低于低保标准的{multiple}（{limit}）",
    "after rigid spending and work cost, net income is {net}, below {multiple} the dibao line"
    " ({limit})",
)
_ACCIDENTAL = Text(
    "扣除赔偿补偿后致困费用(损失){loss}，达到{threshold}，且生活仍暂时有困难",
    "the loss after compensation is {loss}, which reaches {threshold}, and life is still difficult",
)
_NONE = Text(
    "家庭纯收入{net}，再扣减必要就业成本后{after_work}，均不低于标准；致困费用(损失){loss}，"
    "未达到{threshold}或生活已无困难",
    "net income is {net}, and {after_work} less work cost: neither is below its limit; the loss"
    " of {loss} does not reach {threshold}, or life is no longer difficult",
)


def explain(
    category: Choice, figures: Figures, net: Ratio, after_work: Ratio, loss: Column
) -> tuple[Reason, ...]:
    """Return the reasons, one for each category."""
    head = Unit.FEN_PER_HEAD_MONTH
    line, multiple = figures["dibao_line"], figures["relative_multiple"]
    threshold = (figures["accidental_threshold"], Unit.FEN)
    limits = {"multiple": (multiple, Unit.TIMES), "limit": (half_up(multiple * line, 100), head)}
    return (
        Reason("deep", _DEEP, category.equals("deep"), {"net": (net, head), "line": (line, head)}),
        Reason(
            "relative",
            _RELATIVE,
            category.equals("relative"),
            {"net": (after_work, head), **limits},
        ),
        Reason(
            "accidental",
            _ACCIDENTAL,
            category.equals("accidental"),
            {"loss": (loss, Unit.FEN), "threshold": threshold},
        ),
        Reason(
            "none",
            _NONE,
            category.equals("none"),
            {
                "net": (net, head),
                "after_work": (after_work, head),
                "loss": (loss, Unit.FEN),
                "threshold": threshold,
            },
        ),
    )
