"""Importing before a clerk: faults with place and remedy, a preview, then what became of it."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from tests import factories
from tests.web.conftest import Site, Visitor, do_jobs
from tests.web.reading import cells

DATA = Path(__file__).parents[2] / "data"
GOOD, BAD = DATA / "困难职工档案.xlsx", DATA / "困难职工档案-有误.xlsx"


@pytest.fixture(scope="module")
def clerk(site: Site) -> Visitor:
    pack = site.installation.policies.pack("city_2023")
    for name in pack.unit_names():
        factories.place_unit(site.installation, site.tree.city_a, name)
    return site.person(site.tree.city_a, "clerk")


def bring(site: Site, clerk: Visitor, path: Path, **fields: str) -> str:
    """Send a workbook, let the worker check it, and return the address of its page."""
    file = (io.BytesIO(path.read_bytes()), path.name)
    page = "/city-a/imports"
    response = clerk.post(page, page, file=file, judged_on="2023-06-30", **fields)
    assert response.status_code == 303, response.text[:2000]
    do_jobs(site, site.tree.city_a)
    return response.headers["Location"].partition("?")[0]


def test_every_fault_is_shown_with_its_place_and_remedy(site: Site, clerk: Visitor) -> None:
    page = bring(site, clerk, BAD)
    rows = cells(clerk.read(page))
    expected = (DATA / "faults.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    places = {(line.split(",")[0], line.split(",")[2]) for line in expected}
    shown = {(row[1], row[2]) for row in rows if len(row) == 5}
    assert places <= shown
    assert all(row[3] and row[4] for row in rows if len(row) == 5)


def test_faults_are_told_in_chinese_to_who_reads_chinese(site: Site, clerk: Visitor) -> None:
    page = bring(site, clerk, BAD)
    text = clerk.read(f"{page}?lang=zh")
    assert "校验" in text
    assert "check digit" not in text


def test_faults_narrow_to_a_column_and_come_as_excel(site: Site, clerk: Visitor) -> None:
    page = bring(site, clerk, BAD)
    narrowed = [row for row in cells(clerk.read(f"{page}?column=身份证号")) if len(row) == 5]
    assert narrowed
    assert {row[2] for row in narrowed} == {"身份证号"}
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{page}/faults").data))
    everything = [row for row in cells(clerk.read(page)) if len(row) == 5]
    assert len(list(book.worksheets[0].iter_rows(min_row=2))) == len(everything)


def test_nothing_goes_in_before_it_is_confirmed_and_twice_changes_nothing(
    site: Site, clerk: Visitor
) -> None:
    page = bring(site, clerk, GOOD)
    assert "No file fits." in clerk.read("/city-a/households?search=LPS0700001")
    assert "Put in all files (300)" in clerk.read(page)
    assert clerk.post(f"{page}/confirm", page).status_code == 303
    do_jobs(site, site.tree.city_a)
    text = clerk.read(page)
    assert "How the files were judged on 2023-06-30" in text
    assert "No file fits." not in clerk.read("/city-a/households?search=LPS0700001")
    again = bring(site, clerk, GOOD)
    assert clerk.post(f"{again}/confirm", again).status_code == 303
    do_jobs(site, site.tree.city_a)
    tiles = clerk.read(again)
    assert "<b>300</b>unchanged" in tiles
    assert "<b>0</b>added" in tiles


def test_all_or_nothing_keeps_nothing_and_says_so(site: Site, clerk: Visitor) -> None:
    page = bring(site, clerk, BAD, mode="all_or_nothing")
    assert "nothing went in" in clerk.read(page)


def test_a_page_that_waits_asks_for_progress_and_stops_when_it_is_over(
    site: Site, clerk: Visitor
) -> None:
    file = (io.BytesIO(BAD.read_bytes()), BAD.name)
    response = clerk.post("/city-a/imports", "/city-a/imports", file=file)
    address = response.headers["Location"]
    waiting = clerk.read(address)
    assert 'hx-trigger="every 1s"' in waiting
    assert 'aria-live="polite"' in waiting
    part = address.replace("?", "/progress?")
    assert "HX-Refresh" not in clerk.get(part).headers
    do_jobs(site, site.tree.city_a)
    assert clerk.get(part).headers["HX-Refresh"] == "true"
    assert "every 1s" not in clerk.read(address)


def test_somebody_elses_import_is_not_shown(site: Site, clerk: Visitor) -> None:
    page = bring(site, clerk, BAD)
    other = site.person(site.tree.city_a, "clerk")
    assert other.get(page).status_code == 404
    assert "有误" not in other.read("/city-a/imports")


def test_without_a_file_the_form_says_what_to_do(clerk: Visitor) -> None:
    response = clerk.post("/city-a/imports", "/city-a/imports")
    assert response.status_code == 422
    assert "Choose a file" in response.text


def test_the_empty_workbook_has_the_columns_an_import_wants(clerk: Visitor) -> None:
    book = openpyxl.load_workbook(io.BytesIO(clerk.get("/city-a/imports/template").data))
    assert {"困难职工档案", "家庭成员"} <= set(book.sheetnames)
