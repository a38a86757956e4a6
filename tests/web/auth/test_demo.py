"""The demonstration's login: marked, on this machine only, with a clock that runs ahead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core import clock
from core.installation import Installation
from tests import factories
from tests.web.conftest import Site, as_demonstration
from web.app import create_app
from web.auth.demo import DemoBindingError


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "bangfu.example", ""])  # noqa: S104
def test_a_demonstration_refuses_to_start_where_others_reach_it(
    module_installation: Installation, host: str
) -> None:
    settings = module_installation.settings.model_copy(update={"demo": True, "host": host})
    with pytest.raises(DemoBindingError):
        create_app(replace(module_installation, settings=settings))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_a_demonstration_starts_on_this_machine(
    module_installation: Installation, host: str
) -> None:
    settings = module_installation.settings.model_copy(update={"demo": True, "host": host})
    assert create_app(replace(module_installation, settings=settings))


def test_a_real_installation_listens_anywhere_and_has_no_such_login(
    module_installation: Installation,
) -> None:
    settings = module_installation.settings.model_copy(update={"host": "0.0.0.0"})  # noqa: S104
    app = create_app(replace(module_installation, settings=settings))
    assert app.test_client().post("/login", data={}).status_code in (400, 405)
    door = app.test_client().get("/login?lang=en")
    assert door.status_code == 503
    assert "Demonstration" not in door.text
    assert "No way to sign in is set up" in door.text


def test_it_answers_no_other_machine_even_if_bound_otherwise(site: Site) -> None:
    response = site.app.test_client().get("/login", environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert response.status_code == 404


def test_it_shows_everybody_with_federation_and_role(site: Site) -> None:
    person = factories.hire(
        site.installation, site.tree.city_a, "reviewer", unit=factories.COUNTY, login="rev"
    )
    text = site.visitor().read("/login")
    assert "Demonstration: invented people, no password." in text
    assert "六盘水市总工会" in site.visitor().read("/login?lang=zh")
    assert person.name in text
    assert "Reviewer" in text
    assert factories.COUNTY in text


def test_one_click_signs_in_and_leads_where_one_wanted(site: Site) -> None:
    person = factories.hire(site.installation, site.tree.city_a, "clerk")
    visitor = site.visitor()
    response = visitor.post(
        "/login", tenant="city-a", person=str(person.person_id), next="/city-a/households"
    )
    assert (response.status_code, response.headers["Location"]) == (303, "/city-a/households")
    assert person.name in visitor.read("/")


@pytest.mark.parametrize("evil", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_it_leads_to_no_other_site(site: Site, evil: str) -> None:
    person = factories.hire(site.installation, site.tree.city_a, "clerk")
    response = site.visitor().post(
        "/login", tenant="city-a", person=str(person.person_id), next=evil
    )
    assert response.headers["Location"] == "/"


def test_nobody_is_signed_in_to_a_federation_that_is_not_his(site: Site) -> None:
    person = factories.hire(site.installation, site.tree.city_a, "clerk")
    response = site.visitor().post("/login", tenant="city-b", person=str(person.person_id))
    assert response.status_code == 404


def test_the_banner_stands_on_every_page_and_moves_the_clock(site: Site) -> None:
    clerk = site.person(site.tree.city_a, "clerk")
    settings = site.installation.settings
    assert "no password" in clerk.read("/city-a/policies")
    assert clerk.post("/demo/next-day", "/").status_code == 303
    ahead = clock.days_ahead(settings)
    assert ahead >= 1
    assert "clock now says" in clerk.read("/")
    assert clerk.post("/demo/today", "/").status_code == 303
    assert clock.days_ahead(settings) == 0


def test_whoever_is_not_signed_in_moves_no_clock(site: Site) -> None:
    assert site.visitor().post("/demo/next-day").status_code == 303
    assert clock.days_ahead(site.installation.settings) == 0


def test_the_fixture_is_a_demonstration_of_the_same_installation(
    module_installation: Installation,
) -> None:
    demonstration = as_demonstration(module_installation)
    assert demonstration.settings.demo
    assert demonstration.engine is module_installation.engine
