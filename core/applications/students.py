"""The one person an application is for: what the rule knows of him; students once a year."""

from __future__ import annotations

import uuid
from typing import Any

from bangfu_sdk import Programme
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.access import Subject, allowed
from core.applications.facts import OVER
from core.applications.models import Application
from core.context import Context
from core.errors import ConflictError, _
from core.households.codes import STUDENT
from core.households.models import Household, Member
from core.households.rows import ID_PLACE
from core.pii import age_on
from core.tenancy import Unit

FEMALE = "female"


def list_members(ctx: Context, household: Household) -> list[Member]:
    """Return the people of a household in the order of its file."""
    query = select(Member).where(
        Member.tenant_id == ctx.tenant_id, Member.household_id == household.id, Member.active
    )
    return list(ctx.session.scalars(query.order_by(Member.position)))


def list_students(ctx: Context, household: Household) -> list[Member]:
    """Return the students of a household in the order of its file."""
    return [one for one in list_members(ctx, household) if one.occupation == STUDENT]


def person_facts(ctx: Context, person: Member | None) -> dict[str, Any]:
    """Return the facts of whom an application is for, none where it is for nobody in particular."""
    if person is None:
        return {}
    year, enrolled = _school_year(ctx), person.enrolment_year
    new = year is not None and enrolled is not None and enrolled >= year
    number = ctx.vault.decrypt(ctx.tenant_id, ID_PLACE, person.id, person.id_cipher)
    return {
        "stage": person.education_stage, "new_student": new, "woman": person.sex == FEMALE,
        "age": age_on(number, ctx.today),
    }  # fmt: skip


def check_school_year(
    ctx: Context, programme: Programme, student: Member, besides: uuid.UUID | None = None
) -> None:
    """Raise ConflictError where the student has an application to the programme for this school
    year already, in whichever household of the tenant; `besides` is the one that is judged."""
    year = _school_year(ctx)
    if not programme.per_student or year is None:
        return
    query = (
        select(Application.number, Unit.path)
        .join(Unit, (Unit.tenant_id == Application.tenant_id) & (Unit.id == Application.unit_id))
        .where(
            Application.tenant_id == ctx.tenant_id, Application.programme == programme.name,
            Application.school_year == year, Application.student_index == student.id_index,
            Application.state.not_in(OVER), Application.id != besides,
        )
    )  # fmt: skip
    found = ctx.session.execute(query).first()
    if found is not None:
        raise _taken(ctx, student, year, *found)


def claim_school_year(
    ctx: Context, programme: Programme, application: Application, student: Member
) -> None:
    """Write an application down as the student's for this school year, and nobody else's beside it.

    ConflictError where another one is, also where it came only a moment ago.
    """
    year, own = _school_year(ctx), application.id
    try:
        with ctx.session.begin_nested():
            if programme.per_student and year is not None:
                application.school_year, application.student_index = year, student.id_index
            ctx.session.add(application)
            ctx.session.flush()
    except IntegrityError:
        check_school_year(ctx, programme, student, own)
        raise


def _school_year(ctx: Context) -> int | None:
    begins = ctx.pack.school_year
    return None if begins is None else begins.of(ctx.today)


def _taken(ctx: Context, student: Member, year: int, number: str, path: str) -> ConflictError:
    """Tell which one it is, but nothing of a household the actor has no business with."""
    values = {"name": student.name, "year": f"{year}–{year + 1}"}
    if not allowed(ctx, "application.read", Subject(ctx.tenant_id, path)):
        return ConflictError(
            _("%(name)s has an application for the school year %(year)s at another union already."),
            remedy=_("Ask the federation above which one it is."),
            field="member_id", **values,
        )  # fmt: skip
    return ConflictError(
        _("%(name)s has the application %(number)s for the school year %(year)s already."),
        remedy=_("There is one for each student and school year: go on with that one."),
        field="member_id", number=number, **values,
    )  # fmt: skip
