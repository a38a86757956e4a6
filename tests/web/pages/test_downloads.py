"""Every list as a workbook: the rows of the page, its filters, its masks, for whom may read it."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest

from core.outbox import enqueue
from core.people import Actor
from tests import factories
from tests.core.funds.grants import grant_many
from tests.office import Office
from tests.web.conftest import Site, Visitor
from tests.web.reading import cells

CITY = "/city-a"


@dataclass
class Desk:
    """A city with money on its way, and someone who reads everything."""

    reader: Visitor
    fund: str
    batch: str
    office: Office


@pytest.fixture(scope="module")
def desk(site: Site) -> Desk:
    office = Office(site.installation, site.tree)
    office.now = dt.datetime.now(dt.UTC)
    fund = office.fund(name="专项/资金", year=office.now.year)
    for application in grant_many(office, 2):
        office.reserve(application, fund)
    batch = office.send(fund)
    office.publish(office.approve(office.file(name="=HYPERLINK(1)")))
    reader = site.person(site.tree.city_a, "clerk", "approver", "finance", "auditor")
    return Desk(reader, f"{CITY}/funds/{fund.id}", f"{CITY}/batches/{batch}", office)


def rows(visitor: Visitor, path: str) -> list[list[Any]]:
    """Return what a downloaded workbook holds below its headings."""
    response = visitor.get(path)
    assert response.status_code == 200, (path, response.text[:2000])
    assert "attachment" in response.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(response.data)).worksheets[0]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    return [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]


@pytest.mark.parametrize("noun", ["notices", "funds", "batches", "applications"])
def test_a_workbook_has_the_rows_of_its_page(desk: Desk, noun: str) -> None:
    page = desk.reader.read(f"{CITY}/{noun}")
    assert f'href="{CITY}/{noun}/excel"' in page
    first = page[page.index("<tbody>") : page.index("</table>")]
    listed = rows(desk.reader, f"{CITY}/{noun}/excel")
    assert listed
    assert len(listed) == first.count("<tr>")


def test_a_filter_narrows_the_workbook_as_it_does_the_page(desk: Desk) -> None:
    assert f'href="{CITY}/notices/excel?state=open"' in desk.reader.read(
        f"{CITY}/notices?state=open&page=1"
    )
    assert rows(desk.reader, f"{CITY}/notices/excel?state=open")
    assert not rows(desk.reader, f"{CITY}/notices/excel?state=stopped")
    assert not rows(desk.reader, f"{desk.fund}/excel?state=failed")


def test_payments_come_with_masked_cards_and_amounts_that_add_up(desk: Desk) -> None:
    for path in (desk.fund, desk.batch):
        assert f"{path}/excel" in desk.reader.read(path)
        paid = rows(desk.reader, f"{path}/excel")
        assert sum(row[6] for row in paid) == 200
        assert all("*" in row[5] for row in paid)


def test_a_whole_queue_comes_with_federation_and_programme_in_words(site: Site, desk: Desk) -> None:
    desk.office.submit(desk.office.start(desk.office.file()))
    investigator = site.sign_in(desk.office.people["investigator"])
    (row, *_more) = rows(investigator, "/queue/excel")
    assert row[4] == "Living aid"
    assert row[6] == 8400


def test_the_trail_comes_as_it_is_narrowed_and_the_taking_is_on_record(desk: Desk) -> None:
    listed = rows(desk.reader, f"{CITY}/audit/excel?event=batch.sent")
    assert [row[2] for row in listed] == ["Batch sent to the bank"]
    taken = cells(desk.reader.read(f"{CITY}/audit?event=trail.exported"))
    assert "batch.sent" in taken[0][3]


def test_a_long_trail_comes_whole_and_each_record_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.audit.queries.AT_ONCE", 7)
    found = re.search(r"(\d+) in all", desk.reader.read(f"{CITY}/audit?event=role"))
    assert found
    listed = rows(desk.reader, f"{CITY}/audit/excel?event=role")
    assert len(listed) == int(found[1]) > 7
    assert len({(row[0], row[4], row[6]) for row in listed}) == len(listed)


def test_jobs_reports_and_imports_come_too(site: Site, desk: Desk) -> None:
    actor: Actor = desk.reader.actor or factories.hire(site.installation, site.tree.city_a)
    with site.installation.context(site.tree.city_a, actor) as ctx:
        enqueue(ctx, "open_notice", {}, total=5)
    assert [row[3] for row in rows(desk.reader, f"{CITY}/jobs/excel?state=pending")] == [5]
    assert rows(desk.reader, f"{CITY}/jobs/excel?state=failed") == []
    assert rows(desk.reader, f"{CITY}/reports/excel") == []
    book = (io.BytesIO(b"a,b\n"), "一.csv")
    desk.reader.post(f"{CITY}/imports", f"{CITY}/imports", file=book, judged_on="2023-06-30")
    assert [row[0] for row in rows(desk.reader, f"{CITY}/imports/excel")] == ["一.csv"]


@pytest.mark.parametrize("noun", ["notices", "funds", "batches", "audit", "reports"])
def test_whoever_may_not_read_a_list_has_no_workbook_of_it(site: Site, noun: str) -> None:
    nobody = site.person(site.tree.city_a, "tenant_administrator")
    assert nobody.get(f"{CITY}/{noun}/excel").status_code == 403
