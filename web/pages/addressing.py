"""Reading what an address or a form carries, with a clear word where it is missing or wrong."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import request
from werkzeug.datastructures import FileStorage

from core.errors import InvalidError, _


def whole(name: str, default: int, *, least: int = 1) -> int:
    """Return a whole number of the address, or the default where it is none."""
    try:
        return max(int(request.args.get(name, default)), least)
    except ValueError:
        return default


def uploaded(name: str) -> FileStorage:
    """Return an uploaded file; InvalidError when none was chosen."""
    file = request.files.get(name)
    if file is None or not file.filename:
        raise InvalidError(
            _("No file was chosen."), remedy=_("Choose a file and send it again."), field=name
        )
    return file


def posted_day(name: str, default: dt.date | None = None) -> dt.date:
    """Return a day of the form; InvalidError when it is none."""
    text = request.form.get(name, "").strip()
    if not text and default is not None:
        return default
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidError(
            _("“%(value)s” is not a day."), remedy=_("Write it as 2023-06-30."), field=name,
            value=text,
        ) from None  # fmt: skip


def posted_id(name: str) -> uuid.UUID:
    """Return an id of the form; InvalidError when nothing was chosen."""
    try:
        return uuid.UUID(request.form.get(name, ""))
    except ValueError:
        raise InvalidError(
            _("Nothing was chosen."), remedy=_("Choose one and send it again."), field=name
        ) from None


def asked_day(name: str) -> dt.date | None:
    """Return a day of the address, or None where it is none."""
    try:
        return dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
