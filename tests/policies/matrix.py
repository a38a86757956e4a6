"""What the regions' documents fix, sentence by sentence, and the case or test that proves each.

`python -m tests.policies.matrix` writes the table into `docs/`.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(__file__).with_name("matrix.toml")
TARGET = ROOT / "docs" / "policy-matrix.md"
INTRODUCTION = """# What the documents fix, and what proves it · 政策条款与验证对照

Each row is a sentence of a region's document that software can do. A *case* is a worked example of
the region pack, run by `bangfu policy test`; a *test* is one of `./dev test`. The table is written
from `tests/policies/matrix.toml`, and a test fails when a row names nothing that exists.

每行是地区文件中可由软件落实的一条规定。“算例”由 `bangfu policy test` 运行，
“测试”由 `./dev test` 运行。
"""


@dataclass(frozen=True)
class Row:
    """A sentence and its proofs: `case:pack:beginning of its name` or `test:file::name`.

    `open` says what is not there yet, in place of a proof.
    """

    section: str
    zh: str
    en: str
    proofs: tuple[str, ...]
    open: str


def read_rows() -> list[Row]:
    """Return the rows as they stand in the file."""
    rows = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["row"]
    return [
        Row(one["section"], one["zh"], one["en"], tuple(one.get("proof", ())), one.get("open", ""))
        for one in rows
    ]


def find_missing(row: Row) -> Iterator[str]:
    """Yield the proofs of a row that do not exist."""
    for proof in row.proofs:
        kind, _colon, rest = proof.partition(":")
        if kind == "case":
            pack, _colon, begin = rest.partition(":")
            if not any(name.startswith(begin) for name in _cases(pack)):
                yield proof
        elif kind != "test" or not _has_test(rest):
            yield proof


def write_table(rows: list[Row]) -> str:
    """Return the table as Markdown, a part for each region."""
    parts = [INTRODUCTION]
    for section, group in groupby(rows, key=lambda row: row.section):
        lines = [f"\n## {section}\n", "| 规定 | sentence | 验证 proof |", "| --- | --- | --- |"]
        lines += [f"| {row.zh} | {row.en} | {_shown(row)} |" for row in group]
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)


def _shown(row: Row) -> str:
    if row.open:
        return f"**open:** {row.open}"
    return "<br>".join(f"`{proof}`" for proof in row.proofs)


@cache
def _cases(pack: str) -> tuple[str, ...]:
    path = ROOT / "tenants" / pack / "cases.toml"
    found = tomllib.loads(path.read_text(encoding="utf-8"))["case"] if path.is_file() else []
    return tuple(case["name"] for case in found)


def _has_test(place: str) -> bool:
    file, _colons, name = place.partition("::")
    return (ROOT / file).is_file() and name in _tests(file)


@cache
def _tests(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


if __name__ == "__main__":
    TARGET.write_text(write_table(read_rows()), encoding="utf-8")
