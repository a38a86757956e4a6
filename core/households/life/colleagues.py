"""The federation's people who can be named in a file: contact persons, visitors, verifiers."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select

from core.access import require
from core.context import Context
from core.errors import ForbiddenError, InvalidError, _
from core.people import Person


def list_colleagues(ctx: Context) -> list[Person]:
    """Return the people of the tenant whose accounts are open, by name."""
    require(ctx, "household.read")
    query = select(Person).where(Person.tenant_id == ctx.tenant_id, Person.active)
    return list(ctx.session.scalars(query.order_by(Person.name, Person.login)))


def find_colleague(ctx: Context, person_id: uuid.UUID, field: str) -> Person:
    """Return one of them; InvalidError where it is nobody of this federation."""
    person = ctx.session.get(Person, (ctx.tenant_id, person_id))
    if person is None or not person.active:
        raise InvalidError(
            _("Nobody of this federation was named."),
            remedy=_("Choose one of its people whose account is open."),
            field=field,
        )
    return person


def find_two(ctx: Context, people: Sequence[uuid.UUID], fields: tuple[str, str]) -> None:
    """Make sure that two different people of the federation are named; InvalidError if not."""
    first, second = people
    find_colleague(ctx, first, fields[0])
    find_colleague(ctx, second, fields[1])
    if first == second:
        raise InvalidError(
            _("Two different people are needed; one alone is not enough."),
            remedy=_("Name the colleague who was there too."),
            field=fields[1],
        )


def acting_person(ctx: Context) -> uuid.UUID:
    """Return who acts; ForbiddenError where it is the system, for a person has to answer."""
    if ctx.actor.person_id is None:
        raise ForbiddenError(_("A person has to answer for this."))
    return ctx.actor.person_id


def require_text(text: str, field: str) -> str:
    """Return a text without blanks around it; InvalidError for an empty one."""
    text = text.strip()
    if not text:
        raise InvalidError(_("This must not be empty."), field=field)
    return text


def refuse_to_come(ctx: Context, day: dt.date, field: str) -> None:
    """Raise InvalidError for a day that is still to come."""
    if day > ctx.today:
        raise InvalidError(_("This day is still to come."), field=field)
