"""Errors: a page with a way on for people, problem details for programs, nothing leaked."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from core.db import make_engine
from tests import factories
from tests.web.conftest import TOKEN, Site
from web.app import create_app


@pytest.mark.parametrize(
    ("path", "status"),
    [("/no/such/page/at/all", 404), ("/city-a/households/x", 404), ("/nowhere/households", 404)],
)
def test_a_person_gets_a_page_with_the_way_back_and_a_number(
    site: Site, path: str, status: int
) -> None:
    response = site.person(site.tree.city_a, "clerk").get(path)
    assert response.status_code == status
    assert "To the start page" in response.text
    assert response.headers["X-Request-Id"] in response.text


def test_a_program_gets_problem_details(site: Site) -> None:
    response = site.visitor().get("/api/tenants/city-a/households")
    assert response.status_code == 401
    assert response.mimetype == "application/problem+json"
    told = response.get_json()
    assert (told["status"], told["code"]) == (401, "unauthenticated")
    assert told["type"].endswith(told["code"])
    assert told["remedy"]
    assert told["request_id"] == response.headers["X-Request-Id"]


def test_an_unknown_address_of_the_api_is_a_problem_too(site: Site) -> None:
    response = site.visitor().get("/api/no/such/thing")
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_a_wrong_method_names_the_right_one(site: Site) -> None:
    response = site.person(site.tree.city_a, "clerk").get("/sign-out")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


def test_htmx_gets_the_message_alone_and_not_a_page_in_a_page(site: Site) -> None:
    clerk = site.person(site.tree.city_a, "clerk")
    response = clerk.get("/city-a/jobs/00000000-0000-0000-0000-000000000001/progress",
                         headers={"HX-Request": "true"})  # fmt: skip
    assert response.status_code == 404
    assert 'role="alert"' in response.text
    assert "<html" not in response.text


def test_errors_speak_the_language_of_the_person(site: Site) -> None:
    clerk = site.person(site.tree.city_a, "clerk")
    assert "回到首页" in clerk.get("/no/such/page?lang=zh").text
    assert "To the start page" in clerk.get("/no/such/page?lang=en").text


def test_an_upload_that_is_too_large_is_refused_before_it_is_read(site: Site) -> None:
    settings = site.installation.settings.model_copy(update={"upload_bytes": 50_000})
    small = replace(site, installation=replace(site.installation, settings=settings))
    small = replace(small, app=create_app(small.installation))
    clerk = small.person(small.tree.city_a, "clerk")
    response = clerk.post(
        "/city-a/imports", "/city-a/imports", file=(io.BytesIO(b"x" * 60_000), "big.xlsx")
    )
    assert response.status_code == 413
    assert "smaller file" in response.text


def test_a_paper_of_the_wrong_type_is_refused_with_what_to_bring(site: Site) -> None:
    clerk = site.person(site.tree.city_a, "clerk")
    filed = factories.file_household(site.installation, site.tree.city_a)
    page = f"/city-a/households/{filed.id}"
    program = (io.BytesIO(b"MZ\x90\x00this program"), "photo.jpg")
    response = clerk.post(f"{page}/evidence", page, kind="other", file=program)
    assert response.status_code == 422
    assert "Bring a PDF, a photo" in response.text
    assert "photo.jpg" not in clerk.read(page)


@pytest.mark.parametrize(
    ("came_from", "leads_back"),
    [("http://localhost/city-a/imports", True), ("http://elsewhere.example/page", False)],
)
def test_whoever_sent_a_form_is_led_back_to_it_and_to_no_other_site(
    site: Site, came_from: str, leads_back: bool
) -> None:
    clerk = site.person(site.tree.city_a, "clerk")
    token = TOKEN.search(clerk.get("/city-a/imports").text)
    assert token
    response = clerk.client.post(
        "/city-a/imports", data={"csrf_token": token[1]}, headers={"Referer": came_from}
    )
    assert response.status_code >= 400
    assert (f'href="{came_from}">Back to the page before' in response.text) is leads_back
    assert "To the start page" in response.text


def test_while_the_database_is_away_everybody_is_told_so(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = site.person(site.tree.city_a, "clerk")
    assert clerk.get("/").status_code == 200
    away = make_engine("postgresql://bangfu_app@127.0.0.1:9/away")
    monkeypatch.setattr(site.installation, "engine", away)
    page = clerk.get("/city-a/households?lang=zh")
    assert (page.status_code, "数据库暂时没有响应" in page.text) == (503, True)
    bearer = {"Authorization": f"Bearer {site.tree.city_a.id}:{'0' * 43}"}
    problem = site.app.test_client().get("/api/tenants/city-a/households", headers=bearer)
    assert problem.status_code == 503
    assert "127.0.0.1:9" not in page.text + problem.text
    monkeypatch.undo()
    assert clerk.get("/city-a/households").status_code == 200
