"""Programmes of a region that are no money: to which department an approved application goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bangfu_sdk import Programme, Rule, Text

from core.errors import _
from core.policies.reading import Table


@dataclass(frozen=True)
class ReferralLine:
    """The measure line whose lead department is asked, and in how many working days it answers."""

    measure: str
    due_days: int
    section: Text


def read_referrals(table: Table, measures: tuple[str, ...]) -> dict[str, ReferralLine]:
    """Return by programme to which line it is referred. Raises PolicyError."""
    found: dict[str, ReferralLine] = {}
    for row in table.tables("referral"):
        line = row.string("measure")
        if line not in measures:
            raise row.error(
                "measure", _("“%(code)s” is no measure line of the region."),
                _("Name one of its measure lines."), code=line,
            )  # fmt: skip
        one = ReferralLine(line, row.integer("due_days", 1, 365), row.text("section"))
        found |= dict.fromkeys(row.strings("programmes"), one)
        row.finish()
    return found


def check_referrals(
    table: Table, referrals: Mapping[str, ReferralLine], rules: Mapping[str, Rule | None]
) -> None:
    """Raise PolicyError where a programme that is a referral has no line, or another one has."""
    for name in referrals:
        if name not in rules:
            raise table.error(
                "referral", _("“%(name)s” is not among the region's programmes."),
                _("Name one that is, or take it out."), name=name,
            )  # fmt: skip
    for name, rule in rules.items():
        refers = isinstance(rule, Programme) and rule.kind.refers
        if rule is not None and refers != (name in referrals):
            raise table.error(
                "referral", _("“%(name)s” refers to a department, or does not, unlike its plugin."),
                _("Give every programme a department carries out a measure line, and no other."),
                name=name,
            )  # fmt: skip
