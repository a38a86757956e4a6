"""Aid that was paid first, and its papers: granted, owed, overdue, checked in and out of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from core.context import Context
from core.owed_papers.standing import STANDING
from core.supervision.figures import TEXT, Value, column, day, say, table, yuan
from core.supervision.words import name_programme
from core.tenancy import TenantView

COUNTED = f"""
select programme, count(*) filter (where granted_on between %(first)s and %(last)s),
  coalesce(sum(amount) filter (where granted_on between %(first)s and %(last)s), 0)::bigint,
  count(*) filter (where standing in ('owed', 'overdue')),
  count(*) filter (where standing = 'overdue'),
  coalesce(sum(amount) filter (where standing = 'overdue'), 0)::bigint,
  min(due_on) filter (where standing = 'overdue'),
  count(*) filter (where standing = 'handed_in'),
  count(*) filter (where standing = 'settled' and checked_on between %(first)s and %(last)s),
  count(*) filter (where standing = 'settled' and checked_on between %(first)s and %(last)s
    and handed_in_on > due_on),
  count(*) filter (where standing = 'failed' and checked_on between %(first)s and %(last)s)
from (
  select a.programme, coalesce(a.amount, a.asked) as amount, o.granted_on, o.due_on,
    o.handed_in_on, o.checked_on, {STANDING} as standing
  from owed_papers o join applications a on a.tenant_id = o.tenant_id and a.id = o.application_id
  where o.tenant_id = any (%(tenants)s)
) found
group by programme order by programme
"""  # noqa: S608 (STANDING is a constant)


class PaidFirst(NamedTuple):
    """Aid of one programme that was paid first; fen. `granted`, `settled`, those of them handed in
    `late`, and `failed` lie in the period; `owed`, of which are `overdue`, and `to_check` stand
    now."""

    programme: str
    granted: int
    granted_amount: int
    owed: int
    overdue: int
    overdue_amount: int
    oldest_due: dt.date | None
    to_check: int
    settled: int
    late: int
    failed: int


def count_paid_first(
    ctx: Context, subject: TenantView, asked: Mapping[str, Any]
) -> list[PaidFirst] | None:
    """Count by programme; None where no region of a tenant named pays anything first."""
    tenants = (ctx.installation.tenant_by_id(one) for one in subject.readable)
    if not any(ctx.policies.pack(one.pack).urgent for one in tenants):
        return None
    return [PaidFirst(*row) for row in ctx.session.fetch(COUNTED, asked)]


def tabulate_paid_first(ctx: Context, found: list[PaidFirst] | None) -> dict[str, Any]:
    """Return the table by programme; none where nothing is paid first."""
    if found is None:
        return {}
    columns = [column(say("Programme"), TEXT), column(say("Paid first this quarter")),
               column(say("Granted (yuan)")), column(say("Papers owed now")),
               column(say("Overdue now")), column(say("Overdue (yuan)")),
               column(say("To be checked now")), column(say("Settled this quarter")),
               column(say("Of these late")), column(say("Not due"))]  # fmt: skip
    rows = [_cells(name_programme(ctx, one.programme), [one]) for one in found]
    return {
        "paid_first": table(
            say("Aid paid first and its papers"), columns, rows, query="owed_papers.by_programme",
            at=ctx.now, total=_cells(say("Total"), found),
        )
    }  # fmt: skip


def find_overdue_papers(found: list[PaidFirst] | None) -> Iterator[dict[str, Any]]:
    """Yield a finding where papers of aid that was paid first did not follow in time."""
    late = [one for one in found or () if one.overdue]
    oldest = [one.oldest_due for one in late if one.oldest_due is not None]
    if late:
        yield say(
            "Papers of aid that was paid first are overdue: %(overdue)s of %(owed)s owed, for "
            "together %(amount)s yuan, the oldest due on %(day)s. Have them handed in, or the "
            "payments recorded as wrong ones.",
            overdue=sum(one.overdue for one in late), owed=sum(one.owed for one in found or ()),
            amount=yuan(sum(one.overdue_amount for one in late)), day=day(min(oldest)),
        )  # fmt: skip


def _cells(title: Value, counted: list[PaidFirst]) -> list[Value]:
    def total(name: str) -> int:
        return sum(getattr(one, name) for one in counted)

    return [
        title, total("granted"), yuan(total("granted_amount")), total("owed"), total("overdue"),
        yuan(total("overdue_amount")), total("to_check"), total("settled"), total("late"),
        total("failed"),
    ]  # fmt: skip
