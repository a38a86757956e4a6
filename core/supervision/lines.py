"""The standards of every federation a report covers, beside the least its region asks for."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from bangfu_sdk import Source
from sqlalchemy import select

from core.context import Context
from core.policies import Pack
from core.supervision.figures import TEXT, Value, column, say, table, yuan
from core.supervision.standards import Compared, compare_standards
from core.supervision.words import name_tenant, name_text
from core.tenancy import ParameterOverride, TenantView


class Line(NamedTuple):
    """A standard as it holds in a federation's place, and the least it may be."""

    tenant_id: uuid.UUID
    compared: Compared


def read_lines(ctx: Context, subject: TenantView, on: dt.date) -> list[Line]:
    """Return the standards on a day of all federations whose region asks a least of them, each
    with what the federation set for itself."""
    tenants = [ctx.installation.tenant_by_id(one) for one in subject.readable]
    asked = [one for one in tenants if ctx.policies.pack(one.pack).standards]
    own = ctx.session.scalars(
        select(ParameterOverride).where(ParameterOverride.tenant_id.in_([one.id for one in asked]))
    )
    overrides = list(own) if asked else []
    return [line for one in asked for line in _compare(ctx, one, on, overrides)]


def _compare(
    ctx: Context, tenant: TenantView, on: dt.date, overrides: list[ParameterOverride]
) -> Iterator[Line]:
    pack = ctx.policies.pack(tenant.pack)
    own = [one for one in overrides if one.tenant_id == tenant.id]
    place = pack.place(tenant.division_code)
    yield from (Line(tenant.id, one) for one in compare_standards(pack, on, own, place))


def tabulate_lines(ctx: Context, lines: list[Line]) -> dict[str, Any]:
    """Return the table of standards: in force, and the least, with what says so."""
    columns = [column(say("Place"), TEXT), column(say("Standard"), TEXT),
               column(say("In force (yuan)")), column(say("Least allowed (yuan)")),
               column(say("Set by"), TEXT), column(say("Least asked for by"), TEXT)]  # fmt: skip
    rows: list[list[Value]] = [
        [*_name(ctx, one), yuan(one.compared.value), yuan(one.compared.least),
         _set_by(ctx, one), name_text(one.compared.sources[1].section)]
        for one in lines
    ]  # fmt: skip
    return table(say("Standards and the least the region asks for"), columns, rows,
                 query="lines.compared", at=ctx.now)  # fmt: skip


def find_low_lines(ctx: Context, lines: list[Line]) -> Iterator[dict[str, Any]]:
    """Yield a finding for every standard below what the region asks for."""
    for one in lines:
        if one.compared.falls_short:
            place, standard = _name(ctx, one)
            own, least, *others = map(name_source, one.compared.sources)
            yield say(
                "%(place)s: %(standard)s is %(value)s yuan, less than the %(least)s yuan it has "
                "to be at least (set by: %(own)s; asked for by: %(asked)s; compared with: "
                "%(others)s). Have it raised.",
                place=place, standard=standard, value=yuan(one.compared.value),
                least=yuan(one.compared.least), own=own, asked=least, others=others[0],
            )  # fmt: skip


def name_source(source: Source) -> Value:
    """Return where a figure is written: the document and the place in it."""
    return say("%(document)s, %(section)s", document=name_text(source.document),
               section=name_text(source.section))  # fmt: skip


def _set_by(ctx: Context, line: Line) -> Value:
    """Return the source of a standard, by its place alone where the region itself set it."""
    source = line.compared.sources[0]
    pack = ctx.policies.pack(ctx.installation.tenant_by_id(line.tenant_id).pack)
    return name_text(source.section) if source.document == pack.document else name_source(source)


def _name(ctx: Context, line: Line) -> tuple[Value, Value]:
    tenant = ctx.installation.tenant_by_id(line.tenant_id)
    standard = _title(ctx.policies.pack(tenant.pack), line.compared.name)
    return name_tenant(tenant), standard


def _title(pack: Pack, name: str) -> Value:
    return next(name_text(one.meaning) for one in pack.standards if one.name == name)
