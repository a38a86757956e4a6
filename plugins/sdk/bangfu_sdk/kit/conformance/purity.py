"""Whether the code of a plugin keeps away from files, networks, clocks and chance."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from bangfu_sdk.texts import Text

ALLOWED = frozenset({
    "__future__", "abc", "bangfu_sdk", "collections", "dataclasses", "enum", "fractions",
    "functools", "itertools", "math", "numpy", "operator", "re", "typing",
})  # fmt: skip
"""What a rule may import besides its own package: nothing by which it could know the world."""
_TOUCHES = ("open", "socket.", "subprocess.", "os.", "shutil.", "urllib.", "ctypes.", "sqlite3.")


def check_source(package: str) -> Iterator[Text]:
    """Yield every import of a package that a rule has no use for."""
    for place, tree in _modules(files(package), package):
        for node in ast.walk(tree):
            for name in _imported(node):
                if name.partition(".")[0] not in ALLOWED | {package}:
                    told = f"{place}:{getattr(node, 'lineno', 0)}: {name}"
                    yield Text(f"不应导入：{told}", f"must not be imported: {told}")


@contextmanager
def watch_world(seen: list[str]) -> Iterator[None]:
    """Note every file, process and network connection that is touched within, by this thread."""
    _WATCHING.append(seen)
    if not _HOOKED:
        sys.addaudithook(_note)
        _HOOKED.append(True)
    try:
        yield
    finally:
        _WATCHING.remove(seen)


_WATCHING: list[list[str]] = []
_HOOKED: list[bool] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    # The hook cannot be taken away again, so it does nothing where nobody watches.
    if _WATCHING and event.startswith(_TOUCHES):
        for seen in _WATCHING:
            seen.append(f"{event} {arguments[:1]}")


def _modules(folder: Traversable, path: str) -> Iterator[tuple[str, ast.Module]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        place = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _modules(entry, place)
        elif entry.name.endswith(".py"):
            yield place, ast.parse(entry.read_text(encoding="utf-8"))


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [node.module or ""]
    return []
