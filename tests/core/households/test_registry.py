"""A registry read by columns: blocks, order, missing facts, and a reader who stops early."""

from __future__ import annotations

import datetime as dt
import uuid

import numpy as np
import pytest

from core.households.fact_columns import read_fact_columns
from core.households.fingerprints import fingerprints
from core.households.registry import FIRST, Asked, read_block, read_blocks, read_chosen
from core.judging import judge_registry
from tests.core.households.conftest import World
from tests.factories import C1, C2, ELSEWHERE, SPOUSE, STUDENT, acting, file_household, hire

DAY = dt.date(2023, 6, 30)
FACTS = (
    "members", "income", "illness", "disability", "schooling", "work_cost", "loss",
    "compensation", "still_difficult", "students",
)  # fmt: skip


@pytest.fixture(scope="module")
def files(world: World) -> list[uuid.UUID]:
    """Seven files: with one student or two, one without a statement, one closed, one elsewhere."""
    city = world.tree.city_a
    make = world.installation, city
    return [
        file_household(*make).id,
        file_household(*make, statement=C2, relatives=(SPOUSE, STUDENT, STUDENT)).id,
        file_household(*make, as_of=dt.date(2024, 1, 1)).id,
        file_household(*make, state="exited").id,
        file_household(*make, unit=ELSEWHERE).id,
        file_household(*make, statement={"still_difficult": True}, relatives=()).id,
        file_household(world.installation, world.tree.city_b).id,
    ]


def asked(world: World, permission: str = "household.read") -> Asked:
    return Asked(world.tree.city_a.id, DAY, FACTS, permission, {"version": "h.version::bigint"})


def test_columns_are_those_that_single_files_are_judged_by(
    world: World, files: list[uuid.UUID]
) -> None:
    with world.installation.system(world.tree.city_a) as ctx:
        block = read_block(ctx, asked(world), FIRST)
        assert block is not None
        single = read_fact_columns(ctx, DAY, FACTS, block.ids())
    columns = block.facts()
    places = [single.ids.index(one) for one in block.ids()]
    for name in FACTS:
        assert columns[name].tolist() == single.columns[name][places].tolist(), name
    assert sorted(block.ids()) == block.ids() == sorted([files[0], files[1], files[4], files[5]])
    assert columns["students"].tolist()[1] == 2
    assert block.numbers("version").tolist() == [1, 1, 1, 1]


def test_what_is_missing_is_named_and_set_apart(world: World, files: list[uuid.UUID]) -> None:
    with world.installation.system(world.tree.city_a) as ctx:
        block = read_block(ctx, asked(world), FIRST)
    assert block is not None
    assert (len(block), len(block.decidable)) == (5, 4)
    lacking = block.lacking()
    assert list(lacking) == [files[2]]
    assert "income" in lacking[files[2]]
    assert "still_difficult" in lacking[files[2]]
    assert "members" not in lacking[files[2]]
    assert "students" not in lacking[files[2]]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_blocks_of_any_size_hold_every_active_file_once(
    world: World, files: list[uuid.UUID], size: int
) -> None:
    with world.installation.system(world.tree.city_a) as ctx:
        streamed = [one for block in read_blocks(ctx, asked(world), size) for one in block.ids()]
        after, paged = FIRST, []
        while (block := read_block(ctx, asked(world), after, size)) is not None:
            assert len(block) <= size
            paged += block.ids()
            after = block.upto
    assert streamed == paged
    assert set(paged) == {files[0], files[1], files[4], files[5]}


def test_chosen_files_whatever_their_state(world: World, files: list[uuid.UUID]) -> None:
    with world.installation.system(world.tree.city_a) as ctx:
        block = read_chosen(ctx, asked(world), [files[3], files[0], uuid.uuid4()])
        none = read_chosen(ctx, asked(world), [])
    assert block.ids() == sorted([files[0], files[3]])
    assert (len(none), none.ids(), none.lacking()) == (0, [], {})


def test_a_reader_who_stops_early_leaves_the_session_usable(
    world: World, files: list[uuid.UUID]
) -> None:
    with world.installation.system(world.tree.city_a) as ctx:
        nested = ctx.session.begin_nested()
        blocks = read_blocks(ctx, asked(world), 1)
        assert len(next(blocks)) == 1
        blocks.close()
        nested.rollback()
        assert ctx.session.fetch("select 1", {}) == [(1,)]


def test_units_and_federations_are_kept_apart(world: World, files: list[uuid.UUID]) -> None:
    with acting(world.installation, world.tree.city_a, world.other_clerk) as ctx:
        block = read_block(ctx, asked(world), FIRST)
        assert block is not None
        assert block.ids() == [files[4]]
    stranger = hire(world.installation, world.tree.city_b, "clerk")
    with acting(world.installation, world.tree.city_b, stranger) as ctx:
        assert read_block(ctx, asked(world), FIRST) is None


def marks(world: World, **changes: int) -> int:
    """Return the fingerprint of C1's judgement with some facts changed."""
    facts = {**C1, "members": 4, "still_difficult": False, **changes}
    columns = {name: np.array([value]) for name, value in facts.items()}
    with world.installation.system(world.tree.city_a) as ctx:
        judged = judge_registry(ctx.catalogue, ctx.pack, columns, DAY)
    return int(fingerprints(judged)[0])


class TestFingerprints:
    def test_the_same_judgement_has_the_same(self, world: World) -> None:
        assert marks(world) == marks(world)

    @pytest.mark.parametrize("name", ["income", "illness", "disability", "loss", "members"])
    def test_one_fact_changed_by_one_always_shows(self, world: World, name: str) -> None:
        value = int({**C1, "members": 4}[name])
        assert marks(world) != marks(world, **{name: value + 1})

    def test_facts_exchanged_show(self, world: World) -> None:
        first = marks(world, illness=100, disability=200)
        assert first != marks(world, illness=200, disability=100)

    def test_many_small_changes_are_all_told_apart(self, world: World) -> None:
        size = 20_000
        columns = {name: np.full(size, int(value)) for name, value in C1.items()}
        columns |= {"members": np.full(size, 4), "still_difficult": np.zeros(size, np.bool_)}
        columns["income"] = np.arange(size) % 200
        columns["illness"] = np.arange(size) // 200
        with world.installation.system(world.tree.city_a) as ctx:
            judged = judge_registry(ctx.catalogue, ctx.pack, columns, DAY)
        assert len(np.unique(fingerprints(judged))) == size
