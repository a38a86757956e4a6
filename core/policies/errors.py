"""What can be wrong with a region pack."""

from __future__ import annotations

from core.errors import DomainError, Message, NotDecidableError, _


class PolicyError(DomainError):
    """A region pack cannot be used; `file` and `key` say where. The system does not start."""

    code = "policy"
    status = 500

    def __init__(self, text: str, /, *, file: str, key: str, remedy: str, **values: object) -> None:
        problem = Message(text, values)
        super().__init__(
            _("%(file)s: %(key)s: %(problem)s"),
            remedy,
            key,
            **{**values, "file": file, "key": key, "problem": problem},
        )
        self.problem, self.file, self.key = problem, file, key


class NotInForceError(NotDecidableError):
    """No value of a figure is in force on the date judged, so nothing can be decided."""
