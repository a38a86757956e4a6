"""Errors of the domain: what went wrong, in the user's language, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Message:
    """A text to be translated: a gettext `msgid` with `%(name)s` placeholders and their values."""

    text: str
    values: Mapping[str, Any]

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


def _(text: str) -> str:
    """Mark a text for the catalogues; the edge translates it."""
    return text


class DomainError(Exception):
    """Base of every error that a user can cause and mend.

    `code` is stable and machine-readable, `status` the HTTP status the web answers with,
    `message` says what is wrong and `remedy` what to do; both are gettext message ids.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(self, text: str, /, remedy: str = "", field: str = "", **values: Any) -> None:
        self.message = Message(text, values)
        self.remedy = Message(remedy, values)
        self.field = field
        super().__init__(str(self.message))

    def details(self, translate: Callable[[Message], str]) -> dict[str, Any]:
        """Return what a program is told besides: every fault of a file, for example."""
        return {}


class NotFoundError(DomainError):
    """The thing is not there, or not for this actor: both look the same from outside."""

    code = "not_found"
    status = 404

    def __init__(self, text: str = _("Not found."), /, **values: Any) -> None:
        super().__init__(text, **values)


class ForbiddenError(DomainError):
    """The actor may see the thing but may not do this with it."""

    code = "forbidden"
    status = 403


class InvalidError(DomainError):
    """A value is missing or wrong; `field` names it."""

    code = "invalid"
    status = 422


class NotDecidableError(InvalidError):
    """A fact or a figure that a decision needs is not there, and is never guessed."""

    code = "not_decidable"


class ConflictError(DomainError):
    """The thing's state does not allow this now, or someone else changed it meanwhile."""

    code = "conflict"
    status = 409


class StaleError(ConflictError):
    """The thing was changed since the actor read it."""

    code = "stale"
    status = 412

    def __init__(self) -> None:
        super().__init__(
            _("Someone else changed this meanwhile."),
            remedy=_("Look at it again and repeat your change."),
        )


class UnavailableError(DomainError):
    """Something the request needs is out of order, a plugin for example; nothing was decided."""

    code = "unavailable"
    status = 503
