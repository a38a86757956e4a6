"""A claim reduces the base of medical relief: its benefit is no longer self-paid."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from core.applications.assessment import assess_application, find_programme
from core.between.beside import look_beside
from core.between.limits import obstacles
from core.households.models import Household, Member
from core.households.rows import ID_PLACE
from core.installation import Installation
from core.money import parse_yuan as yuan
from core.policies import TENANTS, Policies
from tests.core.claims.city import BENEFIT, City, staff
from tests.factories import SPOUSE, Filed, file_household, found_tree

CLAIM_FIRST = """
[[between]]
kind = "order"
code = "claim_first"
name = { zh = "先申请医疗互助补助", en = "a claim on mutual aid comes first" }
programmes = ["medical_relief"]
after = ["medical_mutual_aid"]
reached = "decided"
section = { zh = "附则", en = "annex" }
"""

CLAIMS = """
[claims]
review_days = 10
approval_days = 5
section = { zh = "附则", en = "annex" }
"""


@pytest.fixture(scope="module")
def city(module_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city that gives medical relief and has a scheme of mutual aid as Liupanshui has."""
    root = tmp_path_factory.mktemp("packs") / "tenants"
    shutil.copytree(TENANTS, root, ignore=shutil.ignore_patterns("__pycache__"))
    own = root / "liupanshui"
    scheme = (own / "policy" / "medical_mutual_aid.toml").read_text()
    shutil.rmtree(own)
    shutil.copytree(root / "city_2023", own)
    (own / "policy" / "medical_mutual_aid.toml").write_text(scheme)
    region = (own / "region.toml").read_text()
    (own / "region.toml").write_text(
        f'scheme = "medical_mutual_aid"\n{region}{CLAIM_FIRST}{CLAIMS}'
    )
    policies = Policies.load(Path(root), module_installation.catalogue)
    installation = replace(module_installation, policies=policies)
    found_tree(installation)
    city = staff(installation, "lps")
    city.receive(100_000)
    return city


def most(city: City, filed: Filed, on: dt.datetime) -> tuple[int, list[str]]:
    """Return the most relief the household may get on a day, and why."""
    with city.acting("clerk", at=on) as ctx:
        household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
        programme = find_programme(ctx, "medical_relief")
        found = assess_application(ctx, household, programme, {}, 0)
    return found.maximum, [reason["code"] for reason in found.reasons]


def test_what_mutual_aid_granted_is_taken_off_the_self_paid_part(city: City) -> None:
    statement = {"income": yuan("10000"), "self_paid": yuan("13000")}
    filed = file_household(
        city.installation, city.tenant, relatives=(SPOUSE,), statement=statement,
        as_of=dt.date(2018, 1, 1), verified_on=dt.date(2023, 2, 1),
    )  # fmt: skip
    with city.installation.system(city.tenant) as ctx:
        spouse = ctx.session.get_one(Member, (ctx.tenant_id, filed.members[0]))
        number = ctx.vault.decrypt(ctx.tenant_id, ID_PLACE, spouse.id, spouse.id_cipher)
    city.enrol(number=number)
    claim = city.enter(number)
    soon = dt.datetime(2023, 6, 30, 1, tzinfo=dt.UTC)
    assert most(city, filed, soon)[0] == yuan("13000")
    with city.installation.system(city.tenant) as ctx:
        row = ctx.session.get_one(type(claim), (ctx.tenant_id, claim.id))
        row.admitted_on, row.discharged_on = dt.date(2023, 5, 1), dt.date(2023, 5, 13)
    assert most(city, filed, soon) == (yuan("13000"), ["standard"]), "not approved yet"
    city.approve(claim)
    amount, codes = most(city, filed, soon)
    assert amount == yuan("13000") - BENEFIT
    assert "mutual_aid_counted" in codes
    later = dt.datetime(2024, 5, 14, 1, tzinfo=dt.UTC)
    assert most(city, filed, later)[0] == yuan("13000"), "more than a year ago"


def test_whoever_is_enrolled_claims_before_relief_is_asked_for(city: City) -> None:
    statement = {"income": yuan("10000"), "self_paid": yuan("13000")}
    filed = file_household(
        city.installation, city.tenant, relatives=(SPOUSE,), statement=statement,
        as_of=dt.date(2018, 1, 1), verified_on=dt.date(2018, 2, 1),
    )  # fmt: skip

    def waits() -> list[str]:
        with city.acting("clerk") as ctx:
            household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
            beside = look_beside(ctx, household, find_programme(ctx, "medical_relief"))
        assert beside is not None or number not in enrolled
        return [] if beside is None else [why.zh for _rule, why in obstacles(beside)]

    enrolled: list[str] = []
    with city.installation.system(city.tenant) as ctx:
        spouse = ctx.session.get_one(Member, (ctx.tenant_id, filed.members[0]))
        number = ctx.vault.decrypt(ctx.tenant_id, ID_PLACE, spouse.id, spouse.id_cipher)
    assert waits() == [], "nobody of the household is enrolled"
    city.enrol(number=number)
    enrolled.append(number)
    assert waits() == ["“职工医疗互助”须先办结"]
    claim = city.enter(number)
    assert waits() == ["“职工医疗互助”须先办结"], "entered, but not decided"
    city.approve(claim)
    assert waits() == []
