"""Officers of departments: a role given for a department, one grant each, on record."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.access import departments
from core.audit.models import AuditRecord
from core.context import Context
from core.errors import ForbiddenError, InvalidError, NotFoundError
from core.federations import find_unit, root_unit
from core.people import Person
from core.personnel import add_person, find_person, grant_role, revoke_role
from core.roster import read_person
from core.sessions import find_actor
from tests.core.departments.conftest import City
from tests.factories import COUNTY, acting, hire

ROLE = "department_officer"


def take_on(ctx: Context, login: str) -> Person:
    person = add_person(ctx, login, "陈科长")
    ctx.session.flush()
    return person


def test_one_person_may_work_for_two_departments_and_lose_one(city: City) -> None:
    with city.system() as ctx:
        person, root, county = take_on(ctx, "chen"), root_unit(ctx), find_unit(ctx, COUNTY)
        first = grant_role(ctx, person, ROLE, root, "housing")
        ctx.session.flush()
        assert grant_role(ctx, person, ROLE, root, "housing").id == first.id
        grant_role(ctx, person, ROLE, county, "education")
    with city.system() as ctx:
        held = [(one.department, one.unit) for one in read_person(ctx, person.id).roles]
        assert held == [("housing", root.full_name), ("education", COUNTY)]
        actor = find_actor(ctx.session, city.tenant, person.id)
        assert {one.department for one in actor.grants} == {"housing", "education"}
    with acting(city.installation, city.tenant, actor) as ctx:
        # In the order in which the region lists them.
        assert departments(ctx, "ledger.record") == ("housing", "education")
        assert departments(ctx, "household.read") == ()
    with city.system() as ctx:
        found = find_person(ctx, "chen")
        with pytest.raises(NotFoundError):
            revoke_role(ctx, found, ROLE, root_unit(ctx), "education")
        revoke_role(ctx, found, ROLE, root_unit(ctx), "housing")
    with city.system() as ctx:
        assert [one.department for one in read_person(ctx, person.id).roles] == ["education"]
        query = select(AuditRecord).where(AuditRecord.object_id == person.id)
        told = {(one.event, one.before.get("department"), one.after.get("department"))
                for one in ctx.session.scalars(query)}  # fmt: skip
    assert {
        ("role.granted", None, "housing"), ("role.granted", None, "education"),
        ("role.revoked", "housing", None),
    } <= told  # fmt: skip


@pytest.mark.parametrize(
    ("role", "department"),
    [(ROLE, ""), (ROLE, "weather"), ("clerk", "housing"), ("clerk", "union")],
)
def test_role_and_department_must_fit(city: City, role: str, department: str) -> None:
    with city.system() as ctx, pytest.raises(InvalidError) as caught:
        grant_role(ctx, take_on(ctx, f"fit-{role}-{department}"), role, root_unit(ctx), department)
    assert caught.value.field == "department"


def test_the_system_acts_for_every_department_of_the_region(city: City) -> None:
    with city.system() as ctx:
        assert departments(ctx, "ledger.record") == (
            "civil_affairs", "housing", "human_resources", "education", "health", "union",
            "poverty_relief",
        )  # fmt: skip


def test_an_administrator_of_a_county_gives_the_role_in_his_county_alone(city: City) -> None:
    administrator = hire(city.installation, city.tenant, "tenant_administrator", unit=COUNTY)
    with city.system() as ctx:
        person = take_on(ctx, "county-officer")
    with acting(city.installation, city.tenant, administrator) as ctx:
        found = find_person(ctx, person.login)
        grant_role(ctx, found, ROLE, find_unit(ctx, COUNTY), "health")
    with (
        acting(city.installation, city.tenant, administrator) as ctx,
        pytest.raises((ForbiddenError, NotFoundError)),
    ):
        grant_role(ctx, find_person(ctx, person.login), ROLE, root_unit(ctx), "health")


def test_a_region_without_departments_has_no_officers(city: City) -> None:
    with city.installation.system(city.tree.city_a) as ctx, pytest.raises(InvalidError):
        grant_role(ctx, take_on(ctx, "none"), ROLE, root_unit(ctx), "housing")
