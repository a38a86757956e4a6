"""What households declared and what their newest answers tell, read for comparison."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.context import Context
from core.verification.sources import find_source

HOUSEHOLDS = """
select h.id, h.member_count, h.work_status, h.housing_kind, h.marital_status, s.income,
  s.self_paid, coalesce(c.in_dibao, false)
from households h
left join lateral (
  select income, self_paid from statements s where s.tenant_id = h.tenant_id
  and s.household_id = h.id order by s.as_of desc limit 1) s on true
left join lateral (
  select in_dibao from circumstances c where c.tenant_id = h.tenant_id
  and c.household_id = h.id order by c.as_of desc limit 1) c on true
where h.tenant_id = %(tenant)s and h.id = any(%(ids)s)
"""
MEMBERS = """
select household_id, id_index, name, is_head, occupation from members
where tenant_id = %(tenant)s and household_id = any(%(ids)s) and active
"""
ANSWERS = """
select distinct on (household_id, id_index, source)
  household_id, id, id_index, source, told, answered_on, received_at, name_cipher
from verification_answers
where tenant_id = %(tenant)s and household_id = any(%(ids)s)
order by household_id, id_index, source, answered_on desc, id desc
"""


@dataclass(frozen=True)
class Member:
    """A member as the file has him."""

    index: bytes
    name: str
    is_head: bool
    occupation: str


@dataclass(frozen=True)
class Told:
    """The newest answer of one source on one person; `by_household`: on his whole household."""

    id: uuid.UUID
    index: bytes
    source: str
    facts: dict[str, Any]
    answered_on: dt.date
    received_at: dt.datetime
    name: str
    by_household: bool


@dataclass
class Declared:
    """One household as it declared itself, with what was told of its members. Amounts are fen."""

    id: uuid.UUID
    member_count: int
    work_status: str
    housing_kind: str
    marital_status: str
    income: int | None
    self_paid: int | None
    in_dibao: bool
    members: dict[bytes, Member] = field(default_factory=dict)
    answers: list[Told] = field(default_factory=list)


def read_declared(ctx: Context, ids: Sequence[uuid.UUID]) -> list[Declared]:
    """Return these households, each with its members and the newest answers on them.

    An answer on somebody who is no member any more is left out.
    """
    values = {"tenant": ctx.tenant_id, "ids": list(ids)}
    found = {row[0]: Declared(*row) for row in ctx.session.fetch(HOUSEHOLDS, values)}
    for household, index, *rest in ctx.session.fetch(MEMBERS, values):
        found[household].members[bytes(index)] = Member(bytes(index), *rest)
    for household, answer, index, source, facts, on, at, sealed in ctx.session.fetch(
        ANSWERS, values
    ):
        name = _open_name(ctx, answer, sealed)
        whole = find_source(source).by_household
        told = Told(answer, bytes(index), source, facts, on, at, name, whole)
        if told.index in found[household].members:
            found[household].answers.append(told)
    return list(found.values())


def _open_name(ctx: Context, answer: uuid.UUID, sealed: bytes | None) -> str:
    if sealed is None:
        return ""
    return ctx.vault.decrypt(ctx.tenant_id, NAME_PLACE, answer, bytes(sealed))


NAME_PLACE = "verification_answers.name_cipher"
ID_PLACE = "verification_answers.id_cipher"
ROW_PLACE = "verification_answers.row_cipher"
