"""The two workbooks of a campaign: who is to be visited, and what became of the visits."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from core.campaigns.listing import Brought, Listed, add_visit
from core.campaigns.lookup import KEEP, find_campaign, lock_campaign
from core.campaigns.models import Campaign
from core.campaigns.queries import Visited, list_parcels, list_visits
from core.context import Context
from core.errors import DomainError, InvalidError, Message, _
from core.handovers.models import Receipt
from core.handovers.recording import Given, record_handovers
from core.households.models import Household
from core.households.workbook import columns as kinds
from core.households.workbook.columns import Column
from core.households.workbook.faults import Fault, FaultKind, make_fault
from core.households.workbook.findings import Findings
from core.verification.tables import Sheet, read_forms

FILE_NUMBER, MONEY, PARCEL = "档案编号", "慰问金", "慰问品"
LIST_SHEET, RESULT_SHEET = "慰问名单", "慰问签领"
LIST_COLUMNS: tuple[Column, ...] = (
    Column("file_number", FILE_NUMBER, "File number", kinds.NUMBER, required=True, width=18),
    Column("head", "户主", "Head", width=14),
    Column("money", MONEY, "Money", kinds.MONEY, width=14),
    Column("parcel", PARCEL, "Parcel", width=20),
)
RESULT_COLUMNS: tuple[Column, ...] = (
    *LIST_COLUMNS,
    Column("on", "日期", "Day", kinds.DATE, required=True, width=14),
    Column("receiver", "领取人", "Received by", kinds.NAME, width=14),
    Column("relation", "与户主关系", "Relation to the head", width=14),
    Column("first", "走访人一", "First visitor", width=14),
    Column("second", "走访人二", "Second visitor", width=14),
    Column("remark", "未发放原因", "Why not handed over", width=24),
)
UNKNOWN_FILE = FaultKind(
    "file_not_there",
    _("Row %(row)s: there is no file %(value)s."),
    _("Correct the file number, or file the household first."),
)
FILE_TWICE = FaultKind(
    "file_twice",
    _("Row %(row)s: this file already stands in row %(first)s."),
    _("One row a household; delete one of the two."),
)
UNKNOWN_PARCEL = FaultKind(
    "parcel_not_there",
    _("Row %(row)s: the campaign has no parcel “%(value)s”."),
    _("Write one of its parcels, or add it to the campaign first."),
)
NOT_ON_LIST = FaultKind(
    "not_on_list",
    _("Row %(row)s: the file %(value)s does not wait for its visit in this campaign."),
    _("Take the row out, or look at the household's place on the list."),
)


class WrongWorkbookError(InvalidError):
    """A workbook that cannot be taken: nothing of it was. `faults` names every row."""

    code = "wrong_workbook"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            _("The workbook was not taken: %(count)s faults."),
            remedy=_("Mend the rows named and bring it again; nothing was taken."),
            field="file", count=len(self.faults),
        )  # fmt: skip

    def details(self, translate: Callable[[Message], str]) -> dict[str, Any]:
        """Return every fault of the workbook."""
        return {"faults": [fault.as_json(translate) for fault in self.faults]}


def import_list(ctx: Context, campaign_id: uuid.UUID, data: bytes) -> Listed:
    """Put the households of a workbook on the list of a draft: all of them or none.

    WrongWorkbookError names every row that cannot be taken, with what the rule says where it is
    the rule that refuses.
    """
    campaign = lock_campaign(ctx, campaign_id, KEEP, ("draft",))
    rows, faults = _read(ctx, data, LIST_COLUMNS)
    files = _find_files(ctx, [one["file_number"] for one in rows])
    parcels = {one.name: one.id for one in list_parcels(ctx, campaign.id)}
    there = {one.household_id for one in list_visits(ctx, campaign.id)}
    listed = Listed()
    for row in sorted(rows, key=lambda one: str(files.get(one["file_number"]))):
        try:
            with ctx.session.begin_nested():
                faults += _put(ctx, campaign, row, files, parcels, there, listed)
        except DomainError as error:
            faults.append(_as_fault(row, error))
    _raise(faults)
    return listed


def import_results(
    ctx: Context, campaign_id: uuid.UUID, data: bytes, receipt: Receipt | None
) -> int:
    """Record what a workbook says of the visits, with the signed receipt: all of it or nothing.

    Rows with neither a day nor a reason are left out: nobody was there yet. WrongWorkbookError
    names every row that cannot be taken.
    """
    campaign = find_campaign(ctx, campaign_id)
    rows, faults = _read(ctx, data, RESULT_COLUMNS)
    waiting = {one.file_number: one for one in list_visits(ctx, campaign.id, step="waiting")}
    for row in rows:
        visit = waiting.get(row["file_number"])
        if visit is None or visit.payment_id is None:
            faults.append(_fault(NOT_ON_LIST, row, value=row["file_number"]))
            continue
        try:
            with ctx.session.begin_nested():
                record_handovers(ctx, [_given(row, visit)], receipt)
        except DomainError as error:
            faults.append(_as_fault(row, error))
    _raise(faults)
    return len(rows)


def result_rows(visits: Sequence[Visited]) -> list[dict[str, Any]]:
    """Return the rows of the workbook that comes back with the results: one a visit, by field."""
    return [
        {"file_number": one.file_number, "head": one.head_name, "money": one.money,
         "parcel": one.parcel or ""}
        for one in visits
    ]  # fmt: skip


def _put(
    ctx: Context, campaign: Campaign, row: dict[str, Any], files: dict[str, uuid.UUID],
    parcels: dict[str, uuid.UUID], there: set[uuid.UUID], listed: Listed,
) -> list[Fault]:  # fmt: skip
    household, parcel = files.get(row["file_number"]), parcels.get(row["parcel"])
    if household is None:
        return [_fault(UNKNOWN_FILE, row, value=row["file_number"])]
    if row["parcel"] and parcel is None:
        return [_fault(UNKNOWN_PARCEL, row, PARCEL, value=row["parcel"])]
    if household in there:
        listed.already += 1
        return []
    add_visit(ctx, campaign, household, Brought(row["money"], parcel))
    listed.count += 1
    return []


def _given(row: dict[str, Any], visit: Visited) -> Given:
    assert visit.payment_id is not None  # noqa: S101
    return Given(
        visit.payment_id, row["on"], (row["first"], row["second"]), row["receiver"],
        row["relation"], row["remark"],
    )  # fmt: skip


def _read(
    ctx: Context, data: bytes, columns: Sequence[Column]
) -> tuple[list[dict[str, Any]], list[Fault]]:
    sheets, faults = read_forms(data, [FILE_NUMBER])
    rows: list[dict[str, Any]] = []
    for sheet in sheets:
        good, wrong = _read_sheet(ctx, sheet, columns)
        rows, faults = rows + good, faults + wrong
    return rows, faults


def _read_sheet(
    ctx: Context, sheet: Sheet, columns: Sequence[Column]
) -> tuple[list[dict[str, Any]], list[Fault]]:
    told = _leave_out_untouched(sheet) if columns is RESULT_COLUMNS else sheet
    values, findings, wrong = told.clean_form(columns, ctx.today)
    if values is None:
        return [], wrong
    names, table = [one.field for one in columns], told.table
    rows = [
        {"sheet": table.sheet, "row": row, **{name: values[name][place] for name in names}}
        for place, row in enumerate(table.rows)
    ]
    _refuse_twice(rows, findings)
    bad = findings.bad()
    good = [
        {**row, "money": int(row["money"])} for place, row in enumerate(rows) if place not in bad
    ]
    return good, [*wrong, *(findings.faults[place] for place in sorted(findings.faults))]


def _leave_out_untouched(sheet: Sheet) -> Sheet:
    """Return the sheet without the rows of which nothing is told yet."""
    table = sheet.table
    asked = [one.title for one in RESULT_COLUMNS[len(LIST_COLUMNS) :] if one.title in table.cells]
    kept = [
        place for place in range(len(table.rows)) if any(table.cells[one][place] for one in asked)
    ]
    cells: dict[str, Sequence[Any]] = {
        title: [column[place] for place in kept] for title, column in table.cells.items()
    }
    places = {place: new for new, place in enumerate(kept)}
    hidden = {(places[place], title): kind for (place, title), kind in table.hidden.items()
              if place in places}  # fmt: skip
    return replace(
        sheet,
        table=replace(table, rows=[table.rows[one] for one in kept], cells=cells, hidden=hidden),
    )


def _refuse_twice(rows: Sequence[dict[str, Any]], findings: Findings) -> None:
    first: dict[str, int] = {}
    for place, one in enumerate(rows):
        number = one["file_number"]
        if number and first.setdefault(number, one["row"]) != one["row"]:
            findings.add(place, FILE_NUMBER, FILE_TWICE, first=first[number])


def _find_files(ctx: Context, numbers: Sequence[str]) -> dict[str, uuid.UUID]:
    query = select(Household.file_number, Household.id).where(
        Household.tenant_id == ctx.tenant_id, Household.file_number.in_(list(numbers))
    )
    return {row.file_number: row.id for row in ctx.session.execute(query)}


def _fault(kind: FaultKind, row: dict[str, Any], column: str = FILE_NUMBER, **values: Any) -> Fault:
    return make_fault(kind, row["sheet"], row["row"], column, **values)


def _as_fault(row: dict[str, Any], error: DomainError) -> Fault:
    """Return why the rule, or the record, refuses a row, at the column it is about."""
    columns = {one.field: one.title for one in RESULT_COLUMNS}
    columns |= {"asked": MONEY, "givers": columns["second"], "file": columns["receiver"]}
    column = columns.get(error.field, FILE_NUMBER)
    return Fault(row["sheet"], row["row"], column, error.code, error.message, error.remedy)


def _raise(faults: Sequence[Fault]) -> None:
    if faults:
        raise WrongWorkbookError(sorted(faults, key=lambda one: (one.sheet, one.row)))
