"""A simulation as a workbook: categories, costs, affected files."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.simulation.affected import Affected
from core.simulation.outcome import Outcome
from core.simulation.telling import as_data
from web import excel

Say = Callable[[str], str]
NamedBy = Callable[[str, str], str]


def write_simulation(
    outcomes: Sequence[Outcome], affected: Sequence[Affected], say: Say, label: NamedBy
) -> bytes:
    """Return a workbook of three sheets; `label` names codes ("category", "programme", …)."""
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
    files = [
        [label("federation", one.slug), one.unit, one.file_number, one.head_name, one.head_id,
         one.members, label("category", one.before), label("category", one.after)]
        for one in affected
    ]  # fmt: skip
    return excel.write_sheets([
        (say("Categories"),
         [say("Federation"), say("Before"), say("After"), say("Households")], moves),
        (say("Cost"),
         [say("Federation"), say("County"), say("Programme"), say("Category"), say("Figures"),
          say("Households"), say("At least (yuan)"), say("At most (yuan)")], costs),
        (say("Affected files"),
         [say("Federation"), say("Union"), say("File number"), say("Head"), say("ID number"),
          say("People"), say("Before"), say("After")], files),
    ])  # fmt: skip
