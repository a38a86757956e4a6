"""Begins a plugin: a project that is whole from the start: rule, form, figures, examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from bangfu_sdk.hooks import API_VERSION

_NAME = re.compile(r"[a-z][a-z0-9_]{2,40}")


class ProjectError(ValueError):
    """A project cannot be begun; `kind` is name or place."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def begin_project(name: str, folder: Path) -> list[Path]:
    """Write a project for a programme of this name into a new folder; return its files.

    Raises ProjectError for a name that is no Python package's, and for a folder that holds
    something already: nothing is ever overwritten.
    """
    if not _NAME.fullmatch(name):
        raise ProjectError("name")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError("place")
    written = []
    for path, text in _fill(files("bangfu_sdk.kit") / "template", Path(), _words(name)):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        written.append(target)
    return written


def _words(name: str) -> dict[str, str]:
    major, minor = version("bangfu-sdk").split(".")[:2]
    return {
        "DISTRIBUTION": name.replace("_", "-"),
        "PACKAGE": name,
        "CLASS": "".join(part.capitalize() for part in name.split("_")),
        "SDK_VERSION": f"{major}.{minor}",
        "NEXT_MAJOR": str(int(major) + 1),
        "API_VERSION": API_VERSION,
    }


def _fill(folder: Traversable, path: Path, words: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        place = path / _replace(entry.name, words)
        if entry.is_dir():
            yield from _fill(entry, place, words)
        elif not entry.name.endswith(".pyc"):
            yield place, _replace(entry.read_text(encoding="utf-8"), words)


def _replace(text: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        text = re.sub(rf"\b{word}\b", value, text)
    return text
