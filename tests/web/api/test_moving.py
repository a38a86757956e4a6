"""Moving applications by API, and by command: one, and all of a programme."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner, Result

from core.applications.drafts import start_application
from core.applications.models import Application
from core.context import BEIJING
from core.money import parse_yuan as yuan
from core.programmes import offer_programme
from tests.factories import acting, file_household, hire
from tests.web.api.conftest import Place
from web.cli import main

AID, OTHER = "living_aid", "medical_relief"


def draft(place: Place, **statement: int) -> Application:
    """Return the draft of a new household, asking for 5,600.00."""
    city, today = place.tree.city_a, dt.datetime.now(BEIJING).date()
    filed = file_household(
        place.installation, city, statement=statement, verified_on=today,
        as_of=today - dt.timedelta(days=30),
    )  # fmt: skip
    with acting(place.installation, city, hire(place.installation, city, "clerk")) as ctx:
        answers = {"circumstances": "两人失业"}
        return start_application(ctx, filed.id, AID, answers, yuan("5600"))


def withhold(place: Place, *, offered: bool = False) -> None:
    city = place.tree.city_a
    chief = hire(place.installation, city, "tenant_administrator")
    with acting(place.installation, city, chief) as ctx:
        offer_programme(ctx, AID, "改由新项目承担", offered=offered)


def test_one_is_moved_at_the_version_that_was_read(place: Place) -> None:
    one = draft(place, self_paid=yuan("9000"))
    clerk = place.program(place.tree.city_a, "clerk")
    address = f"applications/{one.id}"
    wanted = {"programme": OTHER, "reason": "改由新项目承担", "asked": yuan("5000")}
    assert clerk.post(f"{address}/move", wanted).status_code == 428
    withhold(place)
    found = clerk.get(address).json
    assert (found["available"], sorted(found["can"])) == (False, ["move", "withdraw"])
    assert (
        clerk.change("POST", f"{address}/move", {**wanted, "reason": ""}, address).status_code
        == 422
    )
    moved = clerk.change("POST", f"{address}/move", wanted, address)
    assert moved.status_code == 200
    assert (moved.json["programme"], moved.json["asked"]) == (OTHER, yuan("5000"))
    assert (moved.json["available"], moved.json["version"]) == (True, 2)
    assert clerk.change("POST", f"{address}/move", wanted, address).status_code == 412
    withhold(place, offered=True)


def test_all_are_moved_once_and_those_that_stay_are_named(place: Place) -> None:
    fits, stays = draft(place, self_paid=yuan("9000")), draft(place)
    withhold(place)
    path, wanted = f"programmes/{AID}/move", {"programme": OTHER, "reason": "改由新项目承担"}
    assert place.program(place.tree.city_a, "clerk").post(path, wanted).status_code in (403, 404)
    chief = place.program(place.tree.city_a, "tenant_administrator")
    first = chief.post(path, wanted, key="all-at-once")
    assert fits.number in first.json["moved"]
    assert stays.number in [one["number"] for one in first.json["left"]]
    assert all(one["why"] for one in first.json["left"])
    assert chief.post(path, wanted, key="all-at-once").json == first.json
    assert chief.post(path, {**wanted, "programme": "atlantis"}).status_code == 404
    withhold(place, offered=True)


def test_commands_move_one_and_all(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, city = place.installation.settings, place.tree.city_a
    for name, value in {
        "DATABASE_URL": settings.database_url, "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url, "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_STORAGE": str(settings.storage), "LANGUAGE": "en",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    for role, login in (("clerk", "mover"), ("tenant_administrator", "chief")):
        hire(place.installation, city, role, login=login)
    one, fits = (draft(place, self_paid=yuan("9000")) for _ in range(2))
    stays = draft(place)
    withhold(place)

    def run(*arguments: str, by: str, code: int = 0) -> Result:
        done = CliRunner().invoke(main, [*arguments, "--tenant", "city-a", "--as", by])
        assert done.exit_code == code, done.output
        return done

    why = ("--reason", "改由新项目承担")
    told = run(
        "application", "move", one.number, OTHER, "--asked", "5000", *why, "--json", by="mover"
    )
    assert json.loads(told.stdout)["asked"] == yuan("5000")
    run("application", "move", one.number, OTHER, *why, by="mover", code=2)
    found = json.loads(
        run("programme", "move", AID, OTHER, *why, "--json", by="chief", code=1).stdout
    )
    assert fits.number in found["moved"]
    assert stays.number in [left["number"] for left in found["left"]]
    told = run("programme", "move", AID, OTHER, *why, by="chief", code=1)
    assert stays.number in told.stdout + told.stderr
    withhold(place, offered=True)
