"""Replaying reviews for exit: each by its rule, from the facts and figures stored with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, func, select

from core.context import Context
from core.errors import Message
from core.households.explanations import hash_form, split_steps
from core.households.life.models import ExitReview
from core.households.models import Household
from core.judging import judge_with
from core.replayed import (
    BROKEN,
    Difference,
    differing,
    installed_version,
    stored_figures,
    tell_reason,
)

_FILE = (Household.tenant_id == ExitReview.tenant_id) & (Household.id == ExitReview.household_id)


def count_exits(ctx: Context) -> int:
    """Return how many reviews a rule decided; a closing for another reason rests on none."""
    return ctx.session.scalar(select(func.count()).select_from(ExitReview).where(*_own(ctx))) or 0


def replay_exits(ctx: Context) -> Iterator[Difference | None]:
    """Review each anew: None where it comes out the same, else what differs."""
    query = select(ExitReview, Household.file_number).join(Household, _FILE).where(*_own(ctx))
    rows = ctx.session.execute(query.order_by(ExitReview.id).execution_options(yield_per=500))
    for item, file_number in rows:
        yield _replay(ctx, item, file_number)


def _own(ctx: Context) -> tuple[ColumnElement[bool], ...]:
    return ExitReview.tenant_id == ctx.tenant_id, ExitReview.programme.is_not(None)


def _replay(ctx: Context, item: ExitReview, file_number: str) -> Difference | None:
    try:
        same = _compare(ctx, item)
    except BROKEN as error:
        return _differs(ctx, item, file_number, ("failed",), tell_reason(error))
    return None if all(same.values()) else _differs(ctx, item, file_number, differing(same))


def _compare(ctx: Context, item: ExitReview) -> dict[str, bool]:
    figures = stored_figures(ctx, item.parameters or b"")
    facts: dict[str, Any] = item.facts or {}
    again = judge_with(ctx.catalogue, item.programme or "", facts, figures, item.on_date)
    form, found = split_steps(again.steps)
    return {
        "way": again.outcome()["way"] == item.way,
        "reasons": again.reasons == item.reasons,
        "steps": hash_form(form) == item.form and found == item.explanation,
    }


def _differs(
    ctx: Context,
    item: ExitReview,
    file_number: str,
    what: tuple[str, ...],
    reason: Message | None = None,
) -> Difference:
    rule, version = item.programme or "", item.programme_version or ""
    return Difference(
        "exit", item.id, file_number, item.on_date, rule, version, installed_version(ctx, rule),
        what, reason,
    )  # fmt: skip
