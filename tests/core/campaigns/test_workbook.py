"""The workbooks of a campaign: its list in, the results in, every wrong row named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest

from core.campaigns.workbook import (
    LIST_COLUMNS,
    LIST_SHEET,
    RESULT_COLUMNS,
    RESULT_SHEET,
    WrongWorkbookError,
    import_list,
    import_results,
    result_rows,
)
from core.handovers.recording import keep_receipt
from core.households.export import write_rows
from core.households.models import Household
from tests.factories import Filed
from tests.visiting import SCAN, Visiting


def number(office: Visiting, filed: Filed) -> str:
    with office.system() as ctx:
        return ctx.session.get_one(Household, (office.city.id, filed.id)).file_number


def as_list(*rows: tuple[str, int, str]) -> bytes:
    fields = ("file_number", "money", "parcel")
    told = [dict(zip(fields, row, strict=True)) for row in rows]
    return write_rows(LIST_SHEET, LIST_COLUMNS, told)


def as_results(rows: Iterable[dict[str, Any]]) -> bytes:
    return write_rows(RESULT_SHEET, RESULT_COLUMNS, rows)


def told(on: dt.date, receiver: str = "", **values: str) -> dict[str, Any]:
    """Return what is filled in of a visit."""
    return {"on": on, "receiver": receiver, "first": "王晓燕", "second": "陈立新", **values}


def test_a_list_comes_in_by_workbook(office: Visiting) -> None:
    campaign = office.begin()
    office.pack(campaign)
    first, second = number(office, office.file()), number(office, office.file())
    data = as_list((first, 50_000, "米油"), (second, 0, "米油"))
    with office.acting("clerk") as ctx:
        assert import_list(ctx, campaign.id, data).count == 2
        again = import_list(ctx, campaign.id, data)
        assert (again.count, again.already) == (0, 2)
    listed = {one.file_number: (one.money, one.goods) for one in office.visits(campaign)}
    assert listed == {first: (50_000, 15_000), second: (0, 15_000)}


def test_every_wrong_row_is_named_and_nothing_is_taken(office: Visiting) -> None:
    campaign = office.begin()
    good, much = number(office, office.file()), number(office, office.file())
    data = as_list(
        (good, 50_000, ""), ("LPS9999999", 50_000, ""), (good, 60_000, ""),
        (much, 50_000, "年货大礼包"), (number(office, office.file()), 300_000, ""),
        (number(office, office.file()), 0, ""),
    )  # fmt: skip
    with pytest.raises(WrongWorkbookError) as caught, office.acting("clerk") as ctx:
        import_list(ctx, campaign.id, data)
    faults = [(one.row, one.column, one.code) for one in caught.value.faults]
    assert faults == [
        (3, "档案编号", "file_not_there"), (4, "档案编号", "file_twice"),
        (5, "慰问品", "parcel_not_there"), (6, "慰问金", "invalid"), (7, "慰问金", "invalid"),
    ]  # fmt: skip
    assert office.visits(campaign) == []


def test_results_come_in_by_the_workbook_that_was_handed_out(office: Visiting) -> None:
    campaign = office.begin()
    office.put(campaign, [office.file(name="甲"), office.file(name="乙"), office.file(name="丙")])
    office.grant_list(campaign)
    rows = {one["head"]: one for one in result_rows(office.visits(campaign, "waiting"))}
    today = office.now.date()
    rows["甲"] |= told(today, "甲的妻子", relation="配偶")
    rows["乙"] |= told(today, first="", second="", remark="外出未归")
    with office.acting("clerk") as ctx:
        receipt = keep_receipt(ctx, "签领表.pdf", SCAN)
        assert import_results(ctx, campaign.id, as_results(rows.values()), receipt) == 2
    recorded = {one.head_name: one for one in office.visits(campaign, "recorded")}
    assert (recorded["甲"].outcome, recorded["甲"].receiver) == ("handed_over", "甲的妻子")
    assert (recorded["甲"].relation, recorded["甲"].givers) == ("配偶", ["王晓燕", "陈立新"])
    assert (recorded["乙"].outcome, recorded["乙"].remark) == ("missed", "外出未归")
    assert [one.head_name for one in office.visits(campaign, "waiting")] == ["丙"]


def test_wrong_results_are_named_and_nothing_is_recorded(office: Visiting) -> None:
    campaign = office.begin()
    office.put(campaign, [office.file(name="甲"), office.file(name="乙"), office.file(name="丙")])
    office.grant_list(campaign)
    rows = {one["head"]: one for one in result_rows(office.visits(campaign, "waiting"))}
    today = office.now.date()
    rows["甲"] |= told(today, "甲", second="")
    rows["乙"] |= told(today + dt.timedelta(days=1), "乙")
    rows["丙"] |= told(today)
    rows["丁"] = {"file_number": "LPS9999999", "money": 0, **told(today, "丁")}
    data = as_results(rows[one] for one in "甲乙丙丁")
    with pytest.raises(WrongWorkbookError) as caught, office.acting("clerk") as ctx:
        import_results(ctx, campaign.id, data, keep_receipt(ctx, "签领表.pdf", SCAN))
    faults = {one.row: one.column for one in caught.value.faults}
    assert faults == {2: "走访人二", 3: "日期", 4: "未发放原因", 5: "档案编号"}
    assert office.visits(campaign, "recorded") == []
