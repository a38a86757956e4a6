"""Numbers for made-up people and employers: well-formed, valid, and never given out twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidError, _
from core.households.identifiers import (
    CREDIT_ALPHABET,
    CREDIT_MODULUS,
    CREDIT_WEIGHTS,
    ID_MODULUS,
    ID_WEIGHTS,
    luhn_sums,
)

Integers = NDArray[np.int64]
Days = NDArray[np.datetime64]

_ZERO = ord("0")
_EPOCH = np.datetime64("1900-01-01", "D")
_SEQUENCE = 500
_CARD_PREFIX, _CARD_DIGITS = "621700", 12
_PHONE_PREFIXES = np.array([134, 135, 136, 137, 138, 139, 150, 151, 158, 159, 182, 187, 188])
_PHONE_DIGITS = 8
# Multiplying by a number prime to ten walks through all numbers of so many digits, once each.
_STRIDE = 387_420_489
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ORGANISATION_VALUES = np.array(
    [int(char) if char.isdigit() else ord(char) - 55 for char in CREDIT_ALPHABET]
)


class IdIssuer:
    """Issues ID numbers of GB 11643, each person another sequence number of place and day."""

    def __init__(self, divisions: Sequence[str], until: dt.date, first: int = 0) -> None:
        """Begin with sequence number `first`: two issuers far apart never issue the same."""
        self._prefixes = _digits_of(divisions)
        self._days = (np.datetime64(until, "D") - _EPOCH).astype(int) + 1
        self._issued = np.full(len(divisions) * self._days * 2, first, dtype=np.int16)

    def issue(self, division: Integers, birth: Days, male: NDArray[np.bool_]) -> list[str]:
        """Return a number for each person; `division` counts from 0.

        Raises InvalidError when more than 500 of one sex were born in one place on one day.
        """
        days = (birth - _EPOCH).astype(np.int64)
        key = (division * self._days + days) * 2 + male
        count = self._issued[key] + _rank(key)
        if count.max(initial=0) >= _SEQUENCE:
            raise InvalidError(
                _("The region has too few divisions for so many people."),
                remedy=_("Generate fewer households."),
            )
        np.add.at(self._issued, key, 1)
        sequence = (count * 37 + key * 7) % _SEQUENCE * 2 + male
        body = np.column_stack(
            [self._prefixes[division], _birth_digits(birth), _digits(sequence, 3)]
        )
        check = (1 - body @ ID_WEIGHTS) % ID_MODULUS
        last = np.where(check == ID_MODULUS - 1, ord("X"), check + _ZERO)
        return _join(np.column_stack([body + _ZERO, last]))


def make_cards(numbers: Integers, start: int) -> list[str]:
    """Return a bank card number for each running number."""
    account = _digits((numbers * _STRIDE + start) % 10**_CARD_DIGITS, _CARD_DIGITS)
    prefix = np.broadcast_to(_digits_of([_CARD_PREFIX]), (len(numbers), len(_CARD_PREFIX)))
    body = np.column_stack([prefix, account, np.zeros(len(numbers), dtype=np.int64)])
    body[:, -1] = -luhn_sums(body) % 10
    return _join(body + _ZERO)


def make_phones(numbers: Integers, start: int, rng: np.random.Generator) -> list[str]:
    """Return a mobile number for each running number."""
    prefix = _digits(rng.choice(_PHONE_PREFIXES, len(numbers)), 3)
    rest = _digits((numbers * _STRIDE + start) % 10**_PHONE_DIGITS, _PHONE_DIGITS)
    return _join(np.column_stack([prefix, rest]) + _ZERO)


def make_credit_codes(divisions: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Return a unified social credit code of GB 32100 for an employer in each division."""
    count = len(divisions)
    organisation = rng.integers(0, CREDIT_MODULUS, (count, 8))
    check = -(_ORGANISATION_VALUES[organisation] @ _ORGANISATION_WEIGHTS) % 11
    # An X is the twenty-ninth character of the alphabet, a digit stands for itself.
    check = np.where(check == 10, CREDIT_ALPHABET.index("X"), check)
    authority = np.tile([9, 1], (count, 1))
    body = np.column_stack([authority, _digits_of(divisions), organisation, check])
    last = -(body @ CREDIT_WEIGHTS) % CREDIT_MODULUS
    letters = np.array([ord(char) for char in CREDIT_ALPHABET])
    return _join(letters[np.column_stack([body, last])])


def _rank(key: Integers) -> Integers:
    """Return for each element how many equal ones stand before it."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    fresh = np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(key)]
    places = np.arange(len(key))
    begin = np.maximum.accumulate(np.where(fresh, places, 0))
    rank = np.empty(len(key), dtype=np.int64)
    rank[order] = places - begin
    return rank


def _birth_digits(birth: Days) -> Integers:
    year = birth.astype("datetime64[Y]").astype(np.int64) + 1970
    month = birth.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (birth - birth.astype("datetime64[M]")).astype(np.int64) + 1
    return _digits((year * 100 + month) * 100 + day, 8)


def _digits(numbers: Integers, width: int) -> Integers:
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return np.asarray(numbers, dtype=np.int64)[:, None] // powers % 10


def _digits_of(numbers: Sequence[str]) -> Integers:
    return np.array([[int(char) for char in number] for number in numbers], dtype=np.int64)


def _join(points: Integers) -> list[str]:
    width = points.shape[1]
    texts: list[str] = np.ascontiguousarray(points, np.uint32).view(f"U{width}").ravel().tolist()
    return texts
