"""Judging filed households and keeping what was found, one file or a whole registry."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core import audit
from core.audit import Change
from core.context import Context
from core.db import new_id
from core.errors import InvalidError, _
from core.households.bulk import Batch, Columns, insert_many, update_many
from core.households.explanations import hash_form, make_form, write_facts, write_trace
from core.households.lookup import find_household
from core.households.models import ExplanationForm, Judgement, ParameterSet
from core.households.queries import readable_paths
from core.households.rows import STATEMENT_VALUES
from core.judging import RegistryJudged, judge_registry
from core.overrides import read_overrides
from core.policies import Figures

FACTS = f"""
select h.id, h.member_count, {", ".join(f"s.{name}" for name in STATEMENT_VALUES)}
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
join lateral (
  select * from statements s
  where s.tenant_id = h.tenant_id and s.household_id = h.id and s.as_of <= %(on)s
  order by s.as_of desc limit 1) s on true
where h.tenant_id = %(tenant)s and u.path like any (%(paths)s)
"""  # noqa: S608 (column names of this module alone)
FACT_NAMES = ("members", *STATEMENT_VALUES)


def judge_household(ctx: Context, household_id: uuid.UUID, on: dt.date | None = None) -> Judgement:
    """Judge one file on a day, today if none is given, and keep the judgement.

    Raises InvalidError where nothing was declared by that day, NotInForceError or
    UnavailableError where policy or plugin cannot judge: then nothing is changed.
    """
    on = on or ctx.today
    household = find_household(ctx, household_id, "household.judge", lock=True)
    ids, columns = read_facts(ctx, on, [household.id])
    if not ids:
        raise InvalidError(
            _("The household declared no income or spending up to %(day)s."),
            remedy=_("Enter its statement first, or judge on a later day."),
            day=on.isoformat(),
        )
    judged = judge_columns(ctx, columns, on)
    before = {"category": household.category, "judged_on": str(household.judged_on or "")}
    keep_judgements(ctx, ids, judged, on)
    household.category, household.judged_on = judged.label(0), on
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

    The results are those of `judge_household` for each. Files that declared nothing by that day
    are left as they are.
    """
    ids, columns = read_facts(ctx, on, household_ids)
    if not ids:
        return {}
    judged = judge_columns(ctx, columns, on)
    keep_judgements(ctx, ids, judged, on)
    labels = [judged.label(row) for row in range(len(ids))]
    verdicts: Columns = {"id": ids, "category": labels, "judged_on": [on] * len(ids)}
    update_many(ctx, "households", verdicts)
    audit.record_many(
        ctx,
        (
            Change("household.judged", "households", one, after={"category": label, "on": str(on)})
            for one, label in zip(ids, labels, strict=True)
        ),
    )
    return dict(Counter(labels))


def read_facts(
    ctx: Context, on: dt.date, household_ids: Sequence[uuid.UUID] | None
) -> tuple[list[uuid.UUID], dict[str, Any]]:
    """Return the ids of files and, by fact, the column of what they had declared by a day."""
    paths = readable_paths(ctx, "household.judge")
    values: dict[str, Any] = {"tenant": ctx.tenant_id, "on": on, "paths": paths}
    if household_ids is None:
        condition = " and h.state = 'active'"
    else:
        condition, values["ids"] = " and h.id = any(%(ids)s)", list(household_ids)
    rows = ctx.session.fetch(FACTS + condition, values)
    columns = list(zip(*rows, strict=True)) or [()] * (1 + len(FACT_NAMES))
    return list(columns[0]), make_columns(dict(zip(FACT_NAMES, columns[1:], strict=True)))


def make_columns(given: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Return the facts identification judges as arrays, amounts in fen."""
    return {
        name: np.array(given[name], dtype=np.bool_ if name == "still_difficult" else np.int64)
        for name in FACT_NAMES
    }


def judge_columns(ctx: Context, columns: Mapping[str, Any], on: dt.date) -> RegistryJudged:
    """Judge columns of facts by the tenant's identification and its own figures; store nothing."""
    return judge_registry(ctx.catalogue, ctx.pack, columns, on, read_overrides(ctx))


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
    _keep_form(ctx, hash_form(form), form)


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


def _keep_form(ctx: Context, sha256: bytes, form: list[dict[str, Any]]) -> None:
    values = {"tenant_id": ctx.tenant_id, "id": new_id(), "sha256": sha256, "steps": form}
    ctx.session.execute(insert(ExplanationForm).values(values).on_conflict_do_nothing())
