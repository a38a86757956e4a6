"""Taking people on, giving and taking roles, closing accounts: by whom, how far, and audited."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from core.audit.models import AuditRecord
from core.context import Context
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.federations import find_unit, root_unit
from core.installation import Installation
from core.people import Actor, Person
from core.personnel import (
    add_person,
    disable_person,
    enable_person,
    find_person,
    grant_role,
    revoke_role,
)
from core.roster import list_people
from core.sessions import find_actor, find_login, open_login
from tests.factories import COUNTY, ELSEWHERE, GRASSROOTS, Tree, acting, found_tree, hire


@pytest.fixture(scope="module")
def tree(module_installation: Installation) -> Tree:
    return found_tree(module_installation)


@pytest.fixture
def administrator(module_installation: Installation, tree: Tree) -> Actor:
    return hire(module_installation, tree.city_a, "tenant_administrator")


def new_login() -> str:
    return f"p{uuid.uuid4().hex[:8]}"


def take_on(ctx: Context) -> Person:
    person = add_person(ctx, new_login(), "王")
    ctx.session.flush()
    return person


def events(ctx: Context, thing: uuid.UUID) -> list[str]:
    query = select(AuditRecord.event).where(AuditRecord.object_id == thing).order_by(AuditRecord.id)
    return list(ctx.session.scalars(query))


def test_an_administrator_takes_people_on_and_gives_them_roles(
    module_installation: Installation, tree: Tree, administrator: Actor
) -> None:
    with acting(module_installation, tree.city_a, administrator) as ctx:
        person, unit = take_on(ctx), find_unit(ctx, COUNTY)
        first = grant_role(ctx, person, "clerk", unit)
        ctx.session.flush()
        assert grant_role(ctx, person, "clerk", unit).id == first.id
    with acting(module_installation, tree.city_a, administrator) as ctx:
        actor = find_actor(ctx.session, tree.city_a, person.id)
        assert [(one.role, one.unit_path) for one in actor.grants] == [("clerk", unit.path)]
        revoke_role(ctx, person, "clerk", unit)
        with pytest.raises(NotFoundError):
            revoke_role(ctx, person, "clerk", unit)
    with acting(module_installation, tree.city_a, administrator) as ctx:
        assert find_actor(ctx.session, tree.city_a, person.id).grants == ()
        assert events(ctx, person.id) == ["person.added", "role.granted", "role.revoked"]


def test_a_login_is_taken_once_in_a_tenant_and_free_in_another(
    module_installation: Installation, tree: Tree
) -> None:
    login = new_login()
    for tenant in (tree.city_a, tree.city_b):
        with module_installation.system(tenant) as ctx:
            add_person(ctx, f" {login} ", "王")
    with module_installation.system(tree.city_a) as ctx:
        with pytest.raises(ConflictError, match=login):
            add_person(ctx, login, "李")
        assert find_person(ctx, login).name == "王"
        with pytest.raises(InvalidError):
            add_person(ctx, "  ", "李")
        with pytest.raises(NotFoundError):
            find_person(ctx, "nobody")


def test_nobody_gives_himself_a_role_nor_makes_an_operator(
    module_installation: Installation, tree: Tree, administrator: Actor
) -> None:
    with acting(module_installation, tree.city_a, administrator) as ctx:
        own, other, root = find_person(ctx, administrator.login), take_on(ctx), root_unit(ctx)
        with pytest.raises(ForbiddenError, match="yourself"):
            grant_role(ctx, own, "approver", root)
        with pytest.raises(ForbiddenError, match="operator"):
            grant_role(ctx, other, "platform_operator", root)
        with pytest.raises(InvalidError):
            grant_role(ctx, other, "emperor", root)


def test_an_administrator_of_a_county_gives_roles_in_it_alone(
    module_installation: Installation, tree: Tree
) -> None:
    local = hire(module_installation, tree.city_a, "tenant_administrator", unit=COUNTY)
    with module_installation.system(tree.city_a) as ctx:
        person = take_on(ctx)
    with acting(module_installation, tree.city_a, local) as ctx:
        grant_role(ctx, person, "clerk", find_unit(ctx, GRASSROOTS))
        for unit in (root_unit(ctx), find_unit(ctx, ELSEWHERE)):
            with pytest.raises((ForbiddenError, NotFoundError)):
                grant_role(ctx, person, "clerk", unit)
        with pytest.raises((ForbiddenError, NotFoundError)):
            add_person(ctx, new_login(), "王")


@pytest.mark.parametrize("role", ["clerk", "approver", "finance", "auditor", "platform_operator"])
def test_nobody_else_administers_people(
    module_installation: Installation, tree: Tree, role: str
) -> None:
    actor = hire(module_installation, tree.city_a, role)
    refused = pytest.raises((ForbiddenError, NotFoundError))
    with acting(module_installation, tree.city_a, actor) as ctx, refused:
        add_person(ctx, new_login(), "王")


def test_a_closed_account_ends_its_logins_and_keeps_its_deeds(
    module_installation: Installation, tree: Tree, administrator: Actor
) -> None:
    with module_installation.system(tree.city_a) as ctx:
        person = take_on(ctx)
        token = open_login(ctx, person.id)
    assert find_login(module_installation, tree.city_a, token) is not None
    with acting(module_installation, tree.city_a, administrator) as ctx:
        found = find_person(ctx, person.login)
        with pytest.raises(InvalidError):
            disable_person(ctx, found, " ")
        disable_person(ctx, found, "离职")
        with pytest.raises(ForbiddenError, match="own account"):
            disable_person(ctx, find_person(ctx, administrator.login), "离职")
    assert find_login(module_installation, tree.city_a, token) is None
    with module_installation.system(tree.city_a) as ctx:
        assert events(ctx, person.id) == ["person.added", "person.disabled"]
        with pytest.raises(NotFoundError):
            find_actor(ctx.session, tree.city_a, person.id)


def test_a_closed_account_is_opened_again_with_its_roles(
    module_installation: Installation, tree: Tree, administrator: Actor
) -> None:
    other = hire(module_installation, tree.city_a, "clerk")
    with acting(module_installation, tree.city_a, administrator) as ctx:
        person = find_person(ctx, other.login)
        disable_person(ctx, person, "离职")
        with pytest.raises(InvalidError):
            enable_person(ctx, person, "")
        enable_person(ctx, person, "返聘")
        enable_person(ctx, person, "返聘")
    with acting(module_installation, tree.city_a, administrator) as ctx:
        assert [one.role for one in find_actor(ctx.session, tree.city_a, person.id).grants] == [
            "clerk"
        ]
        assert events(ctx, person.id)[-2:] == ["person.disabled", "person.enabled"]


def test_nobody_takes_his_own_role_nor_the_operators(
    module_installation: Installation, tree: Tree, administrator: Actor
) -> None:
    with module_installation.system(tree.city_a) as ctx:
        operator = take_on(ctx)
        grant_role(ctx, operator, "platform_operator", root_unit(ctx))
    with acting(module_installation, tree.city_a, administrator) as ctx:
        own, root = find_person(ctx, administrator.login), root_unit(ctx)
        with pytest.raises(ForbiddenError, match="from yourself"):
            revoke_role(ctx, own, "tenant_administrator", root)
        with pytest.raises(ForbiddenError, match="operator"):
            revoke_role(ctx, operator, "platform_operator", root)


def test_the_roster_narrows_by_name_and_role_and_counts(
    module_installation: Installation, tree: Tree, administrator: Actor
) -> None:
    with module_installation.system(tree.city_b) as ctx:
        for place in range(3):
            person = add_person(ctx, f"{new_login()}-x_x", f"花名{place}")
            ctx.session.flush()
            grant_role(ctx, person, "reviewer", find_unit(ctx, COUNTY))
        grant_role(ctx, person, "auditor", root_unit(ctx))
    chief = hire(module_installation, tree.city_b, "tenant_administrator")
    with acting(module_installation, tree.city_b, chief) as ctx:
        found, total = list_people(ctx, search="花名", size=2)
        assert (len(found), total) == (2, 3)
        (both,), _total = list_people(ctx, role="auditor")
        assert [(one.role, one.unit) for one in both.roles] == [
            ("auditor", root_unit(ctx).full_name), ("reviewer", COUNTY),
        ]  # fmt: skip
        assert list_people(ctx, search="%")[1] == 0
        assert list_people(ctx, search="x_x")[1] == 3
    refused = pytest.raises((ForbiddenError, NotFoundError))
    with acting(module_installation, tree.city_b, administrator) as ctx, refused:
        list_people(ctx)
