"""The urgent route (先行救助): aid that cannot wait is paid first, and its papers follow.

Which programmes have one, by which steps, and its figures: how much, by when the papers are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bangfu_sdk import Figures, Kind, Parameter, Programme, Rule, Text, Unit

from core.errors import _
from core.households.papers import KINDS
from core.policies.reading import Table
from core.policies.region import Paper, UrgentRoute
from core.policies.region_lists import read_one_of
from core.policies.routes_file import read_whole_steps

LIMIT, PAPER_DAYS, NOTICE_DAYS = "urgent_limit", "urgent_paper_days", "urgent_notice_days"
MOST_DAYS = 60
URGENT = (
    Parameter(
        LIMIT, Unit.FEN, Text("急难先行救助最高额", "most that goes the urgent route"), low=1
    ),
    Parameter(
        PAPER_DAYS,
        Unit.COUNT,
        Text("先行救助后补齐材料的工作日", "working days in which the papers of urgent aid follow"),
        low=1,
        high=MOST_DAYS,
    ),
    Parameter(
        NOTICE_DAYS,
        Unit.COUNT,
        Text("先行救助后公示的工作日", "working days urgent aid is shown publicly afterwards"),
        high=MOST_DAYS,
    ),
)
"""Figures of every programme with an urgent route; no rule judges by them."""


class Terms(NamedTuple):
    """The figures of an urgent route on a day: fen, and working days."""

    limit: int
    paper_days: int
    notice_days: int


def terms_of(figures: Figures) -> Terms:
    """Return those of a programme's figures that are its urgent route's."""
    return Terms(figures[LIMIT], figures[PAPER_DAYS], figures[NOTICE_DAYS])


def read_urgent(table: Table, programmes: tuple[str, ...]) -> dict[str, UrgentRoute]:
    """Return by programme how aid that cannot wait is decided. Raises PolicyError."""
    found: dict[str, UrgentRoute] = {}
    for row in table.tables("urgent"):
        one = _read_route(row)
        for name in row.strings("programmes"):
            if name not in programmes or name in found:
                raise row.error(
                    "programmes",
                    _("“%(name)s” is not among the region's programmes or stands twice."),
                    _("Name each programme of the region once, or take it out."),
                    name=name,
                )
            found[name] = one
        row.finish()
    return found


def check_urgent(
    table: Table, urgent: Mapping[str, UrgentRoute], rules: Mapping[str, Rule | None]
) -> None:
    """Raise PolicyError where an urgent route is given to what is no money paid once."""
    for name in urgent:
        rule = rules[name]
        if isinstance(rule, Programme) and rule.kind is not Kind.ONE_OFF:
            raise table.error(
                "urgent", _("“%(name)s” is not paid once, so nothing can be paid first."),
                _("Take it out."), name=name,
            )  # fmt: skip


def _read_route(row: Table) -> UrgentRoute:
    return UrgentRoute(
        read_whole_steps(row),
        tuple(_read_paper(paper) for paper in row.tables("papers")),
        row.flag("before_admission") if "before_admission" in row else False,
        row.text("section"),
        row.text("note") if "note" in row else None,
    )


def _read_paper(row: Table) -> Paper:
    paper = Paper(read_one_of(row, "kind", KINDS), row.text("name"))
    row.finish()
    return paper
