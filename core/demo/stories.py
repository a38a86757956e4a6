"""What becomes of applications in the demonstration: some of every state they can be in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """An application to a programme that is taken as far as a state.

    `category` and `self_paid_from` (fen) say which households fit; `asked` (fen) is asked for,
    the most that can be granted where it is 0.
    """

    programme: str
    ends: str
    category: str = "deep"
    self_paid_from: int = 0
    asked: int = 0


LIVING, MEDICAL, SCHOOL, SUDDEN = (
    "living_aid", "medical_relief", "golden_autumn", "temporary_relief",
)  # fmt: skip
ANSWERS = {
    LIVING: {"circumstances": "家庭主要劳动力长期患病，收入不足以维持基本生活。"},
    MEDICAL: {"illness_name": "慢性肾功能衰竭"},
    SCHOOL: {},
    SUDDEN: {"event": "下班途中遭遇交通事故。"},
}

PAID = (
    Story(LIVING, "granted"), Story(LIVING, "granted", "relative"), Story(LIVING, "granted"),
    Story(MEDICAL, "granted", self_paid_from=500_000), Story(SCHOOL, "granted"),
    Story(SCHOOL, "granted", "relative"), Story(LIVING, "granted", "relative"),
    Story(MEDICAL, "granted", "relative", 300_000), Story(LIVING, "granted"),
    Story(SUDDEN, "granted", "accidental"),
)  # fmt: skip
"""Stories of the last quarter, paid at its end."""

RUNNING = (
    Story(LIVING, "draft"), Story(SCHOOL, "draft"), Story(LIVING, "investigation"),
    Story(MEDICAL, "investigation", self_paid_from=300_000), Story(LIVING, "review"),
    Story(SCHOOL, "review", "relative"), Story(LIVING, "approval"),
    Story(SUDDEN, "approval", "accidental"),
    Story(MEDICAL, "province", self_paid_from=2_000_000, asked=2_000_000),
    Story(LIVING, "returned"), Story(LIVING, "rejected", "relative"), Story(SCHOOL, "withdrawn"),
    Story(LIVING, "noticed"), Story(MEDICAL, "noticed", self_paid_from=300_000),
    Story(LIVING, "granted"), Story(SCHOOL, "granted"),
)  # fmt: skip
"""Stories of these weeks."""
