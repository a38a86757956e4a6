"""`./dev bench [NAME...]`: run the benchmarks and print their ratios as one table."""

from __future__ import annotations

import importlib
import sys

from rich.console import Console
from rich.table import Table

from core.interpreter import keep_memory
from tests.bench.timing import Comparison

NAMES = (
    "rules", "programmes", "imports", "enrolments", "requests", "writes", "pdf", "reverification",
    "simulation",
)  # fmt: skip


def main(names: list[str]) -> int:
    """Run the named benchmarks (all without names); 2 where a name is unknown."""
    unknown = set(names) - set(NAMES)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(NAMES)}")
        return 2
    keep_memory()  # As a worker does.
    table = Table("benchmark", "against", "ours", "theirs", "ratio", "aim", "")
    for name in names or NAMES:
        for result in importlib.import_module(f"tests.bench.{name}").measure():
            table.add_row(*_cells(result))
    Console(width=140).print(table)
    return 0


def _cells(result: Comparison) -> tuple[str, ...]:
    sign = "≤" if result.by == "time" else "≥"
    return (
        f"{result.name}\n{result.detail}".strip(),
        result.peer,
        f"{result.ours * 1000:,.2f} ms",
        f"{result.theirs * 1000:,.2f} ms",
        f"{result.ratio:.2f}",
        f"{sign} {result.aim}",
        "met" if result.met else "missed",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
