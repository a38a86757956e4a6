"""Who is helped: a household whose file is in force, by real name and verified ID number."""

from __future__ import annotations

import uuid

from bangfu_sdk import Programme
from sqlalchemy import select
from stdnum.cn import ric

from core.applications.urgency import waives_admission
from core.context import Context
from core.errors import ConflictError, InvalidError, _
from core.households.codes import STUDENT
from core.households.life.force import require_admitted, require_in_force
from core.households.models import Household, Member
from core.households.rows import ID_PLACE
from core.owed_papers.force import refuse_owing

BODY = 17
"""Digits of an ID number before its check digit."""


def find_beneficiary(
    ctx: Context,
    household: Household,
    programme: Programme,
    member_id: uuid.UUID | None,
    *,
    urgent: bool = False,
) -> Member:
    """Return the member aid is for, the head where none is named.

    ConflictError where the file is not in force, is overdue for verification, owes papers of
    earlier aid for too long, or the ID number does not hold; InvalidError where the member is not
    of the household, or is no student and the programme is for one, or his stage of education is
    not told.
    """
    require_in_force(ctx, household, programme.name)
    if not waives_admission(ctx, programme.name, urgent):
        require_admitted(ctx, household, household.category)
    refuse_owing(ctx, household)
    if programme.for_one and member_id is None:
        text = _("Name the student this is for.") if programme.per_student else _(
            "Name the member this is for."
        )  # fmt: skip
        raise InvalidError(text, field="member_id")
    member = _find(ctx, household, member_id)
    if programme.per_student and member.occupation != STUDENT:
        raise InvalidError(_("%(name)s is not a student."), field="member_id", name=member.name)
    _require_stage(programme, member)
    _verify(ctx, member)
    return member


def _find(ctx: Context, household: Household, member_id: uuid.UUID | None) -> Member:
    query = select(Member).where(
        Member.tenant_id == ctx.tenant_id, Member.household_id == household.id, Member.active
    )
    query = query.where(Member.is_head if member_id is None else Member.id == member_id)
    member = ctx.session.scalars(query).one_or_none()
    if member is None:
        raise InvalidError(_("The household has no such member."), field="member_id")
    return member


def _require_stage(programme: Programme, member: Member) -> None:
    asks = programme.per_student and any(fact.name == "stage" for fact in programme.facts)
    if asks and not member.education_stage:
        raise InvalidError(
            _("The file does not say at which stage of education %(name)s is."),
            remedy=_("Enter it in the household file first."),
            field="member_id", name=member.name,
        )  # fmt: skip


def _verify(ctx: Context, member: Member) -> None:
    number = ctx.vault.decrypt(ctx.tenant_id, ID_PLACE, member.id, member.id_cipher)
    body, digit = number[:-1], number[-1:]
    if len(body) != BODY or not body.isdecimal() or ric.calc_check_digit(number) != digit:
        raise ConflictError(
            _("The ID number of %(name)s does not hold: its check digit is wrong."),
            remedy=_("Correct it in the file from the ID card."),
            name=member.name,
        )
