"""Reads the TOML files of a pack; whatever is missing, unknown or of a wrong type is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib.resources.abc import Traversable

from bangfu_sdk import Text
from bangfu_sdk.kit import tables

from core.errors import _
from core.policies.errors import PolicyError


class Table(tables.Table):
    """A table of a pack file; what is wrong with it is a PolicyError."""

    def error(self, name: str, text: str, remedy: str, /, **values: object) -> PolicyError:
        """Return the error that something is wrong with one key."""
        return PolicyError(text, file=self.file, key=self.key(name), remedy=remedy, **values)

    def fault(self, name: str, problem: Text, remedy: Text, /, **values: object) -> PolicyError:
        """Return the error for what the SDK's reader found, in its own words."""
        shown = {key: Text(str(value), str(value)) for key, value in values.items()}
        told = {"said": problem.fill(shown), "advice": remedy.fill(shown)}
        return PolicyError(
            "%(said)s", file=self.file, key=self.key(name), remedy="%(advice)s", **told
        )


def read_toml(
    path: Traversable, file: str, parse_float: Callable[[str], float | str] = float
) -> Table:
    """Return the top table of a file; `file` is its name as people are told it."""
    try:
        text = path.read_text(encoding="utf-8")
        return Table(file, "", tomllib.loads(text, parse_float=parse_float))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(
            _("the file cannot be read: %(problem)s"),
            file=file,
            key="",
            remedy=_("Correct the file."),
            problem=str(error),
        ) from error
