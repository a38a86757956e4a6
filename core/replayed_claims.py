"""Replaying claims: each by its scheme, from the facts and figures stored with it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from core.claims.models import Claim
from core.context import Context
from core.errors import Message
from core.households.explanations import hash_form, split_steps
from core.judging import judge_with
from core.replayed import (
    BROKEN,
    Difference,
    differing,
    installed_version,
    stored_figures,
    tell_reason,
)


def count_claims(ctx: Context) -> int:
    """Return how many claims were judged."""
    query = select(func.count()).select_from(Claim).where(Claim.tenant_id == ctx.tenant_id)
    return ctx.session.scalar(query) or 0


def replay_claims(ctx: Context) -> Iterator[Difference | None]:
    """Settle each anew: None where it comes out the same, else what differs."""
    query = select(Claim).where(Claim.tenant_id == ctx.tenant_id).order_by(Claim.id)
    for claim in ctx.session.scalars(query.execution_options(yield_per=500)):
        yield _replay(ctx, claim)


def _replay(ctx: Context, claim: Claim) -> Difference | None:
    try:
        same = _compare(ctx, claim)
    except BROKEN as error:
        return _differs(ctx, claim, ("failed",), tell_reason(error))
    return None if all(same.values()) else _differs(ctx, claim, differing(same))


def _compare(ctx: Context, claim: Claim) -> dict[str, bool]:
    figures = stored_figures(ctx, claim.parameters)
    again = judge_with(ctx.catalogue, claim.scheme, claim.facts, figures, claim.discharged_on)
    form, found = split_steps(again.steps)
    return {
        "benefit": again.outcome()["benefit"] == claim.benefit,
        "reasons": again.reasons == claim.reasons,
        "steps": hash_form(form) == claim.form and found == claim.explanation,
    }


def _differs(
    ctx: Context, claim: Claim, what: tuple[str, ...], reason: Message | None = None
) -> Difference:
    return Difference(
        "claim", claim.id, claim.number, claim.discharged_on, claim.scheme, claim.scheme_version,
        installed_version(ctx, claim.scheme), what, reason,
    )  # fmt: skip
