"""A registry to published figures: exactly so many, each judged so by the pack's own rules."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from core.catalogue import Catalogue
from core.errors import InvalidError
from core.households.generation.quotas import Aim, Quotas, fit
from core.households.generation.recipients import Recipients, share_out
from core.households.generation.whole import Region
from core.households.verdicts import judge_workbook
from core.households.workbook.reading import Workbook
from core.policies import Policies
from core.policies.published import Published

CATALOGUE = Catalogue.load()
PACK = Policies.load(catalogue=CATALOGUE).pack("liupanshui")


def published() -> Published:
    assert PACK.published is not None
    return PACK.published


def region(count: int, seed: int = 1) -> Region:
    return Region(CATALOGUE, PACK, published().scale(count), seed, published().as_of)


def count(blocks: list[Workbook]) -> dict[str, tuple[int, int]]:
    """Return households and people by the category the rules find."""
    households: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for block in blocks:
        for verdict, size in zip(
            judge_workbook(block, CATALOGUE, PACK, published().as_of),
            block.households["member_count"], strict=True,
        ):  # fmt: skip
            households[verdict.category] += 1
            people[verdict.category] += size
    return {code: (households[code], people[code]) for code in households}


def test_the_quotas_are_those_published_and_none_lives_with_more_than_six() -> None:
    quotas = Quotas.of(published(), 1)
    for one in published().categories:
        meant = quotas.codes == one.code
        assert (meant.sum(), quotas.sizes[meant].sum()) == (one.households, one.people)
    assert (quotas.sizes.min(), quotas.sizes.max()) == (1, 6)
    assert len(set(quotas.codes[:50])) > 3, "the categories are mixed"


@pytest.mark.parametrize("seed", [1, 2])
def test_the_rules_judge_every_household_as_it_was_meant(seed: int) -> None:
    made = region(6_000, seed)
    asked = {one.code: (one.households, one.people) for one in made.published.categories}
    assert count(list(made.blocks())) == {code: told for code, told in asked.items() if told[0]}


def test_the_same_seed_makes_the_same_registry_and_another_another() -> None:
    first, again, other = (list(region(60, seed).blocks()) for seed in (3, 3, 4))
    assert first[0].records == again[0].records
    assert first[0].records != other[0].records


def test_union_members_three_without_and_homes_are_as_the_categories_say() -> None:
    made = region(3_000)
    [block] = made.blocks()
    found = judge_workbook(block, CATALOGUE, PACK, published().as_of)
    for verdict, record in zip(found, block.records, strict=True):
        told = dict(record.circumstances)
        if verdict.category == "worker_hardship":
            assert told["union_member"]
        if verdict.category == "three_without":
            assert told["three_without"]
            assert (record.member_count, record.members) == (1, ())
        assert told.get("three_without", False) == (verdict.category == "three_without")
        assert all(amount >= 0 for amount in (record.income, record.illness))


def test_a_category_nobody_can_be_judged_into_is_named() -> None:
    aim = Aim(
        np.array(["rich"], dtype=object), np.array([2]), np.array([0]), np.array([True])
    )  # fmt: skip
    with pytest.raises(InvalidError) as raised:
        fit(aim, lambda facts: np.full(len(facts["members"]), "none", dtype=object), 60000,
            np.random.default_rng(1))  # fmt: skip
    assert raised.value.message.values["code"] == "rich"


def test_more_people_than_places_are_refused() -> None:
    one = published().categories[0]
    crowded = published().__class__(**{
        **vars(published()), "categories": (one.__class__(one.code, 2, 13),)
    })  # fmt: skip
    with pytest.raises(InvalidError, match="do not fit"):
        Quotas.of(crowded, 1)


@pytest.mark.parametrize(
    ("fen", "count"), [(7_355_100_00, 5_062), (383_180_400_00, 9_316), (100, 1), (12_345, 7)]
)
def test_a_sum_is_shared_out_to_the_fen(fen: int, count: int) -> None:
    amounts = share_out(fen, count, np.random.default_rng(1))
    assert (len(amounts), sum(amounts)) == (count, fen)
    assert min(amounts) > 0
    mean = fen / count
    assert all(abs(one - mean) <= mean / 5 + 200 for one in amounts[:-1])


def test_aid_goes_to_whom_the_table_names_and_nobody_gets_it_twice() -> None:
    made = region(3_000)
    [block] = made.blocks()
    rows = list(made.aid())
    by_kind: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        by_kind.setdefault((row["measure"], row["kind"]), []).append(row)
    housing = by_kind["housing", "money"]
    verdicts = judge_workbook(block, CATALOGUE, PACK, published().as_of)
    homes = {one.file_number for one in verdicts if one.category == "housing_hardship"}
    assert {row["file_number"] for row in housing} <= homes
    for aid in made.published.aid:
        given = by_kind[aid.measure, aid.kind]
        numbers = [row.get("file_number") or row["id_number"] for row in given]
        assert len(set(numbers)) == len(numbers)
        assert aid.recipients in (None, len(given))
        assert sum(row["amount"] or 0 for row in given) == aid.amount
        assert {row["on_date"].year for row in given} == {2017}
    students = {
        number
        for number, occupation in zip(
            block.members["id_number"], block.members["occupation"], strict=True
        )
        if occupation == "student"
    }
    assert {row["id_number"] for row in by_kind["education", "money"]} == students


def test_too_few_to_be_helped_are_told() -> None:
    with pytest.raises(InvalidError) as raised:
        Recipients().choose(published().aid[0], np.random.default_rng(1))
    told = raised.value.message.values
    assert (told["there"], told["count"]) == (0, 5_062)
