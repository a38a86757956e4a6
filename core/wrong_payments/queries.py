"""Reading wrong payments with what came back: lists narrowed by county, year and standing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from core.access import allowed
from core.context import Context
from core.errors import NotFoundError, _
from core.households.queries import readable_paths
from core.paging import clamp, skip

STANDINGS = ("proposed", "open", "partly", "recovered", "refused")
OUTSTANDING = ("proposed", "open", "partly")
"""Standings of records that somebody still has to see to."""

STANDING = """(case when w.state <> 'confirmed' then w.state
  when coalesce(r.recovered, 0) = 0 then 'open'
  when r.recovered < w.amount then 'partly' else 'recovered' end)"""

LIST = f"""
select json_build_object(
  'id', w.id, 'payment_id', w.payment_id, 'payment', p.number, 'paid', p.amount,
  'paid_on', p.paid_on, 'application_id', a.id, 'claim_id', c.id,
  'application', coalesce(a.number, c.number), 'programme', coalesce(a.programme, c.scheme),
  'household_id', h.id, 'file_number', coalesce(h.file_number, ''),
  'head_name', coalesce(h.head_name, p.payee_name), 'unit', coalesce(u.full_name, ''),
  'kind', w.kind, 'reason', w.reason,
  'found_on', w.found_on, 'found_by', w.found_by, 'amount', w.amount,
  'recovered', coalesce(r.recovered, 0), 'standing', {STANDING}, 'decision', w.decision,
  'recorded_by', w.recorded_by, 'recorded_by_name', recorder.name, 'recorded_at', w.recorded_at,
  'decided_by_name', decider.name, 'decided_at', w.decided_at,
  'recoveries', coalesce(r.recoveries, '[]'))
from wrong_payments w
join payments p on p.tenant_id = w.tenant_id and p.id = w.payment_id
left join applications a on a.tenant_id = p.tenant_id and a.id = p.application_id
left join claims c on c.tenant_id = p.tenant_id and c.id = p.claim_id
left join households h on h.tenant_id = w.tenant_id and h.id = w.household_id
left join units u on u.tenant_id = a.tenant_id and u.id = a.unit_id
left join people recorder on recorder.tenant_id = w.tenant_id and recorder.id = w.recorded_by
left join people decider on decider.tenant_id = w.tenant_id and decider.id = w.decided_by
left join lateral (
  select sum(x.amount)::bigint as recovered, json_agg(json_build_object(
    'id', x.id, 'on', x.on_date, 'amount', x.amount, 'note', x.note) order by x.id) as recoveries
  from recoveries x where x.tenant_id = w.tenant_id and x.wrong_payment_id = w.id
) r on true
where w.tenant_id = %(tenant)s and coalesce(u.path, '') like any (%(paths)s)
"""  # noqa: S608 (STANDING is a constant)

CONDITIONS = {
    "unit": "u.path like %(unit)s",
    "year": "extract(year from p.paid_on) = %(year)s",
    "standing": f"{STANDING} = any (%(standing)s)",
    "household": "w.household_id = %(household)s",
    "application": "a.id = %(application)s",
    "claim": "p.claim_id = %(claim)s",
    "wrong": "w.id = %(wrong)s",
    "payment": "p.number = %(payment)s",
}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; an empty filter narrows nothing. `unit` is the path of a county
    or another union, `year` that of the payment, `standing` one of STANDINGS or "outstanding"."""

    unit: str = ""
    year: int = 0
    standing: str = ""
    household: uuid.UUID | None = None
    application: uuid.UUID | None = None
    claim: uuid.UUID | None = None


def list_wrong_payments(
    ctx: Context, filters: Filters | None = None, *, page: int = 1, size: int = 50
) -> list[dict[str, Any]]:
    """Return the records within the actor's units, the newest first; money is fen.

    Each has its `standing` (proposed, refused; once confirmed open, partly or recovered), its
    recoveries, and `can`: what the actor may do now (confirm, recover).
    """
    chosen = filters or Filters()
    outstanding = chosen.standing == "outstanding"
    wanted = {
        "unit": f"{chosen.unit}%" if chosen.unit else "",
        "year": chosen.year,
        "standing": list(OUTSTANDING) if outstanding else [chosen.standing] * bool(chosen.standing),
        "household": chosen.household,
        "application": chosen.application,
        "claim": chosen.claim,
    }
    return _fetch(ctx, {name: value for name, value in wanted.items() if value}, page, size)


def read_wrong_payment(ctx: Context, wrong_id: uuid.UUID) -> dict[str, Any]:
    """Return one record; NotFoundError where there is none within the actor's units."""
    found = _fetch(ctx, {"wrong": wrong_id}, 1, 1)
    if not found:
        raise NotFoundError
    return found[0]


def find_by_payment(ctx: Context, number: str) -> uuid.UUID:
    """Return the newest record of the payment with a number; NotFoundError where there is none."""
    found = _fetch(ctx, {"payment": number}, 1, 1)
    if not found:
        raise NotFoundError(_("No wrong payment %(number)s is recorded."), number=number)
    return uuid.UUID(found[0]["id"])


def _fetch(ctx: Context, given: dict[str, Any], page: int, size: int) -> list[dict[str, Any]]:
    narrowed = " and ".join((LIST, *(CONDITIONS[name] for name in given)))
    query = f"{narrowed} order by w.id desc limit %(size)s offset %(skip)s"
    values = {
        "tenant": ctx.tenant_id, "paths": readable_paths(ctx, "application.read"),
        "size": clamp(size), "skip": skip(page, size), **given,
    }  # fmt: skip
    return [{**row[0], "can": _actions(ctx, row[0])} for row in ctx.session.fetch(query, values)]


def _actions(ctx: Context, found: dict[str, Any]) -> list[str]:
    own = found["recorded_by"] == str(ctx.actor.person_id)
    if found["standing"] == "proposed" and not own and allowed(ctx, "wrong_payment.confirm"):
        return ["confirm"]
    recoverable = found["standing"] in ("open", "partly", "recovered")
    return ["recover"] if recoverable and allowed(ctx, "wrong_payment.record") else []
