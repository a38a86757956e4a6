"""How many urban households and people there are, as the region or the federation has it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy import select

from core.context import Context
from core.tenancy import CITY, ParameterOverride, TenantView

HOUSEHOLDS, PEOPLE = "urban_households", "urban_people"


class Population(NamedTuple):
    """Urban households and people of a place."""

    households: int
    people: int


def read_population(ctx: Context, subject: TenantView, on: dt.date) -> Population | None:
    """Return the population of all cities a report covers on a day; None where one's is unknown."""
    tenants = [ctx.installation.tenant_by_id(one) for one in subject.readable]
    cities = [one for one in tenants if one.level == CITY]
    own = ctx.session.scalars(
        select(ParameterOverride).where(ParameterOverride.tenant_id.in_([one.id for one in cities]))
    )
    overrides = list(own)
    found = [_of(ctx, one, on, overrides) for one in cities]
    known = [one for one in found if one is not None]
    if not known or len(known) < len(found):
        return None
    return Population(sum(one.households for one in known), sum(one.people for one in known))


def _of(
    ctx: Context, tenant: TenantView, on: dt.date, overrides: list[ParameterOverride]
) -> Population | None:
    pack = ctx.policies.pack(tenant.pack)
    if not {HOUSEHOLDS, PEOPLE} <= {one.name for one in pack.standards}:
        return None
    own = [one for one in overrides if one.tenant_id == tenant.id]
    figures = pack.standards_in_force(on, own, pack.place(tenant.division_code)).values
    if not {HOUSEHOLDS, PEOPLE} <= figures.keys():
        return None
    return Population(figures[HOUSEHOLDS], figures[PEOPLE])
