"""Entering claims: bills are checked and judged, one typed in or thousands of a workbook alike."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import func, select

from core import audit
from core.access import require
from core.audit import Change
from core.claims import faults
from core.claims.bills import Bill, digest_bill, find_claimed, give_bill_back, take_bills
from core.claims.checking import Known, check_bills
from core.claims.cover import Cover, find_cover, find_granted, find_known
from core.claims.models import Claim
from core.claims.settling import Settled, keep_grounds, settle_bills
from core.claims.workbook import as_error, clean_bill
from core.context import Context
from core.db import new_id
from core.enrolments.models import MutualAidPeriod
from core.enrolments.periods import find_period
from core.enrolments.pools import pool_of
from core.errors import ConflictError, _
from core.households.bulk import insert_many
from core.households.explanations import hash_form
from core.households.rows import ID_KIND
from core.households.workbook.faults import Fault, make_fault
from core.pii import mask_card

ENTER = "claim.enter"
JSON = ("facts", "explanation", "reasons")
CARD_PLACE, ILLNESS_PLACE = "claims.card_cipher", "claims.illness_cipher"
KEPT = (
    "hospital", "hospital_code", "bill_number", "admitted_on", "discharged_on", "total",
    "basic_insurance", "illness_insurance", "in_policy", "out_of_policy", "listed_illness",
    "payee", "payee_name", "bank_name", "settled",
)  # fmt: skip


@dataclass(frozen=True)
class ClaimPlan:
    """Bills beside the period, good ones with cover and finding; `known` were claimed before."""

    period: MutualAidPeriod
    rows: int
    bills: tuple[Bill, ...]
    digests: tuple[bytes, ...]
    covers: tuple[Cover, ...]
    settled: tuple[Settled, ...]
    faults: tuple[Fault, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are and are good; on how many hospital and rule differ."""
        return {
            "rows": self.rows, "good": len(self.bills), "added": len(self.bills),
            "different": sum(map(_differs, self.bills, self.settled)),
        }  # fmt: skip

    def put_in(self, ctx: Context, file_id: uuid.UUID | None, progress: Any) -> dict[str, int]:
        """Enter the good bills as claims, all in this transaction; return what they come to."""
        progress(0, len(self.bills))
        if self.bills:
            write_claims(ctx, self, file_id)
        return {"amount": sum(one.benefit for one in self.settled)}


def enter_claim(ctx: Context, period_id: uuid.UUID, bill: Bill) -> Claim:
    """Enter a claim and judge it; it goes to review.

    Raises InvalidError or ConflictError for the first thing that is wrong with the bill.
    """
    require(ctx, ENTER)
    period = find_period(ctx, period_id)
    plan = plan_bills(ctx, period, [clean_bill(ctx, bill)])
    for fault in plan.faults:
        raise as_error(fault)
    (claim_id,) = write_claims(ctx, plan, None)
    return ctx.session.get_one(Claim, (ctx.tenant_id, claim_id))


def revise(ctx: Context, claim: Claim, bill: Bill) -> Claim:
    """Judge a returned claim anew with the corrected bill; it goes to review again."""
    require(ctx, ENTER)
    period = find_period(ctx, claim.period_id)
    give_bill_back(ctx, claim.bill_digest)
    plan = plan_bills(ctx, period, [clean_bill(ctx, bill)], besides=claim.id)
    for fault in plan.faults:
        raise as_error(fault)
    _take(ctx, plan)
    keep_grounds(ctx, plan.settled)
    before = {"benefit": claim.benefit, "total": claim.total}
    for name, (value,) in _columns(ctx, plan, [claim.id]).items():
        setattr(claim, name, orjson.loads(value) if name in JSON else value)
    claim.state, claim.version = "in_route", claim.version + 1
    claim.reviewed_by = claim.reviewed_at = None
    claim.entered_by, claim.entered_at = ctx.actor.person_id, ctx.now
    ctx.session.flush()
    after = {"benefit": claim.benefit, "total": claim.total}
    audit.record(ctx, "claim.revised", claim, before=before, after=after)
    return claim


def plan_bills(
    ctx: Context,
    period: MutualAidPeriod,
    bills: Sequence[Bill],
    *,
    rows: int | None = None,
    faulty: Sequence[Fault] = (),
    besides: uuid.UUID | None = None,
) -> ClaimPlan:
    """Check bills and judge the good ones, storing nothing; `besides` is a claim corrected."""
    _lock(ctx, period)
    indexes = ctx.vault.blind_indexes(ID_KIND, (bill.id_number for bill in bills))
    digests = [digest_bill(ctx, bill.hospital_code, bill.bill_number) for bill in bills]
    own = find_known(ctx, digests, besides)
    known = Known(find_cover(ctx, period, indexes), own, frozenset(find_claimed(ctx, digests)))
    wrong = check_bills(period, bills, indexes, digests, known)
    good = [place for place in range(len(bills)) if place not in wrong]
    covers = [known.cover[indexes[place]] for place in good]
    granted = find_granted(ctx, {cover.enrolment_id for cover in covers}, besides)
    settled = settle_bills(ctx, [bills[place] for place in good], covers, granted)
    for place, one in zip(good, settled, strict=True):
        if not one.covered:
            wrong[place] = _not_covered(bills[place], one.why(ctx.language))
    kept = [at for at, place in enumerate(good) if place not in wrong]
    return ClaimPlan(
        period=period,
        rows=len(bills) if rows is None else rows,
        bills=tuple(bills[good[at]] for at in kept),
        digests=tuple(digests[good[at]] for at in kept),
        covers=tuple(covers[at] for at in kept),
        settled=tuple(settled[at] for at in kept),
        faults=(*faulty, *(wrong[place] for place in sorted(wrong))),
    )


def write_claims(ctx: Context, plan: ClaimPlan, file_id: uuid.UUID | None) -> list[uuid.UUID]:
    """Write the claims of a plan and take their bills; return their ids.

    ConflictError where somebody claimed one of the bills meanwhile: nothing is kept then.
    """
    _take(ctx, plan)
    keep_grounds(ctx, plan.settled)
    ids = [new_id() for _bill in plan.bills]
    numbers, first = _number(ctx, plan)
    columns: dict[str, Sequence[Any]] = {
        "id": ids, "number": numbers, "sequence": list(range(first, first + len(ids))),
        **_columns(ctx, plan, ids),
        "row": [bill.row or None for bill in plan.bills],
    }  # fmt: skip
    constants = {
        "period_id": plan.period.id, "file_id": file_id, "entered_by": ctx.actor.person_id,
        "entered_at": ctx.now, "state": "in_route", "note": "", "version": 1,
    }  # fmt: skip
    insert_many(ctx, "claims", columns, constants)
    audit.record_many(ctx, _changes(ids, numbers, plan))
    return ids


def _columns(ctx: Context, plan: ClaimPlan, ids: Sequence[uuid.UUID]) -> dict[str, list[Any]]:
    """Return by column what a claim says of its bill and of what was found on it."""
    bills, settled = plan.bills, plan.settled
    seal = ctx.vault.encrypt_many
    return {
        **{name: [getattr(bill, name) for bill in bills] for name in KEPT},
        "enrolment_id": [cover.enrolment_id for cover in plan.covers],
        "bill_digest": list(plan.digests),
        "illness_cipher": seal(ctx.tenant_id, ILLNESS_PLACE, ids, [one.illness for one in bills]),
        "card_cipher": seal(ctx.tenant_id, CARD_PLACE, ids, [one.card for one in bills]),
        "card_masked": [mask_card(bill.card) for bill in bills],
        "scheme": [ctx.pack.scheme] * len(ids),
        "scheme_version": [one.version for one in settled],
        "parameters": [one.figures.sha256 for one in settled],
        "form": [hash_form(one.form) for one in settled],
        "facts": [one.facts for one in settled],
        "explanation": [one.explanation for one in settled],
        "reasons": [one.reasons for one in settled],
        "benefit": [one.benefit for one in settled],
        "granted": [one.benefit for one in settled],
        "difference": ["open" if one else "" for one in map(_differs, bills, settled)],
    }  # fmt: skip


def _differs(bill: Bill, settled: Settled) -> bool:
    return bill.settled is not None and bill.settled != settled.benefit


def _not_covered(bill: Bill, why: str) -> Fault:
    return make_fault(faults.WAITING, bill.sheet, bill.row, "入院日期", why=why)


def _lock(ctx: Context, period: MutualAidPeriod) -> None:
    """Let nobody else claim in the period before this transaction ends: its caps and numbers."""
    query = select(MutualAidPeriod.id).where(
        MutualAidPeriod.tenant_id == ctx.tenant_id, MutualAidPeriod.id == period.id
    )
    ctx.session.execute(query.with_for_update(key_share=True))


def _take(ctx: Context, plan: ClaimPlan) -> None:
    if not take_bills(ctx, plan.digests):
        raise ConflictError(
            _("Someone else claimed one of these bills meanwhile; nothing was kept."),
            remedy=_("Enter it again: then it says where the bill was claimed."),
        )


def _number(ctx: Context, plan: ClaimPlan) -> tuple[list[str], int]:
    """Return the numbers of new claims and the first of their sequence within the period."""
    pool = pool_of(ctx, plan.period)
    highest = ctx.session.scalar(
        select(func.max(Claim.sequence)).where(
            Claim.tenant_id == ctx.tenant_id, Claim.period_id == plan.period.id
        )
    )
    first = int(highest or 0) + 1
    places = range(first, first + len(plan.bills))
    return [f"HZ{pool.year}{pool.number:03d}{place:06d}" for place in places], first


def _changes(ids: Sequence[uuid.UUID], numbers: Sequence[str], plan: ClaimPlan) -> Iterator[Change]:
    for claim_id, number, bill, one in zip(ids, numbers, plan.bills, plan.settled, strict=True):
        yield Change("claim.entered", "claims", claim_id, after={
            "number": number, "period": plan.period.name, "total": bill.total,
            "benefit": one.benefit, "settled": bill.settled, "payee": bill.payee,
        })  # fmt: skip
