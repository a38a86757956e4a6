"""Screening: files in force that could be given aid and asked for none this year."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from core.applications.drafts import start_application
from core.applications.offers import list_offers
from core.applications.submission import submit
from core.errors import ForbiddenError
from core.verification.discovery.proposals import Filters, dismiss, list_proposals
from core.verification.discovery.screening import screen, start_screening
from tests.core.verification.conftest import World, nothing
from worker.jobs import perform


def run(world: World, who: str = "clerk") -> tuple[int, int]:
    with world.acting(who) as ctx:
        found = screen(ctx, nothing)
    return found.households, found.proposed


def keep(world: World, *file_numbers: str) -> None:
    """Leave only these files in force, that a test is quick."""
    with world.system() as ctx:
        ctx.session.execute(
            text("update households set state = 'exited' where not file_number = any(:kept)"),
            {"kept": list(file_numbers)},
        )


def by_category(world: World, category: str, count: int = 1) -> list[str]:
    with world.system() as ctx:
        found = ctx.session.execute(
            text("select file_number from households where category = :c order by 1 limit :n"),
            {"c": category, "n": count},
        )
        return list(found.scalars())


def test_the_files_proposed_are_those_an_application_could_be_granted_for(world: World) -> None:
    numbers = by_category(world, "deep", 3) + by_category(world, "none", 2)
    keep(world, *numbers)
    assert run(world) == (3, 3)
    with world.acting() as ctx:
        found, total = list_proposals(ctx, Filters())
        assert total == 3
        for one in found:
            assert one.household_id is not None
            offers = list_offers(ctx, one.household_id)
            named = [o.name for o in offers if o.finding and o.finding.is_eligible]
            eligible = list(dict.fromkeys(named))
            assert one.grounds["programmes"] == eligible
            assert (one.reason, one.origin, one.grounds["category"]) == (
                "unaided", "registry", "deep",
            )  # fmt: skip


def test_screening_again_proposes_nobody_twice_nor_who_was_dismissed_this_year(
    world: World,
) -> None:
    keep(world, *by_category(world, "deep", 2))
    assert run(world)[1] == 2
    assert run(world) == (0, 0)
    with world.acting() as ctx:
        dismiss(ctx, list_proposals(ctx, Filters())[0][0].id, "本户不愿申请")
    assert run(world)[1] == 0
    world.now = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
    assert run(world)[1] == 1


def test_who_asked_for_aid_this_year_is_not_proposed(world: World) -> None:
    (number,) = by_category(world, "deep")
    keep(world, number)
    household = world.household(number).id
    with world.acting() as ctx:
        started = start_application(
            ctx, household, "living_aid", {"circumstances": "患病"}, 560_000
        )
        submit(ctx, started.id)
    assert run(world) == (0, 0)


def test_a_county_screens_its_own_files_and_others_without_the_right_none(world: World) -> None:
    with world.acting("shuicheng") as ctx:
        assert screen(ctx, nothing).households <= 103
        units = {one.unit.split("/")[0] for one in list_proposals(ctx, Filters(), size=500)[0]}
    assert units == {"水城区总工会"}
    with world.acting("investigator") as ctx, pytest.raises(ForbiddenError):
        screen(ctx, nothing)


def test_the_job_screens_in_the_name_of_who_asked(world: World) -> None:
    keep(world, *by_category(world, "relative", 2))
    with world.acting() as ctx:
        entry = start_screening(ctx)
    assert perform(world.installation, world.tree.city_a.id, entry.id)
    with world.acting() as ctx:
        assert list_proposals(ctx, Filters())[1] == 2
    assert not perform(world.installation, world.tree.city_a.id, entry.id)
