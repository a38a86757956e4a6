"""Beginning the admission of every file that awaits one, as many as a list is narrowed to."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from psycopg.errors import UniqueViolation

from core import audit
from core.admissions.beginning import BEGIN
from core.admissions.models import BY_ROUTE, IN_ROUTE
from core.admissions.route import plan_steps, steps_asked
from core.audit import Change
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, _
from core.households.bulk import count_anew, insert_many
from core.households.life.states import AWAITING_ADMISSION
from core.households.listing import Filters, narrow, write_source
from core.routes import read_ladders
from core.workdays import add_working_days

NOT_ON_ITS_WAY = """not exists (
  select from admissions a where a.tenant_id = h.tenant_id and a.household_id = h.id
  and a.state in ('in_route', 'returned'))"""


class Ready(NamedTuple):
    """A file that awaits admission."""

    id: uuid.UUID
    file_number: str
    unit_id: uuid.UUID
    category: str


def count_awaiting(ctx: Context, filters: Filters | None = None) -> int:
    """Return how many files `begin_many` would begin an admission of now."""
    values = narrow(ctx, filters or Filters(), BEGIN)
    query = f"select count(*) {write_source(values)} and {AWAITING_ADMISSION} and {NOT_ON_ITS_WAY}"
    return int(ctx.session.fetch(query, values)[0][0])


def begin_many(ctx: Context, filters: Filters) -> int:
    """Begin the admission of all files of the actor's units that await it; return how many.

    `filters` narrow them as they narrow the list of files. Files admitted, refused a category, on
    their way already or not in force are left out.
    """
    steps_asked(ctx)
    values = narrow(ctx, filters, BEGIN)
    query = (
        f"select h.id, h.file_number, h.unit_id, h.category {write_source(values)} "
        f"and {AWAITING_ADMISSION} and {NOT_ON_ITS_WAY} order by h.id for update of h"
    )
    found = [Ready(*row) for row in ctx.session.fetch(query, values)]
    if found:
        _write(ctx, found)
    return len(found)


def _write(ctx: Context, found: Sequence[Ready]) -> None:
    ids = [new_id() for _one in found]
    departments = [ctx.pack.admitting[one.category] for one in found]
    columns: dict[str, Sequence[Any]] = {
        "id": ids, "household_id": [one.id for one in found],
        "category": [one.category for one in found], "department": departments,
    }  # fmt: skip
    constants = {
        "state": IN_ROUTE, "way": BY_ROUTE, "version": 1, "round": 1, "document": "",
        "began_by": ctx.actor.person_id, "began_at": ctx.now,
        "submitted_by": ctx.actor.person_id, "submitted_at": ctx.now,
    }  # fmt: skip
    try:
        insert_many(ctx, "admissions", columns, constants)
    except UniqueViolation as error:
        raise ConflictError(
            _("Someone else began one of these admissions meanwhile; none was begun now."),
            remedy=_("Begin them again: what is on its way is left out."),
        ) from error
    insert_many(ctx, "admission_steps", _steps(ctx, found, ids, departments), {"round": 1})
    count_anew(ctx, "admissions", ("tenant_id", "household_id", "state"))
    count_anew(ctx, "admission_steps", ("tenant_id", "admission_id", "state"))
    audit.record_many(ctx, (
        Change("admission.begun", "admissions", admission, after={
            "file_number": one.file_number, "category": one.category, "department": department,
            "round": 1, "state": IN_ROUTE,
        })
        for one, admission, department in zip(found, ids, departments, strict=True)
    ))  # fmt: skip


def _steps(
    ctx: Context, found: Sequence[Ready], ids: Sequence[uuid.UUID], departments: Sequence[str]
) -> dict[str, list[Any]]:
    """Return the steps of all by column, the first of each open."""
    ladders = read_ladders(ctx, {one.unit_id for one in found})
    now, first_due = ctx.now.isoformat(), steps_asked(ctx)[0].due_days
    due = add_working_days(ctx.today, first_due)
    rows = [
        (new_id(), admission, laid.position, laid.step.kind, laid.step.level, laid.unit_path,
         laid.department, laid.step.due_days, "open" if laid.position == 1 else "waiting",
         now if laid.position == 1 else None, due if laid.position == 1 else None, "[]")
        for one, admission, department in zip(found, ids, departments, strict=True)
        for laid in plan_steps(ctx, ladders[one.unit_id], department)
    ]  # fmt: skip
    names = ("id", "admission_id", "position", "kind", "level", "unit_path", "department",
             "due_days", "state", "opened_at", "due_on", "findings")  # fmt: skip
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
