"""Programmes of a region that are no money: to which department an approved application goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bangfu_sdk import Programme, Rule, Text

from core.errors import _
from core.policies.reading import Table

if TYPE_CHECKING:
    from core.policies.region import Measure


@dataclass(frozen=True)
class ReferralLine:
    """The measure line whose lead department is asked, and in how many working days it answers.

    `measure` is "" where the federation chooses the line as it takes the programme up.
    """

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


def read_referral(table: Table, measures: Sequence[Measure], region: Text) -> ReferralLine:
    """Return to which line a sheet refers a programme: the first of those it names, by the line's
    own code or by its lead department, that the region has. Raises PolicyError where it has none
    and the sheet does not leave the choice to the federation."""
    if "referral" not in table:
        raise table.error(
            "referral", _("does not say to which department “%(name)s” goes."),
            _("Name measure lines or departments of the region, and in how many days they answer."),
            name=table.string("programme"),
        )  # fmt: skip
    part = table.table("referral")
    named = part.strings("measures") if "measures" in part else ()
    leads = part.strings("departments") if "departments" in part else ()
    chooses = part.flag("federation_chooses") if "federation_chooses" in part else False
    fitting = (
        *(one.code for name in named for one in measures if one.code == name),
        *(one.code for name in leads for one in measures if one.lead == name),
    )
    if not fitting and not (chooses and measures):
        known = ", ".join(one.code for one in measures)
        raise part.error(
            "measures" if named or not leads else "departments",
            _("%(region)s has no measure line of %(wanted)s."),
            _("Name one of its lines (%(known)s), or leave the choice to the federation.")
            if known else _("Its region pack has to name measure lines and who leads them first."),
            region=region, wanted=", ".join((*named, *leads)) or "—", known=known,
        )  # fmt: skip
    line = fitting[0] if fitting else ""
    found = ReferralLine(line, part.integer("due_days", 1, 365), part.text("section"))
    part.finish()
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
