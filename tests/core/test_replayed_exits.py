"""Replaying reviews for exit: each comes out as it was, and whatever was altered is named."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

import psycopg
import pytest

from core.installation import Installation
from core.replay import Replay, replay
from tests.core.households.life.acts import (
    circumstances,
    close,
    confirm,
    earn,
    recovered,
    review,
)
from tests.factories import found_tree
from tests.office import Office
from tests.region import with_life
from tests.servers import Database

NOON = dt.datetime(2023, 8, 15, 4, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def office(module_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office with one exit by recovery, confirmed, one review that stays, one file closed."""
    installation = with_life(module_installation, tmp_path_factory.mktemp("region"))
    office = Office(installation, found_tree(installation), NOON)
    gone, kept, closed = office.file(), office.file(), office.file()
    recovered(office, gone)
    confirm(office, review(office, gone))
    earn(office, kept, *["500"] * 6)
    circumstances(office, kept, causes_removed=False)
    assert review(office, kept).state == "stays"
    close(office, closed)
    return office


@pytest.fixture
def tampering(module_database: Database) -> Iterator[psycopg.Connection]:
    """A superuser's connection; every test puts back what it altered."""
    with psycopg.connect(module_database.superuser_url, autocommit=True) as connection:
        yield connection


def replayed(office: Office) -> Replay:
    with office.system() as ctx:
        return replay(ctx)


def recovery(tampering: psycopg.Connection) -> tuple[uuid.UUID, str]:
    """Return the id of the review that found recovery, and its file's number."""
    (found,) = tampering.execute(
        "select e.id, h.file_number from exit_reviews e join households h "
        "on h.tenant_id = e.tenant_id and h.id = e.household_id where e.way = 'recovery'"
    ).fetchall()
    return found[0], found[1]


def test_reviews_come_out_as_they_were_and_a_closing_rests_on_no_rule(office: Office) -> None:
    seen: list[tuple[int, int]] = []
    with office.system() as ctx:
        result = replay(ctx, lambda done, total: seen.append((done, total)))
    assert result.differences == []
    assert result.exits == 2  # the file that moved away was closed without a rule
    assert seen[-1][0] == seen[-1][1]


def test_they_come_out_the_same_after_the_region_changed_its_figures(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What counts are the figures kept with the review, not those of today."""
    changed = with_life(
        office.installation, tmp_path_factory.mktemp("changed"), phase_out=0, verification=6
    )
    with changed.system(office.city) as ctx:
        assert replay(ctx).differences == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("way = 'stays'", ("way",)),
        ("reasons = '[]'", ("reasons",)),
        ("explanation = jsonb_set(explanation, '{0,value}', '7')", ("steps",)),
        ("facts = jsonb_set(facts, '{income_month_1}', '1')", ("way", "reasons", "steps")),
        ("form = '\\x00'", ("steps",)),
    ],
)
def test_an_altered_review_is_named(
    office: Office, tampering: psycopg.Connection, change: str, what: tuple[str, ...]
) -> None:
    review_id, file_number = recovery(tampering)
    (kept,) = tampering.execute(
        "select way, facts::text, explanation::text, reasons::text, form from exit_reviews "
        "where id = %s", [review_id],
    ).fetchall()  # fmt: skip
    tampering.execute(f"update exit_reviews set {change} where id = %s", [review_id])
    try:
        (found,) = replayed(office).differences
    finally:
        tampering.execute(
            "update exit_reviews set way = %s, facts = %s, explanation = %s, reasons = %s, "
            "form = %s where id = %s", [*kept, review_id],
        )  # fmt: skip
    assert (found.kind, found.id, found.number, found.what) == (
        "exit", review_id, file_number, what,
    )  # fmt: skip
    assert (found.programme, found.on) == ("city_exit", NOON.date())
    assert found.version == found.installed != ""
    assert replayed(office).differences == []


def test_a_review_that_lost_a_fact_is_named_alone(
    office: Office, tampering: psycopg.Connection
) -> None:
    review_id, file_number = recovery(tampering)
    ((facts,),) = tampering.execute(
        "select facts::text from exit_reviews where id = %s", [review_id]
    ).fetchall()
    tampering.execute(
        "update exit_reviews set facts = facts - 'income_month_3' where id = %s", [review_id]
    )
    try:
        result = replayed(office)
    finally:
        tampering.execute("update exit_reviews set facts = %s where id = %s", [facts, review_id])
    (found,) = result.differences
    assert (found.number, found.what, result.exits) == (file_number, ("failed",), 2)
    assert found.reason is not None
    assert "missing" in found.reason.text


def test_a_rule_that_is_gone_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(office.installation.catalogue._entries, "city_exit")
    differences = replayed(office).differences
    assert [(one.kind, one.what, one.installed) for one in differences] == [
        ("exit", ("failed",), "")
    ] * 2


def test_another_federation_s_reviews_are_not_among_them(office: Office) -> None:
    with office.installation.system(office.tree.city_b) as ctx:
        assert replay(ctx) == Replay()
