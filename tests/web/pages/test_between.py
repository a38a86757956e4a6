"""What stands in the way of a programme, said before its form is filled in, by page and by API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from core.policies import Policies
from tests import factories
from tests.core.between.conftest import write_packs
from tests.web.api.conftest import Place
from tests.web.conftest import Site

CITY = "/city-a"


@pytest.fixture(scope="module")
def city(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The city, with rules between its programmes."""
    before = site.installation.policies
    root = write_packs(tmp_path_factory.mktemp("packs") / "tenants")
    site.installation.policies = Policies.load(root, site.installation.catalogue)
    yield site
    site.installation.policies = before


def file_one(site: Site) -> factories.Filed:
    today = site.installation.now().date()
    return factories.file_household(
        site.installation, site.tree.city_a, as_of=today - dt.timedelta(days=30),
        relatives=(factories.SPOUSE, factories.STUDENT, factories.STUDENT),
        statement={**factories.C1, "self_paid": 900_000}, verified_on=today,
    )  # fmt: skip


def test_the_page_says_what_stands_in_the_way_and_what_to_ask_for_first(city: Site) -> None:
    clerk, file = city.person(city.tree.city_a, "clerk"), file_one(city)
    choose = f"{CITY}/households/{file.id}/apply"
    text = clerk.read(choose)
    assert "Not now" in text
    assert "“living aid” must be used up first" in text
    assert "What comes first: Living aid" in text
    assert f"{choose}/medical_relief" not in text, "nothing to press"
    form = f"{choose}/medical_relief"
    assert "must be used up first" in clerk.read(form)
    refused = clerk.post(form, form, asked="100", illness_name="尿毒症", then="keep")
    assert refused.status_code == 422
    assert "annex 3" in refused.text
    living = f"{choose}/living_aid"
    sent = clerk.post(living, living, asked="8400", circumstances="两人失业", then="submit")
    assert sent.status_code == 303
    text = clerk.read(choose)
    assert "8,400.00 yuan given, 1,600.00 yuan left" in text
    text = clerk.read(sent.headers["Location"])
    assert "Living aid and schooling together: left this year" in text
    assert "annex, 1" in text.lower()


def test_programmes_tell_their_rules_by_api_and_offers_what_comes_first(city: Site) -> None:
    tenant, file = city.tree.city_a, file_one(city)
    clerk = Place(city.installation, city.tree, city.app.test_client()).program(tenant, "clerk")
    listed = {one["name"]: one["between"] for one in clerk.get("programmes").json}
    assert [rule["code"] for rule in listed["golden_autumn"]] == [
        "family_year", "student_year", "never_both",
    ]  # fmt: skip
    assert listed["medical_relief"][0]["others"] == [{"zh": "生活救助", "en": "living aid"}]
    offers = {one["name"]: one for one in clerk.get(f"households/{file.id}/offers").json}
    relief = offers["medical_relief"]
    assert (relief["eligible"], relief["first"]) == (False, ["living_aid"])
    assert relief["in_the_way"][0]["zh"] == "“生活救助”须先用完"
    assert offers["living_aid"]["in_the_way"] == []


def test_an_administrator_reads_the_rules_of_a_programme_with_their_source(city: Site) -> None:
    chief = city.person(city.tree.city_a, "tenant_administrator")
    text = chief.read(f"{CITY}/programmes/medical_relief")
    assert "What holds between it and other programmes" in text
    assert "annex 3" in text
    figures = chief.read(f"{CITY}/policies")
    assert "Caps over programmes" in figures
    assert "6,500.00 yuan" in figures
    own = chief.read(f"{CITY}/policies/between/family_year.deep")
    assert "Caps over programmes" in own


def test_a_cap_is_tried_out_on_the_page_of_simulations(city: Site) -> None:
    chief = city.person(city.tree.city_a, "tenant_administrator")
    page = f"{CITY}/simulation"
    assert 'name="set-between.family_year.deep"' in chief.read(page)
    text = chief.read(f"{page}?on=2026-03-31&set-between.family_year.deep=9000.00")
    assert "between.family_year.deep" in text
    assert "There is no figure" not in text
