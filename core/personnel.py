"""Administering people: taking them on, giving and taking roles, closing their accounts."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select, update

from core.access import BY_DEPARTMENT, ROLES, Subject, require
from core.audit import record
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, _
from core.people import LoginSession, Person, RoleGrant
from core.tenancy import Unit

PLATFORM_ROLES = frozenset({"platform_operator"})
"""Roles that only the system itself gives, by the operator's command."""


def add_person(ctx: Context, login: str, name: str) -> Person:
    """Take on a person who can be given roles; ConflictError when the login is taken."""
    require(ctx, "person.manage", Subject(ctx.tenant_id))
    login, name = login.strip(), name.strip()
    if not login or not name:
        raise InvalidError(_("A person needs a login and a name."), field="login")
    if _find(ctx, login) is not None:
        raise ConflictError(_("The login %(login)s is taken."), field="login", login=login)
    person = Person(
        tenant_id=ctx.tenant_id, id=new_id(), login=login, name=name, active=True,
        created_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(person)
    record(ctx, "person.added", person, after={"login": login, "name": name})
    return person


def grant_role(
    ctx: Context, person: Person, role: str, unit: Unit, department: str = ""
) -> RoleGrant:
    """Give a person a role over a unit and everything below it; giving it twice changes nothing.

    A department officer's role is given for one of the region's departments, every other one for
    none. Nobody gives himself a role, and nobody gives one beyond the units he administers.
    """
    require(ctx, "person.manage", Subject(ctx.tenant_id, unit.path))
    _refuse_role(ctx, person, role)
    _check_department(ctx, role, department)
    held = _held(ctx, person.id, role, unit.id, department)
    if held is not None:
        return held
    grant = RoleGrant(
        tenant_id=ctx.tenant_id, id=new_id(), person_id=person.id, role=role, unit_id=unit.id,
        department=department, granted_by=ctx.actor.person_id, granted_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(grant)
    record(ctx, "role.granted", person, after=_tell(role, unit, department))
    return grant


def revoke_role(ctx: Context, person: Person, role: str, unit: Unit, department: str = "") -> None:
    """Take a role over a unit away from a person; NotFoundError when he does not hold it.

    Nobody takes his own away: a federation would be left without its last administrator.
    """
    require(ctx, "person.manage", Subject(ctx.tenant_id, unit.path))
    _refuse_own(ctx, person, _("You cannot take a role from yourself."))
    _refuse_platform(ctx, role)
    held = _held(ctx, person.id, role, unit.id, department)
    if held is None:
        raise NotFoundError
    ctx.session.execute(
        delete(RoleGrant).where(RoleGrant.tenant_id == ctx.tenant_id, RoleGrant.id == held.id)
    )
    record(ctx, "role.revoked", person, before=_tell(role, unit, department))


def disable_person(ctx: Context, person: Person, reason: str) -> None:
    """Close a person's account and all his logins; what he did stays in his name."""
    require(ctx, "person.manage", Subject(ctx.tenant_id))
    _refuse_own(ctx, person, _("You cannot close your own account."))
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    person.active = False
    ctx.session.execute(
        update(LoginSession)
        .where(
            LoginSession.tenant_id == ctx.tenant_id,
            LoginSession.person_id == person.id,
            LoginSession.revoked_at.is_(None),
        )
        .values(revoked_at=ctx.now)
    )
    record(ctx, "person.disabled", person, before={"active": True}, after={"active": False},
           reason=reason)  # fmt: skip


def enable_person(ctx: Context, person: Person, reason: str) -> None:
    """Open a closed account again, with the roles it has; he signs in anew."""
    require(ctx, "person.manage", Subject(ctx.tenant_id))
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    if person.active:
        return
    person.active = True
    ctx.session.flush()
    record(ctx, "person.enabled", person, before={"active": False}, after={"active": True},
           reason=reason)  # fmt: skip


def find_person(ctx: Context, login: str) -> Person:
    """Return a person of the tenant by login; NotFoundError when there is none."""
    person = _find(ctx, login)
    if person is None:
        raise NotFoundError
    return person


def _find(ctx: Context, login: str) -> Person | None:
    return ctx.session.scalars(
        select(Person).where(Person.tenant_id == ctx.tenant_id, Person.login == login)
    ).one_or_none()


def _tell(role: str, unit: Unit, department: str) -> dict[str, str]:
    told = {"role": role, "unit": unit.full_name}
    return {**told, "department": department} if department else told


def _check_department(ctx: Context, role: str, department: str) -> None:
    if role in BY_DEPARTMENT and department not in {one.code for one in ctx.pack.departments}:
        raise InvalidError(
            _("This role is given for one of the region's departments."),
            remedy=_("Choose the department the person works for."), field="department",
        )  # fmt: skip
    if department and role not in BY_DEPARTMENT:
        raise InvalidError(
            _("Only a department officer's role is given for a department."), field="department"
        )


def _held(
    ctx: Context, person_id: uuid.UUID, role: str, unit_id: uuid.UUID, department: str
) -> RoleGrant | None:
    return ctx.session.scalars(
        select(RoleGrant).where(
            RoleGrant.tenant_id == ctx.tenant_id,
            RoleGrant.person_id == person_id,
            RoleGrant.role == role,
            RoleGrant.unit_id == unit_id,
            RoleGrant.department == department,
        )
    ).one_or_none()


def _refuse_role(ctx: Context, person: Person, role: str) -> None:
    if role not in ROLES:
        raise InvalidError(_("There is no role %(role)s."), field="role", role=role)
    _refuse_own(ctx, person, _("You cannot give yourself a role."))
    _refuse_platform(ctx, role)


def _refuse_own(ctx: Context, person: Person, text: str) -> None:
    if person.id == ctx.actor.person_id:
        raise ForbiddenError(text, remedy=_("Ask another administrator."))


def _refuse_platform(ctx: Context, role: str) -> None:
    if role in PLATFORM_ROLES and not ctx.actor.is_system:
        raise ForbiddenError(_("Only the operator gives and takes this role."))
