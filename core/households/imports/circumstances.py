"""Circumstances and months of income that a workbook states, beside what is stored of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from psycopg.errors import UniqueViolation

from core import audit
from core.audit import Change
from core.context import Context
from core.db import driver, new_id
from core.errors import ConflictError, _
from core.households.bulk import insert_many, update_many
from core.households.circumstances import STATED, UNSTATED
from core.households.rows import plain
from core.households.workbook.reading import Workbook

STORED = f"""
select distinct on (household_id) household_id, id, as_of, {", ".join(STATED)}
from circumstances
where tenant_id = %(tenant)s and household_id = any(%(ids)s) and as_of <= %(on)s
order by household_id, as_of desc
"""  # noqa: S608 (column names alone)
MONTHS = """
select household_id, month, id, income from monthly_incomes
where tenant_id = %(tenant)s and household_id = any(%(ids)s)
"""
TOUCH = """
update households set version = version + 1, changed_at = %s where tenant_id = %s and id = any(%s)
"""


class Told(NamedTuple):
    """Something a file says otherwise than it is stored: `id` is that of the row it replaces."""

    id: uuid.UUID | None
    before: dict[str, Any]
    after: dict[str, Any]


class Month(NamedTuple):
    """A month's income that is stored otherwise or not at all."""

    id: uuid.UUID | None
    before: int | None
    after: int


@dataclass(frozen=True)
class Stated:
    """By place among the good households of a workbook, what is to be written of each."""

    circumstances: dict[int, Told] = field(default_factory=dict)
    months: dict[int, dict[dt.date, Month]] = field(default_factory=dict)

    @property
    def places(self) -> set[int]:
        """The households of which anything is to be written."""
        return self.circumstances.keys() | self.months.keys()

    def without(self, places: Iterable[int]) -> Stated:
        """Return this but for some households."""
        out = set(places)
        return Stated(
            {place: one for place, one in self.circumstances.items() if place not in out},
            {place: one for place, one in self.months.items() if place not in out},
        )


def compare_stated(
    ctx: Context, workbook: Workbook, known: Mapping[int, uuid.UUID], on: dt.date
) -> Stated:
    """Return what a workbook states otherwise than it holds on a day; storing nothing.

    `known` are the ids of households that have a file. A column the sheet lacks stays as it is.
    """
    return Stated(
        dict(_compare_circumstances(ctx, workbook, known, on)),
        _compare_months(ctx, workbook, known),
    )


def _compare_circumstances(
    ctx: Context, workbook: Workbook, known: Mapping[int, uuid.UUID], on: dt.date
) -> Iterator[tuple[int, Told]]:
    said = workbook.circumstances
    owners = said.get("household", ())
    ids = [known[place] for place in owners if place in known]
    values = {"tenant": ctx.tenant_id, "ids": ids, "on": on}
    stored = {row[0]: row[1:] for row in ctx.session.fetch(STORED, values)} if ids else {}
    names = [name for name in STATED if name in said]
    rows = zip(*(plain(said[name]) for name in names), strict=True) if names else ()
    for place, row in zip(owners if names else (), rows, strict=True):
        one, as_of, *was = stored.get(known.get(place), (None, None, *UNSTATED.values()))
        before = dict(zip(STATED, was, strict=True))
        after = before | dict(zip(names, row, strict=True))
        if after != before:
            yield place, Told(one if as_of == on else None, before, after)


def _compare_months(
    ctx: Context, workbook: Workbook, known: Mapping[int, uuid.UUID]
) -> dict[int, dict[dt.date, Month]]:
    said = workbook.months
    owners = said.get("household", ())
    ids = list({known[place] for place in owners if place in known})
    rows = ctx.session.fetch(MONTHS, {"tenant": ctx.tenant_id, "ids": ids}) if ids else []
    stored = {(owner, month): (one, income) for owner, month, one, income in rows}
    found: dict[int, dict[dt.date, Month]] = {}
    columns = (owners, said["month"], plain(said["income"])) if said else ((), (), ())
    for place, month, income in zip(*columns, strict=True):
        one, was = stored.get((known.get(place), month), (None, None))
        if was != income:
            found.setdefault(place, {})[month] = Month(one, was, income)
    return found


def put_stated(
    ctx: Context, stated: Stated, ids: Mapping[int, uuid.UUID], known: Sequence[int], on: dt.date
) -> None:
    """Write what is stated of households, `known` those that were filed before, each on record.

    ConflictError where someone else stated the same meanwhile.
    """
    if not stated.places:
        return
    filed = [ids[place] for place in known if place in stated.places]
    driver(ctx.session).execute(TOUCH, [ctx.now, ctx.tenant_id, filed])
    try:
        _put_circumstances(ctx, stated, ids, on)
        _put_months(ctx, stated, ids)
    except UniqueViolation as error:
        raise ConflictError(
            _("Someone else stated circumstances of these households while the file was read; "
              "nothing was kept."),
            remedy=_("Import the file again: it then says what differs."),
        ) from error  # fmt: skip
    audit.record_many(ctx, _changes(stated, ids, on))


def _put_circumstances(
    ctx: Context, stated: Stated, ids: Mapping[int, uuid.UUID], on: dt.date
) -> None:
    told = stated.circumstances
    by = {"stated_by": ctx.actor.person_id, "stated_at": ctx.now}
    new = [place for place, one in told.items() if one.id is None]
    columns = {name: [told[place].after[name] for place in new] for name in STATED}
    keys = {"id": [new_id() for _ in new], "household_id": [ids[place] for place in new]}
    if new:
        insert_many(ctx, "circumstances", keys | columns, {"as_of": on, **by})
    old = [one for one in told.values() if one.id is not None]
    columns = {name: [one.after[name] for one in old] for name in STATED}
    if old:
        update_many(ctx, "circumstances", {
            "id": [one.id for one in old], **columns, **_each(ctx, len(old)),
        })  # fmt: skip


def _put_months(ctx: Context, stated: Stated, ids: Mapping[int, uuid.UUID]) -> None:
    by = {"stated_by": ctx.actor.person_id, "stated_at": ctx.now}
    rows = [
        (ids[place], month, one)
        for place, months in stated.months.items()
        for month, one in months.items()
    ]
    new = [row for row in rows if row[2].id is None]
    if new:
        insert_many(ctx, "monthly_incomes", {
            "id": [new_id() for _ in new], "household_id": [row[0] for row in new],
            "month": [row[1] for row in new], "income": [row[2].after for row in new],
        }, by)  # fmt: skip
    old = [row[2] for row in rows if row[2].id is not None]
    if old:
        update_many(ctx, "monthly_incomes", {
            "id": [one.id for one in old], "income": [one.after for one in old],
            **_each(ctx, len(old)),
        })  # fmt: skip


def _each(ctx: Context, count: int) -> dict[str, list[Any]]:
    """Return who states it and when for so many rows; a moment travels as text."""
    return {
        "stated_by": [ctx.actor.person_id] * count, "stated_at": [ctx.now.isoformat()] * count,
    }  # fmt: skip


def _changes(stated: Stated, ids: Mapping[int, uuid.UUID], on: dt.date) -> Iterator[Change]:
    """Say what was stated as the page and the API do."""
    for place, one in stated.circumstances.items():
        names = [name for name in one.after if one.before[name] != one.after[name]]
        after = {name: one.after[name] for name in names} | {"as_of": on.isoformat()}
        yield Change(
            "household.circumstances_stated", "households", ids[place],
            before={name: one.before[name] for name in names}, after=after,
        )  # fmt: skip
    for place, months in stated.months.items():
        yield Change(
            "household.months_stated", "households", ids[place],
            before={f"{day}": one.before for day, one in months.items() if one.before is not None},
            after={f"{day}": one.after for day, one in months.items()},
        )  # fmt: skip
