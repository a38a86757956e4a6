"""Reading pack files: every value is of its type, and what is wrong is told with its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bangfu_sdk import Text

from core.policies import PolicyError
from core.policies.reading import Table, read_toml

DAY = dt.date(2023, 1, 1)


def table(**data: Any) -> Table:
    return Table("pack/file.toml", "part", data)


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (Table.string, "text", "text"),
        (Table.integer, 12, 12),
        (Table.flag, False, False),
        (Table.day, DAY, DAY),
        (Table.strings, ["a", "b"], ("a", "b")),
        (Table.strings, [], ()),
        (Table.money, "1234.50", 123_450),
        (Table.amount, 12, 1_200),
        (Table.amount, "12.34", 1_234),
        (Table.text, {"zh": "文", "en": "text"}, Text("文", "text")),
    ],
)
def test_reads_a_value(read: Callable[[Table, str], Any], value: Any, expected: Any) -> None:
    assert read(table(key=value), "key") == expected


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (Table.string, 5),
        (Table.string, ""),
        (Table.string, "  "),
        (Table.integer, "5"),
        (Table.integer, 5.0),
        (Table.integer, True),
        (Table.integer, -1),
        (Table.flag, 1),
        (Table.flag, "true"),
        (Table.day, "2023-01-01"),
        (Table.day, dt.datetime(2023, 1, 1, tzinfo=dt.UTC)),
        (Table.strings, "a"),
        (Table.strings, ["a", 1]),
        (Table.money, 12),
        (Table.money, 12.5),
        (Table.money, "-1.00"),
        (Table.money, "1.001"),
        (Table.money, "NaN"),
        (Table.amount, 12.5),
        (Table.amount, True),
        (Table.amount, -1),
        (Table.table, []),
        (Table.table, "x"),
    ],
)
def test_refuses_what_is_of_another_type(read: Callable[[Table, str], Any], value: Any) -> None:
    with pytest.raises(PolicyError) as raised:
        read(table(key=value), "key")
    assert (raised.value.file, raised.value.key) == ("pack/file.toml", "part.key")
    assert raised.value.field == "part.key"
    assert str(raised.value).startswith("pack/file.toml: part.key: ")
    assert str(raised.value.remedy)


def test_a_missing_key_is_told() -> None:
    with pytest.raises(PolicyError, match=r"pack/file.toml: part.key: is missing."):
        table().string("key")


def test_a_text_needs_both_languages_and_nothing_else() -> None:
    with pytest.raises(PolicyError, match=r"part\.key\.en: is missing"):
        table(key={"zh": "文"}).text("key")
    with pytest.raises(PolicyError, match=r"part\.key\.fr: is not known"):
        table(key={"zh": "文", "en": "text", "fr": "texte"}).text("key")


def test_a_key_nobody_read_is_told_with_those_that_are_known() -> None:
    read = table(name="x", colour="red")
    read.string("name")
    with pytest.raises(PolicyError, match=r"part\.colour") as raised:
        read.finish()
    assert "name" in str(raised.value.remedy)
    read.string("colour")
    read.finish()


def test_tables_of_a_list_are_numbered_as_people_count() -> None:
    rows = list(table(rows=[{"a": 1}, {"a": 2}]).tables("rows"))
    assert [row.integer("a") for row in rows] == [1, 2]
    assert rows[1].key("a") == "part.rows[2].a"
    assert list(table().tables("rows")) == []


@pytest.mark.parametrize("rows", [{"a": 1}, [1, 2], "rows"])
def test_a_list_of_tables_holds_tables(rows: Any) -> None:
    with pytest.raises(PolicyError, match=r"part\.rows"):
        list(table(rows=rows).tables("rows"))


@pytest.mark.parametrize(
    "content", [b"key = ", b"\xff\xfe", b"key = 1\nkey = 2", b"key = 2023-02-30"]
)
def test_a_file_that_is_no_toml_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(PolicyError, match=r"pack/bad\.toml"):
        read_toml(path, "pack/bad.toml")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        read_toml(tmp_path / "gone.toml", "pack/gone.toml")


def test_decimals_can_be_read_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "one.toml"
    path.write_text("key = 0.10")
    assert read_toml(path, "one.toml", parse_float=str).amount("key") == 10
