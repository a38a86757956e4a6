"""Students who were helped: how many are followed, overdue, graduated or left in the period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from core.context import Context
from core.follow_ups.queries import FOLLOWED, bind_rules
from core.supervision.figures import TEXT, Value, column, say, share, table
from core.tenancy import TenantView

COUNT = f"""
{FOLLOWED}
select count(*) filter (where ended is not true),
  count(*) filter (where ended is not true and due_on < %(today)s),
  count(*) filter (where finding = 'graduated' and seen_on between %(first)s and %(last)s),
  count(*) filter (where finding = 'left' and seen_on between %(first)s and %(last)s)
from followed
"""  # noqa: S608 (a constant)


class Students(NamedTuple):
    """Followed and overdue now; who graduated or left within the period."""

    followed: int
    overdue: int
    graduated: int
    left: int


def count_students(ctx: Context, subject: TenantView, asked: Mapping[str, Any]) -> Students:
    """Count the students who were helped by a tenant and all below it."""
    tenants = [ctx.installation.tenant_by_id(one) for one in subject.readable]
    rules = bind_rules([(one.id, ctx.policies.pack(one.pack)) for one in tenants])
    return Students(*ctx.session.fetch(COUNT, {**asked, **rules})[0])


def tabulate_students(ctx: Context, found: Students) -> dict[str, Any]:
    """Return the table of what became of the students who were helped."""
    columns = [column(say("Students who were helped"), TEXT), column(say("Number"))]
    names = (say("Followed until graduation"), say("Of these overdue to be asked about"),
             say("Graduated this quarter"), say("Left school this quarter"))  # fmt: skip
    rows: list[list[Value]] = [list(row) for row in zip(names, found, strict=True)]
    return table(say("Follow-up of students"), columns, rows, query="students.followed", at=ctx.now)


def find_unasked(found: Students) -> Iterator[dict[str, Any]]:
    """Yield the finding that students were not asked about by their day."""
    if found.overdue:
        yield say(
            "Students who were helped and not asked about by their day: %(overdue)s of "
            "%(followed)s (%(share)s). Find out what became of them.",
            overdue=found.overdue, followed=found.followed,
            share=share(found.overdue, found.followed),
        )  # fmt: skip
