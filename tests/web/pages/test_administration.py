"""Administrators before people, unions and programmes; the operator before federations and jobs."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

import openpyxl
import pytest

from core.outbox import OutboxEntry, enqueue
from core.sessions import find_actor
from tests import factories
from tests.web.conftest import Site, Visitor
from tests.web.reading import cells

PEOPLE, UNITS, PROGRAMMES = "/city-a/people", "/city-a/units", "/city-a/programmes"


@pytest.fixture(scope="module")
def chief(site: Site) -> Visitor:
    return site.person(site.tree.city_a, "tenant_administrator")


def unit_id(visitor: Visitor, page: str, name: str) -> str:
    """Return the id of a unit as a form offers it."""
    found = re.search(rf'<option value="([^"]+)"[^>]*>{name}</option>', visitor.read(page))
    assert found, name
    return found[1]


def take_on(visitor: Visitor, name: str) -> str:
    """Take somebody on and return his page."""
    done = visitor.post(PEOPLE, PEOPLE, login=f"l{uuid.uuid4().hex[:8]}", name=name)
    assert done.status_code == 303, done.text[:1500]
    return done.headers["Location"]


def workbook(visitor: Visitor, path: str) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(visitor.get(path).data)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_a_person_is_taken_on_given_a_role_loses_it_and_the_account(
    site: Site, chief: Visitor
) -> None:
    page = take_on(chief, "新来")
    unit = unit_id(chief, page, factories.TOWNSHIP)
    assert chief.post(f"{page}/roles", page, role="clerk", unit=unit).status_code == 303
    assert cells(chief.read(page))[0][:2] == ["Clerk", factories.TOWNSHIP]
    person = uuid.UUID(page.rpartition("/")[2])
    with site.installation.system(site.tree.city_a) as ctx:
        newcomer = find_actor(ctx.session, site.tree.city_a, person)
    clerk = site.sign_in(newcomer)
    assert clerk.get("/city-a/households").status_code == 200
    assert chief.post(f"{page}/roles/revoke", page, role="clerk", unit=unit).status_code == 303
    assert "No role yet" in chief.read(page)
    assert chief.post(f"{page}/close", page, reason=" ").status_code == 422
    assert chief.post(f"{page}/close", page, reason="离职").status_code == 303
    assert "Open the account again" in chief.read(page)
    assert "Give the role" not in chief.read(page)
    assert chief.post(f"{page}/open", page, reason="返聘").status_code == 303
    assert "Give the role" in chief.read(page)


def test_the_list_of_people_narrows_and_comes_as_excel(site: Site, chief: Visitor) -> None:
    factories.hire(site.installation, site.tree.city_a, "reviewer", "auditor", login="two-roles")
    text = chief.read(f"{PEOPLE}?search=two-roles")
    ((name, login, roles, account),) = cells(text)
    assert (login, account) == ("two-roles", "In use")
    assert set(re.findall("Reviewer|Auditor", roles)) == {"Reviewer", "Auditor"}
    rows = workbook(chief, f"{PEOPLE}/excel?search=two-roles")
    assert [(row[0], row[1]) for row in rows] == [("two-roles", name)] * 2
    assert {row[3] for row in rows} == {"Reviewer", "Auditor"}
    assert "two-roles" not in chief.read(f"{PEOPLE}?role=clerk")


def test_a_programme_is_shown_with_all_there_is_to_know_of_it(chief: Visitor) -> None:
    assert f'href="{PROGRAMMES}/living_aid"' in chief.read(PROGRAMMES)
    text = chief.read(f"{PROGRAMMES}/living_aid")
    for told in (
        "came with the system", "checks hold", "Worked examples: 3", "Approval · City",
        "Public notice: 5 working days", "Amount asked for (yuan)", "Most months",
    ):  # fmt: skip
        assert told in text, told
    identification = chief.read(f"{PROGRAMMES}/worker_hardship")
    assert "What it asks" not in identification
    assert chief.get(f"{PROGRAMMES}/nobody").status_code == 404


def test_nobody_administers_himself(chief: Visitor) -> None:
    assert chief.actor is not None
    page = f"{PEOPLE}/{chief.actor.person_id}"
    text = chief.read(page)
    assert "another administrator gives and takes your roles" in text
    for action in ("/roles", "/roles/revoke", "/close"):
        assert f'action="{page}{action}"' not in text
    root = unit_id(chief, take_on(chief, "某"), "六盘水市总工会")
    for action in ("roles", "roles/revoke"):
        answer = chief.post(f"{page}/{action}", page, role="tenant_administrator", unit=root)
        assert answer.status_code == 403
    assert chief.post(f"{page}/close", page, reason="因").status_code == 403


def test_an_operators_role_is_not_offered_nor_given(chief: Visitor) -> None:
    page = take_on(chief, "某")
    assert 'value="platform_operator"' not in chief.read(page)
    root = unit_id(chief, page, "六盘水市总工会")
    answer = chief.post(f"{page}/roles", page, role="platform_operator", unit=root)
    assert answer.status_code == 403


def test_an_administrator_of_a_county_keeps_to_it(site: Site, chief: Visitor) -> None:
    local = site.person(site.tree.city_a, "tenant_administrator", unit=factories.COUNTY)
    page = take_on(chief, "某")
    text = local.read(page)
    assert factories.GRASSROOTS in text
    assert factories.ELSEWHERE not in text
    assert "Close the account" not in text
    assert "Take somebody on" not in local.read(PEOPLE)
    assert local.post(PEOPLE, PEOPLE, login="x", name="y").status_code in (403, 404)
    assert factories.ELSEWHERE.rpartition("/")[2] not in local.read(UNITS)


def test_a_union_outside_one_s_own_is_not_shown(site: Site, chief: Visitor) -> None:
    local = site.person(site.tree.city_a, "tenant_administrator", unit=factories.COUNTY)
    root = unit_id(chief, UNITS, site.tree.city_a.name)
    own = unit_id(chief, UNITS, factories.COUNTY)
    assert chief.get(f"{UNITS}/{root}").status_code == 200
    assert local.get(f"{UNITS}/{own}").status_code == 200
    assert local.get(f"{UNITS}/{root}").status_code == 404
    assert local.get(f"{UNITS}/{uuid.uuid4()}").status_code == 404


@pytest.mark.parametrize("path", [PEOPLE, UNITS, PROGRAMMES, "/federations"])
@pytest.mark.parametrize("role", ["clerk", "approver", "finance", "auditor"])
def test_nobody_else_opens_these_pages(site: Site, role: str, path: str) -> None:
    person = site.person(site.tree.city_a, role)
    assert person.get(path).status_code == 403
    assert person.get(f"{path}/excel").status_code == 403


def test_a_union_is_added_below_another_and_renamed(chief: Visitor) -> None:
    below = unit_id(chief, UNITS, factories.COUNTY)
    fields = {"below": below, "name": "新街道工会", "level": "township", "code": "520221"}
    assert chief.post(UNITS, UNITS, **fields).status_code == 303
    twin = chief.post(UNITS, UNITS, **fields)
    assert twin.status_code == 409
    assert "already" in twin.text
    assert chief.post(UNITS, UNITS, **{**fields, "level": "county"}).status_code == 422
    found = re.search(rf'href="({UNITS}/[^"]+)">新街道工会', chief.read(UNITS))
    assert found
    renamed = chief.post(f"{found[1]}/name", found[1], name="改名工会", reason="区划调整")
    assert renamed.status_code == 303
    names = [row[0] for row in workbook(chief, f"{UNITS}/excel")]
    assert f"{factories.COUNTY}/改名工会" in names
    assert "新街道工会" not in chief.read(UNITS)


def test_a_programme_is_switched_off_and_on(site: Site, chief: Visitor) -> None:
    filed = factories.file_household(site.installation, site.tree.city_a)
    clerk = site.person(site.tree.city_a, "clerk")
    apply = f"/city-a/households/{filed.id}/apply"
    assert chief.post(f"{PROGRAMMES}/golden_autumn", PROGRAMMES, to="no").status_code == 422
    off = chief.post(f"{PROGRAMMES}/golden_autumn", PROGRAMMES, to="withhold", reason="资金用完")
    assert off.status_code == 303
    states = {row[1]: row[4] for row in workbook(chief, f"{PROGRAMMES}/excel")}
    assert (states["golden_autumn"], states["living_aid"]) == ("Not offered", "Offered")
    assert states["worker_hardship"] == "Identification"
    assert "The federation does not offer" in clerk.read(apply)
    chief.post(f"{PROGRAMMES}/golden_autumn", PROGRAMMES, to="offer", reason="追加")
    assert "The federation does not offer" not in clerk.read(apply)
    assert chief.post(f"{PROGRAMMES}/nowhere", PROGRAMMES, reason="因").status_code == 404


def failed_job(site: Site) -> OutboxEntry:
    """Return a job of city B that failed."""
    clerk = factories.hire(site.installation, site.tree.city_b, "clerk")
    with site.installation.context(site.tree.city_b, clerk) as ctx:
        job = enqueue(ctx, "make_report", {"report_id": str(uuid.uuid4())})
        job.state, job.error = "failed", "x"
        job.result = {"failure": {"text": "Not found.", "remedy": "", "values": {}}}
    return job


def test_the_operator_sees_every_federation_with_its_pack_and_failed_jobs(site: Site) -> None:
    job = failed_job(site)
    operator = site.person(site.tree.nation, "platform_operator")
    text = operator.read("/federations")
    rows = cells(text)
    assert [(row[1], row[3]) for row in rows[:4]] == [
        ("nation", "city_2023"), ("province", "city_2023"), ("city-a", "city_2023"),
        ("city-b", "city_2023"),
    ]  # fmt: skip
    assert 'href="/city-b/jobs?state=failed"' in text
    assert f"/city-b/jobs/{job.id}" in text
    assert workbook(operator, "/federations/excel")[0][1] == "nation"
    assert str(job.id) in operator.read("/city-b/jobs?state=failed")
    assert ">Federations</a>" in operator.read("/city-b/jobs")


def test_the_operator_has_a_failed_job_of_a_city_run_again(site: Site) -> None:
    job = failed_job(site)
    operator = site.person(site.tree.nation, "platform_operator")
    done = operator.post(f"/city-b/jobs/{job.id}/retry", "/federations")
    assert done.status_code == 303
    with site.installation.system(site.tree.city_b) as ctx:
        again = ctx.session.get_one(OutboxEntry, (job.tenant_id, job.id))
        assert (again.state, again.attempts, again.error) == ("pending", 0, None)
    auditor = site.person(site.tree.city_b, "auditor")
    (row, *_more) = cells(auditor.read("/city-b/audit?event=job.retried"))
    assert operator.actor is not None
    assert row[1] == operator.actor.name
    assert operator.post(f"/city-b/jobs/{job.id}/retry", "/federations").status_code == 409


def test_nobody_else_has_a_job_of_a_city_run_again(site: Site) -> None:
    job = failed_job(site)
    for tenant, role in (
        (site.tree.province, "supervisor"), (site.tree.city_a, "platform_operator"),
        (site.tree.city_b, "tenant_administrator"), (site.tree.nation, "tenant_administrator"),
    ):  # fmt: skip
        person = site.person(tenant, role)
        assert person.post(f"/city-b/jobs/{job.id}/retry", "/").status_code in (403, 404)
        assert person.get(f"/city-b/jobs/{job.id}").status_code == 404
