"""Money: integer fen inside, yuan with two decimals outside, never a binary float."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from core.errors import InvalidError, _

FEN_PER_YUAN = 100
MAXIMUM_FEN = 10**13


def parse_yuan(text: str, *, field: str = "") -> int:
    """Return the fen of a yuan amount such as `"1,234.50"`.

    Raises InvalidError when it is no number, is negative, has more than two decimals or is
    beyond 100 billion yuan.
    """
    try:
        amount = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        raise InvalidError(
            _("“%(value)s” is not an amount in yuan."),
            remedy=_("Write a number such as 1234.50."),
            field=field,
            value=text,
        ) from None
    if not amount.is_finite() or amount < 0 or amount * FEN_PER_YUAN > MAXIMUM_FEN:
        raise InvalidError(
            _("The amount %(value)s is out of range."),
            remedy=_("Write an amount of 0 or more."),
            field=field,
            value=text,
        )
    fen = amount * FEN_PER_YUAN
    if fen != fen.to_integral_value():
        raise InvalidError(
            _("The amount %(value)s has more than two decimals."),
            remedy=_("Round it to whole fen."),
            field=field,
            value=text,
        )
    return int(fen)


def format_yuan(fen: int) -> str:
    """Return yuan with two decimals and thousands separators: 123450 becomes `"1,234.50"`."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // FEN_PER_YUAN:,}.{fen % FEN_PER_YUAN:02d}"
