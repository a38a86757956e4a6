"""Judging filed households and keeping what was found, one file or a whole registry."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core import audit
from core.audit import Change
from core.context import Context
from core.db import new_id
from core.errors import InvalidError, _
from core.households.bulk import Batch, insert_many, update_many
from core.households.explanations import hash_form, make_form, write_facts, write_trace
from core.households.fact_columns import FactColumns, read_fact_columns, readable_facts
from core.households.fingerprints import fingerprints
from core.households.lookup import find_household
from core.households.models import ExplanationForm, Judgement, ParameterSet
from core.households.rows import STATEMENT_VALUES
from core.judging import RegistryJudged, judge_registry, missing_facts
from core.overrides import read_overrides
from core.policies import Figures

DECLARED = ("members", *STATEMENT_VALUES)
"""The facts a record tells by itself, without its people and circumstances."""


def judge_household(ctx: Context, household_id: uuid.UUID, on: dt.date | None = None) -> Judgement:
    """Judge one file on a day, today if none is given, and keep the judgement.

    Raises InvalidError where nothing was declared by that day, NotDecidableError where a fact
    or figure is missing, UnavailableError where the plugin cannot judge: then nothing is changed.
    """
    on = on or ctx.today
    household = find_household(ctx, household_id, "household.judge", lock=True)
    found = read_facts(ctx, on, [household.id])
    check_complete(ctx, found)
    if not found.ids:
        raise InvalidError(
            _("The household declared no income or spending up to %(day)s."),
            remedy=_("Enter its statement first, or judge on a later day."),
            day=on.isoformat(),
        )
    judged = judge_columns(ctx, found.columns, on)
    before = {"category": household.category, "judged_on": str(household.judged_on or "")}
    keep_judgements(ctx, found.ids, judged, on)
    household.category, household.judged_on = judged.label(0), on
    household.target_groups = list(judged.groups_of(0))
    household.judged_mark = int(fingerprints(judged)[0])
    ctx.session.flush()
    after = {"category": judged.label(0), "judged_on": str(on)}
    audit.record(ctx, "household.judged", household, before=before, after=after)
    newest = select(Judgement).where(
        Judgement.tenant_id == ctx.tenant_id, Judgement.household_id == household.id
    )
    return ctx.session.scalars(newest.order_by(Judgement.id.desc()).limit(1)).one()


def judge_many(
    ctx: Context, household_ids: Sequence[uuid.UUID] | None, on: dt.date
) -> dict[str, int]:
    """Judge many files at once, all active ones of the actor's units for None; count by category.

    The results are those of `judge_household` for each. Files that declared nothing by that day,
    or that lack a fact, are left as they are.
    """
    found = read_facts(ctx, on, household_ids)
    ids = found.ids
    if not ids:
        return {}
    judged = judge_columns(ctx, found.columns, on)
    keep_judgements(ctx, ids, judged, on)
    labels = [judged.label(row) for row in range(len(ids))]
    update_many(ctx, "households", make_verdicts(ids, judged, on))
    audit.record_many(
        ctx,
        (
            Change("household.judged", "households", one, after={"category": label, "on": str(on)})
            for one, label in zip(ids, labels, strict=True)
        ),
    )
    return dict(Counter(labels))


def needed_facts(ctx: Context) -> tuple[str, ...]:
    """Return the facts of the files that the region's identification judges by."""
    return readable_facts(ctx.catalogue.identification(ctx.pack.identification).facts)


def read_facts(ctx: Context, on: dt.date, household_ids: Sequence[uuid.UUID] | None) -> FactColumns:
    """Return by column what identification judges of files, as they stood on a day."""
    return read_fact_columns(ctx, on, needed_facts(ctx), household_ids)


def judge_columns(ctx: Context, columns: Mapping[str, Any], on: dt.date) -> RegistryJudged:
    """Judge columns of facts by the tenant's identification and its own figures; store nothing."""
    division = ctx.pack.place(ctx.tenant.division_code)
    return judge_registry(ctx.catalogue, ctx.pack, columns, on, read_overrides(ctx), division)


def check_complete(ctx: Context, found: FactColumns) -> None:
    """Raise NotDecidableError naming the facts that the first incomplete file lacks."""
    for names in found.undecidable.values():
        needed = ctx.catalogue.identification(ctx.pack.identification).facts
        raise missing_facts(needed, names)


def make_verdicts(
    ids: Sequence[uuid.UUID], judged: RegistryJudged, on: dt.date
) -> dict[str, Sequence[Any]]:
    """Return by column what a file repeats of its newest judgement."""
    return {
        "id": ids,
        "category": [judged.label(row) for row in range(len(ids))],
        "judged_on": [on] * len(ids),
        "judged_mark": fingerprints(judged).tolist(),
        **group_columns(judged, "target_groups"),
    }


def group_columns(judged: RegistryJudged, name: str) -> dict[str, list[str]]:
    """Return the target groups as a column of arrays in text; none where the region has none."""
    if not judged.groups:
        return {}
    return {name: [f"{{{','.join(judged.groups_of(row))}}}" for row in range(len(judged))]}


def keep_judgements(
    ctx: Context, ids: Sequence[uuid.UUID], judged: RegistryJudged, on: dt.date
) -> None:
    """Store the judgement of every row, with the figures and the form they share."""
    keep_grounds(ctx, judged)
    insert_many(ctx, *make_judgements(ctx, ids, judged, on))


def keep_grounds(ctx: Context, judged: RegistryJudged) -> None:
    """Store the figures and the form of explanation that all judgements of a run share."""
    keep_figures(ctx, judged.decision(0).figures)
    form = make_form(judged.trace)
    keep_form(ctx, hash_form(form), form)


def make_judgements(
    ctx: Context, ids: Sequence[uuid.UUID], judged: RegistryJudged, on: dt.date
) -> Batch:
    """Return the judgements of every row as rows, without using the session."""
    first = judged.decision(0)
    columns = {
        "id": [new_id() for _ in ids],
        "household_id": ids,
        "category": [judged.label(row) for row in range(len(ids))],
        "facts": write_facts(judged.fact_columns),
        "explanation": write_trace(judged.trace),
        "reasons": [orjson.dumps(told).decode() for told in judged.all_reasons()],
        **group_columns(judged, "groups"),
    }
    return Batch("judgements", columns, {
        "on_date": on, "programme": first.programme, "programme_version": first.version,
        "parameters": first.figures.sha256, "form": hash_form(make_form(judged.trace)),
        "judged_by": ctx.actor.person_id, "judged_at": ctx.now,
    })  # fmt: skip


def keep_figures(ctx: Context, figures: Figures) -> None:
    """Store the figures a decision was made with, once for all decisions that share them."""
    values = {
        "tenant_id": ctx.tenant_id, "id": new_id(), "sha256": figures.sha256,
        "programme": figures.programme, "figures": figures.as_json(),
    }  # fmt: skip
    ctx.session.execute(insert(ParameterSet).values(values).on_conflict_do_nothing())


def keep_form(ctx: Context, sha256: bytes, form: list[dict[str, Any]]) -> None:
    values = {"tenant_id": ctx.tenant_id, "id": new_id(), "sha256": sha256, "steps": form}
    ctx.session.execute(insert(ExplanationForm).values(values).on_conflict_do_nothing())
