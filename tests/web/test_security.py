"""What protects a person's browser: headers, tokens in forms, limits."""

from __future__ import annotations

import re

import pytest

from tests import factories
from tests.web.conftest import Site


def test_every_answer_allows_only_what_we_serve_ourselves(site: Site) -> None:
    for path in ("/login", "/city-a/households", "/static/none.js", "/api/openapi.json", "/x"):
        headers = site.person(site.tree.city_a, "clerk").get(path).headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'", path
        assert policy["frame-ancestors"] == "'none'", path
        assert "unsafe" not in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "same-origin", path


def test_transport_security_is_asked_for_on_https_alone(site: Site) -> None:
    visitor = site.visitor()
    assert "Strict-Transport-Security" not in visitor.get("/login").headers
    secure = visitor.get("/login", base_url="https://localhost").headers
    assert "max-age=" in secure["Strict-Transport-Security"]


def test_pages_with_personal_data_are_not_kept_by_caches(site: Site) -> None:
    clerk = site.person(site.tree.city_a, "clerk")
    assert clerk.get("/city-a/households").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/", "/login", "/city-a/households", "/city-a/imports", "/city-a/policies"]
)
def test_no_page_carries_script_or_style_of_its_own(site: Site, path: str) -> None:
    text = site.person(site.tree.city_a, "clerk").read(path)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:", text)
    assert not re.search(r"(src|href)=\"(https?:)?//", text)


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_form_without_its_token_changes_nothing(site: Site, token: str) -> None:
    clerk = site.person(site.tree.city_a, "clerk")
    filed = factories.file_household(site.installation, site.tree.city_a)
    address = f"/city-a/households/{filed.id}/judge"
    response = clerk.client.post(address, data={"csrf_token": token})
    assert response.status_code == 400
    assert "expired" in response.text
    assert "Not judged yet." in clerk.read(f"/city-a/households/{filed.id}")


def test_the_cookie_of_a_page_opens_no_door_of_the_api(site: Site) -> None:
    clerk = site.person(site.tree.city_a, "clerk")
    assert clerk.get("/city-a/households").status_code == 200
    assert clerk.get("/api/tenants/city-a/households").status_code == 401
