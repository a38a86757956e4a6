"""Which rules between programmes bind a programme: its own, and those of region or wheel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from bangfu_sdk import Programme, Text

from core.catalogue import Catalogue
from core.errors import DomainError
from core.policies import Pack
from core.policies.between import DECIDED, EXCLUSION, ORDER, Between


def bound_by(pack: Pack, rule: Programme, on: dt.date) -> tuple[Between, ...]:
    """Return the rules that bind a programme on a day, those it declares itself first."""
    bound = (one for one in pack.between if rule.name in one.binds and one.holds(on))
    return (*_declared(rule), *bound)


def name_after(rule: Between, catalogue: Catalogue) -> Between:
    """Return a rule with the titles of what comes first, as far as their plugins are there."""
    return replace(rule, titles={name: _title(catalogue, name) for name in rule.after})


def _title(catalogue: Catalogue, name: str) -> Text:
    try:
        return catalogue.rule(name).title
    except DomainError:
        return Text(name, name)


def _declared(rule: Programme) -> Iterator[Between]:
    source = Text(f"{rule.title.zh} {rule.version}", f"{rule.title.en} {rule.version}")
    own = (rule.name,)
    if rule.kind.lasts:
        yield Between("once", EXCLUSION, _ONCE, own, own, source)
    for other in rule.excludes:
        names = (rule.name, other)
        yield Between(f"excludes_{other}", EXCLUSION, _NEVER_BOTH, names, own, source)
    if rule.after:
        yield Between("comes_after", ORDER, _AFTER, own, own, source, after=rule.after,
                      reached=DECIDED, begun=True)  # fmt: skip


_ONCE = Text("不重复享受本项目", "not had twice")
_NEVER_BOTH = Text("不与相斥项目同时享受", "not had beside what it excludes")
_AFTER = Text("先行项目已办结", "what comes first is decided")
