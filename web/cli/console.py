"""What commands say, and to whom: people get sentences and bars, programs get JSON."""

from __future__ import annotations

import gettext
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from core.errors import DomainError, Message

if TYPE_CHECKING:
    from bangfu_sdk import Text

FOLDER = Path(__file__).resolve().parents[1] / "translations"

as_json = click.option("--json", "as_json", is_flag=True, help="JSON")


def translate(text: str) -> str:
    """Return a text in the language of the terminal."""
    return _catalogue().gettext(text) if text else ""


def language() -> str:
    """Return the language of the terminal: "zh" where its catalogue was found, else "en"."""
    return "zh" if _catalogue().info().get("language", "").startswith("zh") else "en"


def tell(message: Message) -> str:
    """Return a message of the core in the language of the terminal."""
    values = {name: _say(value) for name, value in message.values.items()}
    return translate(message.text) % values if values else translate(message.text)


def pick(text: Text) -> str:
    """Return a text in the language of the terminal."""
    return text.zh if language() == "zh" else text.en


def _say(value: Any) -> Any:
    if isinstance(value, Message):
        return tell(value)
    # The SDK is not loaded for this: a help text needs none of it.
    return pick(value) if hasattr(value, "zh") else value


def say(text: str, **values: Any) -> None:
    """Print a translated line, its placeholders filled."""
    click.echo(text % values if values else text)


def give(data: Any) -> None:
    """Print what a program asked for: JSON, readable by people too."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=1, default=str))


def show_table(titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows under their titles."""
    table = Table(*titles, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(("" if cell is None else str(cell)) for cell in row))
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def complain(error: DomainError) -> None:
    """Print what went wrong and what to do about it."""
    click.echo(f"✗ {tell(error.message)}", err=True)
    if error.remedy.text:
        click.echo(f"  {tell(error.remedy)}", err=True)


@contextmanager
def progress(title: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that shows how far a long work is: `(done, total)`."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True, disable=quiet or not sys.stderr.isatty(),
    )  # fmt: skip
    with bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


@lru_cache(maxsize=1)
def _catalogue() -> gettext.NullTranslations:
    if not any(FOLDER.glob("*/LC_MESSAGES/messages.mo")):
        # Loaded here only: gathering catalogues needs far more than a command does.
        from web.translation import compile_catalogues  # noqa: PLC0415

        compile_catalogues()
    return gettext.translation("messages", FOLDER, fallback=True)
