"""Made-up enrolments in mutual aid: exactly so many units and workers, each pays the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np

from core.enrolments.workbook import COLUMNS, SHEET
from core.households.export import write_rows
from core.households.generation.names import draw_names, draw_surnames
from core.households.generation.numbers import IdIssuer, make_credit_codes
from core.households.generation.registry import EMPLOYER_KINDS, list_places
from core.households.generation.whole import Region
from core.policies.published import PublishedMutualAid

_FIRST_SEQUENCE = 250
"""Above what the people of a registry get: workers enrolled need not be in any household file."""
_AGES = (20.0, 59.0)
_YEAR = 365.2425


def write_enrolments(
    region: Region, aid: PublishedMutualAid, *, created: dt.datetime | None = None
) -> bytes:
    """Return the workbook of enrolments that comes to the published figures."""
    return write_rows(SHEET, COLUMNS, make_workers(region, aid), created=created)


def make_workers(region: Region, aid: PublishedMutualAid) -> Iterator[dict[str, Any]]:
    """Yield the rows of the workbook by field, unit by unit."""
    rng = np.random.default_rng([region.seed, 4])
    places = list_places(region.pack.unit_names())
    divisions = sorted({place.division_code for place in places})
    at = rng.integers(0, len(places), aid.units)
    codes = make_credit_codes([places[index].division_code for index in at], rng)
    kinds = rng.choice(EMPLOYER_KINDS, aid.units).tolist()
    owners = np.sort(np.concatenate([
        np.arange(aid.units), rng.integers(0, aid.units, aid.workers - aid.units)
    ]))  # fmt: skip
    male = rng.random(aid.workers) < 0.5
    ages = (rng.uniform(*_AGES, aid.workers) * _YEAR).astype("timedelta64[D]")
    division = np.array([divisions.index(places[index].division_code) for index in at])[owners]
    numbers = IdIssuer(divisions, region.on, _FIRST_SEQUENCE).issue(
        division, np.datetime64(region.on, "D") - ages, male
    )
    names = draw_names(draw_surnames(aid.workers, rng), male, rng)
    days = rng.integers(0, 365, aid.units).tolist()
    for owner, name, number in zip(owners.tolist(), names, numbers, strict=True):
        yield {
            "employer": f"{places[at[owner]].locality[:3]}{kinds[owner]}第{owner + 1}分会",
            "employer_code": codes[owner], "name": name, "id_number": number,
            "contribution": aid.contribution,
            "enrolled_on": dt.date(region.on.year - 1, 1, 1) + dt.timedelta(days[owner]),
        }  # fmt: skip
