"""The twelve months that end with a period: new files, applications, payments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from core.context import Context

BY_MONTH = """
select date_trunc('month', day::timestamp)::date, count(*) filter (where kind = 'file'),
  count(*) filter (where kind = 'application'), count(*) filter (where kind = 'payment'),
  coalesce(sum(amount), 0)::bigint
from (
  select filed_on as day, 'file' as kind, 0 as amount
  from households
  where tenant_id = any (%(tenants)s) and filed_on between %(trend_first)s and %(last)s
  union all
  select (submitted_at at time zone 'Asia/Shanghai')::date, 'application', 0
  from applications
  where tenant_id = any (%(tenants)s)
    and submitted_at >= %(trend_begins)s and submitted_at < %(ends)s
  union all
  select paid_on, 'payment', amount
  from payments
  where tenant_id = any (%(tenants)s) and paid_on between %(trend_first)s and %(last)s
) happened
group by 1
"""


class Month(NamedTuple):
    """What happened in a month, named by its first day; fen."""

    first: dt.date
    files: int = 0
    applications: int = 0
    payments: int = 0
    amount: int = 0


def count_by_month(ctx: Context, asked: Mapping[str, Any]) -> list[Month]:
    """Count every month of the trend, those in which nothing happened too."""
    found = {row[0]: Month(*row) for row in ctx.session.fetch(BY_MONTH, asked)}
    return [found.get(first, Month(first)) for first in asked["months"]]
