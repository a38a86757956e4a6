"""Checks of identifying numbers over whole columns: ID (GB 11643), credit code (GB 32100), card.

The same rules as python-stdnum has for one number, over arrays of character codes, so that a
registry is checked in milliseconds. Numbers come stripped and in upper case; ID numbers as the
code points that `characters` makes of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Digits = NDArray[np.int64]

LENGTH = 18
CARD_LENGTHS = range(12, 20)
_ZERO, _X = ord("0"), ord("X")
ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
ID_MODULUS = 11
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = np.array([3**power % 31 for power in range(17)], dtype=np.int64)
CREDIT_MODULUS = 31
CREDIT_DIGITS = 8
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)
_EARLIEST_YEAR = 1880
_LUHN_DOUBLES = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9], dtype=np.int64)
_CREDIT_VALUES = np.full(128, -1, dtype=np.int64)
_CREDIT_VALUES[[ord(char) for char in CREDIT_ALPHABET]] = np.arange(CREDIT_MODULUS)


def characters(numbers: Sequence[str], length: int = LENGTH) -> Digits:
    """Return the code points of numbers of one length, one row a number."""
    table = np.array(numbers, dtype=f"U{length}").view(np.uint32).reshape(len(numbers), length)
    return table.astype(np.int64)


def well_formed_ids(points: Digits) -> Mask:
    """Tell which 18-character numbers are 17 digits and a digit or X."""
    values = points - _ZERO
    last = values[:, -1]
    digits = _are_digits(values[:, :-1]).all(axis=1)
    return np.asarray(digits & (_are_digits(last) | (last == _X - _ZERO)), dtype=np.bool_)


def valid_id_checks(points: Digits) -> Mask:
    """Tell which well-formed ID numbers carry the right check digit."""
    values = points - _ZERO
    last = np.where(values[:, -1] == _X - _ZERO, 10, values[:, -1])
    return np.asarray((values[:, :-1] @ ID_WEIGHTS + last) % ID_MODULUS == 1)


def valid_birth_dates(points: Digits, today: dt.date) -> Mask:
    """Tell which well-formed ID numbers hold a date of birth that exists and is not to come."""
    values = points - _ZERO
    year = values[:, 6:10] @ np.array([1000, 100, 10, 1])
    month, day = values[:, 10:12] @ np.array([10, 1]), values[:, 12:14] @ np.array([10, 1])
    possible_month = (month >= 1) & (month <= 12)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    length = _MONTH_DAYS[np.where(possible_month, month, 0)] + (leap & (month == 2))
    number = (year * 100 + month) * 100 + day
    latest = (today.year * 100 + today.month) * 100 + today.day
    past = (year >= _EARLIEST_YEAR) & (number <= latest)
    return np.asarray(possible_month & (day >= 1) & (day <= length) & past)


def valid_credit_codes(numbers: Sequence[str]) -> Mask:
    """Tell which codes are unified social credit codes, check character included."""
    fitting = np.array([len(number) == LENGTH for number in numbers], dtype=np.bool_)
    points = characters(
        [number if fits else "" for number, fits in zip(numbers, fitting, strict=True)]
    )
    values = np.where(points < len(_CREDIT_VALUES), _CREDIT_VALUES[points % 128], -1)
    known = (values >= 0).all(axis=1) & (values[:, :CREDIT_DIGITS] < 10).all(axis=1)
    total = values[:, :-1] @ CREDIT_WEIGHTS + values[:, -1]
    return np.asarray(fitting & known & (total % CREDIT_MODULUS == 0))


def valid_cards(numbers: Sequence[str]) -> Mask:
    """Tell which numbers are bank cards: 12 to 19 digits that pass the Luhn check."""
    fitting = np.array([len(number) in CARD_LENGTHS for number in numbers], dtype=np.bool_)
    width = CARD_LENGTHS[-1]
    padded = [
        number.rjust(width, "0") if fits else ""
        for number, fits in zip(numbers, fitting, strict=True)
    ]
    values = characters(padded, width) - _ZERO
    digits = np.asarray(_are_digits(values).all(axis=1), dtype=np.bool_)
    values = np.where(digits[:, None], values, 0)
    return np.asarray(fitting & digits & (luhn_sums(values) % 10 == 0))


def luhn_sums(digits: Digits) -> Digits:
    """Return the Luhn sum of each row of digits; it ends in 0 for a valid number."""
    doubled = _LUHN_DOUBLES[digits[:, -2::-2]]
    return np.asarray(digits[:, -1::-2].sum(axis=1) + doubled.sum(axis=1))


def is_male(id_number: str) -> bool:
    """Tell the sex a well-formed ID number states: its 17th digit is odd for men."""
    return id_number[16] in "13579"


def _are_digits(values: Digits) -> Mask:
    return np.asarray((values >= 0) & (values <= 9))
