"""An aid programme: one sum for households of some categories."""

from __future__ import annotations

from bangfu_sdk import (
    FACTS,
    Assessment,
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
    share_of,
)


class CLASS(Programme):
    """A share of one sum, by category."""

    name = "PACKAGE"
    version = "0.1.0"
    api_version = "API_VERSION"
    title = Text("新的救助项目", "a new aid programme")
    kind = Kind.ONE_OFF
    parameters = (
        Parameter("standard", Unit.FEN, Text("救助标准", "standard of aid"), low=1),
        Parameter(
            "share",
            Unit.PERCENT,
            Text("按困难类别的比例", "share by category"),
            by_category=True,
            high=100,
        ),
    )
    facts = (FACTS["category"],)
    questions = (
        Question("asked", QuestionKind.MONEY, Text("申请金额（元）", "amount asked for (yuan)")),
        Question("circumstances", QuestionKind.TEXT, Text("困难情况", "what is difficult")),
    )

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Return the sum for each household, 0 where its category has no share."""
        shares = figures.by_category("share")
        amounts = {
            category: share_of(figures["standard"], share) for category, share in shares.items()
        }
        amount = trace.step(
            "amount",
            facts.choice("category").pick(amounts),
            Unit.FEN,
            Text("该困难类别的救助金额", "amount for this category"),
            uses=("standard", "share"),
        )
        eligible = amount > 0
        reasons = (
            Reason("standard", Text("救助{amount}", "{amount} is given"), eligible,
                   {"amount": (amount, Unit.FEN)}),
            Reason("not_for_category", Text("该类别不享受", "not for this category"), ~eligible),
        )  # fmt: skip
        return Assessment(eligible, amount, amount, reasons)


@hookimpl
def bangfu_programmes() -> list[CLASS]:
    """Offer the programme."""
    return [CLASS()]
