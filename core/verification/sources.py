"""The sources of means verification: each an adapter, today a file for each of them.

A live interface takes a file's place by `register`: the service asks an adapter to write a request
and to read answers, and never how it does so.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import xlsxwriter
from bangfu_sdk import Text

from core.errors import InvalidError, _
from core.households.workbook import columns as kinds
from core.households.workbook.columns import Column
from core.households.workbook.faults import Fault, FaultKind, make_fault
from core.households.workbook.findings import Findings
from core.verification.facts import FACTS
from core.verification.tables import Sheet, read_sheets

DATE_TITLES = ("核对日期", "核查日期", "查询日期", "反馈日期", "日期")

NO_DATE = FaultKind(
    "no_date_column",
    _("The sheet “%(sheet)s” does not say on which day the answers were given."),
    _("Add a column 核对日期."),
)
NO_ANSWER = FaultKind(
    "no_answer_column",
    _("The sheet “%(sheet)s” has no column that this source answers by."),
    _("Name at least one column as one of: %(titles)s."),
)
TOLD_TWICE = FaultKind(
    "told_twice",
    _("Row %(row)s: this person was answered otherwise in row %(first)s."),
    _("Keep the row that is right, and bring the file again."),
)


@dataclass(frozen=True)
class Person:
    """Somebody a source is asked about; the ID number is in clear."""

    file_number: str
    name: str
    relation: str
    id_number: str


@dataclass(frozen=True)
class Answer:
    """What a source told of one person: `told` by fact, in fen; `whole` the row as it stands."""

    sheet: str
    row: int
    name: str
    id_number: str
    answered_on: dt.date
    told: dict[str, int | str]
    whole: dict[str, str]


@dataclass(frozen=True)
class Answers:
    """The answers of a file and everything that is wrong with it; `rows` counts good and bad."""

    rows: int
    answers: tuple[Answer, ...]
    faults: tuple[Fault, ...]


class Source(Protocol):
    """An adapter to a source. `tells` are names of FACTS.

    With `by_household` one answer on any member stands for the whole household, as the platform
    of civil affairs gives it; else every member is to be answered.
    """

    @property
    def name(self) -> str:
        """The stable code."""

    @property
    def title(self) -> Text:
        """What people call it."""

    @property
    def tells(self) -> tuple[str, ...]:
        """The facts it can tell."""

    @property
    def by_household(self) -> bool:
        """Whether it answers for the household as a whole."""

    def write_request(self, people: Iterable[Person]) -> bytes:
        """Return the workbook in which the source is asked about people."""

    def read_answers(self, data: bytes, today: dt.date) -> Answers:
        """Return what the source answered."""


@dataclass(frozen=True)
class FileSource:
    """A source that is asked by a workbook and answers by one, as all are today."""

    name: str
    title: Text
    tells: tuple[str, ...]
    by_household: bool = False

    def write_request(self, people: Iterable[Person]) -> bytes:
        """Return a workbook that the source fills in: people first, then a column a fact."""
        output = io.BytesIO()
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(output, options) as book:
            sheet, text = book.add_worksheet("核对名单"), book.add_format({"num_format": "@"})
            bold = book.add_format({"bold": True, "bottom": 1})
            asked = [FACTS[fact].titles[0] for fact in self.tells]
            titles = ["档案编号", "姓名", "与户主关系", "身份证号", DATE_TITLES[0], *asked]
            sheet.set_column(0, len(titles) - 1, 14)
            sheet.set_column(3, 3, 22, text)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, titles, bold)
            for row, one in enumerate(people, start=1):
                for place, value in enumerate(
                    (one.file_number, one.name, one.relation, one.id_number)
                ):
                    sheet.write_string(row, place, value, text)
        return output.getvalue()

    def read_answers(self, data: bytes, today: dt.date) -> Answers:
        """Return the good rows of a filled-in workbook, and each fault with its place."""
        sheets, faults = read_sheets(data)
        found: list[Answer] = []
        for sheet in sheets:
            columns = self._columns(sheet)
            faults += _missing(self, sheet, columns)
            if "answered_on" in columns and len(columns) > 1:
                values, findings = sheet.clean(list(columns.values()), today)
                found += _answers(sheet, columns, values, findings)
                faults += _in_order(findings)
        answers, twice = _once_each(found)
        rows = sum(len(sheet.table.rows) for sheet in sheets)
        return Answers(rows, tuple(answers), (*faults, *twice))

    def _columns(self, sheet: Sheet) -> dict[str, Column]:
        found = {}
        if day := sheet.find(DATE_TITLES):
            found["answered_on"] = Column("answered_on", day, "Day", kinds.DATE, required=True)
        for name in self.tells:
            if title := sheet.find(FACTS[name].titles):
                found[name] = FACTS[name].column(title)
        return found


def _missing(source: Source, sheet: Sheet, columns: dict[str, Column]) -> Iterator[Fault]:
    name, row = sheet.table.sheet, sheet.header
    if "answered_on" not in columns:
        yield make_fault(NO_DATE, name, row, DATE_TITLES[0])
    if not set(columns) - {"answered_on"}:
        titles = "、".join(FACTS[fact].titles[0] for fact in source.tells)
        yield make_fault(NO_ANSWER, name, row, titles=titles)


def _answers(
    sheet: Sheet, columns: dict[str, Column], values: dict[str, Any], findings: Findings
) -> Iterator[Answer]:
    bad, facts = findings.bad(), [name for name in columns if name != "answered_on"]
    for place, whole in enumerate(sheet.whole_rows()):
        if place in bad:
            continue
        # An empty cell tells nothing: it is not the answer “none”.
        told = {name: values[name][place] for name in facts if columns[name].title in whole}
        yield Answer(
            sheet.table.sheet, sheet.table.rows[place], values["name"][place],
            values["id_number"][place], values["answered_on"][place],
            {name: _plain(value) for name, value in told.items()}, whole,
        )  # fmt: skip


def _plain(value: Any) -> int | str:
    return value if isinstance(value, str) else int(value)


def _in_order(findings: Findings) -> list[Fault]:
    return [findings.faults[place] for place in sorted(findings.faults)]


def _once_each(answers: Sequence[Answer]) -> tuple[list[Answer], list[Fault]]:
    """Keep of each person's rows of a day the first; find those that say something else."""
    first: dict[tuple[str, dt.date], Answer] = {}
    faults = []
    for answer in answers:
        known = first.setdefault((answer.id_number, answer.answered_on), answer)
        if known.told != answer.told:
            place = (answer.sheet, answer.row, "身份证号")
            faults.append(make_fault(TOLD_TWICE, *place, first=known.row))
    return list(first.values()), faults


def _file(name: str, zh: str, en: str, *tells: str) -> FileSource:
    return FileSource(name, Text(zh, en), tells)


CIVIL_AFFAIRS = FileSource(
    "civil_affairs", Text("民政核对平台", "civil-affairs verification platform"),
    ("dibao", "household_income", "real_estate", "vehicles", "housing_fund", "business", "dead",
     "moved", "registered_members", "deposits"),
    by_household=True,
)  # fmt: skip
_SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        CIVIL_AFFAIRS,
        _file("household_registration", "户籍", "household registration", "dead", "moved",
              "registered_members"),
        _file("education", "教育", "education", "enrolled"),
        _file("social_insurance", "社会保险", "social insurance", "income"),
        _file("health", "卫生健康", "health", "medical_cost", "dead"),
        _file("employment", "就业", "employment", "employed"),
        _file("market_regulation", "市场监管", "market regulation", "business"),
        _file("tax", "税务", "tax", "income"),
        _file("marriage", "婚姻", "marriage", "marital_status"),
        _file("real_estate", "不动产", "real estate", "real_estate"),
        _file("vehicles", "车辆", "vehicles", "vehicles"),
        _file("housing_fund", "住房公积金", "housing fund", "housing_fund"),
        _file("finance", "金融", "finance", "deposits"),
        _file("insurance", "保险", "insurance", "insurance_value"),
        _file("securities", "证券", "securities", "securities"),
    )
}  # fmt: skip
KINDS = tuple(name for name in _SOURCES if name != CIVIL_AFFAIRS.name)
"""The fourteen kinds of sources of the Guangxi plan (2019)."""


def find_source(name: str) -> Source:
    """Return a source; InvalidError where there is none of this name."""
    if name not in _SOURCES:
        raise InvalidError(
            _("There is no source “%(name)s”."), remedy=_("Choose one of: %(known)s."),
            field="source", name=name, known=", ".join(_SOURCES),
        )  # fmt: skip
    return _SOURCES[name]


def list_sources() -> tuple[Source, ...]:
    """Return all sources, the combined platform first."""
    return tuple(_SOURCES.values())


def register(source: Source) -> None:
    """Let an adapter, such as a live interface, answer under its name from now on."""
    _SOURCES[source.name] = source
