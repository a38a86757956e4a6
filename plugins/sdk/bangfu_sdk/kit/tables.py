"""Reads TOML tables strictly; whatever is missing, unknown or of a wrong type is refused."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from typing import Any, Self, TypeVar

from bangfu_sdk.amounts import read_hundredths
from bangfu_sdk.texts import Text

Value = TypeVar("Value")

_MISSING = Text("缺失。", "is missing.")
_WRONG_TYPE = Text("类型不对。", "is of the wrong type.")
_OUT_OF_RANGE = Text("{value}超出范围。", "{value} is out of range.")
_BOUNDS = Text("请写{low}至{high}之间的数。", "Write a number from {low} to {high}.")
_DATE = Text("请写日期，如2023-01-01。", "Write a date such as 2023-01-01.")
_NOT_ALL_TEXTS = Text("含有不是文本的内容。", "holds something that is no text.")
_YUAN = Text('请写金额（元），如"1234.50"。', 'Write yuan such as "1234.50".')
_NO_AMOUNT = Text("“{value}”不是金额。", "“{value}” is no amount.")
_NO_MULTIPLE = Text("“{value}”不是倍数。", "“{value}” is no multiple.")
_MULTIPLE = Text('请写数字，如"1.5"。', 'Write a number such as "1.5".')
_NO_TABLES = Text("不是表的列表。", "is no list of tables.")
_UNKNOWN = Text("此处没有该项。", "is not known here.")
_KNOWN = Text(
    "请改正拼写或删去。可用的项：{known}。",
    "Correct its spelling or take it out. Known: {known}.",
)


class TableError(ValueError):
    """A file cannot be used: `file` and `key` say where, `problem` and `remedy` in two languages
    what is wrong and what to do."""

    def __init__(self, file: str, key: str, problem: Text, remedy: Text) -> None:
        super().__init__(f"{file}: {key}: {problem.en} {remedy.en}")
        self.file, self.key, self.problem, self.remedy = file, key, problem, remedy


class Table:
    """A table of a file that knows where it stands and which of its keys were read."""

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

    def fault(self, name: str, problem: Text, remedy: Text, /, **values: object) -> Exception:
        """Return the error that something is wrong with one key; `{name}`s are filled in."""
        shown = {key: Text(str(value), str(value)) for key, value in values.items()}
        return TableError(self.file, self.key(name), problem.fill(shown), remedy.fill(shown))

    def raw(self, name: str) -> Any:
        """Return a value of any type; one that is missing is an error."""
        if name not in self._data:
            raise self.fault(name, _MISSING, Text("请补充该项。", "Add it to the file."))
        self._read.add(name)
        return self._data[name]

    def _typed(self, name: str, kind: type[Value], remedy: Text) -> Value:
        value = self.raw(name)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fault(name, _WRONG_TYPE, remedy)
        return value

    def string(self, name: str) -> str:
        """Return a string that is not empty."""
        value = self._typed(name, str, Text("请写带引号的文本。", "Write a text in quotes."))
        if not value.strip():
            raise self.fault(name, Text("为空。", "is empty."), Text("请写内容。", "Write a text."))
        return value

    def integer(self, name: str, low: int = 0, high: int = 10**6) -> int:
        """Return a whole number between two bounds."""
        value = self._typed(name, int, Text("请写整数。", "Write a whole number."))
        if not low <= value <= high:
            raise self.fault(name, _OUT_OF_RANGE, _BOUNDS, value=value, low=low, high=high)
        return value

    def flag(self, name: str) -> bool:
        """Return true or false."""
        return self._typed(name, bool, Text("请写 true 或 false。", "Write true or false."))

    def day(self, name: str) -> dt.date:
        """Return a date, not a moment."""
        value = self._typed(name, dt.date, _DATE)
        if isinstance(value, dt.datetime):
            raise self.fault(name, Text("带有时刻。", "has a time of day."), _DATE)
        return value

    def strings(self, name: str) -> tuple[str, ...]:
        """Return a list of strings."""
        values = self._typed(name, list, Text("请写文本列表。", "Write a list of texts."))
        if not all(isinstance(value, str) for value in values):
            raise self.fault(name, _NOT_ALL_TEXTS, Text("只能写文本。", "Write only texts."))
        return tuple(values)

    def money(self, name: str, remedy: Text = _YUAN) -> int:
        """Return fen of an amount written as yuan in quotes, or hundredths of another measure that
        `remedy` tells how to write."""
        text = self.string(name)
        try:
            return read_hundredths(text)
        except ValueError as error:
            raise self.fault(name, _NO_AMOUNT, remedy, value=text) from error

    def times(self, name: str) -> int:
        """Return hundredths of a multiple, written as a whole number or in quotes ("1.5")."""
        value = self.raw(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return self.integer(name) * 100
        text = self.string(name)
        try:
            return read_hundredths(text)
        except ValueError as error:
            raise self.fault(name, _NO_MULTIPLE, _MULTIPLE, value=text) from error

    def amount(self, name: str) -> int:
        """Return fen of an amount written in quotes or as a whole number of yuan."""
        value = self.raw(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return self.integer(name, 0, 10**9) * 100
        return self.money(name)

    def text(self, name: str) -> Text:
        """Return a text in both languages."""
        table = self.table(name)
        text = Text(table.string("zh"), table.string("en"))
        table.finish()
        return text

    def table(self, name: str) -> Self:
        """Return a table below this one."""
        data = self._typed(name, dict, Text("请写表。", "Write a table."))
        return type(self)(self.file, self.key(name), data)

    def tables(self, name: str) -> Iterator[Self]:
        """Return the tables of a list; none where the key is absent."""
        if name not in self._data:
            return
        values = self._typed(name, list, Text("请写表的列表。", "Write a list of tables."))
        for number, data in enumerate(values, 1):
            if not isinstance(data, dict):
                remedy = Text("请写[[{name}]]。", "Write [[{name}]].")
                raise self.fault(name, _NO_TABLES, remedy, name=name)
            yield type(self)(self.file, f"{self.key(name)}[{number}]", data)

    def series(self, name: str, length: int) -> Self:
        """Return a list of so many values as a table of its places: "0", "1" and so on."""
        values = self._typed(name, list, Text("请写列表。", "Write a list."))
        if len(values) != length:
            remedy = Text("请写{length}个值。", "Write {length} values.")
            raise self.fault(name, Text("长度不对。", "is too short or too long."), remedy,
                             length=length)  # fmt: skip
        data = {str(place): value for place, value in enumerate(values)}
        return type(self)(self.file, self.key(name), data)

    def finish(self) -> None:
        """Refuse the table where it has a key nobody read."""
        for name in self._data:
            if name not in self._read:
                raise self.fault(name, _UNKNOWN, _KNOWN, known=", ".join(sorted(self._read)))


def read_toml(path: Traversable, file: str) -> Table:
    """Return the top table of a file; `file` is its name as people are told it. Decimals stay the
    texts they are."""
    try:
        text = path.read_text(encoding="utf-8")
        return Table(file, "", tomllib.loads(text, parse_float=str))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        told = str(error)
        problem = Text(f"文件无法读取：{told}", f"the file cannot be read: {told}")
        raise TableError(file, "", problem, Text("请改正文件。", "Correct the file.")) from error
