"""Unpacking an .xlsx within limits, before the spreadsheet reader sees it.

A package is inflated once, here, up to a limit that its own directory cannot lie about, and handed
on uncompressed; a bomb therefore ends here. The same pass finds cells the reader hides: formulas
behind their last computed value, and error values behind nothing at all.
"""

from __future__ import annotations

import io
import os
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO
from xml.etree import ElementTree

from core.households.workbook.faults import (
    BROKEN,
    ERROR_VALUE,
    FORMULA,
    NOT_A_WORKBOOK,
    OLD_WORKBOOK,
    PASSWORD,
    STRAY_CELLS,
    TOO_LARGE,
    FaultKind,
)

LIMIT_MEGABYTES = 384
ZIP_MAGIC, OLE_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
WORKBOOK_PART = "xl/workbook.xml"
WORKBOOK_PARTS = (".xml", ".rels", "workbook.bin")
RELATIONS_PART = "xl/_rels/workbook.xml.rels"
# The reader lays a sheet out as a full rectangle: one cell at XFD1048576 would take 400 GB.
LAST_ROW, LAST_COLUMN = 199_999, 104
# Any cell but one spelled as spreadsheets do it and within these bounds.
ODD_CELL = re.compile(rb'<c(?! r="[A-C]?[A-Z](?:\d{1,5}|1\d{5})"|ol)')
_CELL = rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*["\']([A-Za-z]+)(\d+)["\']'
CELL = re.compile(_CELL)
HIDDEN: tuple[tuple[FaultKind, re.Pattern[bytes], tuple[bytes, ...]], ...] = (
    (
        ERROR_VALUE,
        re.compile(rb'<(?:\w+:)?c(?=[^>]*\st="e")\s(?:[^>]*?\s)?r="([A-Za-z]+)(\d+)"'),
        (b't="e"',),
    ),
    (
        FORMULA,
        re.compile(_CELL + rb"[^>]*>\s*<(?:\w+:)?f[\s>/]"),
        (b"<f",),
    ),
)
Hidden = dict[tuple[int, int], FaultKind]
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class UnreadableError(Exception):
    """The file as a whole cannot be read; `kind` says why, `values` fill its text."""

    def __init__(self, kind: FaultKind, sheet: str = "", **values: Any) -> None:
        super().__init__(kind.code)
        self.kind, self.sheet, self.values = kind, sheet, values


@dataclass(frozen=True)
class Package:
    """An unpacked workbook: what its sheets share by part, and each sheet's own part by title."""

    shared: dict[str, bytes]
    sheets: dict[str, tuple[str, bytes]]

    @contextmanager
    def unpacked(self, title: str) -> Iterator[str]:
        """Yield the path of an uncompressed package in which this sheet alone has content.

        It lies in memory, never on a disk. Raises UnreadableError where the sheet has cells far
        outside any table.
        """
        part, content = self.sheets[title]
        if _has_stray_cells(content):
            raise UnreadableError(STRAY_CELLS, title)
        with os.fdopen(os.memfd_create("workbook"), "w+b") as file:
            _store({**self.shared, part: content}, file)
            yield f"/proc/self/fd/{file.fileno()}"


def unpack(data: bytes) -> Package:
    """Return the package of an .xlsx file.

    Raises UnreadableError for another type of file, a password, damage, or too much content.
    """
    if data.startswith(OLE_MAGIC):
        raise UnreadableError(PASSWORD if ENCRYPTED_PACKAGE in data else OLD_WORKBOOK)
    try:
        parts = _inflate(data)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise UnreadableError(BROKEN) from error
    if WORKBOOK_PART not in parts:
        other = any(name.endswith((".bin", "content.xml")) for name in parts)
        raise UnreadableError(OLD_WORKBOOK if other else NOT_A_WORKBOOK)
    titles = _titles(parts)
    sheets = {title: (part, parts.pop(part, b"")) for part, title in titles.items()}
    return Package(parts, sheets)


def unpack_csv(data: bytes) -> list[bytes]:
    """Return the CSV files of a package that holds them instead of a workbook, none otherwise.

    Raises UnreadableError for a password, damage, or too much content.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
        if not any(name.lower().endswith(".csv") for name in names) or WORKBOOK_PART in names:
            return []
        return list(_inflate(data, (".csv", ".CSV")).values())
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise UnreadableError(BROKEN) from error


def _inflate(data: bytes, wanted: tuple[str, ...] = WORKBOOK_PARTS) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if any(info.flag_bits & 1 for info in archive.infolist()):
            raise UnreadableError(PASSWORD)
        infos = [info for info in archive.infolist() if info.filename.endswith(wanted)]
        # Reading stops at the declared size, so the declaration is all that needs a limit.
        if sum(info.file_size for info in infos) > LIMIT_MEGABYTES * 1024 * 1024:
            raise UnreadableError(TOO_LARGE, limit=LIMIT_MEGABYTES)
        with ThreadPoolExecutor() as pool:
            contents = pool.map(archive.read, infos)
            return {info.filename: part for info, part in zip(infos, contents, strict=True)}


def _store(parts: dict[str, bytes], file: BinaryIO) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    file.flush()


def find_hidden(content: bytes) -> Hidden:
    """Return what cells of a sheet's part hold in truth, by (row, column), counted from 1."""
    found: Hidden = {}
    for kind, expression, signs in HIDDEN:
        # Most files have none; the plain search is ten times faster than the expression.
        if any(sign in content for sign in signs) or b":sheetData" in content:
            places = expression.findall(content)
            found |= {(int(row), _column_number(letters)): kind for letters, row in places}
    return found


def _has_stray_cells(content: bytes) -> bool:
    if b"\0" in content[:64]:
        raise UnreadableError(BROKEN)
    if b":sheetData" not in content and not ODD_CELL.search(content):
        return False
    return any(
        int(row) > LAST_ROW or _column_number(letters) > LAST_COLUMN
        for letters, row in CELL.findall(content)
    )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _titles(parts: dict[str, bytes]) -> dict[str, str]:
    """Return the sheets' names by the part that holds them."""
    try:
        # Expat bounds entity expansion itself, and the parts' size is limited above.
        relations = ElementTree.fromstring(parts.get(RELATIONS_PART, b"<r/>"))  # noqa: S314
        workbook = ElementTree.fromstring(parts[WORKBOOK_PART])  # noqa: S314
    except ElementTree.ParseError as error:
        raise UnreadableError(BROKEN) from error
    targets = {item.get("Id"): item.get("Target", "") for item in relations}
    return {
        posixpath.normpath(posixpath.join("/xl", targets.get(item.get(_RELATION_ID), ""))).lstrip(
            "/"
        ): item.get("name", "")
        for item in workbook.iter()
        if item.tag.endswith("}sheet")
    }
