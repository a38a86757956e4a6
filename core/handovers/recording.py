"""Recording what was handed over in person, with the signed receipt, or why it was not."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core.access import Subject, allowed, require
from core.audit import record
from core.context import BEIJING, Context
from core.db import new_id
from core.errors import ConflictError, InvalidError, NotFoundError, UnavailableError, _
from core.funds.models import IN_PERSON, Payment
from core.handovers.models import Handover, Receipt
from core.households.life.colleagues import acting_person, refuse_to_come, require_text
from core.households.models import Household
from core.households.papers import clean_filename, recognise
from core.tenancy import Unit

RECORD = "handover.record"
KIND = "receipts"
GIVERS = 2
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Given:
    """What became of one payment on a day. `givers` are the two who were there; `relation` is ""
    where the head himself signed. Without a `receiver` nobody was met: `remark` says why."""

    payment_id: uuid.UUID
    on: dt.date
    givers: tuple[str, ...] = ()
    receiver: str = ""
    relation: str = ""
    remark: str = ""


def keep_receipt(ctx: Context, filename: str, data: bytes) -> Receipt:
    """Keep the scan of a signed list; InvalidError for one that is empty, too big, or of a type
    that is not kept."""
    require(ctx, RECORD)
    limit = ctx.installation.settings.upload_bytes
    if not data:
        raise InvalidError(_("The file is empty."), field="file")
    if len(data) > limit:
        raise InvalidError(
            _("The file is larger than %(limit)s MB."),
            remedy=_("Scan it with fewer dots per inch, or bring it in parts."),
            field="file", limit=limit // MEGABYTE,
        )  # fmt: skip
    receipt = Receipt(
        tenant_id=ctx.tenant_id, id=new_id(), filename=clean_filename(filename),
        media_type=recognise(data), size=len(data), sha256=hashlib.sha256(data).digest(),
        storage_key=ctx.storage.put(ctx.session, ctx.tenant_id, KIND, data),
        uploaded_by=acting_person(ctx), uploaded_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(receipt)
    ctx.session.flush()
    record(ctx, "receipt.kept", receipt, after={
        "file": receipt.filename, "size": receipt.size, "sha256": receipt.sha256.hex(),
    })  # fmt: skip
    return receipt


def open_receipt(ctx: Context, receipt_id: uuid.UUID) -> tuple[Receipt, bytes]:
    """Return a receipt and its scan; who opened it is audited.

    Only those who record or confirm see it, for it bears the names of many.
    """
    if not any(allowed(ctx, one) for one in (RECORD, "handover.confirm", "audit.read")):
        require(ctx, RECORD)
    receipt = ctx.session.get(Receipt, (ctx.tenant_id, receipt_id))
    if receipt is None:
        raise NotFoundError
    data = ctx.storage.get(ctx.tenant_id, receipt.storage_key)
    if hashlib.sha256(data).digest() != receipt.sha256:
        raise UnavailableError(
            _("The stored paper is not the one that was brought in."),
            remedy=_("Tell your administrator; the paper must be brought in again."),
        )
    record(ctx, "receipt.opened", receipt, after={"file": receipt.filename})
    return receipt, data


def record_handovers(
    ctx: Context, given: Sequence[Given], receipt: Receipt | None
) -> list[Handover]:
    """Record what became of payments that wait to be handed over: all of them or none.

    InvalidError where one lacks its day, two givers, or the reason why nobody was met, or has no
    signed receipt; ConflictError for a payment that does not wait for it, or is recorded already.
    """
    made = [_record(ctx, one, receipt) for one in sorted(given, key=lambda one: one.payment_id)]
    ctx.session.flush()
    return made


def _record(ctx: Context, given: Given, receipt: Receipt | None) -> Handover:
    payment = lock_payment(ctx, given.payment_id)
    _refuse_recorded(ctx, payment)
    refuse_to_come(ctx, given.on, "on")
    _check_day(payment, given.on)
    met = bool(given.receiver.strip())
    _check_words(given, receipt, met=met)
    handover = Handover(
        tenant_id=ctx.tenant_id, id=new_id(), payment_id=payment.id,
        receipt_id=receipt.id if met and receipt else None,
        outcome="handed_over" if met else "missed", state="recorded", happened_on=given.on,
        givers=[one.strip() for one in given.givers if one.strip()],
        receiver=given.receiver.strip(), relation=given.relation.strip(),
        remark=given.remark.strip(), recorded_by=acting_person(ctx), recorded_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(handover)
    record(ctx, "handover.recorded", handover, after={
        "payment": payment.number, "outcome": handover.outcome, "on": given.on.isoformat(),
        "amount": payment.amount,
    }, reason=handover.remark)  # fmt: skip
    return handover


def lock_payment(ctx: Context, payment_id: uuid.UUID, permission: str = RECORD) -> Payment:
    """Return a payment that waits to be handed over in person, held; NotFoundError for one out of
    reach, ConflictError for one that does not wait."""
    found = ctx.session.execute(
        select(Payment, Unit.path)
        .join(Household, (Household.tenant_id == Payment.tenant_id)
              & (Household.id == Payment.household_id))
        .join(Unit, (Unit.tenant_id == Household.tenant_id) & (Unit.id == Household.unit_id))
        .where(Payment.tenant_id == ctx.tenant_id, Payment.id == payment_id)
        .with_for_update(of=Payment)
        .execution_options(populate_existing=True)
    ).one_or_none()  # fmt: skip
    if found is None:
        raise NotFoundError
    payment, path = found
    require(ctx, permission, Subject(ctx.tenant_id, path))
    if payment.means != IN_PERSON or payment.state != "reserved":
        raise ConflictError(
            _("The payment %(number)s does not wait to be handed over."),
            remedy=_("Look at it again."), number=payment.number,
        )  # fmt: skip
    return payment


def _refuse_recorded(ctx: Context, payment: Payment) -> None:
    query = select(Handover.id).where(
        Handover.tenant_id == ctx.tenant_id, Handover.payment_id == payment.id,
        Handover.state != "refused",
    )  # fmt: skip
    if ctx.session.scalar(query) is not None:
        raise ConflictError(
            _("What became of the payment %(number)s is recorded already."),
            remedy=_("Have the record refused first, where it is wrong."), number=payment.number,
        )  # fmt: skip


def _check_day(payment: Payment, on: dt.date) -> None:
    if on < payment.reserved_at.astimezone(BEIJING).date():
        raise InvalidError(
            _("The payment %(number)s was granted after that day."),
            remedy=_("Nothing is handed over before the grant; correct the day."),
            field="on", number=payment.number,
        )  # fmt: skip


def _check_words(given: Given, receipt: Receipt | None, *, met: bool) -> None:
    if not met:
        require_text(given.remark, "remark")
        return
    if len({one.strip() for one in given.givers if one.strip()}) < GIVERS:
        raise InvalidError(
            _("Two different people are needed; one alone is not enough."),
            remedy=_("Name both who were there."), field="givers",
        )  # fmt: skip
    if receipt is None:
        raise InvalidError(
            _("What is handed over needs its signed receipt."),
            remedy=_("Bring the scan of the signed list."), field="file",
        )  # fmt: skip
