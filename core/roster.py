"""Who works in a tenant, and in which roles over which units: as its administrators see it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from core.access import require
from core.context import Context
from core.errors import NotFoundError
from core.paging import clamp, skip
from core.people import Person, RoleGrant
from core.tenancy import Unit


@dataclass(frozen=True)
class Held:
    """A role over a unit and all below it, for a department of the region where it has one."""

    role: str
    unit_id: uuid.UUID
    unit: str
    path: str
    department: str = ""


@dataclass(frozen=True)
class Colleague:
    """A person with the roles he holds, those over the highest units first."""

    id: uuid.UUID
    login: str
    name: str
    active: bool
    created_at: dt.datetime
    roles: tuple[Held, ...]


def list_people(
    ctx: Context, *, search: str = "", role: str = "", page: int = 1, size: int = 50
) -> tuple[list[Colleague], int]:
    """Return a page of the tenant's people by login, and the number of all that fit.

    `search` is a part of login or name; `role` keeps those who hold it anywhere.
    """
    require(ctx, "person.manage")
    query = select(Person).where(Person.tenant_id == ctx.tenant_id)
    if search.strip():
        part = search.strip()
        query = query.where(
            or_(Person.login.contains(part, autoescape=True),
                Person.name.contains(part, autoescape=True))
        )  # fmt: skip
    if role:
        holding = select(RoleGrant.person_id).where(
            RoleGrant.tenant_id == ctx.tenant_id, RoleGrant.role == role
        )
        query = query.where(Person.id.in_(holding))
    total = ctx.session.scalar(select(func.count()).select_from(query.subquery()))
    query = query.order_by(Person.login).limit(clamp(size)).offset(skip(page, size))
    people = list(ctx.session.scalars(query))
    held = _held(ctx, [one.id for one in people])
    return [_view(one, held[one.id]) for one in people], int(total or 0)


def read_person(ctx: Context, person_id: uuid.UUID) -> Colleague:
    """Return one person with his roles; NotFoundError when there is none."""
    person = get_person(ctx, person_id)
    return _view(person, _held(ctx, [person_id])[person_id])


def get_person(ctx: Context, person_id: uuid.UUID) -> Person:
    """Return a person for an administrator to act on; NotFoundError when there is none."""
    require(ctx, "person.manage")
    person = ctx.session.get(Person, (ctx.tenant_id, person_id))
    if person is None:
        raise NotFoundError
    return person


def _held(ctx: Context, person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Held]]:
    rows = ctx.session.execute(
        select(RoleGrant.person_id, RoleGrant.role, Unit.id, Unit.full_name, Unit.path,
               RoleGrant.department)
        .join(Unit, (Unit.tenant_id == RoleGrant.tenant_id) & (Unit.id == RoleGrant.unit_id))
        .where(RoleGrant.tenant_id == ctx.tenant_id, RoleGrant.person_id.in_(person_ids))
        .order_by(Unit.path, RoleGrant.role, RoleGrant.department)
    )  # fmt: skip
    found: dict[uuid.UUID, list[Held]] = defaultdict(list)
    for person_id, role, unit_id, unit, path, department in rows:
        found[person_id].append(Held(role, unit_id, unit, path, department))
    return found


def _view(person: Person, held: list[Held]) -> Colleague:
    return Colleague(
        person.id, person.login, person.name, person.active, person.created_at, tuple(held)
    )
