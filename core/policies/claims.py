"""Until when a claim on mutual aid is to be reviewed and approved, as a region says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bangfu_sdk import Text

from core.errors import _
from core.policies.reading import Table

REVIEW, APPROVAL = STEPS = ("review", "approval")


@dataclass(frozen=True)
class ClaimTerms:
    """In how many working days each step of a claim is to be taken; `section` says where."""

    due_days: Mapping[str, int]
    section: Text


def read_claim_terms(table: Table, scheme: str) -> ClaimTerms | None:
    """Return the terms of claims; None where the region has no mutual aid. Raises PolicyError."""
    if not scheme and "claims" in table:
        raise table.error(
            "claims", _("stands in a region without a contributory scheme."),
            _("Name the scheme, or take it out."),
        )  # fmt: skip
    if not scheme:
        return None
    part = table.table("claims")
    days = {step: part.integer(f"{step}_days", 1, 365) for step in STEPS}
    terms = ClaimTerms(days, part.text("section"))
    part.finish()
    return terms
