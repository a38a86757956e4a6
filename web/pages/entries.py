"""Reading what was entered in a form, each value checked and named by its field."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import request

from core.errors import InvalidError, _
from core.money import parse_yuan
from web.request import context

__all__ = ["choice", "context", "day", "number", "person", "text", "two", "yuan"]


def text(name: str) -> str:
    """Return a text without blanks around it, "" where nothing was entered."""
    return request.form.get(name, "").strip()


def number(name: str) -> int:
    """Return a whole number; 0 where none was entered, which fits no version."""
    return request.form.get(name, 0, type=int)


def day(name: str) -> dt.date:
    """Return a date."""
    try:
        return dt.date.fromisoformat(text(name))
    except ValueError as error:
        raise InvalidError(_("Enter a date."), field=name) from error


def yuan(name: str) -> int | None:
    """Return an amount in fen, None where nothing was entered."""
    entered = text(name)
    return parse_yuan(entered, field=name) if entered else None


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """Return one of a few codes."""
    if text(name) not in allowed:
        raise InvalidError(_("Choose one of the list."), field=name)
    return text(name)


def person(name: str) -> uuid.UUID | None:
    """Return a person's id, None where nobody was chosen."""
    try:
        return uuid.UUID(text(name)) if text(name) else None
    except ValueError as error:
        raise InvalidError(_("Choose one of the list."), field=name) from error


def two(first: str, second: str) -> tuple[uuid.UUID, uuid.UUID]:
    """Return the ids of two people; InvalidError where one is not chosen."""
    people = person(first), person(second)
    if people[0] is None or people[1] is None:
        raise InvalidError(
            _("Two different people are needed; one alone is not enough."),
            remedy=_("Name the colleague who was there too."),
            field=first if people[0] is None else second,
        )
    return people[0], people[1]
