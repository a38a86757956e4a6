"""Families with members able to work of whom nobody has work (零就业家庭), by union."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from core.context import Context
from core.errors import NotFoundError
from core.households.employment import NOBODY_EMPLOYED
from core.supervision.figures import TEXT, Value, column, say, share, table
from core.supervision.words import name_tenant, name_text

LINE = "employment"
"""The measure line of the regions that want at least one member of each family employed."""

BY_UNION = f"""
select h.tenant_id, c.name, count(*), count(*) filter (where {NOBODY_EMPLOYED})
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
left join units c on %(by_county)s and c.tenant_id = u.tenant_id
  and c.path = split_part(u.path, '.', 1) || '.'
where h.tenant_id = any (%(tenants)s) and h.state = 'active'
group by h.tenant_id, c.id, c.name, c.number
order by h.tenant_id, c.number nulls first
"""  # noqa: S608 (a constant of the files)


class Families(NamedTuple):
    """Files in force under a union (a county, or a whole federation: None), and those of families
    able to work in which nobody does."""

    tenant_id: uuid.UUID
    county: str | None
    households: int
    nobody: int


def count_families(ctx: Context, asked: Mapping[str, Any]) -> list[Families]:
    """Count by county, or by federation where several are asked about."""
    return [Families(*row) for row in ctx.session.fetch(BY_UNION, asked)]


def tabulate_families(ctx: Context, found: list[Families]) -> dict[str, Any]:
    """Return the table of families without anybody in work."""
    columns = [column(say("Union"), TEXT), column(say("Households")),
               column(say("Able to work, nobody employed")),
               column(say("Share of households"))]  # fmt: skip
    rows: list[list[Value]] = [
        [_name(ctx, one), one.households, one.nobody, share(one.nobody, one.households)]
        for one in found
    ]
    households, nobody = (sum(getattr(one, name) for one in found) for name in Families._fields[2:])
    total: list[Value] = [say("Total"), households, nobody, share(nobody, households)]
    return table(say("Families with nobody employed"), columns, rows, query="employment.by_union",
                 at=ctx.now, total=total)  # fmt: skip


def find_families(ctx: Context, found: list[Families]) -> Iterator[dict[str, Any]]:
    """Yield a finding for every union of a region with an employment line that has such families,
    with the department that leads it."""
    for one in found:
        pack = ctx.policies.pack(ctx.installation.tenant_by_id(one.tenant_id).pack)
        try:
            lead = pack.department(pack.measure(LINE).lead).name
        except NotFoundError:
            continue
        if one.nobody:
            yield say(
                "%(union)s: families able to work with nobody employed: %(nobody)s of "
                "%(households)s (%(share)s). Have at least one member of each employed; "
                "%(lead)s leads.",
                union=_name(ctx, one), nobody=one.nobody, households=one.households,
                share=share(one.nobody, one.households), lead=name_text(lead),
            )  # fmt: skip


def _name(ctx: Context, one: Families) -> Value:
    return one.county or name_tenant(ctx.installation.tenant_by_id(one.tenant_id))
