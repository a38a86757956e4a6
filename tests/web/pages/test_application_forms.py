"""Many applications by page: the form of a list, tried, confirmed, a paper attached later."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest

from tests import factories
from tests.core.applications.test_forms import PICTURE, fill, read_keys
from tests.web.conftest import Site, Visitor, do_jobs
from tests.web.reading import cells

PAGE = "/city-a/application-forms"
AID = "temporary_relief"
ASKS = {"申请金额（元）": 10_000, "突发事件经过": "火灾", "发生日期": "2026-01-05"}


@pytest.fixture(scope="module")
def clerk(site: Site) -> Visitor:
    return site.person(site.tree.city_a, "clerk")


def file(site: Site, name: str) -> str:
    """File a household in accidental hardship and return its id."""
    today = site.installation.now().date()
    statement = {
        "income": 9_000_000, "illness": 0, "schooling": 0, "loss": 8_100_000,
        "compensation": 100_000, "still_difficult": True,
    }  # fmt: skip
    filed = factories.file_household(
        site.installation, site.tree.city_a, name=name, statement=statement, as_of=today,
        verified_on=today, relatives=(factories.SPOUSE, factories.CHILD),
    )  # fmt: skip
    return str(filed.id)


def form_for(clerk: Visitor, search: str) -> bytes:
    """Take the form below the list of files, as it is narrowed."""
    text = clerk.read(f"/city-a/households?search={search}")
    assert 'action="/city-a/application-forms/excel"' in text
    assert f'<input type="hidden" name="search" value="{search}">' in text
    return bytes(clerk.get(f"{PAGE}/excel?programme={AID}&filled=1&search={search}").data)


def paper(form: bytes) -> str:
    """Return the head of the form's last column, which is a paper."""
    sheet = openpyxl.load_workbook(io.BytesIO(form)).worksheets[0]
    return str(list(sheet[2])[-1].value)


def bring(site: Site, clerk: Visitor, data: bytes, **fields: str) -> str:
    """Send a form, let the worker try its rows, and return the address of its page."""
    response = clerk.post(PAGE, PAGE, file=(io.BytesIO(data), "填好.xlsx"), **fields)
    assert response.status_code == 303, response.text[:2000]
    do_jobs(site, site.tree.city_a)
    return response.headers["Location"].partition("?")[0]


def test_rows_are_tried_put_in_and_handed_in(site: Site, clerk: Visitor) -> None:
    file(site, "周批办"), file(site, "周批量")
    form = form_for(clerk, "周批")
    assert [row[1] for row in read_keys(form)] == ["周批办", "周批量"]
    asks = {**ASKS, paper(form): "有"}
    good, late = asks, {**asks, "申请金额（元）": "很多"}
    page = bring(site, clerk, fill(form, good, late), then="hand_in")
    text = clerk.read(page)
    assert "To be handed in" in text
    [fault] = [row for row in cells(text) if len(row) == 5]
    assert fault[1:3] == ["4", "申请金额"]
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{page}/faults").data))
    assert [cell.value for cell in book.worksheets[0][2]][1:3] == [4, "申请金额"]
    assert clerk.post(f"{page}/confirm", page).status_code == 303
    do_jobs(site, site.tree.city_a)
    assert "To the applications" in clerk.read(page)
    listed = clerk.read("/city-a/applications?search=周批")
    assert "周批办" in listed
    assert "周批量" not in listed
    assert "Investigation" in listed, "it is on its route"
    assert "填好.xlsx" in clerk.read(PAGE)


def test_all_or_nothing_keeps_nothing(site: Site, clerk: Visitor) -> None:
    file(site, "吴全有"), file(site, "吴全无")
    form = form_for(clerk, "吴全")
    data = fill(form, ASKS, {**ASKS, "申请金额（元）": "很多"})
    page = bring(site, clerk, data, mode="all_or_nothing")
    assert "Nothing of it can go in" in clerk.read(page)
    assert clerk.post(f"{page}/confirm", page).status_code == 409


def test_papers_are_listed_before_applying_seen_in_the_form_and_attached_later(
    site: Site, clerk: Visitor
) -> None:
    household = file(site, "郑材料")
    offers = clerk.read(f"/city-a/households/{household}/apply")
    assert "Papers to bring" in offers
    form = f"/city-a/households/{household}/apply/{AID}"
    asks = {"asked": "10000", "event": "火灾", "event_on": "2026-01-05"}
    [name] = set(re.findall(r'name="papers_seen" value="(\w+)"', clerk.read(form)))
    response = clerk.post(form, form, **asks, papers_seen=name, then="keep")
    assert response.status_code == 303, response.text[:2000]
    draft = response.headers["Location"]
    assert "seen, to be attached" in clerk.read(draft)
    assert f'value="{name}" checked' in clerk.read(f"{draft}/change")
    photo = (io.BytesIO(PICTURE), "现场.png")
    fields = {"paper": name, "kind": "accident_proof", "version": "1"}
    assert clerk.post(f"{draft}/papers", draft, file=photo, **fields).status_code == 303
    text = clerk.read(draft)
    assert "现场.png" in text
    assert "seen, to be attached" not in text
    edited = clerk.read(f"{draft}/change")
    assert re.search(rf'name="{name}" value="[-0-9a-f]+" checked', edited), "it stays attached"
    again = clerk.post(f"{draft}/papers", draft, file=(io.BytesIO(PICTURE), "b.png"), **fields)
    assert again.status_code == 412, "somebody changed it meanwhile"
