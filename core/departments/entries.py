"""Entries made one by one: recording a help, and taking a wrong entry back by a reversing one."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select

from core import audit
from core.access import Subject, departments, require
from core.context import Context
from core.db import new_id
from core.departments.kinds import MONEY, check_words
from core.departments.models import DepartmentAid
from core.departments.workbook import PERMISSION
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, _
from core.households.life.colleagues import refuse_to_come, require_text
from core.households.models import Household, Member
from core.money import MAXIMUM_FEN
from core.tenancy import Unit

LONGEST_NOTE = 500


@dataclass(frozen=True)
class Entry:
    """A help as a department tells it; codes of the region's pack, `amount` in fen.

    `member_id` is the person helped, empty where the household as a whole was.
    """

    department: str
    measure: str
    kind: str
    on: dt.date
    amount: int = 0
    category: str = ""
    note: str = ""
    member_id: uuid.UUID | None = None


def record_aid(ctx: Context, household_id: uuid.UUID, entry: Entry) -> DepartmentAid:
    """Record a help for a household in the shared ledger, for the actor's own department.

    InvalidError where the region has no such department, line or kind, the day is to come, aid in
    money has no amount, the department may not recognise this, or the person is of another file.
    """
    household = _find_household(ctx, household_id, entry.department)
    check_words(ctx.pack, entry.department, entry.measure, entry.kind, entry.category)
    refuse_to_come(ctx, entry.on, "on")
    _check_amount(entry)
    _check_member(ctx, household, entry.member_id)
    aid = DepartmentAid(
        tenant_id=ctx.tenant_id, id=new_id(), household_id=household.id,
        member_id=entry.member_id, department=entry.department, measure=entry.measure,
        kind=entry.kind, category=entry.category, on_date=entry.on, amount=entry.amount,
        note=_note(entry.note), recorded_by=ctx.actor.person_id, recorded_at=ctx.now,
        name_masked="", id_masked="",
    )  # fmt: skip
    ctx.session.add(aid)
    ctx.session.flush()
    audit.record(ctx, "aid.recorded", aid, after=_tell(aid))
    return aid


def reverse_aid(ctx: Context, aid_id: uuid.UUID, reason: str) -> DepartmentAid:
    """Take a wrong entry of one's own department back by an entry against it; both stay.

    ConflictError where it is taken back already or is itself such an entry.
    """
    aid = _lock(ctx, aid_id)
    if aid.reverses_id is not None or _is_reversed(ctx, aid):
        raise ConflictError(
            _("This entry is taken back already, or takes another one back."),
            remedy=_("Record anew what is right."),
        )
    reversal = DepartmentAid(
        tenant_id=ctx.tenant_id, id=new_id(), household_id=aid.household_id,
        member_id=aid.member_id, department=aid.department, measure=aid.measure, kind=aid.kind,
        category=aid.category, on_date=ctx.today, amount=-aid.amount,
        note=_note(require_text(reason, "reason")), recorded_by=ctx.actor.person_id,
        recorded_at=ctx.now, reverses_id=aid.id, id_index=aid.id_index,
        name_masked=aid.name_masked, id_masked=aid.id_masked,
    )  # fmt: skip
    ctx.session.add(reversal)
    ctx.session.flush()
    audit.record(ctx, "aid.reversed", reversal, before={"entry": str(aid.id)},
                 after=_tell(reversal), reason=reversal.note)  # fmt: skip
    return reversal


def _find_household(ctx: Context, household_id: uuid.UUID, department: str) -> Household:
    """Return a file whose union is one of those the actor records for this department in."""
    household = ctx.session.get(Household, (ctx.tenant_id, household_id))
    if household is None:
        raise NotFoundError
    unit = ctx.session.get_one(Unit, (ctx.tenant_id, household.unit_id))
    require(ctx, PERMISSION, Subject(ctx.tenant_id, unit.path, department=department))
    return household


def _lock(ctx: Context, aid_id: uuid.UUID) -> DepartmentAid:
    query = select(DepartmentAid).where(
        DepartmentAid.tenant_id == ctx.tenant_id, DepartmentAid.id == aid_id
    )
    aid = ctx.session.scalars(query.with_for_update()).one_or_none()
    if aid is None:
        raise NotFoundError
    if aid.household_id is not None:
        _find_household(ctx, aid.household_id, aid.department)
    elif aid.department not in departments(ctx, PERMISSION):
        raise ForbiddenError(
            _("Your role does not allow this."),
            remedy=_("Ask your administrator for the right, or a colleague who has it."),
        )
    return aid


def _is_reversed(ctx: Context, aid: DepartmentAid) -> bool:
    query = select(DepartmentAid.id).where(
        DepartmentAid.tenant_id == ctx.tenant_id, DepartmentAid.reverses_id == aid.id
    )
    return ctx.session.scalar(query) is not None


def _check_amount(entry: Entry) -> None:
    if not 0 <= entry.amount <= MAXIMUM_FEN or (entry.kind == MONEY and not entry.amount):
        raise InvalidError(
            _("Aid in money has an amount above 0, and no amount is below 0."),
            remedy=_("Write the amount in yuan."), field="amount",
        )  # fmt: skip


def _check_member(ctx: Context, household: Household, member_id: uuid.UUID | None) -> None:
    if member_id is None:
        return
    member = ctx.session.get(Member, (ctx.tenant_id, member_id))
    if member is None or member.household_id != household.id:
        raise InvalidError(
            _("This person does not belong to the household."),
            remedy=_("Choose one of its people, or the household as a whole."),
            field="member_id",
        )


def _note(text: str) -> str:
    note = text.strip()
    if len(note) > LONGEST_NOTE:
        raise InvalidError(
            _("The note is longer than %(limit)s characters."), remedy=_("Shorten it."),
            field="note", limit=LONGEST_NOTE,
        )  # fmt: skip
    return note


def _tell(aid: DepartmentAid) -> dict[str, object]:
    return {
        "household_id": str(aid.household_id) if aid.household_id else None,
        "member_id": str(aid.member_id) if aid.member_id else None,
        "department": aid.department, "measure": aid.measure, "kind": aid.kind,
        "category": aid.category, "on": aid.on_date.isoformat(), "amount": aid.amount,
    }  # fmt: skip
