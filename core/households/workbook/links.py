"""Checks across the rows of a workbook: one file a household, one person in one file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.households.codes import HEAD
from core.households.identifiers import is_male
from core.households.workbook import faults
from core.households.workbook.findings import Findings

FILE_NUMBER, SEX, ID_NUMBER = "档案编号", "性别", "身份证号"
RELATION, MEMBER_COUNT = "与户主关系", "家庭人口"


@dataclass(frozen=True)
class Checked:
    """A sheet with its clean values by field and what was found so far."""

    values: dict[str, Any]
    findings: Findings


def check_sex(sheet: Checked) -> None:
    """Find people whose sex is not that of their ID number."""
    pairs = zip(sheet.values["sex"], sheet.values["id_number"], strict=True)
    for index, (sex, number) in enumerate(pairs):
        if sex and number and (sex == "male") != is_male(number):
            sheet.findings.add(index, SEX, faults.SEX_MISMATCH)


def check_file_numbers(households: Checked) -> None:
    """Find file numbers that stand in two rows; the first keeps it."""
    numbers = households.values["file_number"]
    if len(set(numbers)) == len(numbers):
        return
    first: dict[str, int] = {}
    for index, number in enumerate(numbers):
        if first.setdefault(number, index) != index and number:
            row = households.findings.table.rows[first[number]]
            households.findings.add(
                index, FILE_NUMBER, faults.FILE_NUMBER_TWICE, value=number, first=row
            )


def check_once(sheet: Checked, fields: Sequence[str]) -> None:
    """Find rows that say once more what another says: equal in these fields; the first stays."""
    keys = list(zip(*(sheet.values[name] for name in fields), strict=True))
    if len(set(keys)) == len(keys):
        return
    first: dict[tuple[Any, ...], int] = {}
    for index, key in enumerate(keys):
        if all(key) and first.setdefault(key, index) != index:
            row = sheet.findings.table.rows[first[key]]
            sheet.findings.add(index, FILE_NUMBER, faults.STATED_TWICE, value=key[0], first=row)


def place_rows(households: Checked, members: Checked) -> list[int]:
    """Return for each row of another sheet the index of its household, -1 for an unknown file."""
    numbers = households.values["file_number"]
    place = dict(zip(reversed(numbers), range(len(numbers) - 1, -1, -1), strict=True))
    place.pop("", None)
    owners = [place.get(number, -1) for number in members.values["file_number"]]
    for index, owner in enumerate(owners):
        number = members.values["file_number"][index]
        if owner < 0 and number:
            members.findings.add(index, FILE_NUMBER, faults.FILE_UNKNOWN, value=number)
    return owners


def check_relations(members: Checked) -> None:
    """Find members listed as head: the head stands in the household's own row."""
    for index, relation in enumerate(members.values["relation"]):
        if relation == HEAD:
            members.findings.add(index, RELATION, faults.HEAD_LISTED)


def check_counts(households: Checked, members: Checked, owners: Sequence[int]) -> None:
    """Find households whose number of persons is not the head and the members listed."""
    relations = members.values["relation"]
    listed = Counter(
        owner for owner, relation in zip(owners, relations, strict=True) if relation != HEAD
    )
    twice = {index for index, column in households.findings.faults if column == FILE_NUMBER}
    for index, count in enumerate(households.values["member_count"]):
        if count and count != listed[index] + 1 and index not in twice:
            households.findings.add(
                index, MEMBER_COUNT, faults.MEMBER_COUNT, value=count, listed=listed[index]
            )


def check_people(households: Checked, members: Checked) -> None:
    """Find people who stand in two files or twice in one; the first row keeps them."""
    numbers = [*households.values["id_number"], *members.values["id_number"]]
    known = [number for number in numbers if number]
    if len(set(known)) == len(known):
        return
    seen: dict[str, tuple[Checked, int]] = {}
    for sheet, aside in ((households, FILE_NUMBER), (members, RELATION)):
        for index, number in enumerate(sheet.values["id_number"]):
            if not number or (index, aside) in sheet.findings.faults:
                continue
            other, first = seen.setdefault(number, (sheet, index))
            if (other, first) != (sheet, index):
                _report_person(sheet, index, other, first)


def _report_person(sheet: Checked, index: int, other: Checked, first: int) -> None:
    sheet.findings.add(
        index,
        ID_NUMBER,
        faults.PERSON_TWICE,
        sheet_first=other.findings.table.sheet,
        first=other.findings.table.rows[first],
        file_first=other.values["file_number"][first],
    )
