"""The household files of the demonstration: generated, written to a workbook, and imported."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from core.demo.federations import places_of
from core.demo.stage import Stage
from core.households.export import write_workbook
from core.households.generation.registry import Place, generate
from core.households.imports.service import run_import, take_file
from core.households.models import Household
from core.households.records import HouseholdRecord

HOUSEHOLDS = {"city-a": 220, "city-b": 320, "city-c": 260}
SEEDS = {"city-a": 520200, "city-b": 520300, "city-c": 520400}
PREFIXES = {"city-a": "YS", "city-b": "ZY", "city-c": "AS"}
FILED_AFTER = dt.timedelta(days=3)


def file_households(stage: Stage) -> int:
    """Import the city's files on an early day of its last quarter; return how many were added."""
    day = stage.quarter + FILED_AFTER
    with stage.acting("clerk", day) as ctx:
        if ctx.session.scalar(select(func.count()).where(Household.tenant_id == ctx.tenant_id)):
            return 0
        data = write_workbook(make_records(stage, day))
        item = take_file(ctx, f"{stage.tenant.name}困难职工档案.xlsx", data, judged_on=day)
        run_import(ctx, item.id, lambda _done, _total: None)
        return item.added


def make_records(stage: Stage, day: dt.date) -> list[HouseholdRecord]:
    """Return the invented households of a city as of a day, always the same for that day."""
    slug = stage.tenant.slug
    with stage.system(day) as ctx:
        places = [
            Place(place.full_name, place.division_code)
            for place in places_of(ctx)
            if place.level in ("township", "grassroots")
        ]
    blocks = generate(places, HOUSEHOLDS[slug], SEEDS[slug], on=day, prefix=PREFIXES[slug])
    return [record for block in blocks for record in block.records]
