"""Finding the sheets of what was given: one workbook, CSV files beside each other or in a .zip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from core.households.workbook.columns import (
    CIRCUMSTANCES_SHEET,
    COLUMNS,
    FURTHER_SHEETS,
    HOUSEHOLD_SHEET,
    MEMBER_SHEET,
    MONTHS_SHEET,
)
from core.households.workbook.faults import NOT_A_WORKBOOK
from core.households.workbook.package import ZIP_MAGIC, UnreadableError, unpack_csv
from core.households.workbook.sheets import Reader, open_sheets

Source = Path | bytes
_MARKS = {MEMBER_SHEET: "与户主关系", HOUSEHOLD_SHEET: "身份证号", MONTHS_SHEET: "月份"}
"""Columns by which a CSV file is told, in this order; one without them is of circumstances."""


def sibling(households: Path, sheet: str) -> Path:
    """Return where another sheet of a CSV file lies: "a.csv" has "a-家庭成员.csv" beside it."""
    return households.with_name(f"{households.stem}-{sheet}{households.suffix}")


def open_source(source: Source, members: Source | None) -> dict[str, Reader]:
    """Return what reads each sheet there is; see `read_workbook`."""
    data = source.read_bytes() if isinstance(source, Path) else source
    both = data.startswith(ZIP_MAGIC)
    if both and (parts := unpack_csv(data)):
        return _open_parts(parts)
    beside: dict[str, bytes] = {}
    if members is not None:
        beside[MEMBER_SHEET] = members.read_bytes() if isinstance(members, Path) else members
    if isinstance(source, Path) and not both:
        others = ((name, sibling(source, name)) for name in (MEMBER_SHEET, *FURTHER_SHEETS))
        beside = {name: path.read_bytes() for name, path in others if path.exists()} | beside
    if both and not beside:
        return open_sheets(data, (HOUSEHOLD_SHEET, MEMBER_SHEET), FURTHER_SHEETS)
    return _open_each({HOUSEHOLD_SHEET: data, **beside})


def _open_parts(parts: Sequence[bytes]) -> dict[str, Reader]:
    """Open the CSV files of a .zip; which sheet each holds is told by its columns."""
    found: dict[str, bytes] = {}
    for part in parts:
        sheet = _find_sheet(part[:4096])
        if sheet in found:
            raise UnreadableError(NOT_A_WORKBOOK)
        found[sheet] = part
    if HOUSEHOLD_SHEET not in found:
        raise UnreadableError(NOT_A_WORKBOOK)
    return _open_each({sheet: found[sheet] for sheet in COLUMNS if sheet in found})


def _open_each(files: Mapping[str, bytes]) -> dict[str, Reader]:
    return {name: read for sheet, data in files.items()
            for name, read in open_sheets(data, (sheet,)).items()}  # fmt: skip


def _find_sheet(beginning: bytes) -> str:
    for sheet, mark in _MARKS.items():
        if any(mark.encode(name) in beginning for name in ("utf-8", "gb18030")):
            return sheet
    return CIRCUMSTANCES_SHEET
