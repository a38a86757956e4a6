"""The moment as the installation counts it: the real one, or a demonstration's that runs ahead.

In a demonstration nobody can wait five working days for a public notice to end. There, and only
there, a file beside the stored ones says how many days the clock is ahead; web and worker read it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from core.errors import ConflictError, _
from core.settings import Settings

FILE = "demonstration-clock"
FURTHEST_DAYS = 366


def now(settings: Settings) -> dt.datetime:
    """Return the present moment in UTC, ahead by the offset where this is a demonstration."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(days=days_ahead(settings))


def days_ahead(settings: Settings) -> int:
    """Return how many days the clock is ahead; always 0 outside a demonstration."""
    if not settings.demo:
        return 0
    try:
        return int(_path(settings).read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0


def advance(settings: Settings, days: int) -> int:
    """Put the demonstration's clock `days` further ahead and return the whole offset in days.

    Raises ConflictError outside a demonstration, and beyond a year, where calendars end.
    """
    if not settings.demo:
        raise ConflictError(_("Only a demonstration's clock can be set."))
    ahead = days_ahead(settings) + days
    if days < 0 or ahead > FURTHEST_DAYS:
        raise ConflictError(
            _("The demonstration's clock cannot go further ahead than a year, nor back."),
            remedy=_("Set it back to today first."),
        )
    _write(_path(settings), ahead)
    return ahead


def reset(settings: Settings) -> None:
    """Set the demonstration's clock to the real moment again."""
    _path(settings).unlink(missing_ok=True)


def _path(settings: Settings) -> Path:
    return settings.storage / FILE


def _write(path: Path, ahead: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_text(str(ahead), encoding="ascii")
    partial.replace(path)
