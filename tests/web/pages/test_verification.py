"""Means verification before a clerk: consent, request, answers, differences, evidence."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest

from core.verification.consents import request_consent
from core.verification.differences import Filters, list_differences
from tests import factories
from tests.core.verification.conftest import (
    PDF,
    REGISTRY,
    SAMPLE,
    UNITS,
    World,
    answered,
    person_id,
    workbook,
)
from tests.factories import acting, id_number
from tests.web.conftest import Site, Visitor, do_jobs
from tests.web.reading import cells

BASE = "/city-a"


@pytest.fixture(scope="module")
def clerk(site: Site) -> Visitor:
    """A clerk who imported nothing, and the registry another one imported."""
    for name in UNITS:
        factories.place_unit(site.installation, site.tree.city_a, name)
    filer, page = site.person(site.tree.city_a, "clerk"), f"{BASE}/imports"
    file = (io.BytesIO(REGISTRY.read_bytes()), REGISTRY.name)
    sent = filer.post(page, page, file=file, judged_on="2023-06-30")
    do_jobs(site, site.tree.city_a)
    place = sent.headers["Location"].partition("?")[0]
    filer.post(f"{place}/confirm", place)
    do_jobs(site, site.tree.city_a)
    return site.person(site.tree.city_a, "clerk")


@pytest.fixture(scope="module")
def world(site: Site, clerk: Visitor) -> World:
    assert clerk.actor is not None
    return World(site.installation, site.tree, {"clerk": clerk.actor})


def household_page(world: World, number: str) -> str:
    return f"{BASE}/households/{world.household(number).id}"


def sign(clerk: Visitor, world: World, number: str) -> None:
    page = household_page(world, number)
    file = (io.BytesIO(PDF), "授权委托书.pdf")
    assert clerk.post(f"{page}/evidence", page, kind="authorisation", file=file).status_code == 303


def bring(site: Site, clerk: Visitor, data: bytes, kind: str, source: str) -> str:
    """Send a department's workbook, have it checked and put in; return its page."""
    page = f"{BASE}/departments/{kind}"
    sent = clerk.post(page, page, source=source, file=(io.BytesIO(data), "结果.xlsx"))
    assert sent.status_code == 303, sent.text[:2000]
    do_jobs(site, site.tree.city_a)
    place = sent.headers["Location"].partition("?")[0]
    clerk.post(f"{place}/confirm", place)
    do_jobs(site, site.tree.city_a)
    return place


def test_from_the_printed_consent_to_the_evidence_on_the_household_page(
    site: Site, clerk: Visitor, world: World
) -> None:
    number, page = "LPS0700001", household_page(world, "LPS0700001")
    assert number in clerk.read(f"{BASE}/verification/consents")
    assert clerk.post(
        f"{BASE}/verification/consents/{world.household(number).id}", page, language="zh"
    ).status_code == 303  # fmt: skip
    do_jobs(site, site.tree.city_a)
    form = re.search(r'href="(/city-a/verification/forms/[^"]+)"', clerk.read(page))
    assert form is not None
    assert clerk.get(form[1]).data.startswith(b"%PDF-")

    sign(clerk, world, number)
    assert number not in clerk.read(f"{BASE}/verification/consents")
    listing = clerk.read(f"{BASE}/verification")
    assert "Ask about 1 households" in listing
    begun = clerk.post(
        f"{BASE}/verification", f"{BASE}/verification", sources="civil_affairs",
        due_on="2099-01-01", verifies="1",
    )  # fmt: skip
    assert begun.status_code == 303
    place = begun.headers["Location"]
    assert "Listed" in clerk.read(place)
    book = clerk.post(f"{place}/list", place, source="civil_affairs")
    rows = list(openpyxl.load_workbook(io.BytesIO(book.data)).active.values)  # type: ignore[union-attr]
    name, id_card, _household = person_id(world, number)
    assert (number, name, "户主", id_card) in {row[:4] for row in rows}
    assert "Awaiting verification" in clerk.read(place)

    bring(site, clerk, SAMPLE.read_bytes(), "answers", "civil_affairs")
    data = answered("核定年收入", rows=[(name, id_card, "20231.12")])
    result = bring(site, clerk, data, "answers", "civil_affairs")
    assert "differences found" in clerk.read(result)
    text = clerk.read(page)
    assert "Differences open" in text
    assert "20,231.12" in text
    assert id_card not in text


def test_a_difference_is_decided_on_its_page_and_the_file_follows(
    site: Site, clerk: Visitor, world: World
) -> None:
    name, number, household = person_id(world, "LPS0700003")
    bring(site, clerk, answered("核定年收入", rows=[(name, number, "300000")]), "answers",
          "civil_affairs")  # fmt: skip
    with acting(site.installation, site.tree.city_a, world.people["clerk"]) as ctx:
        found, _total = list_differences(ctx, Filters(household=household, kind="income"))
    place = f"{BASE}/differences/{found[0].id}"
    assert "300,000.00" in clerk.read(place)
    listed = clerk.read(f"{BASE}/differences?kind=income&household={household}")
    assert "117,799.44" in listed
    assert clerk.post(f"{place}/take", place).status_code == 303
    assert "Give it back" in clerk.read(place)
    assert clerk.post(f"{place}/decide", place, outcome="answer", reason="").status_code == 422
    assert clerk.post(
        f"{place}/decide", place, outcome="declared", reason="有证明"
    ).status_code == 422  # fmt: skip
    done = clerk.post(f"{place}/decide", place, outcome="answer", reason="工资流水一致")
    assert done.status_code == 303
    assert "Answer right" in clerk.read(place)
    assert "300,000.00" in clerk.read(f"{BASE}/households/{household}")


def test_a_paper_sent_along_shows_that_the_declaration_is_right(
    site: Site, clerk: Visitor, world: World
) -> None:
    name, number, household = person_id(world, "LPS0700006")
    bring(site, clerk, answered("车辆数", rows=[(name, number, 2)]), "answers", "vehicles")
    with acting(site.installation, site.tree.city_a, world.people["clerk"]) as ctx:
        found, _total = list_differences(ctx, Filters(household=household, kind="vehicles"))
    place = f"{BASE}/differences/{found[0].id}"
    sent = clerk.post(
        f"{place}/decide", place, outcome="declared", reason="车辆已报废", kind="other",
        file=(io.BytesIO(PDF), "报废证明.pdf"),
    )  # fmt: skip
    assert sent.status_code == 303
    text = clerk.read(place)
    assert "Declaration right" in text
    assert "报废证明.pdf" in text


def test_lists_go_out_as_excel(clerk: Visitor, world: World) -> None:
    for place in ("differences/excel", "verification/consents/excel", "verification/unknown/excel",
                  "discovery/excel?state=open"):  # fmt: skip
        book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{BASE}/{place}").data))
        assert book.worksheets[0].max_column >= 5
    rows = list(openpyxl.load_workbook(
        io.BytesIO(clerk.get(f"{BASE}/differences/excel?kind=income").data)
    ).worksheets[0].values)  # fmt: skip
    assert {row[4] for row in rows[1:]} == {"Income of the year"}
    assert world.people["clerk"] is not None


def test_a_list_becomes_proposals_and_a_proposal_a_prefilled_file(
    site: Site, clerk: Visitor
) -> None:
    number = id_number(970_001)
    data = workbook(
        ("欧阳新", number, "水城区双水街道3号"), titles=("姓名", "身份证号", "家庭住址")
    )
    bring(site, clerk, data, "people", "dibao")
    listing = clerk.read(f"{BASE}/discovery")
    assert "Dibao list of civil affairs" in listing
    assert "欧阳新" not in listing
    place = re.search(r'action="(/city-a/discovery/[0-9a-f-]+/take)"', listing)
    assert place is not None
    taken = clerk.post(place[1], f"{BASE}/discovery")
    assert taken.status_code == 303
    form = clerk.read(taken.headers["Location"])
    for value in ("欧阳新", number, "水城区双水街道3号"):
        assert f'value="{value}"' in form
    assert "Nobody is proposed" in clerk.read(f"{BASE}/discovery?reason=unfiled")
    assert "File the household" in clerk.read(f"{BASE}/discovery?state=taken_up")


def test_a_proposal_is_dismissed_with_a_reason(site: Site, clerk: Visitor) -> None:
    data = workbook(("司马旧", id_number(970_002)), titles=("姓名", "身份证号"))
    bring(site, clerk, data, "people", "disaster")
    listing = clerk.read(f"{BASE}/discovery?origin=disaster")
    place = re.search(r'href="(/city-a/discovery/[0-9a-f-]+/dismiss)"', listing)
    assert place is not None
    assert clerk.post(place[1], place[1], reason="").status_code == 422
    assert clerk.post(place[1], place[1], reason="已返乡").status_code == 303
    assert "已返乡" in clerk.read(f"{BASE}/discovery?state=dismissed")


def test_unknown_people_are_listed_masked_and_faults_with_their_place(
    site: Site, clerk: Visitor
) -> None:
    number = id_number(970_003)
    rows = [("夏侯无", number, "是"), ("坏行", "123", "是")]
    place = bring(site, clerk, answered("民政低保", rows=rows), "answers", "civil_affairs")
    told = [row for row in cells(clerk.read(place)) if len(row) == 5]
    assert [row[1:3] for row in told] == [["3", "身份证号"]]
    text = clerk.read(f"{BASE}/verification/unknown")
    assert "夏**" in text
    assert number not in text
    assert openpyxl.load_workbook(io.BytesIO(clerk.get(f"{place}/faults").data)) is not None


def test_who_has_not_the_right_sees_neither_pages_nor_menu(site: Site, world: World) -> None:
    finance = site.person(site.tree.city_a, "finance")
    for place in ("verification", "differences", "discovery", "departments/answers"):
        assert finance.get(f"{BASE}/{place}").status_code == 403
    assert "Means verification" not in finance.read(f"{BASE}/jobs")
    neighbour = site.person(site.tree.city_b, "clerk")
    for place in ("verification", "differences", "discovery", "departments/people"):
        assert neighbour.get(f"{BASE}/{place}").status_code == 404
    with acting(site.installation, site.tree.city_a, world.people["clerk"]) as ctx:
        form, _entry = request_consent(ctx, world.household("LPS0700002").id)
    assert neighbour.get(f"{BASE}/verification/forms/{form.id}").status_code == 404
    assert finance.get(f"{BASE}/verification/forms/{form.id}").status_code in (403, 404)
