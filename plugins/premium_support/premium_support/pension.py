"""Pension insurance (代缴养老保险费): a fixed sum for each insured and year, while it is in force.

Source: 广西《关于进一步做好城镇困难群众脱困解困工作的意见》（2019年）, part 5 (6).
"""

from __future__ import annotations

from bangfu_sdk import (
    FACTS,
    Assessment,
    Fact,
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
    keep,
)

from premium_support.insured import ASKED, INSURED, PAPER, STANDARDS, Insured, count_insured

MOST_FEN = 10**9
_DISABLED = Text(
    "参保人员中重度残疾、贫困残疾人数", "insured members severely disabled or disabled and poor"
)
_PAID_FULL = Text("按全额标准代缴{count}，每人{head}", "{count} by the full standard, {head} each")
_PAID_PART = Text("按部分标准代缴{count}，每人{head}", "{count} by the part standard, {head} each")


class PensionPremium(Programme):
    """A sum for each insured, once a year."""

    name = "pension_premium"
    version = "1.0.0"
    api_version = "1.0"
    title = Text("代缴城乡居民养老保险费", "pension premium paid")
    kind = Kind.ONE_OFF
    parameters = (
        Parameter(
            "pension_full",
            Unit.FEN,
            Text("全额代缴（每人每年）", "full standard a head and year"),
            high=MOST_FEN,
        ),
        Parameter(
            "pension_part",
            Unit.FEN,
            Text("部分代缴（每人每年）", "part standard a head and year"),
            high=MOST_FEN,
        ),
        *STANDARDS,
    )
    facts = (
        FACTS["category"],
        FACTS["members"],
        INSURED,
        Fact("disabled_insured", Unit.COUNT, _DISABLED, high=INSURED.high, default=0),
    )
    questions = (
        Question(
            "insured",
            QuestionKind.COUNT,
            Text("参加城乡居民养老保险人数", "members in the residents' pension scheme"),
        ),
        Question(
            "disabled_insured",
            QuestionKind.COUNT,
            _DISABLED,
            Text("以残疾人证为准；没有的不填", "by disability certificate; empty for none"),
            required=False,
        ),
        ASKED,
        PAPER,
    )

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Return the one sum for each household."""
        insured = count_insured(facts, figures, trace, facts.number("disabled_insured"))
        by_standard = (
            insured.full * figures["pension_full"] + insured.part * figures["pension_part"]
        )
        amount = trace.step(
            "premium_paid",
            keep(by_standard, insured.fits),
            Unit.FEN,
            Text("代缴养老保险费", "premium paid"),
            uses=("pension_full", "pension_part"),
        )
        reasons = (*_told(figures, insured, amount > 0), *insured.reasons(amount))
        return Assessment(amount > 0, amount, amount, reasons)


def _told(figures: Figures, insured: Insured, paid: Flags) -> tuple[Reason, ...]:
    full = (figures["pension_full"], Unit.FEN)
    part = (figures["pension_part"], Unit.FEN)
    return (
        Reason(
            "full", _PAID_FULL, paid & (insured.full > 0),
            {"count": (insured.full, Unit.COUNT), "head": full},
        ),
        Reason(
            "part", _PAID_PART, paid & (insured.part > 0),
            {"count": (insured.part, Unit.COUNT), "head": part},
        ),
    )  # fmt: skip
