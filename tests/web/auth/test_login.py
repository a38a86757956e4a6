"""Signing in and out: cookies, revocation, and who a token stands for."""

from __future__ import annotations

import time

import pytest

from core.personnel import disable_person, find_person
from core.sessions import close_login
from tests import factories
from tests.web.conftest import Site
from web.auth import login


def test_whoever_is_not_signed_in_is_led_to_the_login_and_back(site: Site) -> None:
    visitor = site.visitor()
    response = visitor.get("/city-a/households")
    assert response.status_code == 303
    assert response.headers["Location"] == "/login?next=/city-a/households"


def test_a_part_of_a_page_asked_for_by_htmx_loads_the_login_whole(site: Site) -> None:
    response = site.visitor().get("/city-a/jobs", headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"].startswith("/login")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    person = factories.hire(site.installation, site.tree.city_a, "clerk")
    response = site.visitor().post("/login", tenant="city-a", person=str(person.person_id))
    cookie = next(
        one for one in response.headers.getlist("Set-Cookie") if one.startswith(login.COOKIE)
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_the_database_holds_no_token_that_opens_anything(site: Site) -> None:
    visitor = site.person(site.tree.city_a, "clerk")
    cookie = visitor.client.get_cookie(login.COOKIE)
    assert cookie is not None
    token = cookie.value.partition(":")[2]
    with site.installation.system(site.tree.city_a) as ctx:
        kept = ctx.session.connection().exec_driver_sql("select token_hash from login_sessions")
        assert token.encode() not in {bytes(row[0]) for row in kept}


@pytest.mark.parametrize("forged", ["", "x", ":", "00000000-0000-0000-0000-000000000000:abc"])
def test_a_forged_cookie_is_nobody(site: Site, forged: str) -> None:
    visitor = site.visitor()
    visitor.client.set_cookie(login.COOKIE, forged)
    assert visitor.get("/").status_code == 303


def test_a_token_of_one_federation_opens_no_other(site: Site) -> None:
    visitor = site.person(site.tree.city_a, "clerk")
    cookie = visitor.client.get_cookie(login.COOKIE)
    assert cookie is not None
    token = cookie.value.partition(":")[2]
    visitor.client.set_cookie(login.COOKIE, f"{site.tree.city_b.id}:{token}")
    assert visitor.get("/").status_code == 303


def test_signing_out_ends_the_login_at_once(site: Site) -> None:
    visitor = site.person(site.tree.city_a, "clerk")
    cookie = visitor.client.get_cookie(login.COOKIE)
    assert cookie is not None
    assert visitor.post("/sign-out", "/").status_code == 303
    visitor.client.set_cookie(login.COOKIE, cookie.value)
    assert visitor.get("/").status_code == 303


def test_a_login_revoked_elsewhere_ends_within_five_seconds(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = site.person(site.tree.city_a, "clerk")
    cookie = visitor.client.get_cookie(login.COOKIE)
    assert cookie is not None
    assert visitor.get("/").status_code == 200
    with site.installation.system(site.tree.city_a) as ctx:
        close_login(ctx, cookie.value.partition(":")[2])
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + 5.1)
    assert visitor.get("/").status_code == 303


def test_a_closed_account_is_out_within_five_seconds(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = site.person(site.tree.city_a, "clerk")
    assert visitor.actor is not None
    assert visitor.get("/").status_code == 200
    with site.installation.system(site.tree.city_a) as ctx:
        disable_person(ctx, find_person(ctx, visitor.actor.login), "left")
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + 5.1)
    assert visitor.get("/").status_code == 303
