"""Aid for women workers with cancer of the breast or the cervix: one sum, once."""

from __future__ import annotations

from bangfu_sdk import (
    FACTS,
    Assessment,
    Column,
    Fact,
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
    hookimpl,
    keep,
)

DIAGNOSED = Text("女职工确诊乳腺癌或宫颈癌", "a woman worker has breast or cervical cancer")


class WomenIllnessAid(Programme):
    """One sum for a household of which a woman worker was diagnosed."""

    name = "women_illness_aid"
    version = "1.0.0"
    api_version = "1.1"
    title = Text("女职工两癌救助", "aid for women workers with cancer")
    kind = Kind.ONE_OFF
    parameters = (Parameter("amount", Unit.FEN, Text("救助金额", "amount of aid"), low=1),)
    facts = (FACTS["union_member"], Fact("diagnosed", Unit.FLAG, DIAGNOSED, high=1))
    questions = (
        Question("asked", QuestionKind.MONEY, Text("申请金额（元）", "amount asked for (yuan)")),
        Question("diagnosed", QuestionKind.YES_NO, DIAGNOSED),
        Question("diagnosis", QuestionKind.EVIDENCE, Text("诊断证明", "diagnosis"), required=False),
    )

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Grant the sum to union members' households with the illness."""
        member, ill = facts.flag("union_member"), facts.flag("diagnosed")
        fits = trace.step(
            "fits", member & ill, Unit.FLAG, Text("会员且确诊", "a member, and diagnosed")
        )
        whole = Column.constant(figures["amount"], facts.size)
        amount = trace.step(
            "aid", keep(whole, fits), Unit.FEN, Text("救助金额", "aid"), uses=("amount",)
        )
        told = {"aid": (amount, Unit.FEN)}
        return Assessment(fits, amount, amount, (
            Reason("granted", Text("一次性救助{aid}", "{aid} once"), fits, told),
            Reason("no_member", Text("不是工会会员", "not a union member"), ~member),
            Reason("not_diagnosed", Text("未确诊两癌", "neither illness was diagnosed"), ~ill),
        ))  # fmt: skip


@hookimpl
def bangfu_programmes() -> list[WomenIllnessAid]:
    """Offer the programme."""
    return [WomenIllnessAid()]
