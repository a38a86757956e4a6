"""Reading claims: the list narrowed, and one with its explanation; people and accounts masked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from core.access import Subject, allowed, prefixes
from core.claims.decisions import APPROVE, READ, REVIEW
from core.claims.entering import ENTER, ILLNESS_PLACE
from core.claims.models import Claim
from core.context import Context
from core.errors import ForbiddenError, InvalidError, NotFoundError, _
from core.households.explanations import join_steps
from core.paging import clamp, skip

FILTERS = ("", "review", "approval", "difference", "returned", "approved", "paid", "refused")
LISTED = """
select json_build_object(
  'id', c.id, 'number', c.number, 'version', c.version, 'period_id', c.period_id,
  'period', p.name, 'name', e.name, 'id_number', e.id_masked, 'employer', e.employer,
  'hospital', c.hospital, 'bill_number', c.bill_number, 'admitted_on', c.admitted_on,
  'discharged_on', c.discharged_on, 'total', c.total, 'basic_insurance', c.basic_insurance,
  'illness_insurance', c.illness_insurance, 'in_policy', c.in_policy,
  'out_of_policy', c.out_of_policy, 'listed_illness', c.listed_illness, 'benefit', c.benefit,
  'settled', c.settled, 'granted', c.granted, 'difference', c.difference, 'state', c.state,
  'step', case when c.state <> 'in_route' then '' when c.reviewed_by is null then 'review'
    else 'approval' end,
  'payee', c.payee, 'payee_name', c.payee_name, 'bank_name', c.bank_name, 'card', c.card_masked,
  'note', c.note, 'hospital_code', c.hospital_code, 'entered_by', c.entered_by,
  'entered_by_name', entered.name, 'entered_at', c.entered_at, 'reviewed_by', c.reviewed_by,
  'reviewed_by_name', reviewed.name, 'decided_by_name', decided.name,
  'decided_at', c.decided_at, 'payment', (
    select json_build_object('id', x.id, 'number', x.number, 'state', x.state,
      'fund_id', x.fund_id, 'batch_id', x.batch_id, 'paid_on', x.paid_on, 'failure', x.failure)
    from payments x where x.tenant_id = c.tenant_id and x.claim_id = c.id
    order by x.id desc limit 1))
from claims c
join mutual_aid_periods p on p.tenant_id = c.tenant_id and p.id = c.period_id
join enrolments e on e.tenant_id = c.tenant_id and e.id = c.enrolment_id
left join people entered on entered.tenant_id = c.tenant_id and entered.id = c.entered_by
left join people reviewed on reviewed.tenant_id = c.tenant_id and reviewed.id = c.reviewed_by
left join people decided on decided.tenant_id = c.tenant_id and decided.id = c.decided_by
where c.tenant_id = %(tenant)s and (%(whole)s or c.entered_by = %(own)s)
  and (%(claim)s::uuid is null or c.id = %(claim)s)
  and (%(period)s::uuid is null or c.period_id = %(period)s)
  and (%(number)s = '' or c.number = %(number)s)
  and (case %(standing)s when '' then true
    when 'review' then c.state = 'in_route' and c.reviewed_by is null
    when 'approval' then c.state = 'in_route' and c.reviewed_by is not null
    when 'difference' then c.difference = 'open' and c.state <> 'refused'
    else c.state = %(standing)s end)
order by c.id desc limit %(size)s offset %(skip)s
"""
PAID = """
select steps from explanation_forms where tenant_id = %(tenant)s and sha256 = %(form)s
"""


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to: a period, and a standing, one of FILTERS."""

    period_id: uuid.UUID | None = None
    standing: str = ""
    number: str = ""


def list_claims(
    ctx: Context, filters: Filters | None = None, *, page: int = 1, size: int = 50
) -> list[dict[str, Any]]:
    """Return claims, the newest first; amounts in fen. Who reads claims of some unions only sees
    those he entered himself, for a claim belongs to no union."""
    chosen = filters or Filters()
    if chosen.standing not in FILTERS:
        raise InvalidError(
            _("“%(state)s” is no standing of a claim."), field="standing", state=chosen.standing,
            remedy=_("Choose one of: %(known)s."), known=", ".join(FILTERS[1:]),
        )  # fmt: skip
    return _fetch(ctx, chosen, None, page, size)


def read_claim(ctx: Context, claim_id: uuid.UUID) -> dict[str, Any]:
    """Return one claim with the steps and reasons of its judgement, and what the actor `can` do.

    The illness is told to those who enter, review or approve claims. NotFoundError where there is
    none the actor sees.
    """
    found = _fetch(ctx, Filters(), claim_id, 1, 1)
    if not found:
        raise NotFoundError
    claim = ctx.session.get_one(Claim, (ctx.tenant_id, claim_id))
    [[form]] = ctx.session.fetch(PAID, {"tenant": ctx.tenant_id, "form": claim.form})
    return {
        **found[0], "facts": claim.facts, "reasons": claim.reasons,
        "steps": join_steps(form, claim.explanation), "illness": _illness(ctx, claim),
        "scheme": claim.scheme, "scheme_version": claim.scheme_version,
        "can": list(_actions(ctx, claim)),
    }  # fmt: skip


def find_claim(ctx: Context, number: str) -> uuid.UUID:
    """Return the id of the claim with a number; NotFoundError where the actor sees none."""
    found = _fetch(ctx, Filters(number=number.strip()), None, 1, 1) if number.strip() else []
    if not found:
        raise NotFoundError(_("There is no claim %(number)s."), number=number)
    return uuid.UUID(found[0]["id"])


def _fetch(
    ctx: Context, filters: Filters, claim_id: uuid.UUID | None, page: int, size: int
) -> list[dict[str, Any]]:
    seen = prefixes(ctx, READ, ctx.tenant_id)
    if not seen:
        raise ForbiddenError(
            _("Your role does not allow this."),
            remedy=_("Ask your administrator for the right, or a colleague who has it."),
        )
    values = {
        "tenant": ctx.tenant_id, "whole": "" in seen, "own": ctx.actor.person_id,
        "claim": claim_id, "period": filters.period_id, "standing": filters.standing,
        "number": filters.number, "size": clamp(size), "skip": skip(page, size),
    }  # fmt: skip
    return [row[0] for row in ctx.session.fetch(LISTED, values)]


def _illness(ctx: Context, claim: Claim) -> str:
    own = ctx.tenant_id == ctx.actor.tenant_id or ctx.actor.is_system
    known = own and any(allowed(ctx, one) for one in (ENTER, REVIEW, APPROVE))
    if not known or claim.illness_cipher is None:
        return ""
    return ctx.vault.decrypt(ctx.tenant_id, ILLNESS_PLACE, claim.id, claim.illness_cipher)


def _actions(ctx: Context, claim: Claim) -> list[str]:
    parties = frozenset(one for one in (claim.entered_by, claim.reviewed_by) if one)
    subject = Subject(ctx.tenant_id, parties=parties)
    if claim.state == "returned":
        return ["correct"] if allowed(ctx, ENTER) else []
    if claim.state == "approved" and claim.granted:
        return ["pay"] if allowed(ctx, "fund.manage", Subject(ctx.tenant_id)) else []
    if claim.state != "in_route":
        return []
    turn = allowed(ctx, APPROVE if claim.reviewed_by else REVIEW, subject)
    differs = claim.difference == "open" and allowed(ctx, REVIEW, subject)
    return [*(["decide"] if turn else []), *(["settle"] if differs else [])]
