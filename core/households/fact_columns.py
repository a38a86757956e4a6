"""From rows to the facts a rule judges: of one file or of a whole registry, by one query.

Each fact has one expression over the file; only those a rule asks for are read.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from bangfu_sdk import FACTS, MONTHS_KNOWN, Fact, Unit

from core.context import Context
from core.households.circumstances import AMOUNTS, FLAGS, FOUND
from core.households.queries import readable_paths
from core.households.rows import STATEMENT_VALUES
from core.policies.figures import month_ends

_AT_WORK = "('employed', 'flexible')"
_WORKING = "('employed', 'flexible', 'farmer')"
_UNABLE = "('serious_illness', 'disabled', 'weak')"
STUDYING = "m.occupation = 'student'"
_PEOPLE = "from members m where m.tenant_id = h.tenant_id and m.household_id = h.id and m.active"


def count_members(condition: str) -> str:
    """Return the SQL that counts the members `m` of a file `h` who fulfil a condition."""
    return f"(select count(*) {_PEOPLE} and ({condition}))"


def _cause(code: str) -> str:
    return f"(h.main_cause = '{code}' or '{code}' = any(h.further_causes))"


def _month(back: int) -> str:
    own = "i.tenant_id = h.tenant_id and i.household_id = h.id"
    return f"(select i.income from monthly_incomes i where {own} and i.month = %(month_{back})s)"  # noqa: S608


# Whoever of the household was granted something by mutual aid, however he was enrolled.
_BENEFITS = """coalesce((select sum(b.granted)::bigint
  from members m
  join enrolments e on e.tenant_id = m.tenant_id and e.id_index = m.id_index
  cross join lateral (
    select sum(granted) as granted from claims b
    where b.tenant_id = e.tenant_id and b.enrolment_id = e.id and b.state in ('approved', 'paid')
      and b.discharged_on > %(on)s::date - interval '1 year' and b.discharged_on <= %(on)s) b
  where m.tenant_id = h.tenant_id and m.household_id = h.id and m.active), 0)"""

SOURCES: Mapping[str, str] = {
    "members": "h.member_count",
    **{name: f"s.{name}" for name in STATEMENT_VALUES},
    "students": count_members(STUDYING),
    # What the head does stands in the file, what the others do with each of them.
    "employed": count_members(
        f"m.is_head and h.work_status in {_AT_WORK} or not m.is_head and m.occupation in {_WORKING}"
    ),
    "able_unemployed": count_members(
        f"m.health not in {_UNABLE} and (m.is_head and h.work_status in ('laid_off', 'unemployed')"
        " or not m.is_head and m.occupation = 'unemployed')"
    ),
    "severe_disability": "h.disability_grade in ('grade_1', 'grade_2')",
    "mental_disability": "h.disability_kind in ('intellectual', 'mental')"
    " and h.disability_grade in ('grade_3', 'grade_4')",
    "no_home": "h.housing_kind = 'none'",
    "dangerous_home": "h.housing_kind = 'dangerous'",
    "owns_home": "h.housing_kind = 'owned'",
    "public_rental": "h.housing_kind = 'public_rental'",
    "housing_area": "coalesce(h.housing_area_centi, 0)",
    "mutual_aid": _BENEFITS,
    "cause_illness": _cause("major_illness"),
    "cause_disaster": _cause("disaster"),
    "cause_accident": _cause("accident"),
    **{name: f"coalesce(c.{name}, false)" for name in FLAGS},
    **{name: f"c.{name}" for name in FOUND},
    **{name: f"coalesce(c.{name}, 0)" for name in AMOUNTS},
    **{f"income_month_{back}": _month(back) for back in range(1, MONTHS_KNOWN + 1)},
}
"""How each fact is read of a file `h`, its statement `s` and its circumstances `c`."""

READ = """
select h.id, {facts}
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
join lateral (
  select * from statements s
  where s.tenant_id = h.tenant_id and s.household_id = h.id and s.as_of <= %(on)s
  order by s.as_of desc limit 1) s on true
{circumstances}
where h.tenant_id = %(tenant)s and u.path like any (%(paths)s)
"""
CIRCUMSTANCES = """left join lateral (
  select * from circumstances c
  where c.tenant_id = h.tenant_id and c.household_id = h.id and c.as_of <= %(on)s
  order by c.as_of desc limit 1) c on true"""


@dataclass(frozen=True)
class FactColumns:
    """Facts of files by column. `undecidable` has for each file that lacks facts their names;
    it is not among `ids`."""

    ids: list[uuid.UUID]
    columns: dict[str, Any]
    undecidable: dict[uuid.UUID, tuple[str, ...]] = field(default_factory=dict)


def readable_facts(facts: Iterable[Fact]) -> tuple[str, ...]:
    """Return the names of those facts that stand in the files themselves."""
    return tuple(fact.name for fact in facts if fact.name in SOURCES)


def read_fact_columns(
    ctx: Context,
    on: dt.date,
    names: Sequence[str],
    household_ids: Sequence[uuid.UUID] | None,
    permission: str = "household.judge",
) -> FactColumns:
    """Return facts of files as they stood on a day, of all active ones of the actor's units for
    None. A file that declared nothing by that day is not among them."""
    values = bind_facts(ctx, on) | {"paths": readable_paths(ctx, permission)}
    query = write_query(names)
    if household_ids is None:
        query += " and h.state = 'active'"
    else:
        query, values["ids"] = f"{query} and h.id = any(%(ids)s)", list(household_ids)
    return set_apart(names, ctx.session.fetch(query, values))


def read_known_facts(
    ctx: Context, household_id: uuid.UUID, on: dt.date, names: Sequence[str]
) -> dict[str, Any] | None:
    """Return the facts of one file that are known on a day, None where it declared nothing by
    then. The caller has asked for access."""
    values = bind_facts(ctx, on) | {"paths": ["%"], "id": household_id}
    rows = ctx.session.fetch(f"{write_query(names)} and h.id = %(id)s", values)
    if not rows:
        return None
    told = zip(names, rows[0][1:], strict=True)
    return {name: value for name, value in told if value is not None}


def write_query(names: Sequence[str]) -> str:
    """Return the query of these facts; the text is made of constants alone."""
    facts = ", ".join(SOURCES[name] for name in names)
    stated = any("c." in SOURCES[name] for name in names)
    return READ.format(facts=facts, circumstances=CIRCUMSTANCES if stated else "")


def bind_facts(ctx: Context, on: dt.date) -> dict[str, Any]:
    """Return the values the query of facts asks for, but for the units."""
    firsts = [end.replace(day=1) for end in month_ends(on, MONTHS_KNOWN)]
    months = {f"month_{back}": first for back, first in enumerate(firsts, start=1)}
    return {"tenant": ctx.tenant_id, "on": on, **months}


def set_apart(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> FactColumns:
    """Return rows of an id and its facts as columns, those that lack a fact apart."""
    lacking = {row[0]: tuple(_lacking(names, row)) for row in rows if None in row}
    known = [row for row in rows if row[0] not in lacking] if lacking else rows
    columns = list(zip(*known, strict=True)) or [()] * (1 + len(names))
    given = dict(zip(names, columns[1:], strict=True))
    return FactColumns(list(columns[0]), make_columns(given), lacking)


def make_columns(given: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Return facts as arrays, amounts in fen."""
    return {
        name: np.array(values, dtype=np.bool_ if FACTS[name].unit is Unit.FLAG else np.int64)
        for name, values in given.items()
    }


def _lacking(names: Sequence[str], row: Sequence[Any]) -> Iterator[str]:
    return (name for name, value in zip(names, row[1:], strict=True) if value is None)
