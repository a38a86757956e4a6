"""Founding tenants and their units: the tree of federations and what lies within each."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from sqlalchemy import false, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from core.access import Subject, prefixes, require
from core.audit import record
from core.context import Context
from core.db import make_engine, new_id
from core.errors import ConflictError, InvalidError, NotFoundError, UnavailableError, _
from core.installation import Installation
from core.tenancy import TENANT_LEVELS, UNIT_LEVELS, Tenant, TenantView, Unit

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class NewTenant:
    """A federation to be founded. `parent` is the slug of the tenant above, none for the nation."""

    slug: str
    level: str
    name: str
    name_en: str
    pack: str
    division_code: str
    parent: str | None = None


def add_tenant(installation: Installation, new: NewTenant) -> TenantView:
    """Found a tenant and its root unit; only an operator who holds the owner's address can.

    Raises InvalidError for a level that does not fit below the parent, ConflictError when the
    slug is taken, UnavailableError without the owner's address.
    """
    parent = installation.tenant(new.parent) if new.parent else None
    _check(new, parent)
    installation.policies.pack(new.pack)
    _insert(installation, new, parent)
    installation.forget_tenants()
    tenant = installation.tenant(new.slug)
    with installation.system(tenant) as ctx:
        root = _add(ctx, None, 0, new.name, new.level, new.division_code)
        record(ctx, "tenant.added", root, after={"slug": new.slug, "parent": new.parent})
    return tenant


def add_unit(ctx: Context, parent: Unit, name: str, level: str, division_code: str) -> Unit:
    """Add a unit below another. InvalidError unless it lies lower, ConflictError for a twin."""
    require(ctx, "unit.manage", Subject(ctx.tenant_id, parent.path))
    if level not in UNIT_LEVELS or UNIT_LEVELS.index(level) <= UNIT_LEVELS.index(parent.level):
        raise InvalidError(
            _("A unit of level %(level)s cannot lie below one of level %(above)s."),
            field="level", level=level, above=parent.level,
        )  # fmt: skip
    name = check_name(name)
    unit = _add(ctx, parent, _next_number(ctx, parent), name, level, division_code)
    record(ctx, "unit.added", unit, after={"name": unit.full_name, "level": level})
    return unit


def check_name(name: str) -> str:
    """Return a unit's name without blanks around it; InvalidError for none, or one with a slash."""
    name = name.strip()
    if not name or "/" in name:
        raise InvalidError(_("A unit needs a name without a slash."), field="name")
    return name


def root_unit(ctx: Context) -> Unit:
    """Return the unit that stands for the whole tenant."""
    return ctx.session.scalars(
        select(Unit).where(Unit.tenant_id == ctx.tenant_id, Unit.parent_id.is_(None))
    ).one()


def list_units(ctx: Context, permission: str) -> list[Unit]:
    """Return the units under which the actor holds a permission, parents before children."""
    held = [Unit.path.like(f"{path}%") for path in prefixes(ctx, permission, ctx.tenant_id)]
    query = select(Unit).where(Unit.tenant_id == ctx.tenant_id, or_(false(), *held))
    return list(ctx.session.scalars(query.order_by(Unit.full_name)))


def find_unit(ctx: Context, full_name: str) -> Unit:
    """Return a unit by its name (水城区总工会/双水街道工会), the root by an empty one."""
    if not full_name:
        return root_unit(ctx)
    unit = ctx.session.scalars(
        select(Unit).where(Unit.tenant_id == ctx.tenant_id, Unit.full_name == full_name)
    ).one_or_none()
    if unit is None:
        raise NotFoundError(_("There is no unit %(name)s."), name=full_name)
    return unit


def _check(new: NewTenant, parent: TenantView | None) -> None:
    if not _SLUG.fullmatch(new.slug):
        raise InvalidError(
            _("A tenant's short name has small letters, digits and hyphens only."), field="slug"
        )
    if new.level not in TENANT_LEVELS:
        raise InvalidError(_("There is no level %(level)s."), field="level", level=new.level)
    above = TENANT_LEVELS.index(new.level) - 1
    if (parent is None) != (above < 0) or (parent and parent.level != TENANT_LEVELS[above]):
        raise InvalidError(
            _("A city lies below a province, a province below the nation, the nation below none."),
            field="parent",
        )


def _insert(installation: Installation, new: NewTenant, parent: TenantView | None) -> None:
    url = installation.settings.database_owner_url
    if not url:
        raise UnavailableError(
            _("Tenants are founded with the address of the database's owner, which is not set."),
            remedy=_("Set DATABASE_OWNER_URL for this command."),
        )
    values = {
        "id": new_id(), "parent_id": parent.id if parent else None, "slug": new.slug,
        "level": new.level, "name": new.name, "name_en": new.name_en, "pack": new.pack,
        "division_code": new.division_code, "created_at": installation.now(),
    }  # fmt: skip
    engine = make_engine(url, pool_size=1)
    try:
        with engine.begin() as connection:
            connection.execute(insert(Tenant), values)
    except IntegrityError:
        raise ConflictError(
            _("The tenant %(slug)s stands already."), field="slug", slug=new.slug
        ) from None
    finally:
        engine.dispose()


def _add(
    ctx: Context, parent: Unit | None, number: int, name: str, level: str, division_code: str
) -> Unit:
    """Add a unit's row. The root's path is empty, so that it contains everything."""
    above = parent.full_name if parent and parent.parent_id else ""
    unit = Unit(
        tenant_id=ctx.tenant_id, id=new_id(), parent_id=parent.id if parent else None,
        number=number, path=f"{parent.path}{number}." if parent else "", level=level, name=name,
        full_name=f"{above}/{name}" if above else name, division_code=division_code,
    )  # fmt: skip
    _refuse_twin(ctx, unit)
    ctx.session.add(unit)
    ctx.session.flush()
    return unit


def _refuse_twin(ctx: Context, unit: Unit) -> None:
    twin: uuid.UUID | None = ctx.session.scalar(
        select(Unit.id).where(Unit.tenant_id == ctx.tenant_id, Unit.full_name == unit.full_name)
    )
    if twin is not None:
        raise ConflictError(
            _("There is a unit %(name)s already."), field="name", name=unit.full_name
        )


def _next_number(ctx: Context, parent: Unit) -> int:
    """Return the next number below a unit; the parent's row is locked against a second adder.

    It is read anew with that: it may have another name by now.
    """
    ctx.session.refresh(parent, with_for_update=True)
    highest = ctx.session.scalar(
        select(func.max(Unit.number)).where(
            Unit.tenant_id == ctx.tenant_id, Unit.parent_id == parent.id
        )
    )
    return int(highest or 0) + 1
