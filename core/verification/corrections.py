"""Where a source was right and the declaration was not: the file is corrected and judged again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core.context import Context
from core.errors import ConflictError, InvalidError, UnavailableError, _
from core.households.circumstances import state_circumstances
from core.households.codes import STUDENT
from core.households.judgements import judge_household
from core.households.models import Household
from core.households.records import HouseholdRecord, MemberRecord
from core.households.rows import STATEMENT_VALUES
from core.households.service import change_household, declare_statement
from core.households.stored import read_record
from core.policies import NotInForceError
from core.verification.comparison import PROPERTY
from core.verification.declared import ID_PLACE
from core.verification.facts import YES
from core.verification.models import Difference, VerificationAnswer


def correct(ctx: Context, household: Household, difference: Difference) -> None:
    """Write what the answer of a difference tells into the file, and have it judged again.

    Income and medical cost come in by a new statement as of today. ConflictError where only the
    form of the file can put it right: the head is gone, or somebody unknown belongs to it.
    """
    if difference.kind in PROPERTY:
        state_circumstances(ctx, household.id, ctx.today, {"property_fits": False})
        _judge(ctx, household)
    elif difference.kind == "dibao":
        in_dibao = difference.told == YES
        state_circumstances(ctx, household.id, ctx.today, {"in_dibao": in_dibao})
        _judge(ctx, household)
    elif difference.kind in AMOUNTS:
        _declare(ctx, household, AMOUNTS[difference.kind], int(difference.told))
    else:
        _change(ctx, household, difference)


AMOUNTS = {"income": "income", "medical_cost": "self_paid"}


def _judge(ctx: Context, household: Household) -> None:
    try:
        with ctx.session.begin_nested():
            judge_household(ctx, household.id)
    except (UnavailableError, NotInForceError, InvalidError):
        # The file is put right all the same; why it cannot be judged shows on its page.
        household.category = household.judged_on = None
        ctx.session.flush()


def _declare(ctx: Context, household: Household, name: str, fen: int) -> None:
    record = read_record(ctx, household)
    amounts = {value: getattr(record, value) for value in STATEMENT_VALUES} | {name: fen}
    declare_statement(ctx, household.id, ctx.today, amounts, household.version)


def _change(ctx: Context, household: Household, difference: Difference) -> None:
    record = read_record(ctx, household)
    number = _number_of(ctx, difference)
    changes: dict[str, Any]
    if difference.kind == "marital_status":
        changes = {"marital_status": difference.told}
    elif number == record.id_number:
        changes = _change_head(record, difference)
    else:
        kept = [_change_member(one, number, difference) for one in record.members]
        changes = {"members": tuple(one for one in kept if one is not None)}
    change_household(ctx, household.id, changes, household.version)


def _change_head(record: HouseholdRecord, difference: Difference) -> dict[str, Any]:
    known: dict[str, Callable[[], dict[str, str]]] = {
        "name": lambda: {"name": difference.told},
        "employment": lambda: {"work_status": "employed"},
    }
    if difference.kind not in known:
        raise ConflictError(
            _("Only the form of the file can put this right."),
            remedy=_(
                "Change the members or the head of %(file)s, or close it; then compare again."
            ),
            file=record.file_number,
        )
    return known[difference.kind]()


def _change_member(
    member: MemberRecord, number: str, difference: Difference
) -> MemberRecord | None:
    """Return a member as the answer has him, None for one who died or moved away."""
    if member.id_number != number:
        return member
    if difference.kind in ("dead", "moved"):
        return None
    if difference.kind == "name":
        return replace(member, name=difference.told)
    if difference.kind == "employment":
        return replace(member, occupation="employed")
    if difference.kind == "enrolled":
        return replace(member, occupation=STUDENT if difference.told == YES else "other")
    raise ConflictError(
        _("Only the form of the file can put this right."),
        remedy=_("Add or take out the members it is about; then compare again."),
    )


def _number_of(ctx: Context, difference: Difference) -> str:
    answer = ctx.session.get_one(VerificationAnswer, (ctx.tenant_id, difference.answer_id))
    return ctx.vault.decrypt(ctx.tenant_id, ID_PLACE, answer.id, answer.id_cipher)
