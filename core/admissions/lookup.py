"""Who sees which admissions, and finding the one that a service is about."""

from __future__ import annotations

import uuid
from typing import Any, Final, LiteralString

from sqlalchemy import select

from core.access import UNION, departments, prefixes
from core.admissions.models import Admission
from core.context import Context
from core.errors import ConflictError, NotFoundError, StaleError, _
from core.households.models import Household
from core.households.queries import readable_paths
from core.tenancy import Unit

READ = "admission.read"
IN_REACH: Final[LiteralString] = """exists (
  select from unnest(%(held_by)s::text[], %(held_at)s::text[]) as held (department, path)
  where held.department in ('', a.department) and u.path like held.path)"""
"""Whether an admission `a` of a household in a unit `u` is seen, by the values of `reach`."""


def reach(ctx: Context) -> dict[str, Any]:
    """Return the values of IN_REACH: the union's people see all admissions of their units, an
    officer of a department those his department decides on; ForbiddenError where none."""
    readable_paths(ctx, READ)
    held = [("", path) for path in prefixes(ctx, READ, ctx.tenant_id, UNION)]
    for department in departments(ctx, READ):
        held += [(department, path) for path in prefixes(ctx, READ, ctx.tenant_id, department)]
    return {
        "tenant": ctx.tenant_id, "held_by": [department for department, _path in held],
        "held_at": [f"{path}%" for _department, path in held],
    }  # fmt: skip


def open_paths(ctx: Context) -> tuple[str, ...]:
    """Return the paths of units whose households the actor sees by name, not masked."""
    return prefixes(ctx, "household.read", ctx.tenant_id)


SEEN = f"""
select from admissions a
join households h on h.tenant_id = a.tenant_id and h.id = a.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where a.tenant_id = %(tenant)s and a.id = %(admission)s and {IN_REACH}
"""


def lock_admission(
    ctx: Context, admission_id: uuid.UUID, version: int | None = None
) -> tuple[Admission, Household]:
    """Return an admission the actor sees, and its household, which nobody else changes before
    this transaction ends; NotFoundError where he sees none, StaleError where it is not the
    version he saw any more."""
    if not ctx.session.fetch(SEEN, {**reach(ctx), "admission": admission_id}):
        raise NotFoundError
    found = select(Admission.household_id).where(
        Admission.tenant_id == ctx.tenant_id, Admission.id == admission_id
    )
    household = _lock(ctx, Household, ctx.session.scalars(found).one())
    admission = _lock(ctx, Admission, admission_id)
    if version is not None and version != admission.version:
        raise StaleError
    return admission, household


def path_of(ctx: Context, household: Household) -> str:
    """Return the path of the unit a household belongs to."""
    return ctx.session.scalars(
        select(Unit.path).where(Unit.tenant_id == ctx.tenant_id, Unit.id == household.unit_id)
    ).one()


def expect(admission: Admission, states: tuple[str, ...]) -> None:
    """Raise ConflictError where an admission is in none of these states."""
    if admission.state not in states:
        raise ConflictError(
            _("This admission is not in a state that allows this."), remedy=_("Look at it again.")
        )


def _lock(ctx: Context, table: Any, one: uuid.UUID) -> Any:
    query = select(table).where(table.tenant_id == ctx.tenant_id, table.id == one)
    query = query.with_for_update().execution_options(populate_existing=True)
    return ctx.session.scalars(query).one()
