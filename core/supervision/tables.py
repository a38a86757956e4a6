"""The tables of a report, each with the query its rows came from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.context import Context
from core.supervision import words
from core.supervision.admissions import tabulate_admissions
from core.supervision.claims import tabulate_pools
from core.supervision.department_aid import tabulate_aid
from core.supervision.employment import tabulate_families
from core.supervision.figures import TEXT, Value, column, month, say, share, table, yuan
from core.supervision.lines import tabulate_lines
from core.supervision.milestones import tabulate_milestones
from core.supervision.money import Fund
from core.supervision.mutual_aid import tabulate_mutual_aid
from core.supervision.owed_papers import tabulate_paid_first
from core.supervision.queries import Numbers
from core.supervision.ranking import tabulate_ranking
from core.supervision.referrals import tabulate_referrals
from core.supervision.students import tabulate_students
from core.supervision.wrong_payments import tabulate_wrong_payments
from core.tenancy import TenantView

TOTAL = say("Total")
Table = dict[str, Any]


def tabulate(ctx: Context, subject: TenantView, numbers: Numbers) -> dict[str, Table]:
    """Return every table of a report by name."""
    return {
        "categories": _categories(ctx, subject, numbers),
        "unions": _unions(ctx, subject, numbers),
        "care": _care(ctx, numbers),
        "standings": _standings(ctx, numbers),
        **tabulate_admissions(ctx, subject, numbers.admissions),
        "moves": _moves(ctx, numbers),
        "trend": _trend(ctx, numbers),
        "applications": _applications(ctx, numbers),
        "steps": _steps(ctx, numbers),
        "notices": _notices(ctx, numbers),
        "funds": _funds(ctx, subject, numbers),
        "payments": _payments(ctx, numbers),
        "owed": _owed(ctx, numbers),
        **tabulate_paid_first(ctx, numbers.paid_first),
        "families": tabulate_families(ctx, numbers.families),
        **_referrals(ctx, subject, numbers),
        "wrong_payments": tabulate_wrong_payments(ctx, subject, numbers.wrong_payments),
        **tabulate_ranking(ctx, subject, numbers.ranking),
        **(
            {"milestones": tabulate_milestones(ctx, numbers.milestones)}
            if numbers.milestones
            else {}
        ),
        **_department_aid(ctx, subject, numbers),
        **(
            {"mutual_aid": tabulate_mutual_aid(ctx, subject, numbers.mutual_aid)}
            if numbers.mutual_aid
            else {}
        ),
        **({"students": tabulate_students(ctx, numbers.students)} if any(numbers.students) else {}),
        **({"pools": tabulate_pools(ctx, subject, numbers.pools)} if numbers.pools else {}),
        **({"lines": tabulate_lines(ctx, numbers.lines)} if numbers.lines else {}),
    }


def _referrals(ctx: Context, subject: TenantView, numbers: Numbers) -> dict[str, Table]:
    found = numbers.referrals
    return {"referrals": tabulate_referrals(ctx, subject, found)} if found else {}


def _department_aid(ctx: Context, subject: TenantView, numbers: Numbers) -> dict[str, Table]:
    given = numbers.department_aid
    return {"department_aid": tabulate_aid(ctx, subject, given)} if given else {}


def _categories(ctx: Context, subject: TenantView, numbers: Numbers) -> Table:
    columns = [column(say("Category"), TEXT), column(say("Households")), column(say("People")),
               column(say("Share of households"))]  # fmt: skip
    if numbers.population:
        columns += [column(say("Share of urban households")), column(say("Share of urban people"))]
    counted = {one.code: one for one in numbers.categories}
    households = sum(one.households for one in numbers.categories)
    people = sum(one.people for one in numbers.categories)

    def told(name: Value, has: int, live: int) -> list[Value]:
        all_of = numbers.population
        urban = [share(has, all_of.households), share(live, all_of.people)] if all_of else []
        return [name, has, live, share(has, households), *urban]

    rows = [
        told(name, counted[code].households, counted[code].people)
        for code, name in words.name_categories(ctx, _covered(ctx, subject)).items()
        if code in counted
    ]
    total = told(TOTAL, households, people)
    return table(say("Files in force by category"), columns, rows, query="files.by_category",
                 at=ctx.now, total=total)  # fmt: skip


def _unions(ctx: Context, subject: TenantView, numbers: Numbers) -> Table:
    """The columns are the categories of the region, those there are where several regions meet."""
    names = _categories_shown(ctx, subject, numbers)
    columns = [column(say("Union"), TEXT), column(say("Households")), column(say("People")),
               *map(column, names.values()), column(say("New this quarter"))]  # fmt: skip
    rows: list[list[Value]] = [
        [one.county or words.name_tenant(ctx.installation.tenant_by_id(one.tenant_id)),
         one.households, one.people, *(one.by_category.get(code, 0) for code in names), one.filed]
        for one in numbers.unions
    ]  # fmt: skip
    total = [sum(row[place] for row in rows) for place in range(1, len(columns))]
    return table(say("Files in force by union"), columns, rows, query="files.by_union",
                 at=ctx.now, total=[TOTAL, *total])  # fmt: skip


def _categories_shown(ctx: Context, subject: TenantView, numbers: Numbers) -> dict[str, Value]:
    counting = [ctx.installation.tenant_by_id(one.tenant_id) for one in numbers.unions]
    names = words.name_categories(ctx, counting or [subject])
    mixed = len({one.pack for one in counting}) > 1
    return {
        code: name for code, name in names.items() if code is not None
        and (not mixed or any(code in one.by_category for one in numbers.unions))
    }  # fmt: skip


def _covered(ctx: Context, subject: TenantView) -> list[TenantView]:
    return [ctx.installation.tenant_by_id(one) for one in subject.readable]


def _care(ctx: Context, numbers: Numbers) -> Table:
    columns = [column(say("Files in force"), TEXT), column(say("Households")),
               column(say("Share of households"))]  # fmt: skip
    care = numbers.care
    counted = (
        (say("Never judged"), care.unjudged),
        (say("Judged not eligible"), care.ineligible),
        (say("Without a contact person"), care.without_contact),
        (say("Overdue for verification by the region's rule"), care.unverified),
        (say("Without a plan"), care.without_plan),
        (say("Without a measure"), care.without_measure),
        (say("Major illness, not in mutual aid"), care.not_enrolled),
    )
    rows: list[list[Value]] = [
        [title, count, share(count, care.households)] for title, count in counted
    ]
    return table(say("Files that want attention"), columns, rows, query="files.care", at=ctx.now)


def _standings(ctx: Context, numbers: Numbers) -> Table:
    columns = [column(say("Standing"), TEXT), column(say("Households")), column(say("People")),
               column(say("Share of households"))]  # fmt: skip
    order = list(words.STANDINGS)
    found = sorted(numbers.standings, key=lambda one: order.index(one.code))
    households, people = _sum(found, "households", "people")
    rows: list[list[Value]] = [
        [words.STANDINGS[one.code], one.households, one.people, share(one.households, households)]
        for one in found
    ]
    total: list[Value] = [TOTAL, households, people, share(households, households)]
    return table(say("All files by standing"), columns, rows, query="files.by_standing",
                 at=ctx.now, total=total)  # fmt: skip


def _moves(ctx: Context, numbers: Numbers) -> Table:
    columns = [column(say("Way"), TEXT), column(say("Households")), column(say("People"))]
    counted = {one.way: one for one in numbers.moves}
    rows: list[list[Value]] = [
        [title, counted[way].households, counted[way].people]
        for way, title in words.WAYS.items() if way in counted
    ]  # fmt: skip
    return table(say("Exits and returns of this quarter"), columns, rows, query="files.moves",
                 at=ctx.now)  # fmt: skip


def _trend(ctx: Context, numbers: Numbers) -> Table:
    columns = [column(say("Month"), TEXT), column(say("New files")), column(say("Applications")),
               column(say("Payments")), column(say("Amount paid (yuan)"))]  # fmt: skip
    rows: list[list[Value]] = [
        [month(one.first), one.files, one.applications, one.payments, yuan(one.amount)]
        for one in numbers.months
    ]
    return table(say("The last twelve months"), columns, rows, query="trend.by_month", at=ctx.now)


def _applications(ctx: Context, numbers: Numbers) -> Table:
    columns = [column(say("Programme"), TEXT), column(say("State"), TEXT),
               column(say("Applications")), column(say("Asked for (yuan)")),
               column(say("Granted (yuan)"))]  # fmt: skip
    order = list(words.STATES)
    applied = sorted(numbers.applications, key=lambda one: (one.programme, order.index(one.state)))
    rows: list[list[Value]] = [
        [words.name_programme(ctx, one.programme), words.STATES[one.state], one.handed_in,
         yuan(one.asked), yuan(one.granted)]
        for one in applied
    ]  # fmt: skip
    count, asked, granted = _sum(applied, "handed_in", "asked", "granted")
    total: list[Value] = [TOTAL, "", count, yuan(asked), yuan(granted)]
    return table(say("Applications handed in this quarter"), columns, rows,
                 query="aid.by_programme", at=ctx.now, total=total)  # fmt: skip


def _steps(ctx: Context, numbers: Numbers) -> Table:
    columns = [column(say("Step"), TEXT), column(say("Level"), TEXT), column(say("Decided")),
               column(say("In time")), column(say("Share in time")), column(say("Open now")),
               column(say("Overdue now"))]  # fmt: skip
    order = (list(words.KINDS), list(words.LEVELS))
    steps = sorted(
        numbers.steps, key=lambda one: (order[0].index(one.kind), order[1].index(one.level))
    )
    rows: list[list[Value]] = [
        [words.KINDS[one.kind], words.LEVELS[one.level], one.decided, one.in_time,
         share(one.in_time, one.decided), one.open, one.overdue]
        for one in steps
    ]  # fmt: skip
    decided, in_time, waiting, overdue = _sum(steps, "decided", "in_time", "open", "overdue")
    total: list[Value] = [TOTAL, "", decided, in_time, share(in_time, decided), waiting, overdue]
    return table(say("Steps decided this quarter, and steps that wait"), columns, rows,
                 query="aid.steps", at=ctx.now, total=total)  # fmt: skip


def _notices(ctx: Context, numbers: Numbers) -> Table:
    columns = [column(say("Kind"), TEXT), column(say("Begun this quarter")),
               column(say("Ended without consequence")), column(say("Stopped or upheld")),
               column(say("Open now"))]  # fmt: skip
    notices, objections = numbers.notices, numbers.objections
    rows: list[list[Value]] = [
        [say("Public notices"), notices.opened, notices.closed, notices.stopped, notices.open],
        [say("Objections"), objections.raised, objections.dismissed, objections.upheld,
         objections.open],
    ]  # fmt: skip
    return table(say("Public notices and objections"), columns, rows, query="aid.notices",
                 at=ctx.now)  # fmt: skip


def _funds(ctx: Context, subject: TenantView, numbers: Numbers) -> Table:
    columns = [column(say("Fund"), TEXT), column(say("Budget (yuan)")),
               column(say("Reserved (yuan)")), column(say("Paid (yuan)")),
               column(say("Left (yuan)")), column(say("Used"))]  # fmt: skip
    rows: list[list[Value]] = [
        [name_fund(ctx, subject, one), yuan(one.budget), yuan(one.reserved), yuan(one.paid),
         yuan(one.left), share(one.used, one.budget)]
        for one in numbers.funds
    ]  # fmt: skip
    budget, reserved, paid = _sum(numbers.funds, "budget", "reserved", "paid")
    total: list[Value] = [
        TOTAL, yuan(budget), yuan(reserved), yuan(paid), yuan(budget - reserved - paid),
        share(reserved + paid, budget),
    ]  # fmt: skip
    return table(say("Funds of the year"), columns, rows, query="money.funds", at=ctx.now,
                 total=total)  # fmt: skip


def name_fund(ctx: Context, subject: TenantView, fund: Fund) -> Value:
    """Return a fund's name, with its donor's, and its federation's where that is not the subject
    itself."""
    named: Value = fund.name
    if fund.donor:
        named = say("%(fund)s (given by %(donor)s)", fund=fund.name, donor=fund.donor)
    if fund.tenant_id == subject.id:
        return named
    tenant = words.name_tenant(ctx.installation.tenant_by_id(fund.tenant_id))
    return say("%(tenant)s: %(fund)s", tenant=tenant, fund=named)


def _payments(ctx: Context, numbers: Numbers) -> Table:
    columns = [column(say("Programme"), TEXT), column(say("Reservations")),
               column(say("Amount reserved (yuan)")), column(say("Payments")),
               column(say("Amount paid (yuan)"))]  # fmt: skip
    payments = sorted(numbers.payments)
    rows: list[list[Value]] = [
        [words.name_programme(ctx, one.programme), one.reserved, yuan(one.reserved_amount),
         one.paid, yuan(one.paid_amount)]
        for one in payments
    ]  # fmt: skip
    names = ("reserved", "reserved_amount", "paid", "paid_amount")
    reserved, kept, paid, spent = _sum(payments, *names)
    total: list[Value] = [TOTAL, reserved, yuan(kept), paid, yuan(spent)]
    return table(say("Payments of this quarter"), columns, rows, query="money.payments",
                 at=ctx.now, total=total)  # fmt: skip


def _owed(ctx: Context, numbers: Numbers) -> Table:
    columns = [column(say("Grants without a payment"), TEXT), column(say("Applications")),
               column(say("Amount (yuan)"))]  # fmt: skip
    owed = numbers.owed
    rows: list[list[Value]] = [
        [say("Nothing reserved"), owed.untried, yuan(owed.untried_amount)],
        [say("Came back from the bank"), owed.returned, yuan(owed.returned_amount)],
    ]
    count, amount = owed.untried + owed.returned, owed.untried_amount + owed.returned_amount
    return table(say("Granted and not on its way"), columns, rows, query="money.owed", at=ctx.now,
                 total=[TOTAL, count, yuan(amount)])  # fmt: skip


def _sum(rows: Iterable[object], *names: str) -> list[int]:
    counted = list(rows)
    return [sum(getattr(row, name) for row in counted) for name in names]
