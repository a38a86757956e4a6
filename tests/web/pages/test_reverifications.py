"""The registry judged again from the page: asked for, done by a worker, looked at, downloaded."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.factories import SPOUSE, Filed, file_household
from tests.servers import Database
from tests.web.conftest import Site, do_jobs
from tests.web.reading import cells

PAGE = "/city-a/reverifications"


def filed(site: Site, **values: object) -> Filed:
    return file_household(site.installation, site.tree.city_a, relatives=(SPOUSE,) * 3, **values)  # type: ignore[arg-type]


def sheet(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def test_it_is_asked_for_done_and_told(site: Site, module_database: Database) -> None:
    deep, lacking = filed(site), filed(site, as_of=dt.date(2023, 12, 1))
    approver = site.person(site.tree.city_a, "approver")
    approver.client.set_cookie("language", "en")
    answer = approver.post(PAGE, PAGE, on="2023-06-30")
    assert answer.status_code == 303
    address = answer.headers["Location"]
    assert "Judge the registry again" in approver.read(address)
    assert do_jobs(site, site.tree.city_a) == 1
    text = approver.read(address)
    assert "Deep" in text
    with site.installation.system(site.tree.city_a) as ctx:
        [(number,)] = ctx.session.fetch(
            "select file_number from households where id = %(id)s", {"id": lacking.id}
        )
    assert number in text
    rows = sheet(approver.get(f"{address.partition('?')[0]}/excel").data)
    assert rows[0] == ["File number", "Not decidable, missing"]
    assert [row[0] for row in rows[1:]] == [number]
    assert cells(approver.read(PAGE))[0][2:5] == ["1", "1", "1"]
    confirm(site, approver_page=f"/city-a/households/{deep.id}", database=module_database)


def confirm(site: Site, *, approver_page: str, database: Database) -> None:
    """Judge again on another day: the file says that its judgement was confirmed."""
    approver = site.person(site.tree.city_a, "approver")
    approver.client.set_cookie("language", "en")
    assert "Judged again" not in approver.read(approver_page)
    approver.post(PAGE, PAGE, on="2023-07-31")
    do_jobs(site, site.tree.city_a)
    assert "Judged again for 2023-07-31" in approver.read(approver_page)


def test_the_list_as_a_workbook(site: Site) -> None:
    approver = site.person(site.tree.city_a, "approver")
    approver.client.set_cookie("language", "en")
    approver.post(PAGE, PAGE, on="2023-08-31")
    do_jobs(site, site.tree.city_a)
    rows = sheet(approver.get(f"{PAGE}/excel").data)
    assert rows[0][:3] == ["Judged for", "State", "Files"]
    assert rows[1][1] == "Done"


@pytest.mark.parametrize(("on", "told"), [("soon", "is not a day"), ("2999-01-01", "day to come")])
def test_a_wrong_day_is_refused_in_words(site: Site, on: str, told: str) -> None:
    approver = site.person(site.tree.city_a, "approver")
    approver.client.set_cookie("language", "en")
    answer = approver.post(PAGE, PAGE, on=on)
    assert told in answer.get_data(as_text=True) or told in approver.read(PAGE)


@pytest.mark.parametrize("role", ["clerk", "finance", "supervisor", "auditor"])
def test_other_roles_neither_see_nor_do_it(site: Site, role: str) -> None:
    person = site.person(site.tree.city_a, role)
    assert PAGE not in person.read("/")
    assert person.get(PAGE).status_code == 403


def test_a_run_of_another_federation_is_not_there(site: Site) -> None:
    approver = site.person(site.tree.city_a, "approver")
    address = approver.post(PAGE, PAGE, on="2023-06-30").headers["Location"]
    stranger = site.person(site.tree.city_b, "approver")
    assert stranger.get(address).status_code == 404
    assert stranger.get(address.replace("city-a", "city-b")).status_code == 404
    do_jobs(site, site.tree.city_a)
