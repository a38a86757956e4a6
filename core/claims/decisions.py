"""Deciding on claims: reviewed by one person, approved by another, neither of whom entered it."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from core.access import Subject, prefixes, require
from core.audit import record
from core.claims.bills import Bill, give_bill_back
from core.claims.entering import CARD_PLACE, revise
from core.claims.models import Claim
from core.context import Context
from core.enrolments.models import MutualAidPeriod
from core.enrolments.pools import pool_of
from core.errors import ConflictError, InvalidError, NotFoundError, StaleError, _
from core.funds.models import Payment
from core.funds.reservations import Cause, Payee, hold, open_card

READ, REVIEW, APPROVE = "claim.read", "claim.review", "claim.approve"
PASS, RETURN, REFUSE = "approve", "return", "refuse"
DECISIONS = (PASS, RETURN, REFUSE)
SIDES = ("rule", "hospital")


def decide_claim(
    ctx: Context, claim_id: uuid.UUID, decision: str, reason: str = "", version: int | None = None
) -> Claim:
    """Decide on the open step of a claim: the review, then the approval, which reserves its money.

    `decision` is approve, return (to be corrected) or refuse, the last two with a reason.
    ConflictError where no step is open, a difference is not settled, or the pool has too little.
    """
    claim = lock_claim(ctx, claim_id, version)
    if claim.state != "in_route":
        raise ConflictError(
            _("Nothing is to be decided on the claim %(number)s now."),
            remedy=_("Look at the claim again."), number=claim.number,
        )  # fmt: skip
    _require_turn(ctx, claim)
    _check(decision, reason)
    if decision == PASS and claim.difference == "open":
        raise ConflictError(
            _("Hospital and rule differ on the claim %(number)s."),
            remedy=_("Settle the difference first."), number=claim.number,
        )  # fmt: skip
    step = "approval" if claim.reviewed_by else "review"
    if decision == PASS and step == "review":
        claim.reviewed_by, claim.reviewed_at = ctx.actor.person_id, ctx.now
    elif decision == PASS:
        _close(ctx, claim, "approved")
        _pay(ctx, claim)
    else:
        _put_aside(ctx, claim, decision)
    _keep(ctx, claim, f"claim.{step}.{decision}", reason)
    return claim


def settle_difference(
    ctx: Context, claim_id: uuid.UUID, side: str, reason: str, version: int | None = None
) -> Claim:
    """Say which amount holds where the hospital settled another one than the rule gives.

    `side` is rule or hospital; a reason is needed. It is approved by another person afterwards.
    """
    claim = lock_claim(ctx, claim_id, version)
    require(ctx, REVIEW, _subject(ctx, claim))
    if side not in SIDES:
        raise InvalidError(
            _("“%(side)s” is no side of a difference."), field="side", side=side,
            remedy=_("Choose one of: %(known)s."), known=", ".join(SIDES),
        )  # fmt: skip
    if claim.state != "in_route" or claim.settled is None or not claim.difference:
        raise ConflictError(
            _("There is no difference to settle on the claim %(number)s."),
            remedy=_("Look at the claim again."), number=claim.number,
        )  # fmt: skip
    _need(reason)
    claim.difference = side
    claim.granted = claim.benefit if side == "rule" else claim.settled
    # Whoever settles what is paid has had a hand in it: the review counts as his.
    claim.reviewed_by, claim.reviewed_at = ctx.actor.person_id, ctx.now
    _keep(ctx, claim, "claim.difference_settled", reason)
    return claim


def correct_claim(
    ctx: Context, claim_id: uuid.UUID, bill: Bill, version: int | None = None
) -> Claim:
    """Hand in a returned claim again with its bill corrected; it is judged anew."""
    claim = lock_claim(ctx, claim_id, version)
    if claim.state != "returned":
        raise ConflictError(
            _("The claim %(number)s is not with its clerk."), number=claim.number,
            remedy=_("Have it returned first."),
        )  # fmt: skip
    return revise(ctx, claim, bill)


def pay_claim(ctx: Context, claim_id: uuid.UUID) -> Payment:
    """Reserve an approved claim's money again, after the bank returned it or it was released."""
    claim = lock_claim(ctx, claim_id)
    require(ctx, "fund.manage", Subject(ctx.tenant_id))
    if claim.state != "approved" or not claim.granted:
        raise ConflictError(
            _("The claim %(number)s is not approved, so nothing is paid on it."),
            remedy=_("Look at the claim again."), number=claim.number,
        )  # fmt: skip
    payment = _pay(ctx, claim)
    assert payment is not None  # noqa: S101 (something is granted)
    return payment


def lock_claim(ctx: Context, claim_id: uuid.UUID, version: int | None = None) -> Claim:
    """Return a claim that nobody else changes now; StaleError where it is another one by now."""
    require(ctx, READ)
    claim = ctx.session.scalars(
        select(Claim)
        .where(Claim.tenant_id == ctx.tenant_id, Claim.id == claim_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    seen = prefixes(ctx, READ, ctx.tenant_id)
    if claim is None or not ("" in seen or claim.entered_by == ctx.actor.person_id):
        raise NotFoundError
    if version is not None and version != claim.version:
        raise StaleError
    return claim


def _subject(ctx: Context, claim: Claim) -> Subject:
    hands = {claim.entered_by, claim.reviewed_by} - {None}
    return Subject(ctx.tenant_id, parties=frozenset(one for one in hands if one))


def _require_turn(ctx: Context, claim: Claim) -> None:
    require(ctx, APPROVE if claim.reviewed_by else REVIEW, _subject(ctx, claim))


def _check(decision: str, reason: str) -> None:
    if decision not in DECISIONS:
        raise InvalidError(
            _("“%(decision)s” is no decision."), field="decision", decision=decision,
            remedy=_("Choose one of: %(known)s."), known=", ".join(DECISIONS),
        )  # fmt: skip
    if decision != PASS:
        _need(reason)


def _need(reason: str) -> None:
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")


def _put_aside(ctx: Context, claim: Claim, decision: str) -> None:
    if decision == RETURN:
        claim.state = "returned"
        claim.reviewed_by = claim.reviewed_at = None
        return
    _close(ctx, claim, "refused")
    give_bill_back(ctx, claim.bill_digest)


def _close(ctx: Context, claim: Claim, state: str) -> None:
    claim.state, claim.decided_by, claim.decided_at = state, ctx.actor.person_id, ctx.now


def _pay(ctx: Context, claim: Claim) -> Payment | None:
    """Reserve on the pool what is granted; nothing where the rule grants nothing."""
    if not claim.granted:
        return None
    period = ctx.session.get_one(MutualAidPeriod, (ctx.tenant_id, claim.period_id))
    card = open_card(ctx, CARD_PLACE, claim.id, claim.card_cipher)
    payee = Payee(claim.payee_name, claim.bank_name, card)
    cause = Cause(claim.number, claim_id=claim.id)
    return hold(ctx, pool_of(ctx, period), claim.granted, payee, cause)


def _keep(ctx: Context, claim: Claim, event: str, reason: str) -> None:
    claim.version, claim.note = claim.version + 1, reason.strip()
    ctx.session.flush()
    after = {"number": claim.number, "state": claim.state, "granted": claim.granted}
    record(ctx, event, claim, after=after, reason=reason)
