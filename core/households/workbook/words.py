"""Cleaning columns of words: texts, names, values of lists, divisions, unions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from core.households.codes import CodeList
from core.households.divisions import is_division
from core.households.workbook import faults
from core.households.workbook.faults import FaultKind
from core.households.workbook.findings import (
    SHOWN,
    Cells,
    Check,
    by_value,
    read_text,
    read_texts,
    shorten,
)
from core.households.workbook.sheets import Cell

FURTHER_CAUSES = 3
LONGEST_NAME, LONGEST_TEXT, LONGEST_STORY = 60, 500, 4000
_CHOICES_SHOWN = 12
_EXACT_WHOLE = 10**15
_SEPARATORS = re.compile(r"[、,;/\s]+")
_YES_NO = {"": False, "是": True, "否": False, "TRUE": True, "FALSE": False}


def clean_text(check: Check, cells: Cells) -> list[str]:
    """Return texts; one that begins as a formula is a fault."""
    return _clean_text(check, cells, LONGEST_TEXT)


def clean_stories(check: Check, cells: Cells) -> list[str]:
    """Return texts in which somebody tells at length what happened."""
    return _clean_text(check, cells, LONGEST_STORY)


def _clean_text(check: Check, cells: Cells, limit: int) -> list[str]:
    texts = read_texts(cells)
    check.require(texts)
    check.mark((i for i, text in enumerate(texts) if text[:1] == "="), faults.FORMULA)
    return _limit(check, texts, limit)


def _limit(check: Check, texts: list[str], limit: int) -> list[str]:
    if max(map(len, texts), default=0) > limit:
        for index, text in enumerate(texts):
            if len(text) > limit:
                check.fault(index, faults.TOO_LONG, limit=limit)
    return texts


def clean_names(check: Check, cells: Cells) -> list[str]:
    """Return people's names; none begins with a sign that spreadsheets take for a formula."""
    texts = read_texts(cells)
    check.require(texts)
    signs = ("=", "+", "-", "@")
    check.mark((i for i, text in enumerate(texts) if text.startswith(signs)), faults.FORMULA)
    check.mark((i for i, cell in enumerate(cells) if not isinstance(cell, str)), faults.NOT_TEXT)
    return _limit(check, texts, LONGEST_NAME)


def clean_file_numbers(check: Check, cells: Cells) -> list[str]:
    """Return file numbers; a number cell may hold one as long as no digit of it is lost."""
    texts = clean_text(check, cells)
    for index, cell in enumerate(cells):
        if not isinstance(cell, str) and not _is_whole(cell):
            check.fault(index, faults.NOT_TEXT)
    return texts


def _is_whole(cell: Cell) -> bool:
    return type(cell) in (int, float) and abs(cell) < _EXACT_WHOLE and cell == int(cell)


def clean_words(check: Check, cells: Cells) -> list[str]:
    """Return the codes of words of a list."""
    words = check.column.words
    assert words is not None  # noqa: S101
    check.require(cells)
    lookup = {**words.by_word, "": ""}
    found = [lookup.get(cell) for cell in cells]
    if None in found:
        for index, code in enumerate(found):
            if code is None:
                found[index] = _find_word(check, words, index, cells[index])
    return [code or "" for code in found]


def _find_word(check: Check, words: CodeList, index: int, cell: Cell) -> str:
    text = read_text(cell)
    code = words.find(text)
    if not text and check.column.required:
        check.fault(index, faults.REQUIRED)
    elif text and code is None:
        check.fault(index, faults.WORD_UNKNOWN, value=text[:SHOWN], choices=_choices(words))
    return code or ""


def _choices(words: CodeList) -> str:
    shown = "、".join(item.zh for item in words.values[:_CHOICES_SHOWN])
    return shown + "……" if len(words.values) > _CHOICES_SHOWN else shown


def clean_word_lists(check: Check, cells: Cells) -> list[tuple[str, ...]]:
    """Return the codes of cells that name several words, "子女上学、意外事故", three at most."""
    words = check.column.words
    assert words is not None  # noqa: S101
    texts = by_value(cells, read_text)
    split = {
        text: tuple(filter(None, _SEPARATORS.split(unicodedata.normalize("NFKC", text))))
        for text in set(texts)
    }
    codes = {text: tuple(map(words.find, parts)) for text, parts in split.items()}
    wrong = {text for text, found in codes.items() if None in found or len(found) > FURTHER_CAUSES}
    if wrong:
        for index, text in enumerate(texts):
            if text in wrong:
                _report_words(check, words, index, split[text])
    clean = {text: tuple(code for code in found if code) for text, found in codes.items()}
    return [clean[text] for text in texts]


def _report_words(check: Check, words: CodeList, index: int, parts: tuple[str, ...]) -> None:
    unknown = [part for part in parts if words.find(part) is None]
    if unknown:
        value = "、".join(unknown)[:SHOWN]
        check.fault(index, faults.WORD_UNKNOWN, value=value, choices=_choices(words))
    else:
        check.fault(index, faults.TOO_MANY_CAUSES)


def clean_yes_no(check: Check, cells: Cells) -> list[bool]:
    """Return truth values; an empty cell is no."""
    found = by_value(cells, lambda cell: _YES_NO.get(read_text(cell).upper()))
    if None in found:
        for index, answer in enumerate(found):
            if answer is None:
                check.fault(
                    index, faults.WORD_UNKNOWN, value=shorten(cells[index]), choices="是、否"
                )
    return [bool(answer) for answer in found]


def clean_answers(check: Check, cells: Cells) -> list[bool | None]:
    """Return truth values that somebody must have found out; None where nobody has."""
    said = clean_yes_no(check, cells)
    texts = by_value(cells, read_text)
    check.require(texts)
    return [answer if text else None for answer, text in zip(said, texts, strict=True)]


def clean_divisions(check: Check, cells: Cells) -> list[str]:
    """Return division codes that are or were valid."""
    return _clean_known(
        check, cells, lambda code: not code or is_division(code), faults.DIVISION_UNKNOWN
    )


def clean_units(check: Check, cells: Cells) -> list[str]:
    """Return full names of unions that the tenant has."""
    return _clean_known(
        check, cells, lambda name: not name or name in check.units, faults.UNIT_UNKNOWN
    )


def _clean_known(
    check: Check, cells: Cells, is_known: Callable[[str], bool], kind: FaultKind
) -> list[str]:
    texts = by_value(cells, read_text)
    check.require(texts)
    unknown = {text for text in set(texts) if not is_known(text)}
    if unknown:
        for index, text in enumerate(texts):
            if text in unknown:
                check.fault(index, kind, value=text[:SHOWN])
    return texts
