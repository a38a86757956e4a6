"""Cleaning columns of identifying numbers: ID, bank card, credit code, phone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.households import identifiers as ids
from core.households.divisions import is_origin
from core.households.workbook import faults
from core.households.workbook.faults import FaultKind
from core.households.workbook.findings import Cells, Check, read_texts

_PHONE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.ASCII)


def _numbers_as_text(check: Check, cells: Cells, lost: FaultKind) -> list[str]:
    """Long numbers must be text: a number cell has lost its digits beyond the fifteenth."""
    texts = _read_numbers(cells)
    check.require(texts)
    numeric = [i for i, cell in enumerate(cells) if not isinstance(cell, str)]
    numeric += [i for i, text in enumerate(texts) if "E" in text and _SCIENTIFIC.fullmatch(text)]
    check.mark(numeric, lost)
    for index in numeric:
        texts[index] = ""
    return texts


def _read_numbers(cells: Cells) -> list[str]:
    """Return cells as upper-case text; full-width digits count as digits."""
    if set(map(type, cells)) <= {str} and all(map(str.isascii, cells)):
        return [cell.strip().upper() for cell in cells]
    return [unicodedata.normalize("NFKC", text).upper() for text in read_texts(cells)]


def clean_ids(check: Check, cells: Cells) -> list[str]:
    """Return ID numbers of GB 11643; faulty ones come back empty."""
    texts = _numbers_as_text(check, cells, faults.ID_NUMERIC)
    for index, text in enumerate(texts):
        if text and len(text) != ids.LENGTH:
            check.fault(index, faults.ID_LENGTH, length=len(text))
    places = np.array([i for i, text in enumerate(texts) if len(text) == ids.LENGTH], dtype=int)
    numbers = [texts[i] for i in places]
    points = ids.characters(numbers)
    formed = ids.well_formed_ids(points)
    # What is not well-formed is checked as zeros, lest letters count as digits.
    points = np.where(formed[:, None], points, ord("0"))
    passed = np.ones(len(numbers), dtype=np.bool_)
    for kind, valid in (
        (faults.ID_FORMAT, formed),
        (faults.ID_BIRTH_DATE, ids.valid_birth_dates(points, check.today)),
        (faults.ID_DIVISION, _known_origins(numbers)),
        (faults.ID_CHECK_DIGIT, ids.valid_id_checks(points)),
    ):
        check.mark(places[passed & ~valid], kind)
        passed &= valid
    return _keep(texts, places[passed])


def _known_origins(numbers: Sequence[str]) -> ids.Mask:
    unknown = {code for code in {number[:6] for number in numbers} if not is_origin(code)}
    if not unknown:
        return np.ones(len(numbers), dtype=np.bool_)
    return np.array([number[:6] not in unknown for number in numbers], dtype=np.bool_)


def _keep(texts: list[str], places: NDArray[np.int64]) -> list[str]:
    if len(places) == len(texts):
        return texts
    kept = [""] * len(texts)
    for index in places:
        kept[index] = texts[index]
    return kept


def clean_cards(check: Check, cells: Cells) -> list[str]:
    """Return bank card numbers, spaces within them removed."""
    texts = _numbers_as_text(check, cells, faults.CARD_NUMERIC)
    texts = [text.replace(" ", "") if " " in text else text for text in texts]
    return _mark_invalid(check, texts, ids.valid_cards(texts), faults.CARD_CHECK)


def clean_credit_codes(check: Check, cells: Cells) -> list[str]:
    """Return unified social credit codes of GB 32100."""
    texts = _read_numbers(cells)
    check.require(texts)
    valid = ids.valid_credit_codes(texts)
    return _mark_invalid(check, texts, valid, faults.CREDIT_CODE_CHECK)


def _mark_invalid(check: Check, texts: list[str], valid: ids.Mask, kind: FaultKind) -> list[str]:
    check.mark((i for i in np.flatnonzero(~valid) if texts[i]), kind)
    return texts


def clean_phones(check: Check, cells: Cells) -> list[str]:
    """Return mobile numbers: 11 digits, typed as text or as a number."""
    texts = _read_numbers(cells)
    if any(" " in text or "-" in text for text in texts):
        texts = [text.replace(" ", "").replace("-", "") for text in texts]
    check.require(texts)
    match = _PHONE.fullmatch
    check.mark((i for i, text in enumerate(texts) if text and not match(text)), faults.PHONE_DIGITS)
    return texts
