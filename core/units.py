"""A tenant's units as its administrators keep them: the tree with what lies in each, and names."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from core.access import Subject, require
from core.audit import record
from core.context import Context
from core.errors import ConflictError, InvalidError, NotFoundError, _
from core.federations import check_name, list_units
from core.households.models import Household
from core.people import RoleGrant
from core.tenancy import Unit


@dataclass(frozen=True)
class Surveyed:
    """A unit, how deep it lies, and what hangs on it itself: people with roles, files in force."""

    unit: Unit
    depth: int
    people: int
    files: int


def survey_units(ctx: Context) -> list[Surveyed]:
    """Return the units the actor administers, each right after the one above it."""
    require(ctx, "unit.manage")
    found = sorted(list_units(ctx, "unit.manage"), key=lambda unit: _steps(unit.path))
    people = _count(
        ctx, select(RoleGrant.unit_id, func.count(RoleGrant.person_id.distinct())), RoleGrant
    )
    files = _count(
        ctx,
        select(Household.unit_id, func.count()).where(Household.state == "active"),
        Household,
    )
    return [
        Surveyed(unit, unit.path.count("."), people.get(unit.id, 0), files.get(unit.id, 0))
        for unit in found
    ]


def get_unit(ctx: Context, unit_id: uuid.UUID) -> Unit:
    """Return a unit of the tenant; NotFoundError when there is none."""
    unit = ctx.session.get(Unit, (ctx.tenant_id, unit_id))
    if unit is None:
        raise NotFoundError
    return unit


def rename_unit(ctx: Context, unit_id: uuid.UUID, name: str, reason: str) -> Unit:
    """Give a unit another name; the full names of all below it follow, files and people stay.

    InvalidError for no name or no reason, ConflictError where its neighbour has the name, or for
    the root, which is called as the federation is. Notices published before keep the old name.
    """
    unit = get_unit(ctx, unit_id)
    require(ctx, "unit.manage", Subject(ctx.tenant_id, unit.path))
    name = check_name(name)
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    if unit.parent_id is None:
        raise ConflictError(
            _("The federation itself is renamed by the operator."), remedy=_("Ask the operator.")
        )
    _lock_below(ctx, unit)
    old, above = unit.full_name, unit.full_name.rpartition("/")[0]
    new = f"{above}/{name}" if above else name
    if new == old:
        return unit
    _refuse_taken(ctx, new)
    _rewrite(ctx, unit, old, new)
    unit.name = name
    ctx.session.flush()
    record(ctx, "unit.renamed", unit, before={"name": old}, after={"name": new}, reason=reason)
    return unit


def _lock_below(ctx: Context, unit: Unit) -> None:
    """Lock a unit and all below it: nobody adds or renames there meanwhile."""
    ctx.session.scalars(
        select(Unit)
        .where(Unit.tenant_id == ctx.tenant_id, Unit.path.startswith(unit.path))
        .order_by(Unit.path)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _refuse_taken(ctx: Context, full_name: str) -> None:
    taken = select(Unit.id).where(Unit.tenant_id == ctx.tenant_id, Unit.full_name == full_name)
    if ctx.session.scalar(taken) is not None:
        raise ConflictError(_("There is a unit %(name)s already."), field="name", name=full_name)


def _rewrite(ctx: Context, unit: Unit, old: str, new: str) -> None:
    ctx.session.execute(
        update(Unit)
        .where(Unit.tenant_id == ctx.tenant_id, Unit.path.startswith(unit.path))
        .values(full_name=func.concat(new, func.substr(Unit.full_name, len(old) + 1)))
        .execution_options(synchronize_session="fetch")
    )


def _steps(path: str) -> list[int]:
    return [int(step) for step in path.split(".") if step]


def _count(ctx: Context, query: Any, table: Any) -> dict[uuid.UUID, int]:
    narrowed = query.where(table.tenant_id == ctx.tenant_id).group_by(table.unit_id)
    return {unit_id: int(count) for unit_id, count in ctx.session.execute(narrowed)}
