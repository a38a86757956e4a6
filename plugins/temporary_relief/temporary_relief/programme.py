"""Temporary relief (临时救助): once, a share of the loss after compensation, within a cap."""

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
    keep,
    lesser,
    share_of,
)

_PARAMETERS = (
    Parameter(
        "share",
        Unit.PERCENT,
        Text("按困难类别的损失救助比例", "share of the loss by category"),
        by_category=True,
        high=100,
    ),
    Parameter(
        "rounding",
        Unit.FEN,
        Text("四舍五入精确到", "rounded half up to"),
        low=1,
        high=10**6,
    ),
    Parameter("cap", Unit.FEN, Text("一次性救助最高额", "most relief given once")),
)
_STANDARD = Text(
    "扣除赔偿补偿后的致困费用(损失){loss}，一次性救助{amount}",
    "for a loss of {loss} after compensation, {amount} is given once",
)
_NOT_OFFERED = Text(
    "该困难类别不享受一次性救助", "relief after an accident is not given to this category"
)


class TemporaryRelief(Programme):
    """A fixed sum, given once."""

    name = "temporary_relief"
    version = "1.0.0"
    api_version = "1.3"
    title = Text("临时救助", "temporary relief")
    kind = Kind.ONE_OFF
    in_person = True
    parameters = _PARAMETERS
    facts = (FACTS["category"], FACTS["loss"], FACTS["compensation"])
    questions = (
        Question("asked", QuestionKind.MONEY, Text("申请金额（元）", "amount asked for (yuan)")),
        Question("event", QuestionKind.TEXT, Text("突发事件经过", "what happened")),
        Question("event_on", QuestionKind.DATE, Text("发生日期", "when it happened")),
        Question(
            "event_paper",
            QuestionKind.EVIDENCE,
            Text("事故、灾害或病情证明", "proof of the accident, disaster or illness"),
            required=False,
        ),
    )

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Return the one sum for each household."""
        loss = trace.step(
            "loss_borne",
            greater(facts.number("loss") - facts.number("compensation"), 0),
            Unit.FEN,
            Text("扣除赔偿补偿后的致困费用(损失)", "loss or spending after compensation"),
        )
        amount = trace.step(
            "one_off",
            _amount(facts, figures, loss),
            Unit.FEN,
            Text("一次性救助额", "relief given once"),
            uses=("share", "rounding", "cap"),
        )
        given = amount > 0
        return Assessment(given, amount, amount, _reasons(loss, amount, given))


def _amount(facts: Facts, figures: Figures, loss: Column) -> Column:
    category = facts.choice("category")
    amount = Column.constant(0, facts.size)
    for name, share in figures.by_category("share").items():
        if share:
            relief = share_of(loss, share, figures["rounding"])
            amount += keep(lesser(relief, figures["cap"]), category.equals(name))
    return amount


def _reasons(loss: Column, amount: Column, given: Flags) -> tuple[Reason, ...]:
    amounts = {"loss": (loss, Unit.FEN), "amount": (amount, Unit.FEN)}
    return (
        Reason("standard", _STANDARD, given, amounts),
        Reason("not_for_category", _NOT_OFFERED, ~given),
    )
