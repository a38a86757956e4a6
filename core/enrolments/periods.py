"""Periods of medical mutual aid: opened by the administrator, found by name."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select

from core import audit
from core.access import require
from core.context import Context
from core.db import new_id
from core.enrolments.models import MutualAidPeriod
from core.errors import ConflictError, InvalidError, NotFoundError, _
from core.money import MAXIMUM_FEN

LONGEST_YEARS, LONGEST_NAME = 3, 60


def open_period(
    ctx: Context, name: str, starts_on: dt.date, ends_on: dt.date, contribution: int
) -> MutualAidPeriod:
    """Open a period of one to three years; `contribution` is what a worker pays, fen.

    Raises InvalidError for days or an amount that cannot be, ConflictError for a name that is
    taken.
    """
    require(ctx, "scheme.manage")
    name = name.strip()
    _check(name, starts_on, ends_on, contribution)
    if _find_by_name(ctx, name) is not None:
        raise ConflictError(_("There is a period “%(name)s” already."), field="name", name=name)
    period = MutualAidPeriod(
        tenant_id=ctx.tenant_id, id=new_id(), name=name, starts_on=starts_on, ends_on=ends_on,
        contribution=contribution, opened_by=ctx.actor.person_id, opened_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(period)
    ctx.session.flush()
    audit.record(ctx, "mutual_aid.period_opened", period, after={
        "name": name, "starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat(),
        "contribution": contribution,
    })  # fmt: skip
    return period


def list_periods(ctx: Context) -> list[MutualAidPeriod]:
    """Return all periods, the newest first."""
    require(ctx, "enrolment.read")
    query = select(MutualAidPeriod).where(MutualAidPeriod.tenant_id == ctx.tenant_id)
    return list(ctx.session.scalars(query.order_by(MutualAidPeriod.starts_on.desc())))


def find_period(ctx: Context, period_id: uuid.UUID | str) -> MutualAidPeriod:
    """Return a period by its id or its name; NotFoundError where there is none."""
    require(ctx, "enrolment.read")
    try:
        key = period_id if isinstance(period_id, uuid.UUID) else uuid.UUID(period_id)
    except ValueError:
        period = _find_by_name(ctx, str(period_id))
    else:
        period = ctx.session.get(MutualAidPeriod, (ctx.tenant_id, key))
    if period is None:
        raise NotFoundError(_("There is no period “%(name)s”."), name=str(period_id))
    return period


def _find_by_name(ctx: Context, name: str) -> MutualAidPeriod | None:
    query = select(MutualAidPeriod).where(
        MutualAidPeriod.tenant_id == ctx.tenant_id, MutualAidPeriod.name == name
    )
    return ctx.session.scalars(query).one_or_none()


def _check(name: str, starts_on: dt.date, ends_on: dt.date, contribution: int) -> None:
    if not name or len(name) > LONGEST_NAME:
        raise InvalidError(
            _("A name has 1 to %(most)s characters."), field="name", most=LONGEST_NAME
        )
    longest = starts_on.replace(year=starts_on.year + LONGEST_YEARS, day=min(starts_on.day, 28))
    if not starts_on < ends_on < longest:
        raise InvalidError(
            _("A period lasts from one day to three years."), field="ends_on",
            remedy=_("Compare the first and the last day."),
        )  # fmt: skip
    if not 0 < contribution <= MAXIMUM_FEN:
        raise InvalidError(_("The contribution is more than 0."), field="contribution")
