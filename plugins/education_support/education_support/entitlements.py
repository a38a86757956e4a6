"""What students can be entitled to: at which stages, and on what condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bangfu_sdk import NO_STAGE, Facts, Figures, Flags, Text


@dataclass(frozen=True)
class Entitlement:
    """A kind of aid at some stages; `condition` is a fact that must hold of the student too.

    Its `code` is the name of the figure that says for which categories the region gives it.
    """

    code: str
    text: Text
    stages: tuple[str, ...]
    condition: str = ""

    def holds(self, facts: Facts, figures: Figures) -> Flags:
        """Return who is entitled. A household judged for no one student counts as if one of its
        students were at the stage and fulfilled the condition."""
        stage = facts.choice("stage")
        fits = stage.among(self.stages)
        if self.condition:
            fits &= facts.flag(self.condition)
        given = facts.choice("category").pick(figures.by_category(self.code)) > 0
        return (fits | stage.equals(NO_STAGE)) & given


_UNIVERSITY = ("college", "undergraduate")

ENTITLEMENTS = (
    Entitlement(
        "preschool_fee_waiver",
        Text("学前：减免幼儿园保教费", "preschool: nursery fees waived"),
        ("preschool",),
    ),
    Entitlement(
        "boarding_subsidy",
        Text("义务教育：寄宿生生活补助", "compulsory schooling: subsidy for boarders"),
        ("primary", "junior_high"),
        "boards",
    ),
    Entitlement(
        "senior_high_grant",
        Text("普通高中：国家助学金", "senior high school: state grant"),
        ("senior_high",),
    ),
    Entitlement(
        "senior_high_fee_waiver",
        Text("普通高中：减免学杂费", "senior high school: fees waived"),
        ("senior_high",),
    ),
    Entitlement(
        "vocational_tuition_waiver",
        Text("中等职业教育：减免学费", "vocational school: tuition waived"),
        ("vocational",),
    ),
    Entitlement(
        "vocational_grant",
        Text("中等职业教育：国家助学金", "vocational school: state grant"),
        ("vocational",),
    ),
    Entitlement(
        "university_entrance_aid",
        Text("高校：家庭经济困难大学新生入学补助", "university: aid for new students in hardship"),
        _UNIVERSITY,
        "new_student",
    ),
    Entitlement(
        "university_grant",
        Text("高校：普通高校国家助学金", "university: state grant"),
        _UNIVERSITY,
    ),
)


def holding(facts: Facts, figures: Figures) -> Iterator[tuple[Entitlement, Flags]]:
    """Yield every entitlement with who has it."""
    for entitlement in ENTITLEMENTS:
        yield entitlement, entitlement.holds(facts, figures)
