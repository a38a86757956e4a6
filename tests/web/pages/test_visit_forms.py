"""The form two visitors take along: what is declared on it, who may print it, and the record."""

from __future__ import annotations

import io
import re
import uuid
from dataclasses import replace

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader
from sqlalchemy import select

from core.audit.models import AuditRecord
from core.households.life.visit_forms import MOST
from tests.factories import ELSEWHERE, GRASSROOTS, SPOUSE, Filed, file_household
from tests.web.conftest import Site, Visitor, open_page

PAGE = "/city-a/visit-forms"


def filed(site: Site, **values: object) -> Filed:
    return file_household(site.installation, site.tree.city_a, **values)  # type: ignore[arg-type]


def printed(site: Site, file: Filed) -> int:
    """Return how often the trail says that a file's form was printed."""
    with site.installation.system(site.tree.city_a) as ctx:
        asked = select(AuditRecord).where(
            AuditRecord.event == "visit.form_printed", AuditRecord.object_id == file.id
        )
        return len(ctx.session.scalars(asked).all())


@pytest.fixture
def clerk(site: Site) -> Visitor:
    return site.person(site.tree.city_a, "clerk")


def test_the_form_has_what_is_declared_and_room_for_what_is_seen(
    site: Site, clerk: Visitor
) -> None:
    file = filed(site, name="赵永红")
    text = clerk.read(f"{PAGE}?file={file.id}")
    for told in ("赵永红", "48,000.00", "15,000.00", "First visitor", "Second visitor",
                 "Signature of the household", "☐"):  # fmt: skip
        assert told in text
    assert not re.search(r"\d{17}[\dX]", text)  # No ID number leaves the house in clear.
    assert printed(site, file) == 1


def test_it_is_reached_from_the_life_of_the_file_and_from_the_overdue_list(
    site: Site, clerk: Visitor
) -> None:
    file = filed(site)
    assert f"visit-forms?file={file.id}" in clerk.read(f"/city-a/households/{file.id}/life")
    link = re.search(r'href="(/city-a/visit-forms\?[^"]+)"', clerk.read("/city-a/overdue"))
    assert link
    pages = clerk.read(link[1]).count('<article class="paper"')
    assert pages == link[1].count("file=") >= 1
    assert f"file={file.id}" in link[1]


def test_several_files_are_printed_together_each_once(site: Site, clerk: Visitor) -> None:
    one, two = filed(site), filed(site)
    text = clerk.read(f"{PAGE}?file={one.id}&file={two.id}&file={one.id}")
    assert text.count('<article class="paper"') == 2
    assert (printed(site, one), printed(site, two)) == (1, 1)


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("", 422, "these are 0"),
        (
            "&".join(f"file={uuid.UUID(int=number)}" for number in range(MOST + 1)),
            422,
            f"these are {MOST + 1}",
        ),
        ("file=17", 422, "not named rightly"),
        (f"file={uuid.UUID(int=1)}", 404, "found"),
    ],
)
def test_what_cannot_be_printed_is_told(clerk: Visitor, query: str, status: int, told: str) -> None:
    answer = clerk.get(f"{PAGE}?{query}")
    assert answer.status_code == status
    assert told in answer.text


def test_one_file_that_may_not_be_read_stops_all_of_them(site: Site) -> None:
    here, there = filed(site, unit=GRASSROOTS), filed(site, unit=ELSEWHERE)
    clerk = site.person(site.tree.city_a, "clerk", unit=GRASSROOTS)
    assert clerk.get(f"{PAGE}?file={here.id}").status_code == 200
    assert clerk.get(f"{PAGE}?file={here.id}&file={there.id}").status_code == 404
    assert (printed(site, here), printed(site, there)) == (1, 0)


def test_another_city_s_file_is_not_there(site: Site) -> None:
    file = filed(site)
    stranger = site.person(site.tree.city_b, "clerk")
    assert stranger.get(f"/city-b/visit-forms?file={file.id}").status_code == 404
    assert stranger.get(f"{PAGE}?file={file.id}").status_code == 404
    assert printed(site, file) == 0


def test_a_closed_file_is_not_visited(site: Site, clerk: Visitor) -> None:
    file = filed(site, state="exited")
    answer = clerk.get(f"{PAGE}?file={file.id}")
    assert answer.status_code == 409
    assert "is closed" in answer.text


def test_who_records_no_visits_prints_no_forms(site: Site) -> None:
    file = filed(site)
    approver = site.person(site.tree.city_a, "approver")
    assert approver.get(f"{PAGE}?file={file.id}").status_code == 403
    assert "visit-forms" not in approver.read("/city-a/overdue")


def test_each_form_is_one_sheet_of_paper(
    site: Site, clerk: Visitor, chromium: Browser, address: str
) -> None:
    big = tuple(replace(SPOUSE, name=f"成员{number}") for number in "一二三四五六")
    files = [filed(site), filed(site, relatives=big)]
    page = open_page(chromium, address, site, clerk.actor)
    page.goto(f"{PAGE}?file={files[0].id}&file={files[1].id}")
    paper = page.pdf(format="A4")
    page.context.close()
    assert len(PdfReader(io.BytesIO(paper)).pages) == len(files)
