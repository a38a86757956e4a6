"""Medical insurance (医保个人缴费资助): a share of the personal part of each member's premium.

Source: 广西《关于进一步做好城镇困难群众脱困解困工作的意见》（2019年）, part 5 (2).
"""

from __future__ import annotations

from collections.abc import Iterator

from bangfu_sdk import (
    FACTS,
    Assessment,
    Column,
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
    share_of,
)

from premium_support.insured import ASKED, INSURED, PAPER, STANDARDS, Insured, count_insured

MOST_FEN = 10**9
_PREMIUM = Text("每人个人缴费部分", "personal part of the premium, a head")
_DISABLED = Text("参保人员中重度残疾人数", "insured members with a severe disability")
_PAID_FULL = Text(
    "按全额标准资助{count}，比例{share}，每人{head}",
    "{count} by the full standard: {share}, {head} each",
)
_PAID_PART = Text(
    "按部分标准资助{count}，比例{share}，每人{head}",
    "{count} by the part standard: {share}, {head} each",
)
_NO_PREMIUM = Text("没有个人缴费", "there is no personal part")
_NOT_ON_FILE = Text(
    "档案未记载重度残疾，请核对残疾人证",
    "the file tells of no severe disability: see the certificate",
)
_NOT_TOLD = Text(
    "档案记载重度残疾，申请未按重度残疾人填报",
    "the file tells of a severe disability, the application of none",
)


class MedicalPremium(Programme):
    """For each insured all or a part of what he pays himself, once a year."""

    name = "medical_premium"
    version = "1.0.0"
    api_version = "1.0"
    title = Text("医保参保缴费资助", "medical insurance premium paid")
    kind = Kind.ONE_OFF
    parameters = (
        Parameter(
            "premium_full_percent",
            Unit.PERCENT,
            Text("个人缴费全额资助比例", "share of the personal part, full standard"),
            high=100,
        ),
        Parameter(
            "premium_part_percent",
            Unit.PERCENT,
            Text("个人缴费部分资助比例", "share of the personal part, part standard"),
            high=100,
        ),
        *STANDARDS,
        Parameter(
            "rounding",
            Unit.FEN,
            Text("每人四舍五入精确到", "rounded half up a head to"),
            low=1,
            high=10**6,
        ),
    )
    facts = (
        FACTS["category"],
        FACTS["members"],
        FACTS["severe_disability"],
        INSURED,
        Fact("premium", Unit.FEN, _PREMIUM, high=MOST_FEN),
        Fact(
            "severely_disabled_insured", Unit.COUNT, _DISABLED, high=INSURED.high, default=0
        ),
    )  # fmt: skip
    questions = (
        Question(
            "insured", QuestionKind.COUNT, Text("本年度参保人数", "members insured this year")
        ),
        Question(
            "severely_disabled_insured",
            QuestionKind.COUNT,
            _DISABLED,
            Text(
                "一级、二级，以残疾人证为准；没有的不填",
                "grade 1 or 2 by certificate; empty for none",
            ),
            required=False,
        ),
        Question(
            "premium", QuestionKind.MONEY, Text("每人个人缴费（元）", "premium a head (yuan)")
        ),
        ASKED,
        PAPER,
    )

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Return the one sum for each household."""
        told, on_file = facts.number("severely_disabled_insured"), facts.flag("severe_disability")
        insured = count_insured(facts, figures, trace, told)
        heads = (
            _head(facts, figures, trace, "full"),
            _head(facts, figures, trace, "part"),
        )
        amount = trace.step(
            "premium_paid",
            keep(heads[0] * insured.full + heads[1] * insured.part, insured.fits),
            Unit.FEN,
            Text("医保个人缴费资助额", "premium paid"),
        )
        reasons = (
            *_told(figures, insured, heads, amount > 0),
            *insured.reasons(amount),
            Reason("no_premium", _NO_PREMIUM, facts.number("premium") <= 0),
            Reason("not_on_file", _NOT_ON_FILE, (told > 0) & ~on_file),
            Reason("not_told", _NOT_TOLD, (told <= 0) & on_file),
        )
        return Assessment(amount > 0, amount, amount, reasons)


def _head(facts: Facts, figures: Figures, trace: Trace, which: str) -> Column:
    """Return what is paid for each insured by the full or the part standard."""
    name = f"premium_{which}_percent"
    return trace.step(
        f"{which}_head",
        share_of(facts.number("premium"), figures[name], figures["rounding"]),
        Unit.FEN,
        _HEADS[which],
        uses=(name, "rounding"),
    )


_HEADS = {
    "full": Text("全额标准每人资助额", "paid a head, full standard"),
    "part": Text("部分标准每人资助额", "paid a head, part standard"),
}


def _told(
    figures: Figures, insured: Insured, heads: tuple[Column, Column], paid: Flags
) -> Iterator[Reason]:
    standards = (("full", _PAID_FULL, insured.full), ("part", _PAID_PART, insured.part))
    for (code, text, count), head in zip(standards, heads, strict=True):
        share = figures[f"premium_{code}_percent"]
        yield Reason(code, text, paid & (count > 0), {
            "count": (count, Unit.COUNT), "share": (share, Unit.PERCENT),
            "head": (head, Unit.FEN),
        })  # fmt: skip
