"""What is known of a household besides its income and spending: circumstances, months of income.

Circumstances are dated like statements: the newest on or before the judging date count.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from core import audit
from core.context import Context
from core.db import Fen, Moment, TenantOwned, new_id, refer
from core.errors import InvalidError, _
from core.households.lookup import find_household
from core.households.models import Household

FLAGS = (
    "in_dibao", "migrant_worker", "reform_affected", "listed_by_rule", "three_without",
    "special_hardship", "orphan", "dependent_adult", "community_corrected", "union_member",
)  # fmt: skip
FOUND = ("property_fits", "causes_removed")
"""Answers somebody must have found out; None means that nobody has."""
AMOUNTS = ("relief", "old_age")
"""Sums of the 12 full months before the day, fen."""
STATED = (*FLAGS, *FOUND, *AMOUNTS)
UNSTATED: Mapping[str, bool | int | None] = (
    dict.fromkeys(FLAGS, False) | dict.fromkeys(FOUND) | dict.fromkeys(AMOUNTS, 0)
)
"""What holds of a household of which nothing was stated."""
MOST_FEN = 10**13


class Circumstances(TenantOwned):
    """The circumstances of a household as of a day.

    `relief` is government relief, `old_age` what was spent because of old age; both in fen.
    """

    __tablename__ = "circumstances"
    __table_args__ = (
        refer("households", "household_id"),
        UniqueConstraint("tenant_id", "household_id", "as_of"),
        CheckConstraint("relief >= 0", name="relief"),
        CheckConstraint("old_age >= 0", name="old_age"),
    )
    household_id: Mapped[uuid.UUID]
    as_of: Mapped[dt.date]
    in_dibao: Mapped[bool] = mapped_column(default=False)
    migrant_worker: Mapped[bool] = mapped_column(default=False)
    reform_affected: Mapped[bool] = mapped_column(default=False)
    listed_by_rule: Mapped[bool] = mapped_column(default=False)
    three_without: Mapped[bool] = mapped_column(default=False)
    special_hardship: Mapped[bool] = mapped_column(default=False)
    orphan: Mapped[bool] = mapped_column(default=False)
    dependent_adult: Mapped[bool] = mapped_column(default=False)
    community_corrected: Mapped[bool] = mapped_column(default=False)
    union_member: Mapped[bool] = mapped_column(default=False)
    property_fits: Mapped[bool | None]
    causes_removed: Mapped[bool | None]
    relief: Mapped[Fen] = mapped_column(default=0)
    old_age: Mapped[Fen] = mapped_column(default=0)
    stated_by: Mapped[uuid.UUID | None]
    stated_at: Mapped[Moment]


class MonthlyIncome(TenantOwned):
    """The income of a household in one month, named by its first day; fen."""

    __tablename__ = "monthly_incomes"
    __table_args__ = (
        refer("households", "household_id"),
        UniqueConstraint("tenant_id", "household_id", "month"),
        CheckConstraint("income >= 0", name="income"),
        CheckConstraint("extract(day from month) = 1", name="month"),
    )
    household_id: Mapped[uuid.UUID]
    month: Mapped[dt.date]
    income: Mapped[Fen]
    stated_by: Mapped[uuid.UUID | None]
    stated_at: Mapped[Moment]


def read_circumstances(ctx: Context, household: Household, on: dt.date) -> Circumstances | None:
    """Return what holds on a day, None where nothing was stated by then."""
    return ctx.session.scalars(
        select(Circumstances)
        .where(
            Circumstances.tenant_id == ctx.tenant_id,
            Circumstances.household_id == household.id,
            Circumstances.as_of <= on,
        )
        .order_by(Circumstances.as_of.desc())
        .limit(1)
    ).one_or_none()


def state_circumstances(
    ctx: Context, household_id: uuid.UUID, as_of: dt.date, changes: Mapping[str, Any]
) -> Circumstances:
    """Write what holds of a household from a day on; what `changes` leaves out stays as it was.

    `changes` has names of STATED. Raises InvalidError for an unknown name, a value of another
    kind, a day to come.
    """
    household = find_household(ctx, household_id, "household.change", lock=True)
    _check(ctx, as_of, changes)
    before = read_circumstances(ctx, household, as_of)
    was = _told(before)
    stated = before if before is not None and before.as_of == as_of else None
    if stated is None:
        stated = Circumstances(
            tenant_id=ctx.tenant_id, id=new_id(), household_id=household.id, as_of=as_of, **was
        )
        ctx.session.add(stated)
    for name, value in changes.items():
        setattr(stated, name, value)
    stated.stated_by, stated.stated_at = ctx.actor.person_id, ctx.now
    household.changed_at = ctx.now
    household.version += 1
    ctx.session.flush()
    after = {name: changes[name] for name in changes if was[name] != changes[name]}
    audit.record(
        ctx, "household.circumstances_stated", household,
        before={name: was[name] for name in after}, after=after | {"as_of": as_of.isoformat()},
    )  # fmt: skip
    return stated


def state_months(
    ctx: Context, household_id: uuid.UUID, incomes: Mapping[dt.date, int]
) -> list[MonthlyIncome]:
    """Write the household's income of months, each named by its first day; fen.

    A month stated before is replaced. Raises InvalidError for a month that is not over yet, a
    day within a month, or an amount out of range.
    """
    household = find_household(ctx, household_id, "household.change", lock=True)
    for month, income in incomes.items():
        _check_month(ctx, month, income)
    query = select(MonthlyIncome).where(
        MonthlyIncome.tenant_id == ctx.tenant_id,
        MonthlyIncome.household_id == household.id,
        MonthlyIncome.month.in_(incomes),
    )
    known = {one.month: one for one in ctx.session.scalars(query)}
    was = {month.isoformat(): one.income for month, one in known.items()}
    for month in incomes.keys() - known.keys():
        known[month] = MonthlyIncome(
            tenant_id=ctx.tenant_id, id=new_id(), household_id=household.id, month=month
        )
        ctx.session.add(known[month])
    for month, income in incomes.items():
        one = known[month]
        one.income, one.stated_by, one.stated_at = income, ctx.actor.person_id, ctx.now
    household.version, household.changed_at = household.version + 1, ctx.now
    ctx.session.flush()
    now = {month.isoformat(): income for month, income in incomes.items()}
    audit.record(ctx, "household.months_stated", household, before=was, after=now)
    return [known[month] for month in sorted(known)]


def _told(stated: Circumstances | None) -> dict[str, Any]:
    if stated is None:
        return dict(UNSTATED)
    return {name: getattr(stated, name) for name in STATED}


def _check(ctx: Context, as_of: dt.date, changes: Mapping[str, Any]) -> None:
    if as_of > ctx.today:
        raise InvalidError(_("Circumstances cannot be of a day to come."), field="as_of")
    for name, value in changes.items():
        if name not in STATED:
            raise InvalidError(_("There is no circumstance “%(name)s”."), field=name, name=name)
        if name in AMOUNTS:
            _check_amount(value, name)
        elif not (isinstance(value, bool) or (value is None and name in FOUND)):
            raise InvalidError(_("Answer yes or no."), field=name)


def _check_month(ctx: Context, month: dt.date, income: int) -> None:
    if month.day != 1:
        raise InvalidError(_("A month is named by its first day."), field="month")
    if month >= ctx.today.replace(day=1):
        raise InvalidError(
            _("The month %(month)s is not over yet."),
            remedy=_("State the income of months that are over."),
            field="month",
            month=f"{month:%Y-%m}",
        )
    _check_amount(income, f"{month:%Y-%m}")


def _check_amount(value: Any, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_FEN:
        raise InvalidError(
            _("“%(value)s” is no amount."),
            remedy=_("Write whole fen from 0 on."),
            field=name,
            value=value,
        )
