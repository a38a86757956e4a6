"""Figures a federation set for itself, within what its region allows.

One that holds is never changed or taken back, so that what was decided by it can be explained;
another one from a later day takes its place.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from core.access import Subject, require
from core.audit import record
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError, _
from core.policies.figures import Override
from core.tenancy import ParameterOverride

PERMISSION = "policy.manage"


def read_overrides(ctx: Context) -> list[ParameterOverride]:
    """Return all the tenant ever set, rule by rule, figure by figure, the newest day first; the
    pack takes those that hold on the day it judges."""
    table = ParameterOverride
    query = select(table).where(table.tenant_id == ctx.tenant_id)
    order = (table.programme, table.name, table.holds_from.desc())
    return list(ctx.session.scalars(query.order_by(*order)))


def set_override(ctx: Context, wanted: Override) -> ParameterOverride:
    """Set a figure from a day on, by a document of the federation's own place.

    Raises InvalidError for a figure that is not known or may not be set, a value out of bounds or
    badly written, a day before the region's own first value and a missing source, NotFoundError
    for a rule the region does not have, ConflictError where one is set for that day already.
    """
    require(ctx, PERMISSION, Subject(ctx.tenant_id))
    _check(ctx, wanted)
    found = ctx.session.scalars(
        insert(ParameterOverride)
        .values(
            tenant_id=ctx.tenant_id, id=new_id(), programme=wanted.programme, name=wanted.name,
            value=wanted.value.strip(), holds_from=wanted.holds_from,
            source=wanted.source.strip(), set_by=_person(ctx), set_at=ctx.now,
        )
        .on_conflict_do_nothing(index_elements=["tenant_id", "programme", "name", "holds_from"])
        .returning(ParameterOverride)
    ).one_or_none()  # fmt: skip
    if found is None:
        raise ConflictError(
            _("“%(name)s” is set from %(day)s on already."),
            remedy=_("Choose another day; one that does not hold yet can be withdrawn."),
            field="holds_from", name=wanted.name, day=wanted.holds_from.isoformat(),
        )  # fmt: skip
    record(ctx, "figure.set", found, before=_held_before(ctx, found), after=_as_record(found))
    return found


def withdraw_override(ctx: Context, override_id: uuid.UUID) -> None:
    """Take back a figure that does not hold yet.

    Raises NotFoundError where the tenant set none with this id, ConflictError for one that holds.
    """
    require(ctx, PERMISSION, Subject(ctx.tenant_id))
    table = ParameterOverride
    one = (table.tenant_id == ctx.tenant_id, table.id == override_id)
    gone = ctx.session.scalars(
        delete(table).where(*one, table.holds_from > ctx.today).returning(table)
    ).one_or_none()
    if gone is None:
        raise _not_withdrawable(ctx.session.scalars(select(table).where(*one)).one_or_none())
    record(ctx, "figure.withdrawn", gone, before=_as_record(gone))


def _not_withdrawable(found: ParameterOverride | None) -> DomainError:
    if found is None:
        return NotFoundError()
    return ConflictError(
        _("“%(name)s” holds since %(day)s: decisions may rest on it."),
        remedy=_("Set another value from a later day on."),
        name=found.name, day=found.holds_from.isoformat(),
    )  # fmt: skip


def _check(ctx: Context, wanted: Override) -> None:
    ctx.pack.check_override(wanted.programme, wanted.name, wanted.value.strip())
    base = wanted.name.partition(".")[0]
    series = {one.parameter.name: one for one in ctx.pack.series[wanted.programme]}
    begins = series[base].begins
    if wanted.holds_from < begins:
        raise InvalidError(
            _("Nothing is judged before %(begins)s, from when the region has a value of its own."),
            remedy=_("Choose that day or a later one."),
            field="holds_from", begins=begins.isoformat(),
        )  # fmt: skip
    if not wanted.source.strip():
        raise InvalidError(
            _("The document that sets the figure is missing."),
            remedy=_("Name it with its number, such as 南府规〔2019〕1号."),
            field="source",
        )


def _person(ctx: Context) -> uuid.UUID:
    if ctx.actor.person_id is None:
        raise ForbiddenError(_("A person has to answer for this."))
    return ctx.actor.person_id


def _held_before(ctx: Context, found: ParameterOverride) -> dict[str, Any]:
    """Return what the tenant had set that held until now, nothing where the region's own did."""
    earlier = [
        one
        for one in read_overrides(ctx)
        if (one.programme, one.name) == (found.programme, found.name)
        and one.holds_from < found.holds_from
    ]
    return _as_record(earlier[0]) if earlier else {}


def _as_record(one: ParameterOverride) -> dict[str, Any]:
    return {
        "programme": one.programme, "name": one.name, "value": one.value,
        "holds_from": one.holds_from.isoformat(), "source": one.source,
    }  # fmt: skip
