"""Temporary relief case by case (一事一议): up to what a household bears.

What may be given in a year is a cap of the region, held by the system over all that was given.

Source: 桂办发 (2019) 关于进一步做好城镇困难群众脱困解困工作的意见, part 5 (7).
"""

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
)

_STANDARD = Text(
    "扣减赔偿补偿和社会救助后仍需负担{borne}，至多救助{most}",
    "{borne} is still to be borne after compensation and relief; at most {most} is given",
)
_NOT_OFFERED = Text(
    "该困难类别不享受一事一议临时救助", "relief case by case is not given to this category"
)
_NOT_DIFFICULT = Text(
    "未认定救助后生活仍有严重困难", "life was not found to be still difficult after other relief"
)
_NOTHING_BORNE = Text(
    "扣减赔偿补偿和社会救助后没有仍需负担的支出",
    "compensation and relief leave nothing to be borne",
)


class CaseByCaseRelief(Programme):
    """An amount the approver chooses, up to what is still to be borne."""

    name = "case_by_case_relief"
    version = "2.0.0"
    api_version = "1.3"
    title = Text("一事一议临时救助", "temporary relief case by case")
    kind = Kind.ONE_OFF
    in_person = True
    parameters = (
        Parameter(
            "offered",
            Unit.FLAG,
            Text("该困难类别可申请", "this category may ask for it"),
            by_category=True,
            high=1,
        ),
    )
    facts = tuple(
        FACTS[name]
        for name in (
            "category", "illness", "disability", "old_age", "loss", "compensation", "relief",
            "still_difficult",
        )
    )  # fmt: skip
    questions = (
        Question("asked", QuestionKind.MONEY, Text("申请金额（元）", "amount asked for (yuan)")),
        Question("event", QuestionKind.TEXT, Text("困难情况和经过", "what happened")),
        Question(
            "event_paper",
            QuestionKind.EVIDENCE,
            Text("费用票据和证明", "bills and proof of the spending"),
            required=False,
        ),
    )

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Return from nothing to what each household bears, before what was given already."""
        borne = _borne(facts, trace)
        offered = facts.choice("category").pick(figures.by_category("offered")) > 0
        difficult = facts.flag("still_difficult")
        most = trace.step(
            "most",
            keep(borne, offered & difficult),
            Unit.FEN,
            Text("至多救助", "most relief"),
            uses=("offered",),
        )
        nothing = Column.constant(0, facts.size)
        return Assessment(most > 0, nothing, most, _reasons(borne, most, offered, difficult))


def _borne(facts: Facts, trace: Trace) -> Column:
    kinds = ("illness", "disability", "old_age", "loss")
    spent = sum((facts.number(kind) for kind in kinds), Column.constant(0, facts.size))
    covered = facts.number("compensation") + facts.number("relief")
    return trace.step(
        "borne",
        greater(spent - covered, 0),
        Unit.FEN,
        Text("扣减赔偿补偿和社会救助后仍需负担", "to be borne after compensation and relief"),
    )


def _reasons(borne: Column, most: Column, offered: Flags, difficult: Flags) -> tuple[Reason, ...]:
    amounts = {"borne": (borne, Unit.FEN), "most": (most, Unit.FEN)}
    return (
        Reason("standard", _STANDARD, most > 0, amounts),
        Reason("not_for_category", _NOT_OFFERED, ~offered),
        Reason("not_difficult", _NOT_DIFFICULT, offered & ~difficult),
        Reason("nothing_borne", _NOTHING_BORNE, offered & difficult & ~(most > 0)),
    )
