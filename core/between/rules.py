"""Which rules between programmes bind a household that asks for one today."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from sqlalchemy import exists, select

from core.applications.assessment import assess_application, find_programme
from core.context import Context
from core.enrolments.models import Enrolment, MutualAidPeriod
from core.errors import DomainError, NotDecidableError
from core.households.models import Household, Member
from core.policies.between import ORDER, Between
from core.titles import title_of


def narrow_rules(
    ctx: Context, household: Household, rules: Iterable[Between], asked: Collection[str]
) -> tuple[Between, ...]:
    """Return the rules as they bind a household today that `asked` for some programmes.

    What comes first and cannot be asked for here is left out: nobody waits for what there is not.
    """
    return tuple(one for each in rules for one in _narrow(ctx, household, each, asked))


def _narrow(
    ctx: Context, household: Household, rule: Between, asked: Collection[str]
) -> Iterator[Between]:
    if rule.kind != ORDER:
        yield rule
        return
    names = tuple(
        name for name in rule.after if rule.begun or name in asked or _is_open(ctx, household, name)
    )
    if names:
        yield replace(rule, after=names, titles={name: title_of(ctx, name) for name in names})


def _is_open(ctx: Context, household: Household, name: str) -> bool:
    """Say whether the household could be given something of it here today; a scheme is for whoever
    is enrolled."""
    if name == ctx.pack.scheme:
        return _is_enrolled(ctx, household)
    try:
        programme = find_programme(ctx, name)
        return not programme.in_campaigns and (
            assess_application(ctx, household, programme, {}, 0).is_eligible
        )
    except NotDecidableError:
        return True  # Only the answers of an application tell.
    except DomainError:
        return False


def _is_enrolled(ctx: Context, household: Household) -> bool:
    enrolled = exists().where(
        Enrolment.tenant_id == ctx.tenant_id, Enrolment.id_index == Member.id_index,
        Enrolment.period_id == MutualAidPeriod.id, MutualAidPeriod.tenant_id == ctx.tenant_id,
        MutualAidPeriod.starts_on <= ctx.today, MutualAidPeriod.ends_on >= ctx.today,
        Member.tenant_id == ctx.tenant_id, Member.household_id == household.id, Member.active,
    )  # fmt: skip
    return bool(ctx.session.scalar(select(enrolled)))
