"""Replaying decisions: each is judged anew from what is stored of it and must come out the same.

Judgements are replayed by columns, all that share figures, rule and form at once; applications,
reviews for exit and claims, of which there are fewer, one by one.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import func, select

from core.access import Subject, require
from core.applications.assessment import Finding
from core.applications.models import Application
from core.between.stored import stored_beside
from core.context import Context
from core.decisions import Assessed, Judged
from core.errors import Message
from core.households.explanations import hash_form, make_form, write_trace
from core.households.models import Household, Judgement
from core.judging import assess_with, judge_registry_with
from core.replayed import (
    BROKEN,
    Difference,
    differing,
    installed_version,
    stored_figures,
    tell_reason,
)
from core.replayed_claims import count_claims, replay_claims
from core.replayed_exits import count_exits, replay_exits
from core.runs import RegistryJudged

BLOCK = 10_000
SHARED = (
    Judgement.programme, Judgement.programme_version, Judgement.parameters, Judgement.form,
    Judgement.on_date,
)  # fmt: skip
OWN = (
    Judgement.id, Household.file_number, Judgement.category, Judgement.facts,
    Judgement.explanation, Judgement.reasons,
)  # fmt: skip
FOUND = ("kind", "eligible", "minimum", "maximum", "reasons", "steps")
_FILE = (Household.tenant_id == Judgement.tenant_id) & (Household.id == Judgement.household_id)
Progress = Callable[[int, int], None]


@dataclass
class Replay:
    """How many decisions were replayed, and which came out otherwise."""

    judgements: int = 0
    applications: int = 0
    exits: int = 0
    claims: int = 0
    differences: list[Difference] = field(default_factory=list)


def replay(ctx: Context, progress: Progress = lambda _done, _total: None) -> Replay:
    """Judge every stored decision of the tenant anew, with its own facts and figures."""
    require(ctx, "audit.read", Subject(ctx.tenant_id))
    result = Replay()
    total = _count(ctx, Judgement) + _count(ctx, Application) + count_exits(ctx)
    total += count_claims(ctx)
    for shared, rows in _blocks(ctx):
        result.differences += _replay_judgements(ctx, shared, rows)
        result.judgements += len(rows)
        progress(result.judgements, total)
    for application in _applications(ctx):
        result.differences += _replay_application(ctx, application)
        result.applications += 1
        progress(result.judgements + result.applications, total)
    for difference in replay_exits(ctx):
        result.differences += [difference] if difference else []
        result.exits += 1
        progress(result.judgements + result.applications + result.exits, total)
    for difference in replay_claims(ctx):
        result.differences += [difference] if difference else []
        result.claims += 1
    progress(total, total)
    return result


def _count(ctx: Context, table: type[Judgement] | type[Application]) -> int:
    query = select(func.count()).select_from(table).where(table.tenant_id == ctx.tenant_id)
    return ctx.session.scalar(query) or 0


def _blocks(ctx: Context) -> Iterator[tuple[Any, Sequence[Any]]]:
    """Yield what some judgements share — rule, figures, form, day — and these judgements."""
    own = Judgement.tenant_id == ctx.tenant_id
    for shared in ctx.session.execute(select(*SHARED).where(own).distinct()).all():
        same = [column == value for column, value in zip(SHARED, shared, strict=True)]
        query = select(*OWN).join(Household, _FILE).where(own, *same)
        last = uuid.UUID(int=0)
        while rows := ctx.session.execute(
            query.where(Judgement.id > last).order_by(Judgement.id).limit(BLOCK)
        ).all():
            yield shared, rows
            last = rows[-1].id


def _replay_judgements(ctx: Context, shared: Any, rows: Sequence[Any]) -> Iterator[Difference]:
    try:
        judged = _judge_again(ctx, shared, rows)
    except BROKEN as error:
        if len(rows) == 1:
            yield _judgement_differs(ctx, shared, rows[0], ("failed",), tell_reason(error))
            return
        # What cannot be judged must not take the others with it: halving finds it quickly.
        middle = len(rows) // 2
        yield from _replay_judgements(ctx, shared, rows[:middle])
        yield from _replay_judgements(ctx, shared, rows[middle:])
        return
    same_form = hash_form(make_form(judged.trace)) == shared.form
    again = zip(rows, write_trace(judged.trace), judged.all_reasons(), strict=True)
    for place, (row, steps, reasons) in enumerate(again):
        same = {
            "category": judged.label(place) == row.category,
            "reasons": reasons == row.reasons,
            "steps": same_form and json.loads(steps) == row.explanation,
        }
        if not all(same.values()):
            yield _judgement_differs(ctx, shared, row, differing(same))


def _judge_again(ctx: Context, shared: Any, rows: Sequence[Any]) -> RegistryJudged:
    figures = stored_figures(ctx, shared.parameters)
    columns = _columns([row.facts for row in rows])
    return judge_registry_with(ctx.catalogue, shared.programme, columns, figures, shared.on_date)


def _columns(facts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return stored facts by column, as the rules read them."""
    return {
        name: np.array(
            [one[name] for one in facts], np.bool_ if isinstance(value, bool) else np.int64
        )
        for name, value in facts[0].items()
    }


def _applications(ctx: Context) -> Iterator[Application]:
    query = select(Application).where(Application.tenant_id == ctx.tenant_id)
    yield from ctx.session.scalars(query.order_by(Application.id).execution_options(yield_per=500))


def _replay_application(ctx: Context, stored: Application) -> list[Difference]:
    try:
        told, household = stored.assessment, stored.assessment["judgement"]
        judged = _judged(ctx, household, stored.applied_on)
        beside = stored_beside(ctx, stored) if "between" in told else None
        again = Finding(
            judged, _assessed(ctx, stored), (), told["given"], told.get("kept", ""), beside
        ).as_json()
        same = {name: again[name] == told[name] for name in FOUND}
        same["category"] = again["judgement"]["category"] == household["category"]
        same["judgement"] = again["judgement"]["steps"] == household["steps"]
    except BROKEN as error:
        return [_application_differs(ctx, stored, ("failed",), tell_reason(error))]
    return [] if all(same.values()) else [_application_differs(ctx, stored, differing(same))]


def _judged(ctx: Context, told: Mapping[str, Any], on: dt.date) -> Judged:
    figures = stored_figures(ctx, bytes.fromhex(told["parameters"]))
    rule = str(told["programme"])
    return judge_registry_with(ctx.catalogue, rule, told["facts"], figures, on).decision(0)


def _assessed(ctx: Context, stored: Application) -> Assessed:
    figures = stored_figures(ctx, stored.parameters)
    rule, day = stored.programme, stored.applied_on
    return assess_with(ctx.catalogue, rule, stored.facts, figures, day)


def _judgement_differs(
    ctx: Context,
    shared: Any,
    row: Any,
    what: tuple[str, ...],
    reason: Message | None = None,
) -> Difference:
    return Difference(
        "judgement", row.id, row.file_number, shared.on_date, shared.programme,
        shared.programme_version, installed_version(ctx, shared.programme), what, reason,
    )  # fmt: skip


def _application_differs(
    ctx: Context, stored: Application, what: tuple[str, ...], reason: Message | None = None
) -> Difference:
    return Difference(
        "application", stored.id, stored.number, stored.applied_on, stored.programme,
        stored.programme_version, installed_version(ctx, stored.programme), what, reason,
    )  # fmt: skip
