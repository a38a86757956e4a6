"""Referrals to departments (一户一措施) by measure line: new, running, late, done, refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from core.context import Context
from core.supervision.figures import TEXT, Value, column, say, table
from core.supervision.words import name_text
from core.tenancy import TenantView

BY_LINE = """
select line, count(*) filter (where referred_on between %(first)s and %(last)s),
  count(*) filter (where state in ('open', 'accepted')),
  count(*) filter (where state in ('open', 'accepted') and due_on < %(today)s),
  count(*) filter (where state = 'done' and changed_at >= %(begins)s and changed_at < %(ends)s),
  count(*) filter (where state = 'refused' and changed_at >= %(begins)s and changed_at < %(ends)s)
from measures where tenant_id = any (%(tenants)s)
group by line
"""


class Referrals(NamedTuple):
    """Referrals along one line: `running` and `late` stand now, the others lie in the period."""

    line: str
    referred: int
    running: int
    late: int
    done: int
    refused: int


def count_referrals(ctx: Context, subject: TenantView, asked: Mapping[str, Any]) -> list[Referrals]:
    """Count the referrals of a tenant and of all below it by each line of their regions, those
    nobody is referred to among them; none where no region has lines."""
    counted = {row[0]: Referrals(*row) for row in ctx.session.fetch(BY_LINE, asked)}
    lines = _name_lines(ctx, subject)
    return [counted.get(code, Referrals(code, 0, 0, 0, 0, 0)) for code in lines]


def tabulate_referrals(ctx: Context, subject: TenantView, found: list[Referrals]) -> dict[str, Any]:
    """Return the table of the lines, each with who leads it."""
    names = _name_lines(ctx, subject)
    columns = [column(say("Measure line"), TEXT), column(say("Leads"), TEXT),
               column(say("Referred this quarter")), column(say("Running")),
               column(say("Past their day")), column(say("Done this quarter")),
               column(say("Refused this quarter"))]  # fmt: skip
    rows: list[list[Value]] = [[*names[one.line], *one[1:]] for one in found]
    sums = [sum(getattr(one, name) for one in found) for name in Referrals._fields[1:]]
    total: list[Value] = [say("Total"), "", *sums]
    return table(say("Referrals by measure line"), columns, rows, query="referrals.by_line",
                 at=ctx.now, total=total)  # fmt: skip


def find_late_referrals(
    ctx: Context, subject: TenantView, found: list[Referrals]
) -> Iterator[dict[str, Any]]:
    """Yield a finding for every line with referrals past their day."""
    names = _name_lines(ctx, subject)
    for one in found:
        if one.late:
            line, lead = names[one.line]
            yield say(
                "Referrals past their day (%(line)s): %(late)s of %(running)s that run. Ask "
                "%(lead)s what became of them.",
                line=line, late=one.late, running=one.running, lead=lead,
            )  # fmt: skip


def _name_lines(ctx: Context, subject: TenantView) -> dict[str, tuple[Value, Value]]:
    """Return the lines of the regions by code, each with who leads it, as the first region that
    has it calls them."""
    names: dict[str, tuple[Value, Value]] = {}
    tenants = (ctx.installation.tenant_by_id(one) for one in subject.readable)
    for pack in (ctx.policies.pack(slug) for slug in dict.fromkeys(one.pack for one in tenants)):
        for line in pack.measures:
            lead = name_text(pack.department(line.lead).name)
            names.setdefault(line.code, (name_text(line.name), lead))
    return names
