"""`bangfu household verify` and `overdue`: what they say, with which exit code."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from core.households.models import Household
from core.installation import Installation
from core.tenancy import TenantView
from tests import factories
from tests.factories import Filed
from web.cli import main


@pytest.fixture
def city(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> TenantView:
    """A city with a clerk, an investigator and finance, named by their role."""
    settings = installation.settings
    for name, value in {
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url,
        "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_STORAGE": str(settings.storage),
        "LANGUAGE": "en",
    }.items():
        monkeypatch.setenv(name, value)
    tree = factories.found_tree(installation)
    for role in ("clerk", "investigator", "finance"):
        factories.hire(installation, tree.city_a, role, login=role)
    factories.hire(installation, tree.city_a, "clerk", login="elsewhere", unit=factories.ELSEWHERE)
    return tree.city_a


def bangfu(*arguments: str, by: str = "clerk") -> Result:
    return CliRunner().invoke(main, ["household", *arguments, "--tenant", "city-a", "--as", by])


def number_of(installation: Installation, city: TenantView, file: Filed) -> str:
    with installation.system(city) as ctx:
        return ctx.session.get_one(Household, (city.id, file.id)).file_number


def test_an_overdue_file_is_listed_until_two_people_verified_it(
    installation: Installation, city: TenantView
) -> None:
    file = factories.file_household(installation, city)
    number = number_of(installation, city, file)
    listed = bangfu("overdue")
    assert listed.exit_code == 1
    assert number in listed.stdout
    assert "宋磊" in listed.stdout
    (one,) = json.loads(bangfu("overdue", "--json").stdout)
    assert (one["file_number"], one["last"]) == (number, factories.VERIFIED.isoformat())
    alone = bangfu("verify", number, "--with", "clerk")
    assert alone.exit_code == 2
    assert "Two different people" in alone.stderr
    assert bangfu("overdue").exit_code == 1  # nothing was recorded
    done = bangfu("verify", number, "--with", "investigator")
    assert done.exit_code == 0, done.output
    assert number in done.stdout
    left = bangfu("overdue")
    assert (left.exit_code, number in left.stdout) == (0, False)


def test_a_verification_keeps_its_day_result_and_words(
    installation: Installation, city: TenantView
) -> None:
    file = factories.file_household(installation, city)
    number = number_of(installation, city, file)
    silent = bangfu("verify", number, "--with", "investigator", "--result", "improved")
    assert (silent.exit_code, "Say what changed" in silent.stderr) == (2, True)
    done = bangfu("verify", number, "--with", "investigator", "--result", "improved",
                  "--remark", "户主就业", "--on", "2025-01-02", "--json")  # fmt: skip
    told = json.loads(done.stdout)
    assert told == {"file_number": number, "verified_on": "2025-01-02"}
    with installation.system(city) as ctx:
        rows = ctx.session.fetch("select on_date::text, result, remark from verifications", {})
    assert rows == [("2025-01-02", "improved", "户主就业")]
    early = bangfu("verify", number, "--with", "investigator", "--on", "2020-01-01")
    assert (early.exit_code, "cannot have been verified before" in early.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "by", "code"),
    [
        (("verify", "T9999999", "--with", "investigator"), "clerk", 2),
        (("verify", "{number}", "--with", "nobody"), "clerk", 2),
        (("verify", "{number}", "--with", "investigator"), "finance", 1),
        (("verify", "{number}", "--with", "investigator"), "elsewhere", 2),
        (("verify", "{number}"), "clerk", 2),
        (("verify", "{number}", "--with", "investigator", "--result", "fine"), "clerk", 2),
        (("verify", "{number}", "--with", "investigator", "--on", "soon"), "clerk", 2),
    ],
)
def test_what_cannot_be_recorded_is_refused(
    installation: Installation, city: TenantView, arguments: tuple[str, ...], by: str, code: int
) -> None:
    number = number_of(installation, city, factories.file_household(installation, city))
    refused = bangfu(*(one.format(number=number) for one in arguments), by=by)
    assert refused.exit_code == code, refused.output
    with installation.system(city) as ctx:
        assert ctx.session.fetch("select count(*) from verifications", {}) == [(0,)]


def test_who_is_not_there_is_named(installation: Installation, city: TenantView) -> None:
    number = number_of(installation, city, factories.file_household(installation, city))
    refused = bangfu("verify", number, "--with", "niemand")
    assert "city-a has nobody with the login “niemand”" in refused.stderr
    assert "bangfu person list" in refused.stderr


def test_files_of_other_units_are_not_among_those_overdue(
    installation: Installation, city: TenantView
) -> None:
    factories.file_household(installation, city)
    listed = bangfu("overdue", "--json", by="elsewhere")
    assert (listed.exit_code, json.loads(listed.stdout)) == (0, [])
