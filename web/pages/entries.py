"""Reading what was entered in a form, each value checked and named by its field."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import Flask, g, request

from core.errors import DomainError, InvalidError, _
from core.money import parse_yuan
from web.request import context
from web.translation import translate

__all__ = ["choice", "context", "day", "fen", "number", "person", "refuse", "text", "two", "yuan"]


def install(app: Flask) -> None:
    """Let the form macros put back what was typed into a form that was refused."""
    app.jinja_env.globals.update(
        begin_form=begin_form, typed=typed, ticked=ticked, complaint=complaint, refused=refused
    )


def refuse(error: DomainError) -> None:
    """Note why the form that was sent is refused: its page is drawn again with all in it."""
    g.refused = error


def refused() -> DomainError | None:
    """Return why the form that was sent is refused, None where none is."""
    found: DomainError | None = g.get("refused")
    return found


def begin_form(address: str) -> bool:
    """Say whether the form with this address, drawn from here on, is the one refused."""
    g.drawn_again = refused() is not None and request.path == address
    return bool(g.drawn_again)


def typed(name: str, value: object) -> object:
    """Return what was typed into a field, or its value where its form was not refused."""
    return request.form.get(name, value) if g.get("drawn_again") else value


def ticked(name: str, value: bool) -> bool:
    """Return whether a box was ticked, as `typed` does."""
    return name in request.form if g.get("drawn_again") else value


def complaint(name: str) -> str:
    """Return what is wrong with a field, "" where nothing is."""
    error = refused() if g.get("drawn_again") else None
    return translate(error.message) if error and error.field == name else ""


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


def fen(entered: str, name: str) -> int:
    """Return an amount of one of several rows, 0 where nothing was entered."""
    return parse_yuan(entered, field=name) if entered.strip() else 0


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
