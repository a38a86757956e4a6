"""Amounts as people write them, read exactly: never through a binary float."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from bangfu_sdk.texts import UNLIMITED


def read_hundredths(text: str) -> int:
    """Return the hundredths of a number such as `"1,234.50"`: fen of yuan, for one.

    Raises ValueError for what is no number, is negative, has more than two decimals or is beyond
    100 billion.
    """
    try:
        hundredths = Decimal(text.replace(",", "").strip()) * 100
    except InvalidOperation:
        raise ValueError(text) from None
    if not hundredths.is_finite() or not 0 <= hundredths <= UNLIMITED:
        raise ValueError(text)
    if hundredths != hundredths.to_integral_value():
        raise ValueError(text)
    return int(hundredths)
