"""What a household asked for and has besides what is judged: rows turned into facts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator
from typing import Any, Final

from bangfu_sdk import Kind, Programme

from core.between.declared import bound_by
from core.between.limits import (
    DECIDED,
    DRAFT,
    EXHAUSTED,
    MONTHS,
    UNDER_WAY,
    Beside,
    Other,
    obstacles,
)
from core.between.rules import narrow_rules
from core.context import Context
from core.errors import ConflictError, _
from core.households.models import Household, Member
from core.overrides import read_overrides
from core.policies.between import CAP, EXCLUSION, ORDER
from core.titles import title_of

ON_ITS_WAY: Final = ("in_route", "returned", "approved", "noticed", "referred")
REFUSED: Final = ("rejected", "unfulfilled")
LOCK: Final = "select pg_advisory_xact_lock(hashtextextended(%(key)s, 0))"
ASKED: Final = """
select a.number, a.programme, a.member_id, a.applied_on, a.state, a.assessment->>'kind',
  coalesce(a.amount, a.asked), coalesce((a.assessment->>'maximum')::bigint, 0),
  e.starts_on, e.amount, coalesce(p.months, 0), coalesce(p.paid, 0)
from applications a
left join entitlements e
  on e.tenant_id = a.tenant_id and e.application_id = a.id and e.state <> 'ended'
left join lateral (
  select count(*) as months, sum(p.amount)::bigint as paid from payments p
  where p.tenant_id = a.tenant_id and p.application_id = a.id
    and p.month between %(first)s and %(last)s and p.state not in ('failed', 'released')) p on true
where a.tenant_id = %(tenant)s and a.household_id = %(household)s and a.state <> 'withdrawn'
  and (%(besides)s::uuid is null or a.id <> %(besides)s)
  and a.programme = any (%(programmes)s)
order by a.id
"""
CLAIMED: Final = """
select c.number, c.discharged_on, c.state, c.granted
from members m
join enrolments e on e.tenant_id = m.tenant_id and e.id_index = m.id_index
join claims c on c.tenant_id = e.tenant_id and c.enrolment_id = e.id
where m.tenant_id = %(tenant)s and m.household_id = %(household)s and m.active
  and c.scheme = any (%(programmes)s)
order by c.id
"""


def look_beside(
    ctx: Context,
    household: Household,
    rule: Programme,
    *,
    member: Member | None = None,
    besides: uuid.UUID | None = None,
    held: bool = False,
) -> Beside | None:
    """Return the rules that bind a programme for a household today with what they look at; None,
    and nothing is read, where none does. `besides` is the application that is judged itself; with
    `held` nobody else decides on what the household has before this transaction ends."""
    bound = bound_by(ctx.pack, rule, ctx.today)
    if not bound:
        return None
    if held:
        hold(ctx, household.id)
    names = {name for one in bound for name in one.others}
    others = tuple(read_others(ctx, household.id, names, ctx.today, besides))
    rules = narrow_rules(ctx, household, bound, {one.programme for one in others})
    place = ctx.pack.place(ctx.tenant.division_code)
    capped = any(one.kind == CAP for one in rules)
    own = read_overrides(ctx) if capped else ()
    figures = ctx.pack.caps_in_force(ctx.today, own, place)
    chosen = "" if member is None else str(member.id)
    return Beside(rule.name, ctx.today, rules, others, figures, chosen)


def refuse_beside(
    ctx: Context,
    household: Household,
    rule: Programme,
    *,
    member: Member | None = None,
    besides: uuid.UUID | None = None,
    urgent: bool = False,
) -> Beside | None:
    """Return what `look_beside` does, the household held; ConflictError where something stands in
    the way. Drafts do not: they are tried again when they are handed in. What cannot wait does not
    wait for what otherwise comes first."""
    found = look_beside(ctx, household, rule, member=member, besides=besides, held=True)
    if found is not None and urgent:
        found = found.only(CAP, EXCLUSION)
    if found is not None:
        refuse(found)
    return found


def refuse(beside: Beside) -> None:
    """Raise ConflictError for the first rule that stands in the way."""
    for rule, problem in obstacles(beside):
        raise ConflictError(
            _("%(problem)s (%(source)s)."),
            remedy=_ASK_FIRST if rule.kind == ORDER else _NEVER_BOTH,
            problem=problem, source=rule.source,
        )  # fmt: skip


def hold(ctx: Context, household_id: uuid.UUID) -> None:
    """Let nobody else decide on what the household has until this transaction ends, also who may
    not write its file, as a federation above."""
    ctx.session.fetch(LOCK, {"key": f"{ctx.tenant_id} {household_id}"})


def read_others(
    ctx: Context,
    household_id: uuid.UUID,
    programmes: Collection[str],
    on: dt.date,
    besides: uuid.UUID | None,
) -> Iterator[Other]:
    """Yield what a household asked for of some programmes or its scheme, the oldest first."""
    values = {
        "tenant": ctx.tenant_id, "household": household_id, "besides": besides,
        "programmes": sorted(programmes), "first": dt.date(on.year, 1, 1),
        "last": dt.date(on.year, 12, 31),
    }  # fmt: skip
    for row in ctx.session.fetch(ASKED, values):
        yield _application(ctx, row, on)
    if ctx.pack.scheme in programmes:
        for number, day, state, granted in ctx.session.fetch(CLAIMED, values):
            title = title_of(ctx, ctx.pack.scheme)
            stage = UNDER_WAY if state in ("in_route", "returned") else EXHAUSTED
            yield Other(number, ctx.pack.scheme, title, day, int(granted or 0), stage)


def _application(ctx: Context, row: tuple[Any, ...], on: dt.date) -> Other:
    number, programme, member, applied_on, state, kind, amount, most, *by_month = row
    starts_on, monthly, months, paid = by_month
    lasts = kind is not None and Kind(kind).lasts
    refused = state in REFUSED
    counted = 0 if refused else int(amount)
    if kind == Kind.MONTHLY and not refused:
        left = _months_left(state, starts_on, on) - months
        counted = int(paid) + max(left, 0) * int(amount if monthly is None else monthly)
    over = lasts and state not in ON_ITS_WAY and starts_on is None
    return Other(
        number, programme, title_of(ctx, programme), applied_on, counted,
        _stage(state, int(amount), int(most)), held=not refused and not over,
        lasts=lasts and starts_on is not None,
        member="" if member is None else str(member),
    )  # fmt: skip


def _stage(state: str, amount: int, most: int) -> str:
    if state == "draft":
        return DRAFT
    if state in ("in_route", "returned", "approved", "noticed"):
        return UNDER_WAY
    return EXHAUSTED if state in REFUSED or amount >= most else DECIDED


def _months_left(state: str, starts_on: dt.date | None, on: dt.date) -> int:
    """Return how many months of a day's year a sum by the month is paid for, begun or to come."""
    if starts_on is None:
        ended = state in ("granted", "paid", "fulfilled")
        return 0 if ended else MONTHS - on.month
    if starts_on.year != on.year:
        return MONTHS if starts_on.year < on.year else 0
    return MONTHS - starts_on.month + 1


_ASK_FIRST = _("Ask for what comes first, or wait until it is decided.")
_NEVER_BOTH = _("The two are never given together: let the one end, or withdraw it.")
