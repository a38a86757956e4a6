"""What the departments gave, out of the shared ledger: by department, measure line and kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from core.context import Context
from core.departments.kinds import KINDS
from core.policies import Pack
from core.supervision.figures import TEXT, Value, bilingual, column, part, say, section, table, yuan
from core.supervision.words import name_text
from core.tenancy import TenantView

# What was taken back counts nowhere; a person in several entries, or in several files, is one.
GIVEN = """
select a.department, a.measure, a.kind, count(*), count(distinct a.household_id),
  count(distinct coalesce(m.id_index, a.id_index)), coalesce(sum(a.amount), 0)::bigint,
  count(*) filter (where a.household_id is null)
from department_aid a
left join members m on m.tenant_id = a.tenant_id and m.id = a.member_id
where a.tenant_id = any (%(tenants)s) and a.on_date between %(since)s and %(until)s
  and a.reverses_id is null and not exists (select 1 from department_aid b
    where b.tenant_id = a.tenant_id and b.reverses_id = a.id)
group by a.department, a.measure, a.kind
"""


class Given(NamedTuple):
    """What one department gave along one line in one kind; the amount in fen.

    `people` are those named in person; an entry for a household as a whole names none. `unfiled`
    of the entries are on people who stand in no file.
    """

    department: str
    measure: str
    kind: str
    entries: int
    households: int
    people: int
    amount: int
    unfiled: int


def sum_aid(ctx: Context, subject: TenantView, since: dt.date, until: dt.date) -> list[Given]:
    """Return what the departments of a tenant, and of all below it, gave between two days, both
    included, in the order of its packs."""
    asked = {"tenants": list(subject.readable), "since": since, "until": until}
    packs = _packs(ctx, subject)
    orders = [
        [code for pack in packs for code in codes(pack)] for codes in (_departments, _measures)
    ]
    orders.append([one.code for one in KINDS])
    given = [Given(*row) for row in ctx.session.fetch(GIVEN, asked)]
    return sorted(given, key=lambda one: [
        _place(order, code) for order, code in zip(orders, one[:3], strict=True)
    ])  # fmt: skip


def tabulate_aid(ctx: Context, subject: TenantView, given: Sequence[Given]) -> dict[str, Any]:
    """Return the table of what the departments gave, with the amounts of all below."""
    columns = [column(say("Department"), TEXT), column(say("Measure line"), TEXT),
               column(say("Kind of aid"), TEXT), column(say("Entries")),
               column(say("Households")), column(say("Persons named")),
               column(say("Amount (yuan)"))]  # fmt: skip
    names = _names(ctx, subject)
    rows: list[list[Value]] = [
        [names.get(("department", one.department), one.department),
         names.get(("measure", one.measure), one.measure), _kind(one.kind), one.entries,
         one.households, one.people, yuan(one.amount)]
        for one in given
    ]  # fmt: skip
    # A household helped by two departments is one household: those columns have no sum.
    total: list[Value] = [say("Total"), "", "", sum(one.entries for one in given), None, None,
                          yuan(sum(one.amount for one in given))]  # fmt: skip
    return table(say("Aid by department since the beginning of the year"), columns, rows,
                 query="department_aid.given", at=ctx.now, total=total)  # fmt: skip


def tell_aid(given: Sequence[Given]) -> list[dict[str, Any]]:
    """Return the section on the departments; none where the shared ledger has no entry."""
    if not given:
        return []
    gave = say(
        "From the beginning of the year to the end of the quarter the shared ledger has "
        "%(entries)s entries of the departments, together %(amount)s yuan.",
        entries=sum(one.entries for one in given), amount=yuan(sum(one.amount for one in given)),
    )  # fmt: skip
    unfiled = sum(one.unfiled for one in given)
    waiting = say("%(count)s of them are on people who stand in no file.", count=unfiled)
    return [section(
        say("Aid of the departments"), gave, *([waiting] if unfiled else []),
        parts=[part(say("By department, measure line and kind"), table="department_aid")],
    )]  # fmt: skip


def _kind(code: str) -> Value:
    kind = KINDS.by_code[code]
    return bilingual(kind.zh, kind.en)


def _names(ctx: Context, subject: TenantView) -> dict[tuple[str, str], Value]:
    """Return names of departments and lines, each as the first pack that has it calls it."""
    names: dict[tuple[str, str], Value] = {}
    for pack in _packs(ctx, subject):
        for department in pack.departments:
            names.setdefault(("department", department.code), name_text(department.name))
        for measure in pack.measures:
            names.setdefault(("measure", measure.code), name_text(measure.name))
    return names


def _packs(ctx: Context, subject: TenantView) -> list[Pack]:
    tenants = (ctx.installation.tenant_by_id(one) for one in subject.readable)
    return list({one.pack: ctx.policies.pack(one.pack) for one in tenants}.values())


def _departments(pack: Pack) -> list[str]:
    return [one.code for one in pack.departments]


def _measures(pack: Pack) -> list[str]:
    return [one.code for one in pack.measures]


def _place(order: Sequence[str], code: str) -> int:
    return order.index(code) if code in order else len(order)
