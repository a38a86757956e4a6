"""Why a student gets Golden Autumn, or not."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu_sdk import Column, Flags, Reason, Text, Unit

_STANDARD = Text(
    "按困难类别，每生每年助学救助不超过{maximum}",
    "for this category education aid is up to {maximum} a student and year",
)
_NOT_OFFERED = Text("该困难类别不享受助学救助", "education aid is not given to this category")
_NOT_FOR_STAGE = Text("该教育阶段不享受助学救助", "education aid is not given at this stage")
_NO_STUDENT = Text("家庭成员中没有在读学生", "no member of the household is a student")
_COUNTED = Text(
    "同学年已获其他资助{other}，计入上限后还可给予{left}",
    "other aid of {other} for the school year counts, which leaves {left}",
)
_USED_UP = Text(
    "同学年已获其他资助{other}，已达到上限",
    "other aid of {other} for the school year reaches the limit",
)
_EXCLUDED = Text(
    "同学年已获其他资助{other}，不重复享受",
    "other aid of {other} for the school year was given, so this is not given too",
)
_FOCUS = Text("属于重点帮扶的教育阶段", "at a stage the region wants helped first")


@dataclass(frozen=True)
class Found:
    """What the steps of the rule found; amounts are fen."""

    standard: Column
    offered: Column
    left: Column
    other: Column
    excluded: Flags
    studying: Flags
    focus: Flags


def tell_reasons(found: Found, eligible: Flags) -> tuple[Reason, ...]:
    """Return the reasons row by row."""
    other, left = (found.other, Unit.FEN), (found.left, Unit.FEN)
    nothing = Flags.constant(False, len(found.offered))
    counted = nothing if found.left is found.offered else found.left < found.offered
    possible = ~found.excluded & found.studying
    return (
        Reason("standard", _STANDARD, eligible, {"maximum": (found.offered, Unit.FEN)}),
        Reason("not_for_category", _NOT_OFFERED, found.standard <= 0),
        Reason("not_for_stage", _NOT_FOR_STAGE, (found.standard > 0) & (found.offered <= 0)),
        Reason("no_student", _NO_STUDENT, ~found.studying),
        Reason("other_aid_counted", _COUNTED, counted & eligible, {"other": other, "left": left}),
        Reason(
            "other_aid_reaches_limit", _USED_UP, counted & possible & (found.left <= 0),
            {"other": other},
        ),
        Reason("excluded_by_other_aid", _EXCLUDED, found.excluded, {"other": other}),
        Reason("focus", _FOCUS, found.focus),
    )  # fmt: skip
