"""What the last means verification of a household found, for its page and for its evidence."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select

from core import audit
from core.context import Context
from core.errors import NotFoundError
from core.households.lookup import find_household
from core.households.queries import readable_paths
from core.verification.declared import ROW_PLACE
from core.verification.models import VerificationAnswer

SUMMARY = """
select
  (select json_build_object('id', r.id, 'state', r.state, 'number', v.year || '-' || v.number,
     'requested_at', v.requested_at, 'due_on', v.due_on, 'done_on', r.done_on,
     'sources', v.sources)
   from verification_requests r
   join verification_rounds v on v.tenant_id = r.tenant_id and v.id = r.round_id
   where r.tenant_id = %(tenant)s and r.household_id = %(household)s order by r.id desc limit 1),
  coalesce((select json_agg(json_build_object('id', a.id, 'source', a.source, 'name',
     a.name_masked, 'id_number', a.id_masked, 'answered_on', a.answered_on, 'told', a.told,
     'file', f.filename, 'sha256', encode(f.sha256, 'hex'), 'row', a.row)
     order by a.answered_on desc, a.id desc)
   from verification_answers a
   join department_files f on f.tenant_id = a.tenant_id and f.id = a.file_id
   where a.tenant_id = %(tenant)s and a.household_id = %(household)s), '[]'),
  (select count(*) from verification_differences d where d.tenant_id = %(tenant)s
   and d.household_id = %(household)s and d.state in ('open', 'visit')),
  (select json_build_object('id', e.id, 'filename', e.filename, 'uploaded_at', e.uploaded_at)
   from evidence e where e.tenant_id = %(tenant)s and e.household_id = %(household)s
   and e.kind = 'authorisation' order by e.id desc limit 1),
  (select json_build_object('id', c.id, 'state', c.state, 'asked_at', c.asked_at)
   from consent_forms c where c.tenant_id = %(tenant)s and c.household_id = %(household)s
   order by c.id desc limit 1)
"""
UNKNOWN = """
select a.id, a.source, a.name_masked, a.id_masked, a.answered_on, a.sheet, a.row, f.filename,
  count(*) over ()
from verification_answers a
join department_files f on f.tenant_id = a.tenant_id and f.id = a.file_id
where a.tenant_id = %(tenant)s and a.household_id is null
order by a.id desc limit %(size)s offset %(offset)s
"""


@dataclass(frozen=True)
class Result:
    """The newest request on a household, every answer, what is open, consent and its form."""

    request: dict[str, Any] | None
    answers: list[dict[str, Any]]
    open_differences: int
    consent: dict[str, Any] | None
    form: dict[str, Any] | None


@dataclass(frozen=True)
class Unknown:
    """An answer on somebody who is in no file: kept, and matched when he is filed."""

    id: uuid.UUID
    source: str
    name: str
    id_number: str
    answered_on: dt.date
    sheet: str
    row: int
    filename: str


def read_result(ctx: Context, household_id: uuid.UUID) -> Result:
    """Return what is known of a household's means verification, masked."""
    household = find_household(ctx, household_id, "household.read")
    values = {"tenant": ctx.tenant_id, "household": household.id}
    return Result(*ctx.session.fetch(SUMMARY, values)[0])


def list_unknown(ctx: Context, *, size: int = 100, offset: int = 0) -> tuple[list[Unknown], int]:
    """Return answers that wait for their person to be filed, and how many there are.

    Only those see them who look after means verification of the whole tenant, for nobody knows
    yet whose they are.
    """
    paths = readable_paths(ctx, "verification.import")
    if "%" not in paths:
        return [], 0
    values = {"tenant": ctx.tenant_id, "size": size, "offset": offset}
    rows = ctx.session.fetch(UNKNOWN, values)
    return [Unknown(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def open_answer(ctx: Context, answer_id: uuid.UUID) -> tuple[VerificationAnswer, dict[str, str]]:
    """Return an answer with its whole row in clear; who looked at it is audited.

    NotFoundError for one on nobody filed, or outside the actor's units.
    """
    answer = ctx.session.scalars(
        select(VerificationAnswer).where(
            VerificationAnswer.tenant_id == ctx.tenant_id, VerificationAnswer.id == answer_id
        )
    ).one_or_none()
    if answer is None or answer.household_id is None:
        raise NotFoundError
    find_household(ctx, answer.household_id, "verification.decide")
    sealed = answer.row_cipher
    whole = orjson.loads(ctx.vault.decrypt(ctx.tenant_id, ROW_PLACE, answer.id, sealed))
    audit.record(ctx, "answer.opened", answer, after={"source": answer.source})
    return answer, whole
