"""The ranking of those below the subject: cities of a province, and counties, by their points."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.context import Context
from core.policies.assessment import Assessment
from core.supervision.assessment import Place, Ranked, measure_places, rank, score
from core.supervision.figures import TEXT, Value, column, points, say, table
from core.supervision.words import name_tenant, name_text
from core.tenancy import TenantView

TITLES = {
    "verified": say("Verified in time"),
    "in_time": say("Steps in time"),
    "funds": say("Funds used"),
    "contact": say("Contact person"),
    "plan": say("Plan"),
    "measure": say("Measure"),
    "tolerance": say("Wrong payments tolerated"),
    "objections": say("Objections not upheld"),
}
FEWEST = 2
"""One alone is not ranked."""


@dataclass(frozen=True)
class Ranking:
    """The ranked by the region's assessment: federations below the subject, and counties."""

    assessment: Assessment
    federations: list[Ranked]
    counties: list[Ranked]

    @property
    def tables(self) -> dict[str, list[Ranked]]:
        """The rankings that have somebody to rank, by the name of their table."""
        found = {"ranked_federations": self.federations, "ranked_counties": self.counties}
        return {name: ranked for name, ranked in found.items() if ranked}


def read_ranking(
    ctx: Context, subject: TenantView, asked: Mapping[str, Any], on: dt.date
) -> Ranking | None:
    """Return the ranking of those below the subject that follow its region's policy; None where
    the region assesses nobody on that day."""
    assessment = ctx.policies.pack(subject.pack).assessment(on)
    if assessment is None:
        return None
    scored = [
        found for place, parts in measure_places(ctx, asked).items()
        if ctx.installation.tenant_by_id(place[0]).pack == subject.pack
        and (found := score(assessment, place, parts)) is not None
    ]  # fmt: skip
    below = [one for one in scored if not one.place[1] and one.place[0] != subject.id]
    counties = [one for one in scored if one.place[1]]
    return Ranking(assessment, *(rank(one) if len(one) >= FEWEST else [] for one in
                                 (below, counties)))  # fmt: skip


def tabulate_ranking(
    ctx: Context, subject: TenantView, ranking: Ranking | None
) -> dict[str, dict[str, Any]]:
    """Return the tables: every indicator's points, so that each sees where it lost some."""
    if ranking is None:
        return {}
    weights = ranking.assessment.weights
    columns = [
        column(say("Rank")), column(say("Assessed"), TEXT),
        *(column(say("%(title)s (%(weight)s)", title=TITLES[name], weight=weight))
          for name, weight in weights.items()),
        column(say("Points")),
    ]  # fmt: skip
    titles = {"ranked_federations": say("Ranking of the federations"),
              "ranked_counties": say("Ranking of the counties")}  # fmt: skip
    return {
        name: table(titles[name], columns, [_cells(ctx, subject, one) for one in ranked],
                    query="ranking.by_place", at=ctx.now)
        for name, ranked in ranking.tables.items()
    }  # fmt: skip


def tell_ranking(ranking: Ranking) -> Value:
    """Return how points are counted, and by which text."""
    told = say(
        "An indicator's points are its weight, in brackets, times the share done well, to two "
        "decimals, half up; what there was nothing to measure of is left out and the total is "
        "taken of the rest, out of 100. The weights: %(section)s.",
        section=name_text(ranking.assessment.section),
    )
    if ranking.assessment.note is None:
        return told
    return say("%(told)s %(note)s.", told=told, note=name_text(ranking.assessment.note))


def _cells(ctx: Context, subject: TenantView, ranked: Ranked) -> list[Value]:
    one = ranked.score
    won = [None if found is None else points(found) for found in one.points.values()]
    return [ranked.rank, _name(ctx, subject, one.place), *won, points(one.total)]


def _name(ctx: Context, subject: TenantView, place: Place) -> Value:
    tenant, county = place
    federation = name_tenant(ctx.installation.tenant_by_id(tenant))
    if not county:
        return federation
    if tenant == subject.id:
        return county
    return say("%(county)s (%(federation)s)", county=county, federation=federation)
