"""The rules between programmes that bind one, for people to read before they take it up or ask."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from bangfu_sdk import Programme, Text

from core.between.declared import bound_by
from core.context import Context
from core.errors import DomainError
from core.overrides import read_overrides
from core.policies.between import ORDER, Between
from core.titles import title_of


@dataclass(frozen=True)
class Bound:
    """A rule as people read it: `others` are what it looks at besides, `figures` those of a cap."""

    code: str
    kind: str
    name: Text
    source: Text
    others: tuple[Text, ...]
    figures: tuple[dict[str, Any], ...]


def list_between(ctx: Context, programme: str, on: dt.date) -> list[Bound]:
    """Return the rules that bind a programme on a day; none where its plugin is away."""
    try:
        rule = ctx.catalogue.programme(programme)
    except DomainError:
        return []
    return [_show(ctx, rule, one, on) for one in bound_by(ctx.pack, rule, on)]


def _show(ctx: Context, rule: Programme, one: Between, on: dt.date) -> Bound:
    place = ctx.pack.place(ctx.tenant.division_code)
    held = ctx.pack.caps_in_force(on, read_overrides(ctx), place)
    figures = [held.shown(name) for name in held.values if name.partition(".")[0] == one.code]
    looked = one.after if one.kind == ORDER else [n for n in one.programmes if n != rule.name]
    titles = tuple(title_of(ctx, name) for name in looked)
    return Bound(one.code, one.kind, one.name, one.source, titles, tuple(figures))
