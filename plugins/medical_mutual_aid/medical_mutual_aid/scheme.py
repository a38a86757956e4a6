"""Medical mutual aid (职工医疗互助): shares by bands, lump sum and day allowance, within caps."""

from __future__ import annotations

from collections.abc import Mapping

from bangfu_sdk import (
    CLAIM_FACTS,
    Column,
    Facts,
    Figures,
    Flags,
    Reason,
    Scheme,
    Settlement,
    Text,
    Trace,
    Unit,
    greater,
    half_up,
    hookimpl,
    keep,
    lesser,
    share_of,
)

from medical_mutual_aid.parameters import BANDS, PARAMETERS

_FACTS = (
    "in_policy", "out_of_policy", "days", "listed_illness", "listed_before", "days_covered",
    "earlier_benefit",
)  # fmt: skip
_PAID = Text("按规定可补助{benefit}", "by the rule {benefit} is paid")
_WAITING = Text(
    "入院时连续参加{days}天，等待期为{waiting}天，不予补助",
    "covered for {days} days at admission, while {waiting} days are to be waited: nothing is paid",
)
_CLAIM_CAPPED = Text("按比例补助超过每次封顶额，按{cap}计", "shares are capped at {cap} a claim")
_PERIOD_CAPPED = Text(
    "本期累计封顶，尚可补助{left}", "of the cap of the period {left} were left"
)  # fmt: skip
_NOTHING = Text("按规定计算补助额为零", "by the rule nothing is to be paid")


class MedicalMutualAid(Scheme):
    """What is paid on the hospital bill of a worker who contributed."""

    name = "medical_mutual_aid"
    version = "1.0.0"
    api_version = "1.2"
    title = Text("职工医疗互助", "medical mutual aid")
    parameters = PARAMETERS
    facts = tuple(CLAIM_FACTS[name] for name in _FACTS)

    def settle(self, facts: Facts, figures: Figures, trace: Trace) -> Settlement:
        """Return what each claim is paid."""
        waited = trace.step(
            "waited",
            facts.number("days_covered") >= figures["waiting_days"],
            Unit.FLAG,
            Text("入院时等待期已满", "the waiting period was over at admission"),
            uses=("waiting_days",),
        )
        shares = _shares(facts, figures, trace)
        capped = trace.step(
            "shares",
            lesser(shares, figures["claim_cap"]),
            Unit.FEN,
            Text("按比例补助合计，不超过每次封顶", "by shares together, within the cap of a claim"),
            uses=("claim_cap",),
        )
        asked = capped + _lump_sum(facts, figures, trace) + _allowance(facts, figures, trace)
        left = trace.step(
            "left_in_period",
            greater(figures["period_cap"] - facts.number("earlier_benefit"), 0),
            Unit.FEN,
            Text("本期封顶额减去本期已获补助", "the cap of the period less what was granted in it"),
            uses=("period_cap",),
        )
        benefit = trace.step(
            "benefit",
            keep(lesser(asked, left), waited),
            Unit.FEN,
            Text(
                "补助额：比例补助、一次性补助、津贴之和", "benefit: shares, lump sum and allowance"
            ),
        )
        caps = (shares > figures["claim_cap"], asked > left, left)
        return Settlement(waited, benefit, _reasons(facts, figures, waited, benefit, caps))


def _shares(facts: Facts, figures: Figures, trace: Trace) -> Column:
    """Return what the shares come to, rounded half up to the fen once for all bands."""
    above = trace.step(
        "above_deductible",
        greater(facts.number("in_policy") - figures["deductible"], 0),
        Unit.FEN,
        Text("政策内自付超过起付线的部分", "the self-paid part in policy above the deductible"),
        uses=("deductible",),
    )
    weighed = Column.constant(0, facts.size)
    for band, part in zip(BANDS, _parts(above, figures, trace), strict=True):
        weighed += part * figures[f"band_{band}_share"]
    by_bands = trace.step(
        "by_bands",
        half_up(weighed, 100),
        Unit.FEN,
        Text("各档按比例补助，四舍五入到分", "by the shares of the bands, half up to the fen"),
        uses=tuple(f"band_{band}_share" for band in BANDS),
    )
    outside = trace.step(
        "out_of_policy_paid",
        share_of(facts.number("out_of_policy"), figures["out_of_policy_share"]),
        Unit.FEN,
        Text("政策外自费按比例补助", "the share of the part outside the policy"),
        uses=("out_of_policy_share",),
    )
    return by_bands + outside


def _parts(above: Column, figures: Figures, trace: Trace) -> list[Column]:
    """Return what of the amount lies in each band; an edge below the one before it is that one."""
    first = figures["band_1_to"]
    second = max(first, figures["band_2_to"])
    parts = (
        lesser(above, first),
        greater(lesser(above, second) - first, 0),
        greater(above - second, 0),
    )
    texts = (
        Text("第一档部分", "the part in the first band"),
        Text("第二档部分", "the part in the second band"),
        Text("第三档部分", "the part in the third band"),
    )
    uses = (("band_1_to",), ("band_1_to", "band_2_to"), ("band_2_to",))
    return [
        trace.step(f"band_{band}", part, Unit.FEN, text, uses=used)
        for band, part, text, used in zip(BANDS, parts, texts, uses, strict=True)
    ]


def _lump_sum(facts: Facts, figures: Figures, trace: Trace) -> Column:
    first_time = facts.flag("listed_illness") & ~facts.flag("listed_before")
    return trace.step(
        "lump_sum",
        keep(Column.constant(figures["lump_sum"], facts.size), first_time),
        Unit.FEN,
        Text("重大疾病一次性补助，每期一次", "lump sum for a listed illness, once a period"),
        uses=("lump_sum",),
    )


def _allowance(facts: Facts, figures: Figures, trace: Trace) -> Column:
    return trace.step(
        "allowance",
        lesser(facts.number("days"), figures["allowance_days"]) * figures["day_allowance"],
        Unit.FEN,
        Text("住院津贴：天数乘以每天标准", "allowance: the days times the rate of a day"),
        uses=("day_allowance", "allowance_days"),
    )


def _reasons(
    facts: Facts,
    figures: Figures,
    waited: Flags,
    benefit: Column,
    caps: tuple[Flags, Flags, Column],
) -> tuple[Reason, ...]:
    by_claim, by_period, left = caps
    some = benefit > 0
    waiting: Mapping[str, tuple[Column | int, Unit]] = {
        "days": (facts.number("days_covered"), Unit.COUNT),
        "waiting": (figures["waiting_days"], Unit.COUNT),
    }
    return (
        Reason("paid", _PAID, some, {"benefit": (benefit, Unit.FEN)}),
        Reason("waiting", _WAITING, ~waited, waiting),
        Reason(
            "claim_capped",
            _CLAIM_CAPPED,
            waited & by_claim,
            {"cap": (figures["claim_cap"], Unit.FEN)},
        ),
        Reason("period_capped", _PERIOD_CAPPED, waited & by_period, {"left": (left, Unit.FEN)}),
        Reason("nothing", _NOTHING, waited & ~some),
    )


@hookimpl
def bangfu_programmes() -> list[MedicalMutualAid]:
    """Offer the scheme."""
    return [MedicalMutualAid()]
