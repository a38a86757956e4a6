"""The tree of units as administrators keep it: what lies where, and names that all below follow."""

from __future__ import annotations

import threading
import uuid

import pytest
from sqlalchemy import select

from core.audit.models import AuditRecord
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.federations import add_unit, find_unit, root_unit
from core.households.listing import Filters, list_households
from core.installation import Installation
from core.people import Actor
from core.units import rename_unit, survey_units
from tests.factories import (
    COUNTY,
    ELSEWHERE,
    GRASSROOTS,
    TOWNSHIP,
    Tree,
    acting,
    file_household,
    found_tree,
    hire,
)


@pytest.fixture
def tree(installation: Installation) -> Tree:
    return found_tree(installation)


@pytest.fixture
def administrator(installation: Installation, tree: Tree) -> Actor:
    return hire(installation, tree.city_a, "tenant_administrator")


def rename(installation: Installation, tree: Tree, actor: Actor, unit: str, name: str) -> str:
    with acting(installation, tree.city_a, actor) as ctx:
        return rename_unit(ctx, find_unit(ctx, unit).id, name, "撤县设区").full_name


def test_each_unit_follows_the_one_above_it_with_what_lies_in_it(
    installation: Installation, tree: Tree, administrator: Actor
) -> None:
    file_household(installation, tree.city_a)
    file_household(installation, tree.city_a, state="exited")
    for _ in range(2):
        hire(installation, tree.city_a, "clerk", "investigator", unit=TOWNSHIP)
    with acting(installation, tree.city_a, administrator) as ctx:
        found = {one.unit.full_name: one for one in survey_units(ctx)}
        names = list(found)
        root = root_unit(ctx).full_name
    assert names[:4] == [root, COUNTY, TOWNSHIP, GRASSROOTS]
    assert [found[name].depth for name in names[:4]] == [0, 1, 2, 3]
    assert (found[GRASSROOTS].files, found[TOWNSHIP].people, found[ELSEWHERE].files) == (1, 2, 0)


def test_all_below_follow_a_new_name_and_files_and_rights_stay(
    installation: Installation, tree: Tree, administrator: Actor
) -> None:
    filed = file_household(installation, tree.city_a)
    clerk = hire(installation, tree.city_a, "clerk", unit=COUNTY)
    assert rename(installation, tree, administrator, COUNTY, " 水城县总工会 ") == "水城县总工会"
    with acting(installation, tree.city_a, clerk) as ctx:
        (row,) = list_households(ctx, Filters()).data
        assert row["id"] == str(filed.id)
        assert row["unit"] == GRASSROOTS.replace("水城区", "水城县")
        assert find_unit(ctx, TOWNSHIP.replace("水城区", "水城县")).level == "township"
        assert find_unit(ctx, ELSEWHERE)
        query = select(AuditRecord).where(AuditRecord.event == "unit.renamed")
        (told,) = ctx.session.scalars(query)
    assert (told.before, told.after) == ({"name": COUNTY}, {"name": "水城县总工会"})
    assert told.reason == "撤县设区"


def test_a_unit_whose_name_begins_the_same_is_left_alone(
    installation: Installation, tree: Tree, administrator: Actor
) -> None:
    with acting(installation, tree.city_a, administrator) as ctx:
        for number in range(9):
            add_unit(ctx, root_unit(ctx), f"县{number}", "county", "")
        add_unit(ctx, find_unit(ctx, "县8"), "下", "township", "")
    rename(installation, tree, administrator, COUNTY, "新")
    with acting(installation, tree.city_a, administrator) as ctx:
        names = {one.unit.full_name for one in survey_units(ctx)}
    assert {f"县{number}" for number in range(9)} | {"县8/下", "新"} <= names


def test_names_that_cannot_be_are_refused(
    installation: Installation, tree: Tree, administrator: Actor
) -> None:
    with acting(installation, tree.city_a, administrator) as ctx:
        county, root = find_unit(ctx, COUNTY).id, root_unit(ctx).id
        for name in ("", "  ", "a/b"):
            with pytest.raises(InvalidError):
                rename_unit(ctx, county, name, "因")
        with pytest.raises(InvalidError):
            rename_unit(ctx, county, "新", " ")
        with pytest.raises(ConflictError, match="钟山区总工会 already"):
            rename_unit(ctx, county, "钟山区总工会", "因")
        with pytest.raises(ConflictError, match="operator"):
            rename_unit(ctx, root, "新", "因")
        with pytest.raises(NotFoundError):
            rename_unit(ctx, uuid.uuid4(), "新", "因")


def test_an_administrator_of_a_county_renames_in_it_alone(
    installation: Installation, tree: Tree
) -> None:
    local = hire(installation, tree.city_a, "tenant_administrator", unit=COUNTY)
    assert rename(installation, tree, local, TOWNSHIP, "新").endswith("/新")
    refused = pytest.raises((ForbiddenError, NotFoundError))
    with refused:
        rename(installation, tree, local, ELSEWHERE, "新")
    with acting(installation, tree.city_a, local) as ctx:
        assert {one.unit.path.split(".")[0] for one in survey_units(ctx)} == {
            find_unit(ctx, COUNTY).path.split(".")[0]
        }
    clerk = hire(installation, tree.city_a, "clerk")
    with acting(installation, tree.city_a, clerk) as ctx, refused:
        survey_units(ctx)


def test_a_unit_added_while_the_one_above_is_renamed_has_the_new_name(
    installation: Installation, tree: Tree, administrator: Actor
) -> None:
    """The adder has read the old name and waits for the renamer's lock."""
    with acting(installation, tree.city_a, administrator) as adding:
        parent = find_unit(adding, COUNTY)
        with acting(installation, tree.city_a, administrator) as renaming:
            rename_unit(renaming, parent.id, "新", "因")
            made: list[str] = []
            adder = threading.Thread(
                target=lambda: made.append(add_unit(adding, parent, "下", "township", "").full_name)
            )
            adder.start()
            adder.join(0.5)
            assert made == []
        adder.join(30)
    assert made == ["新/下"]
