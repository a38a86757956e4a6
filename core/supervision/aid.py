"""Counts of applications, of the steps taken on them, of notices and objections."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from core.context import Context

BY_PROGRAMME = """
select programme, state, count(*), coalesce(sum(asked), 0)::bigint,
  coalesce(sum(amount) filter (where state in ('granted', 'paid')), 0)::bigint
from applications
where tenant_id = any (%(tenants)s)
  and submitted_at >= %(begins)s and submitted_at < %(ends)s
group by programme, state
"""

STEPS = """
select kind, level,
  count(*) filter (where decided_at >= %(begins)s and decided_at < %(ends)s),
  count(*) filter (where decided_at >= %(begins)s and decided_at < %(ends)s
    and (decided_at at time zone 'Asia/Shanghai')::date <= due_on),
  count(*) filter (where state = 'open'),
  count(*) filter (where state = 'open' and due_on < %(today)s),
  min(due_on) filter (where state = 'open' and due_on < %(today)s)
from steps
where tenant_id = any (%(tenants)s)
  and (state = 'open' or decided_at >= %(begins)s and decided_at < %(ends)s)
group by kind, level
"""

NOTICES = """
select count(*) filter (where opened_at >= %(begins)s and opened_at < %(ends)s),
  count(*) filter (where state = 'closed' and closed_at >= %(begins)s and closed_at < %(ends)s),
  count(*) filter (where state = 'stopped' and closed_at >= %(begins)s and closed_at < %(ends)s),
  count(*) filter (where state = 'open')
from notices where tenant_id = any (%(tenants)s)
"""

OBJECTIONS = """
select count(*) filter (where raised_at >= %(begins)s and raised_at < %(ends)s),
  count(*) filter (where state = 'upheld' and decided_at >= %(begins)s and decided_at < %(ends)s),
  count(*) filter (
    where state = 'dismissed' and decided_at >= %(begins)s and decided_at < %(ends)s),
  count(*) filter (where state = 'open'), min(raised_at) filter (where state = 'open')
from objections where tenant_id = any (%(tenants)s)
"""


class Applied(NamedTuple):
    """Applications handed in within the period, by what has become of them; fen."""

    programme: str
    state: str
    handed_in: int
    asked: int
    granted: int


class Steps(NamedTuple):
    """Steps of one kind at one level: decided within the period, and open now."""

    kind: str
    level: str
    decided: int
    in_time: int
    open: int
    overdue: int
    oldest_due: dt.date | None


class Notices(NamedTuple):
    """Public notices: opened, ended and stopped within the period, and open now."""

    opened: int
    closed: int
    stopped: int
    open: int


class Objections(NamedTuple):
    """Objections: raised and decided within the period, and open now."""

    raised: int
    upheld: int
    dismissed: int
    open: int
    oldest: dt.datetime | None


def count_applications(ctx: Context, asked: Mapping[str, Any]) -> list[Applied]:
    """Count what was handed in within the period by programme and present state."""
    return [Applied(*row) for row in ctx.session.fetch(BY_PROGRAMME, asked)]


def count_steps(ctx: Context, asked: Mapping[str, Any]) -> list[Steps]:
    """Count the steps decided within the period and those that wait, by kind and level."""
    return [Steps(*row) for row in ctx.session.fetch(STEPS, asked)]


def count_notices(ctx: Context, asked: Mapping[str, Any]) -> Notices:
    """Count public notices."""
    return Notices(*ctx.session.fetch(NOTICES, asked)[0])


def count_objections(ctx: Context, asked: Mapping[str, Any]) -> Objections:
    """Count objections to public notices."""
    return Objections(*ctx.session.fetch(OBJECTIONS, asked)[0])
