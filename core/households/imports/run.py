"""Putting the good rows of a plan in: new files in bulk, changed ones one by one, all judged."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from psycopg.errors import UniqueViolation
from sqlalchemy import select

from core import audit
from core.audit import Change
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, UnavailableError, _
from core.households.bulk import Batch, count_anew, insert_many, write_ahead
from core.households.fact_columns import make_columns
from core.households.fingerprints import fingerprints
from core.households.imports.circumstances import put_stated
from core.households.imports.plan import Plan
from core.households.judgements import (
    DECLARED,
    judge_columns,
    judge_many,
    keep_grounds,
    make_judgements,
    needed_facts,
)
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
        new = _add(ctx, plan, on)
    except UniqueViolation as error:
        raise ConflictError(
            _("Someone else filed one of these people while the file was read; nothing was kept."),
            remedy=_("Import the file again: it then says who it is."),
        ) from error
    progress(len(plan.added), plan.good)
    found = Counter(label for label in new.labels if label) if new else Counter[str]()
    changed = _change(ctx, plan, on, progress)
    _put_stated(ctx, plan, new.ids if new else (), on)
    if new and not new.judged:
        changed += new.ids
    known = [plan.known[place] for place in plan.unchanged]
    found.update(
        _judge_stored(ctx, [*changed, *(one.id for one in known if one.judged_on != on)], on)
    )
    progress(plan.good, plan.good)
    return dict(found)


def _add(ctx: Context, plan: Plan, on: dt.date) -> New | None:
    if not plan.added:
        return None
    families = plan.families.pick(plan.added)
    ids = [new_id() for _ in plan.added]
    judged = _judge_new(ctx, families, on)
    if judged:
        keep_grounds(ctx, judged)
    new = New(ctx, plan, families, ids, judged, on)
    write_ahead(new.writes())
    return new


def _judge_new(ctx: Context, families: Families, on: dt.date) -> RegistryJudged | None:
    """Judge before the rows are written, so that they are written once.

    Where identification asks for more than the records tell, they are judged when they are there.
    """
    said = {**families.households, "members": families.households["member_count"]}
    try:
        if not set(needed_facts(ctx)) <= set(DECLARED):
            return None
        return judge_columns(ctx, make_columns({name: said[name] for name in DECLARED}), on)
    except (UnavailableError, NotInForceError):
        return None


@dataclass(frozen=True)
class New:
    """Households that have no file yet, on their way to becoming rows."""

    ctx: Context
    plan: Plan
    families: Families
    ids: Sequence[uuid.UUID]
    judged: RegistryJudged | None
    on: dt.date

    @cached_property
    def labels(self) -> list[str | None]:
        """The category of each, None where nothing could judge."""
        return [self.judged.label(row) if self.judged else None for row in range(len(self.ids))]

    @cached_property
    def digests(self) -> list[bytes]:
        """The keyed hash of all that is said of each."""
        return [self.plan.digests[place] for place in self.plan.added]

    def writes(self) -> Iterator[Callable[[], object]]:
        """Prepare table by table what is to be written, without using the session."""
        yield partial(insert_many, self.ctx, *self._households())
        yield partial(count_anew, self.ctx, Household.__tablename__)
        yield partial(insert_many, self.ctx, *self._people())
        yield partial(insert_many, self.ctx, *self._statements())
        if self.judged:
            judgements = make_judgements(self.ctx, self.ids, self.judged, self.on)
            yield partial(insert_many, self.ctx, *judgements)
        yield partial(audit.record_written, self.ctx, audit.write_out(self.ctx, self._changes()))

    def _households(self) -> Batch:
        ctx, said = self.ctx, self.families.households
        sealed = Sealer.of(ctx).households(said, self.ids)
        columns = {
            **sealed,
            "id": self.ids,
            "unit_id": [self.plan.units[name].id for name in said["unit"]],
            "category": self.labels,
            "judged_mark": fingerprints(self.judged).tolist()
            if self.judged
            else [None] * len(self.ids),
            "record_digest": self.digests,
            "further_causes": [f"{{{','.join(causes)}}}" for causes in said["further_causes"]],
        }
        return Batch("households", columns, {
            "state": "active", "version": 1, "judged_on": self.on if self.judged else None,
            "filed_by": ctx.actor.person_id, "created_at": ctx.now, "changed_at": ctx.now,
        })  # fmt: skip

    def _people(self) -> Batch:
        sealer, whole = Sealer.of(self.ctx), len(self.families) == len(self.plan.families)
        indexes = self.plan.indexes if whole else sealer.indexes(self.families)
        member_ids = [new_id() for _ in indexes]
        people = sealer.people(self.families, member_ids, indexes)
        owners = people.pop("household")
        people |= {"id": member_ids, "household_id": [self.ids[owner] for owner in owners]}
        return Batch("members", people, {"active": True, "departed": False})

    def _statements(self) -> Batch:
        said = self.families.households
        amounts = {name: plain(said[name]) for name in STATEMENT_VALUES}
        return Batch(
            "statements",
            {"id": [new_id() for _ in self.ids], "household_id": self.ids, **amounts},
            {"as_of": self.on, "declared_by": self.ctx.actor.person_id,
             "declared_at": self.ctx.now},
        )  # fmt: skip

    def _changes(self) -> Iterator[Change]:
        """Say what was filed; the keyed hash stands for the whole record and proves it later."""
        numbers = self.families.households["file_number"]
        for row in zip(self.ids, numbers, self.digests, self.labels, strict=True):
            household_id, number, digest, label = row
            yield Change("household.filed", "households", household_id, after={
                "file_number": number, "category": label, "record_hash": digest.hex(),
            })  # fmt: skip


def _change(ctx: Context, plan: Plan, on: dt.date, progress: Progress) -> list[uuid.UUID]:
    done = len(plan.added)
    changed = []
    for number, place in enumerate(plan.changed):
        rewritten = plan.is_rewritten(place) and _change_one(ctx, plan, place, on)
        if rewritten or place in plan.stated.places:
            changed.append(plan.known[place].id)
        progress(done + number, plan.good)
    return changed


def _put_stated(ctx: Context, plan: Plan, new: Sequence[uuid.UUID], on: dt.date) -> None:
    ids = {place: known.id for place, known in plan.known.items()}
    ids |= dict(zip(plan.added, new, strict=True))
    put_stated(ctx, plan.stated, ids, list(plan.known), on)


def _change_one(ctx: Context, plan: Plan, place: int, on: dt.date) -> bool:
    household = ctx.session.scalars(
        select(Household)
        .where(Household.tenant_id == ctx.tenant_id, Household.id == plan.known[place].id)
        .with_for_update()
    ).one()
    before, after = read_record(ctx, household), plan.workbook.records[place]
    if not plan.families.members:
        after = replace(after, members=before.members)
    if before.verified_on and before.verified_on > (after.verified_on or before.filed_on):
        # A workbook that was filled in before a re-verification must not undo it.
        after = replace(after, verified_on=before.verified_on)
    return rewrite_household(ctx, household, before, after, plan.units[after.unit], on)


def _judge_stored(ctx: Context, ids: Sequence[uuid.UUID], on: dt.date) -> dict[str, int]:
    if not ids:
        return {}
    try:
        return judge_many(ctx, ids, on)
    except (UnavailableError, NotInForceError):
        return {}
