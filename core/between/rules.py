"""Which rules between programmes bind a household that asks for one today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bangfu_sdk import Programme
from sqlalchemy import exists, select

from core.between.declared import bound_by
from core.context import Context
from core.enrolments.models import Enrolment, MutualAidPeriod
from core.households.models import Household, Member
from core.policies.between import ORDER, Between
from core.programmes import is_offered
from core.titles import title_of


def rules_for(ctx: Context, household: Household, rule: Programme) -> tuple[Between, ...]:
    """Return the rules that bind a programme for a household today, the programme's own first.

    What comes first and cannot be asked for here is left out: nobody waits for what there is not.
    """
    found = bound_by(ctx.pack, rule, ctx.today)
    return tuple(one for each in found for one in _narrow(ctx, household, each))


def _narrow(ctx: Context, household: Household, rule: Between) -> Iterator[Between]:
    if rule.kind != ORDER:
        yield rule
        return
    names = tuple(name for name in rule.after if rule.begun or _is_open(ctx, household, name))
    if names:
        yield replace(rule, after=names, titles={name: title_of(ctx, name) for name in names})


def _is_open(ctx: Context, household: Household, name: str) -> bool:
    """Say whether the household could ask for it here; a scheme is for whoever is enrolled."""
    if name != ctx.pack.scheme:
        known = name in (*ctx.pack.programmes, *ctx.pack.added)
        return known and ctx.catalogue.is_available(name) and is_offered(ctx, name)
    enrolled = exists().where(
        Enrolment.tenant_id == ctx.tenant_id, Enrolment.id_index == Member.id_index,
        Enrolment.period_id == MutualAidPeriod.id, MutualAidPeriod.tenant_id == ctx.tenant_id,
        MutualAidPeriod.starts_on <= ctx.today, MutualAidPeriod.ends_on >= ctx.today,
        Member.tenant_id == ctx.tenant_id, Member.household_id == household.id, Member.active,
    )  # fmt: skip
    return bool(ctx.session.scalar(select(enrolled)))
