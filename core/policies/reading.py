"""Reads the TOML files of a pack; whatever is missing, unknown or of a wrong type is refused."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from bangfu_sdk import Text

from core.errors import InvalidError, _
from core.money import FEN_PER_YUAN, parse_yuan
from core.policies.errors import PolicyError
from core.policies.multiples import parse_times

Value = TypeVar("Value")


class Table:
    """A table of a pack file that knows where it stands and which of its keys were read."""

    def __init__(self, file: str, path: str, data: dict[str, Any]) -> None:
        self.file, self.path, self._data = file, path, data
        self._read: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def key(self, name: str) -> str:
        """Return a key as it is told to people: with the tables it stands in."""
        return f"{self.path}.{name}" if self.path else name

    def error(self, name: str, text: str, remedy: str, /, **values: object) -> PolicyError:
        """Return the error that something is wrong with one key."""
        return PolicyError(text, file=self.file, key=self.key(name), remedy=remedy, **values)

    def raw(self, name: str) -> Any:
        """Return a value of any type. Raises PolicyError where it is missing."""
        if name not in self._data:
            raise self.error(name, _("is missing."), _("Add it to the file."))
        self._read.add(name)
        return self._data[name]

    def _typed(self, name: str, kind: type[Value], remedy: str) -> Value:
        value = self.raw(name)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(name, _("is of the wrong type."), remedy)
        return value

    def string(self, name: str) -> str:
        """Return a string that is not empty."""
        value = self._typed(name, str, _("Write a text in quotes."))
        if not value.strip():
            raise self.error(name, _("is empty."), _("Write a text."))
        return value

    def integer(self, name: str, low: int = 0, high: int = 10**6) -> int:
        """Return a whole number between two bounds."""
        value = self._typed(name, int, _("Write a whole number."))
        if not low <= value <= high:
            raise self.error(
                name,
                _("%(value)s is out of range."),
                _("Write a number from %(low)s to %(high)s."),
                value=value,
                low=low,
                high=high,
            )
        return value

    def flag(self, name: str) -> bool:
        """Return true or false."""
        return self._typed(name, bool, _("Write true or false."))

    def day(self, name: str) -> dt.date:
        """Return a date, not a moment."""
        value = self._typed(name, dt.date, _("Write a date such as 2023-01-01."))
        if isinstance(value, dt.datetime):
            raise self.error(name, _("has a time of day."), _("Write a date such as 2023-01-01."))
        return value

    def strings(self, name: str) -> tuple[str, ...]:
        """Return a list of strings."""
        values = self._typed(name, list, _("Write a list of texts."))
        if not all(isinstance(value, str) for value in values):
            raise self.error(name, _("holds something that is no text."), _("Write only texts."))
        return tuple(values)

    def money(self, name: str, remedy: str = _('Write yuan such as "1234.50".')) -> int:
        """Return fen of an amount written as yuan in quotes, or hundredths of another measure that
        `remedy` tells how to write."""
        text = self.string(name)
        try:
            return parse_yuan(text)
        except InvalidError as error:
            raise self.error(name, _("“%(value)s” is no amount."), remedy, value=text) from error

    def times(self, name: str) -> int:
        """Return hundredths of a multiple, written as a whole number or in quotes ("1.5")."""
        value = self.raw(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return self.integer(name) * 100
        text = self.string(name)
        try:
            return parse_times(text)
        except InvalidError as error:
            raise self.error(
                name, _("“%(value)s” is no multiple."), _('Write a number such as "1.5".'),
                value=text,
            ) from error  # fmt: skip

    def amount(self, name: str) -> int:
        """Return fen of an amount written in quotes or as a whole number of yuan."""
        value = self.raw(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return self.integer(name, 0, 10**9) * FEN_PER_YUAN
        return self.money(name)

    def text(self, name: str) -> Text:
        """Return a text in both languages."""
        table = self.table(name)
        text = Text(table.string("zh"), table.string("en"))
        table.finish()
        return text

    def table(self, name: str) -> Table:
        """Return a table below this one."""
        data = self._typed(name, dict, _("Write a table."))
        return Table(self.file, self.key(name), data)

    def tables(self, name: str) -> Iterator[Table]:
        """Return the tables of a list; none where the key is absent."""
        if name not in self._data:
            return
        for number, data in enumerate(self._typed(name, list, _("Write a list of tables.")), 1):
            if not isinstance(data, dict):
                raise self.error(
                    name, _("is no list of tables."), _("Write [[%(name)s]]."), name=name
                )
            yield Table(self.file, f"{self.key(name)}[{number}]", data)

    def finish(self) -> None:
        """Raise PolicyError where the table has a key nobody read."""
        for name in self._data:
            if name not in self._read:
                raise self.error(
                    name,
                    _("is not known here."),
                    _("Correct its spelling or take it out. Known: %(known)s."),
                    known=", ".join(sorted(self._read)),
                )


def read_toml(path: Path, file: str, parse_float: Callable[[str], float | str] = float) -> Table:
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
