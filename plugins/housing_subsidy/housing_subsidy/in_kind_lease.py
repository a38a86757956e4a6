"""Lease in kind (实物配租): the housing department assigns a home; no money is paid."""

from __future__ import annotations

from bangfu_sdk import (
    Assessment,
    Column,
    Facts,
    Figures,
    Kind,
    Programme,
    Question,
    QuestionKind,
    Text,
    Trace,
)

from housing_subsidy.need import FACTS_OF_HOMES, LEAST_AREA, OFFERED, find_need


class InKindLease(Programme):
    """A home the housing department leases to a household; never beside a rent subsidy."""

    name = "in_kind_lease"
    version = "1.0.0"
    api_version = "1.2"
    title = Text("实物配租", "in-kind lease")
    kind = Kind.IN_KIND
    excludes = ("rent_subsidy",)
    parameters = (OFFERED, LEAST_AREA)
    facts = FACTS_OF_HOMES
    questions = (
        Question(
            "place",
            QuestionKind.TEXT,
            Text("希望配租的区域及家庭特殊需要", "where a home is wanted, and what it must have"),
            Text("如行动不便需低楼层", "such as a low floor for somebody who cannot walk"),
            required=False,
        ),
    )

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Return who may be assigned a home."""
        need = find_need(facts, figures, trace)
        nothing = Column.constant(0, facts.size)
        return Assessment(need.in_need, nothing, nothing, need.reasons)
