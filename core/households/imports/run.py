"""Putting the good rows of a plan in: new files in bulk, changed ones one by one, all judged."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from psycopg.errors import UniqueViolation
from sqlalchemy import select

from core import audit
from core.audit import Change
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, UnavailableError, _
from core.households.bulk import count_anew, insert_many
from core.households.imports.plan import Plan
from core.households.judgements import judge_columns, judge_many, keep_judgements, make_columns
from core.households.models import Household
from core.households.rows import STATEMENT_VALUES, Families, Sealer, plain
from core.households.stored import read_record
from core.households.writing import rewrite_household
from core.judging import RegistryJudged
from core.policies import NotInForceError

Progress = Callable[[int, int], None]


def put_in(ctx: Context, plan: Plan, on: dt.date, progress: Progress) -> dict[str, int]:
    """Write the plan's good rows and judge them on a day; return how many of each category.

    ConflictError where someone else filed one of these people meanwhile: nothing is then kept.
    """
    try:
        found = Counter(_add(ctx, plan, on))
    except UniqueViolation as error:
        raise ConflictError(
            _("Someone else filed one of these people while the file was read; nothing was kept."),
            remedy=_("Import the file again: it then says who it is."),
        ) from error
    progress(len(plan.added), plan.good)
    changed = _change(ctx, plan, on, progress)
    known = [plan.known[place] for place in plan.unchanged]
    found.update(
        _judge_stored(ctx, [*changed, *(one.id for one in known if one.judged_on != on)], on)
    )
    progress(plan.good, plan.good)
    return dict(found)


def _add(ctx: Context, plan: Plan, on: dt.date) -> dict[str, int]:
    if not plan.added:
        return {}
    families = plan.families.pick(plan.added)
    ids = [new_id() for _ in plan.added]
    judged = _judge_new(ctx, families, on)
    labels = [judged.label(row) for row in range(len(ids))] if judged else [None] * len(ids)
    digests = [plan.digests[place] for place in plan.added]
    households = {
        "id": ids,
        "unit_id": [plan.units[name].id for name in families.households["unit"]],
        "category": labels,
        "record_digest": digests,
        **Sealer.of(ctx).households(families.households, ids),
    }
    insert_many(ctx, "households", households, {
        "state": "active", "version": 1, "judged_on": on if judged else None,
        "filed_by": ctx.actor.person_id, "created_at": ctx.now, "changed_at": ctx.now,
    })  # fmt: skip
    count_anew(ctx, "households")
    _add_people(ctx, plan, families, ids)
    _add_statements(ctx, families, ids, on)
    if judged:
        keep_judgements(ctx, ids, judged, on)
    _record(ctx, families, ids, digests, labels)
    return dict(Counter(label for label in labels if label))


def _judge_new(ctx: Context, families: Families, on: dt.date) -> RegistryJudged | None:
    """Judge before the rows are written, so that they are written once."""
    given = {**families.households, "members": families.households["member_count"]}
    try:
        return judge_columns(ctx, make_columns(given), on)
    except (UnavailableError, NotInForceError):
        return None


def _add_people(ctx: Context, plan: Plan, families: Families, ids: Sequence[uuid.UUID]) -> None:
    chosen = (
        plan.indexes if len(families) == len(plan.families) else Sealer.of(ctx).indexes(families)
    )
    member_ids = [new_id() for _ in chosen]
    people = Sealer.of(ctx).people(families, member_ids, chosen)
    owners = people.pop("household")
    people |= {"id": member_ids, "household_id": [ids[owner] for owner in owners]}
    insert_many(ctx, "members", people, {"active": True, "departed": False})


def _add_statements(
    ctx: Context, families: Families, ids: Sequence[uuid.UUID], on: dt.date
) -> None:
    amounts = {name: plain(families.households[name]) for name in STATEMENT_VALUES}
    insert_many(
        ctx, "statements", {"id": [new_id() for _ in ids], "household_id": ids, **amounts},
        {"as_of": on, "declared_by": ctx.actor.person_id, "declared_at": ctx.now},
    )  # fmt: skip


def _record(
    ctx: Context,
    families: Families,
    ids: Sequence[uuid.UUID],
    digests: Sequence[bytes],
    labels: Sequence[str | None],
) -> None:
    """The keyed hash stands for the whole record: it proves later what was filed."""
    rows = zip(ids, families.households["file_number"], digests, labels, strict=True)
    audit.record_many(ctx, (
        Change("household.filed", "households", household_id, after={
            "file_number": number, "category": label, "record_hash": digest.hex(),
        })
        for household_id, number, digest, label in rows
    ))  # fmt: skip


def _change(ctx: Context, plan: Plan, on: dt.date, progress: Progress) -> list[uuid.UUID]:
    done = len(plan.added)
    changed = []
    for number, place in enumerate(plan.changed):
        if _change_one(ctx, plan, place, on):
            changed.append(plan.known[place].id)
        progress(done + number, plan.good)
    return changed


def _change_one(ctx: Context, plan: Plan, place: int, on: dt.date) -> bool:
    household = ctx.session.scalars(
        select(Household)
        .where(Household.tenant_id == ctx.tenant_id, Household.id == plan.known[place].id)
        .with_for_update()
    ).one()
    before, after = read_record(ctx, household), plan.workbook.records[place]
    if not plan.families.members:
        after = replace(after, members=before.members)
    return rewrite_household(ctx, household, before, after, plan.units[after.unit], on)


def _judge_stored(ctx: Context, ids: Sequence[uuid.UUID], on: dt.date) -> dict[str, int]:
    if not ids:
        return {}
    try:
        return judge_many(ctx, ids, on)
    except (UnavailableError, NotInForceError):
        return {}
