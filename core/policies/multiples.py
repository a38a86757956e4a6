"""Multiples such as 1.5, kept as hundredths."""

from __future__ import annotations

import re

from core.errors import InvalidError, _

_MULTIPLE = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?", re.ASCII)


def parse_times(text: str) -> int:
    """Return the hundredths of a multiple; InvalidError for more than two decimals or no number."""
    match = _MULTIPLE.fullmatch(text.strip())
    if match is None:
        raise InvalidError(
            _("“%(value)s” is no multiple."),
            remedy=_("Write a number with at most two decimals, such as 1.5."),
            field="value",
            value=text,
        )
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
