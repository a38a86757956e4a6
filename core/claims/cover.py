"""Who is covered, since when, and what he was granted in the period already."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core.context import Context
from core.enrolments.models import MutualAidPeriod
from core.pii import INDEX_BYTES

ENROLLED = """
select e.id_index, e.id, e.period_id, e.name, greatest(e.enrolled_on, p.starts_on), p.ends_on
from (select distinct substring(%(indexes)b from place for %(size)s) as id_index
  from generate_series(1, length(%(indexes)b), %(size)s) place) wanted
join mutual_aid_periods p on p.tenant_id = %(tenant)s
join enrolments e on e.tenant_id = p.tenant_id and e.period_id = p.id
  and e.id_index = wanted.id_index
"""
GRANTED = """
select c.enrolment_id, coalesce(sum(c.granted), 0)::bigint, bool_or(c.listed_illness)
from claims c
where c.tenant_id = %(tenant)s and c.enrolment_id = any (%(enrolments)s)
  and c.state <> 'refused' and c.id is distinct from %(besides)s
group by c.enrolment_id
"""
KNOWN = """
select bill_digest, number from claims
where tenant_id = %(tenant)s and bill_digest = any (%(digests)s) and state <> 'refused'
  and id is distinct from %(besides)s
"""
_DAY = dt.timedelta(days=1)


class Cover(NamedTuple):
    """An enrolment in a period; `since` is the first day of cover without a break."""

    enrolment_id: uuid.UUID
    name: str
    since: dt.date


class Granted(NamedTuple):
    """What was granted on an enrolment already, fen, and whether for a listed illness."""

    amount: int = 0
    listed: bool = False


def find_cover(
    ctx: Context, period: MutualAidPeriod, indexes: Sequence[bytes]
) -> dict[bytes, Cover]:
    """Return by blind index who is enrolled in a period.

    Who was enrolled in a period that ended the day before, or later, has waited there already.
    """
    values = {"tenant": ctx.tenant_id, "indexes": b"".join(indexes), "size": INDEX_BYTES}
    every: dict[bytes, list[tuple[dt.date, dt.date]]] = {}
    found: dict[bytes, tuple[uuid.UUID, str, dt.date]] = {}
    for index, enrolment, of_period, name, begins, ends in ctx.session.fetch(ENROLLED, values):
        every.setdefault(bytes(index), []).append((begins, ends))
        if of_period == period.id:
            found[bytes(index)] = (enrolment, name, begins)
    return {
        index: Cover(enrolment, name, _walk_back(begins, every[index]))
        for index, (enrolment, name, begins) in found.items()
    }


def find_granted(
    ctx: Context, enrolments: Iterable[uuid.UUID], besides: uuid.UUID | None = None
) -> dict[uuid.UUID, Granted]:
    """Return by enrolment what its claims were granted, those on their way too."""
    values = {"tenant": ctx.tenant_id, "enrolments": list(enrolments), "besides": besides}
    return {one: Granted(*told) for one, *told in ctx.session.fetch(GRANTED, values)}


def find_known(
    ctx: Context, digests: Sequence[bytes], besides: uuid.UUID | None = None
) -> dict[bytes, str]:
    """Return by bill the number of the federation's own claim on it."""
    values = {"tenant": ctx.tenant_id, "digests": list(digests), "besides": besides}
    return {bytes(digest): number for digest, number in ctx.session.fetch(KNOWN, values)}


def _walk_back(begins: dt.date, every: list[tuple[dt.date, dt.date]]) -> dt.date:
    for start, end in sorted(every, reverse=True):
        if start < begins and end >= begins - _DAY:
            begins = start
    return begins
