"""`bangfu policy set`: what is said, what is stored, the exit code."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner, Result

from core.federations import root_unit
from core.installation import Installation
from core.overrides import read_overrides
from core.personnel import add_person, grant_role
from core.tenancy import TenantView
from tests.factories import found_tree
from web.cli import main

WORDS = {"--programme": "living_aid", "--name": "months_minimum", "--value": "10",
         "--from": "2031-01-01", "--source": "市总发〔2030〕1号", "--as": "chief"}  # fmt: skip


@pytest.fixture(scope="module")
def city(module_installation: Installation) -> TenantView:
    city = found_tree(module_installation).city_a
    with module_installation.system(city) as ctx:
        for login, role in (("chief", "tenant_administrator"), ("desk", "clerk")):
            person = add_person(ctx, login, login)
            ctx.session.flush()
            grant_role(ctx, person, role, root_unit(ctx))
    return city


@pytest.fixture(autouse=True)
def environment(module_installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = module_installation.settings
    for name, value in {
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url,
        "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_SECRET_KEY": settings.secret_key,
        "BANGFU_STORAGE": str(settings.storage),
        "BANGFU_CHECKPOINTS": str(settings.checkpoints),
        "LANGUAGE": "en",
    }.items():
        monkeypatch.setenv(name, value)


def run(*more: str, **changes: str) -> Result:
    wanted = WORDS | {f"--{name.strip('_')}": value for name, value in changes.items()}
    words = [word for pair in wanted.items() for word in pair]
    return CliRunner().invoke(main, ["policy", "set", "--tenant", "city-a", *words, *more])


def stored(installation: Installation, city: TenantView) -> list[tuple[str, str, dt.date]]:
    with installation.system(city) as ctx:
        return [(one.name, one.value, one.holds_from) for one in read_overrides(ctx)]


def test_it_is_set_told_and_set_once(module_installation: Installation, city: TenantView) -> None:
    done = run()
    assert done.exit_code == 0, done.output
    assert "months_minimum is 10 months from 2031-01-01 on" in done.output
    again = run()
    assert again.exit_code != 0
    assert "is set from 2031-01-01 on already" in again.output
    later = run("--json", from_="2032-01-01", value="12")
    told = json.loads(later.stdout)
    assert told["shown"] == {"zh": "12个月", "en": "12 months"}
    assert (told["value"], told["withdrawable"]) == ("12", True)
    assert stored(module_installation, city) == [
        ("months_minimum", "12", dt.date(2032, 1, 1)),
        ("months_minimum", "10", dt.date(2031, 1, 1)),
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"value": "13"}, "only from 8 to 12"),
        ({"name": "moons"}, "no figure “moons”"),
        ({"programme": "space_travel"}, "no programme “space_travel”"),
        ({"source": ""}, "document that sets the figure is missing"),
        ({"as_": "desk"}, "Your role does not allow this"),
        ({"as_": "nobody"}, "nobody with the login"),
        ({"from_": "soon"}, "soon"),
    ],
)
def test_what_may_not_be_is_refused_and_nothing_stored(
    module_installation: Installation, city: TenantView, changes: dict[str, str], words: str
) -> None:
    before = stored(module_installation, city)
    done = run(**{"from_": "2040-01-01", **changes})
    assert done.exit_code != 0
    assert words in done.output
    assert stored(module_installation, city) == before
