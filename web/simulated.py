"""A simulation as a workbook: categories, costs, affected files."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.errors import _ as mark
from core.simulation.affected import Affected
from core.simulation.outcome import Outcome
from core.simulation.telling import as_data
from web import excel

Say = Callable[[str], str]
NamedBy = Callable[[str, str], str]

WITHIN = {True: mark("tolerated"), False: mark("not tolerated")}
CATEGORIES = (mark("Categories"), (
    mark("Federation"), mark("Before"), mark("After"), mark("Households"),
))  # fmt: skip
COSTS = (mark("Cost"), (
    mark("Federation"), mark("County"), mark("Programme"), mark("Category"), mark("Figures"),
    mark("Households"), mark("At least (yuan)"), mark("At most (yuan)"),
))  # fmt: skip
TOLERANCE = (mark("Wrong payments"), (
    mark("Federation"), mark("County"), mark("Households aided"), mark("Households paid wrongly"),
    mark("All recovered"), mark("Before"), mark("After"),
))  # fmt: skip
FILES = (mark("Affected files"), (
    mark("Federation"), mark("Union"), mark("File number"), mark("Head"), mark("ID number"),
    mark("People"), mark("Before"), mark("After"),
))  # fmt: skip


def write_simulation(
    outcomes: Sequence[Outcome], affected: Sequence[Affected], say: Say, label: NamedBy
) -> bytes:
    """Return a workbook of four sheets; `label` names codes ("category", "programme", …)."""
    told = as_data(outcomes)["federations"]
    moves = [
        [label("federation", one["federation"]), label("category", move["before"]),
         label("category", move["after"]), move["households"]]
        for one in told for move in one["moves"]
    ]  # fmt: skip
    costs = [
        [label("federation", one["federation"]), row["union"],
         label("programme", row["programme"]), label("category", row["category"]),
         label("side", row["side"]), row["households"], excel.yuan(row["minimum"]),
         excel.yuan(row["maximum"])]
        for one in told for row in one["costs"]
    ]  # fmt: skip
    tolerance = [
        [label("federation", one["federation"]), row["county"], row["cases"], row["wrong"],
         row["recovered"], *(say(WITHIN[row[side]]) for side in ("before", "after"))]
        for one in told for row in one["tolerance"]
    ]  # fmt: skip
    files = [
        [label("federation", one.slug), one.unit, one.file_number, one.head_name, one.head_id,
         one.members, label("category", one.before), label("category", one.after)]
        for one in affected
    ]  # fmt: skip
    heads = (CATEGORIES, COSTS, TOLERANCE, FILES)
    sheets = zip(heads, (moves, costs, tolerance, files), strict=True)
    return excel.write_sheets(
        [(say(title), list(map(say, columns)), rows) for (title, columns), rows in sheets]
    )
