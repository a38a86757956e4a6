"""Replaying decisions: what was stored comes out the same, and whatever was altered is named."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from core.errors import ForbiddenError
from core.households.judgements import judge_household, judge_many
from core.installation import Installation
from core.replay import Replay, replay
from tests.factories import C2, SPOUSE, found_tree
from tests.office import MORNING, Office
from tests.servers import Database

DAY = MORNING.date()


@pytest.fixture(scope="module")
def office(module_installation: Installation) -> Office:
    """An office with 40 files judged at once, one judged alone, and two applications."""
    office = Office(module_installation, found_tree(module_installation))
    files = [office.file() for _ in range(20)]
    files += [office.file(statement=C2, relatives=(SPOUSE,) * 2) for _ in range(20)]
    with office.system() as ctx:
        judge_many(ctx, [one.id for one in files], DAY)
        judge_household(ctx, files[0].id, DAY)
    office.approve(files[0])
    office.start(files[20], asked="4500")
    return office


def replayed(office: Office) -> Replay:
    with office.system() as ctx:
        return replay(ctx)


def test_every_decision_comes_out_as_it_was(office: Office) -> None:
    seen: list[tuple[int, int]] = []
    with office.system() as ctx:
        result = replay(ctx, lambda done, total: seen.append((done, total)))
    assert result.differences == []
    assert result.judgements >= 41
    assert result.applications == 2
    assert seen[-1] == (result.judgements + 2, result.judgements + 2)


@pytest.fixture
def tampering(module_database: Database) -> Iterator[psycopg.Connection]:
    """A superuser's connection; every test puts back what it altered."""
    with psycopg.connect(module_database.superuser_url, autocommit=True) as connection:
        yield connection


ALTERED = [
    ("category = 'relative'", ("category",)),
    ("facts = jsonb_set(facts, '{income}', '1')", ("reasons", "steps")),
    ("explanation = jsonb_set(explanation, '{0,value}', '7')", ("steps",)),
    ("reasons = '[]'", ("reasons",)),
]


@pytest.mark.parametrize(("change", "what"), ALTERED)
def test_an_altered_judgement_is_named(
    office: Office, tampering: psycopg.Connection, change: str, what: tuple[str, ...]
) -> None:
    (stored,) = tampering.execute(
        "select id, category, facts::text, explanation::text, reasons::text, household_id "
        "from judgements where category = 'deep' order by id limit 1"
    ).fetchall()
    tampering.execute(f"update judgements set {change} where id = %s", [stored[0]])
    try:
        (found,) = replayed(office).differences
    finally:
        tampering.execute(
            "update judgements set category = %s, facts = %s, explanation = %s, reasons = %s "
            "where id = %s", [*stored[1:5], stored[0]],
        )  # fmt: skip
    assert (found.kind, found.id, found.what) == ("judgement", stored[0], what)
    assert found.on == DAY
    assert found.version == found.installed != ""
    assert replayed(office).differences == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("assessment = jsonb_set(assessment, '{maximum}', '1')", ("maximum",)),
        ("assessment = jsonb_set(assessment, '{judgement,category}', '\"none\"')", ("category",)),
        ("facts = jsonb_set(facts, '{category}', '\"accidental\"')",
         ("eligible", "minimum", "maximum", "reasons", "steps")),
    ],
)  # fmt: skip
def test_an_altered_application_is_named(
    office: Office, tampering: psycopg.Connection, change: str, what: tuple[str, ...]
) -> None:
    (stored,) = tampering.execute(
        "select id, number, facts::text, assessment::text from applications order by id limit 1"
    ).fetchall()
    tampering.execute(f"update applications set {change} where id = %s", [stored[0]])
    try:
        (found,) = replayed(office).differences
    finally:
        tampering.execute(
            "update applications set facts = %s, assessment = %s where id = %s",
            [stored[2], stored[3], stored[0]],
        )
    assert (found.kind, found.number) == ("application", stored[1])
    assert set(found.what) <= set(what)
    assert found.what


def test_figures_that_were_altered_show_in_all_they_decided(
    office: Office, tampering: psycopg.Connection
) -> None:
    query = "from parameter_sets where programme = 'worker_hardship'"
    (stored,) = tampering.execute(f"select id, figures::text {query}").fetchall()
    tampering.execute(
        "update parameter_sets set figures = jsonb_set(figures, '{values,dibao_line}', '1') "
        "where id = %s", [stored[0]],
    )  # fmt: skip
    try:
        found = replayed(office)
    finally:
        tampering.execute(
            "update parameter_sets set figures = %s where id = %s", [stored[1], stored[0]]
        )
    assert len(found.differences) == found.judgements + found.applications


@pytest.mark.parametrize(
    "change", ["facts = facts - 'income'", "facts = jsonb_set(facts, '{members}', '-1')",
               "facts = jsonb_set(facts, '{income}', '\"much\"')"],
)  # fmt: skip
def test_one_damaged_judgement_is_named_alone(
    office: Office, tampering: psycopg.Connection, change: str
) -> None:
    (stored,) = tampering.execute(
        "select id, facts::text from judgements order by id limit 1 offset 7"
    ).fetchall()
    tampering.execute(f"update judgements set {change} where id = %s", [stored[0]])
    try:
        result = replayed(office)
    finally:
        tampering.execute("update judgements set facts = %s where id = %s", [*stored[::-1]])
    (found,) = result.differences
    assert (found.id, found.what) == (stored[0], ("failed",))
    assert found.reason is not None
    assert result.judgements >= 41


def test_an_assessment_that_lost_a_part_is_named(
    office: Office, tampering: psycopg.Connection
) -> None:
    (stored,) = tampering.execute(
        "select id, number, assessment::text from applications order by id limit 1"
    ).fetchall()
    tampering.execute(
        "update applications set assessment = assessment - 'judgement' where id = %s", [stored[0]]
    )
    try:
        (found,) = replayed(office).differences
    finally:
        tampering.execute(
            "update applications set assessment = %s where id = %s", [stored[2], stored[0]]
        )
    assert (found.number, found.what) == (stored[1], ("failed",))


def test_figures_that_are_gone_are_told_of_all_they_decided(
    office: Office, tampering: psycopg.Connection
) -> None:
    query = "from parameter_sets where programme = 'worker_hardship'"
    (stored,) = tampering.execute(f"select id, sha256 {query}").fetchall()
    tampering.execute("update parameter_sets set sha256 = '\\x00' where id = %s", [stored[0]])
    try:
        found = replayed(office)
    finally:
        tampering.execute("update parameter_sets set sha256 = %s where id = %s", [*stored[::-1]])
    assert {one.what for one in found.differences} == {("failed",)}
    assert len(found.differences) == found.judgements + found.applications


def test_a_rule_that_is_gone_decides_nothing_and_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(office.installation.catalogue._entries, "living_aid")
    differences = replayed(office).differences
    assert {(one.kind, one.what, one.installed) for one in differences} == {
        ("application", ("failed",), "")
    }
    assert all("living_aid" in str(one.reason) for one in differences)


def test_only_who_reads_the_trail_may_replay(office: Office) -> None:
    with office.acting("finance") as ctx, pytest.raises(ForbiddenError):
        replay(ctx)


def test_another_federation_s_decisions_are_not_among_them(office: Office) -> None:
    with office.installation.system(office.tree.city_b) as ctx:
        assert replay(ctx) == Replay()
