"""One federation with clerks, shared by the tests of a module; records to file."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

import pytest

from core.households.records import HouseholdRecord, MemberRecord
from core.installation import Installation
from core.money import parse_yuan as yuan
from core.people import Actor
from tests.factories import ELSEWHERE, GRASSROOTS, Tree, found_tree, hire, id_number

_serials = itertools.count(400_000)


@dataclass(frozen=True)
class World:
    """An installation with its federations and a clerk in each of two units."""

    installation: Installation
    tree: Tree
    clerk: Actor
    other_clerk: Actor


@pytest.fixture(scope="module")
def world(module_installation: Installation) -> World:
    """Federations and clerks for all tests of a module."""
    tree = found_tree(module_installation)
    return World(
        module_installation,
        tree,
        hire(module_installation, tree.city_a, "clerk", unit=GRASSROOTS),
        hire(module_installation, tree.city_a, "clerk", unit=ELSEWHERE),
    )


def person_number(*, male: bool) -> str:
    """Return an ID number nobody had before, of a man or a woman."""
    return next(number for number in map(id_number, _serials) if (int(number[16]) % 2 == 1) == male)


def spouse(**values: Any) -> MemberRecord:
    """Return a wife with an ID number of her own."""
    given: dict[str, Any] = {
        "name": "李芳", "relation": "spouse", "sex": "female", "occupation": "employed",
        "id_number": person_number(male=False), "health": "healthy",
    }  # fmt: skip
    return MemberRecord(**(given | values))


def family(*members: MemberRecord, **values: Any) -> HouseholdRecord:
    """Return a household of a man and the members given: of two members C8, relative hardship."""
    given: dict[str, Any] = {
        "file_number": "", "name": "王建国", "sex": "male", "id_number": person_number(male=True),
        "unit": GRASSROOTS, "member_count": 1 + len(members), "income": yuan("16800"),
        "main_cause": "major_illness", "work_status": "employed", "phone": "17821993518",
        "filed_on": dt.date(2022, 3, 1), "card": "6217003194875749113", "health": "fair",
    }  # fmt: skip
    return HouseholdRecord(**(given | values), members=members)
