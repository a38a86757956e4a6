"""Who needs a home: no home of its own, a dangerous one, or too small a one; by category."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu_sdk import (
    FACTS,
    Column,
    Facts,
    Figures,
    Flags,
    Parameter,
    Reason,
    Text,
    Trace,
    Unit,
    keep,
)

FACTS_OF_HOMES = (
    FACTS["category"], FACTS["members"], FACTS["owns_home"], FACTS["public_rental"],
    FACTS["dangerous_home"], FACTS["housing_area"],
)  # fmt: skip
OFFERED = Parameter(
    "offered",
    Unit.FLAG,
    Text("享受的困难类别", "offered to this category"),
    by_category=True,
    high=1,
)
LEAST_AREA = Parameter(
    "least_area",
    Unit.AREA,
    Text("人均住房困难标准", "floor area a head below which a home is too small"),
    high=10**6,
)
_NOT_OFFERED = Text("该困难类别不享受住房补贴", "help with housing is not given to this category")
_NO_HOME = Text("无自有住房", "no home of its own")
_DANGEROUS = Text("居住危房", "its home is dangerous")
_TOO_SMALL = Text("人均建筑面积低于{least}", "its home has less than {least} a head")
_HOUSED = Text("自有住房达到标准", "it has a home of its own that is large enough")
_IN_PUBLIC = Text("已租住公租房", "it lives in a public rental home already")


@dataclass(frozen=True)
class Need:
    """What is known of a household's need; `owned` is the area it owns, in 1/100 m²."""

    in_need: Flags
    owned: Column
    reasons: tuple[Reason, ...]


def find_need(facts: Facts, figures: Figures, trace: Trace) -> Need:
    """Return who needs help with housing, and why or why not."""
    offered = trace.step(
        "offered",
        facts.choice("category").pick(figures.by_category("offered")) > 0,
        Unit.FLAG,
        Text("该困难类别享受住房补贴", "help with housing is given to this category"),
        uses=("offered",),
    )
    owned = trace.step(
        "owned_area",
        keep(facts.number("housing_area"), facts.flag("owns_home")),
        Unit.AREA,
        Text("自有住房建筑面积", "floor area of its own home"),
    )
    homeless, dangerous = ~facts.flag("owns_home"), facts.flag("dangerous_home")
    in_public = facts.flag("public_rental")
    small = facts.flag("owns_home") & (owned < facts.number("members") * figures["least_area"])
    needs = trace.step(
        "needs_home",
        homeless | dangerous | small,
        Unit.FLAG,
        Text("无自有住房、居住危房或面积不足", "no home of its own, a dangerous or too small one"),
        uses=("least_area",),
    )
    in_need = offered & needs & ~in_public
    least = {"least": (figures["least_area"], Unit.AREA)}
    reasons = (
        Reason("not_for_category", _NOT_OFFERED, ~offered),
        Reason("in_public_rental", _IN_PUBLIC, in_public),
        Reason("housed", _HOUSED, ~needs),
        Reason("dangerous_home", _DANGEROUS, in_need & dangerous),
        Reason("no_home", _NO_HOME, in_need & homeless & ~dangerous),
        Reason("too_small", _TOO_SMALL, in_need & small, least),
    )
    return Need(in_need, owned, reasons)
