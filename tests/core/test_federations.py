"""Founding federations and their units: the tree stays a tree, in the database too."""

from __future__ import annotations

import threading

import pytest

from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, UnavailableError
from core.federations import NewTenant, add_tenant, add_unit, find_unit, root_unit
from core.installation import Installation
from tests.factories import COUNTY, GRASSROOTS, TOWNSHIP, Tree, found_tree, hire


@pytest.fixture(scope="module")
def tree(module_installation: Installation) -> Tree:
    return found_tree(module_installation)


def test_who_is_above_knows_all_below(module_installation: Installation, tree: Tree) -> None:
    cities = {tree.city_a.id, tree.city_b.id}
    assert set(module_installation.tenant("province").descendants) == cities
    assert set(module_installation.tenant("nation").descendants) == {tree.province.id, *cities}
    assert module_installation.tenant("city-a").descendants == ()
    assert module_installation.tenant("city-a").readable == (tree.city_a.id,)


@pytest.mark.parametrize(("level", "parent"), [
    ("city", "nation"), ("province", "province"), ("city", None), ("nation", "nation"),
    ("province", "city-a"), ("village", "city-a"),
])  # fmt: skip
def test_a_federation_lies_right_below_its_parent(
    module_installation: Installation, tree: Tree, level: str, parent: str | None
) -> None:
    new = NewTenant("misplaced", level, "名", "name", "city_2023", "520000", parent)
    with pytest.raises(InvalidError):
        add_tenant(module_installation, new)


def test_a_short_name_is_taken_once(module_installation: Installation, tree: Tree) -> None:
    new = NewTenant("city-a", "city", "名", "name", "city_2023", "520000", "province")
    with pytest.raises(ConflictError):
        add_tenant(module_installation, new)


def test_a_federation_needs_a_region_pack_that_exists(
    module_installation: Installation, tree: Tree
) -> None:
    new = NewTenant("city-x", "city", "名", "name", "atlantis", "520000", "province")
    with pytest.raises(NotFoundError):
        add_tenant(module_installation, new)
    with pytest.raises(NotFoundError):
        module_installation.tenant("city-x")


def test_without_the_owners_address_nothing_is_founded(
    module_installation: Installation, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module_installation.settings, "database_owner_url", "")
    new = NewTenant("city-y", "city", "名", "name", "city_2023", "520000", "province")
    with pytest.raises(UnavailableError):
        add_tenant(module_installation, new)


def test_units_are_named_and_numbered_by_where_they_lie(
    module_installation: Installation, tree: Tree
) -> None:
    with module_installation.system(tree.city_a) as ctx:
        root, county = root_unit(ctx), find_unit(ctx, COUNTY)
        township, below = find_unit(ctx, TOWNSHIP), find_unit(ctx, GRASSROOTS)
        assert root.path == ""
        assert find_unit(ctx, "").id == root.id
        assert township.path.startswith(county.path)
        assert below.path.startswith(township.path)
        assert below.full_name == GRASSROOTS
        with pytest.raises(NotFoundError):
            find_unit(ctx, "不存在")


@pytest.mark.parametrize(("name", "level", "error"), [
    ("新街道", "county", InvalidError), ("新街道", "nation", InvalidError),
    ("新街道", "village", InvalidError), ("  ", "township", InvalidError),
    ("甲/乙", "township", InvalidError), ("双水街道工会", "township", ConflictError),
])  # fmt: skip
def test_a_unit_lies_lower_than_its_parent_and_has_no_twin(
    module_installation: Installation, tree: Tree, name: str, level: str, error: type[Exception]
) -> None:
    with module_installation.system(tree.city_a) as ctx, pytest.raises(error):
        add_unit(ctx, find_unit(ctx, COUNTY), name, level, "520200")


def test_units_added_at_once_get_different_numbers(
    module_installation: Installation, tree: Tree
) -> None:
    paths: list[str] = []

    def add(number: int) -> None:
        with module_installation.system(tree.city_b) as ctx:
            paths.append(add_unit(ctx, root_unit(ctx), f"第{number}县", "county", "520300").path)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(paths)) == 8


def test_units_are_added_by_administrators(module_installation: Installation, tree: Tree) -> None:
    clerk = hire(module_installation, tree.city_a, "clerk")
    with module_installation.context(tree.city_a, clerk) as ctx, pytest.raises(ForbiddenError):
        add_unit(ctx, root_unit(ctx), "新县", "county", "520200")
