"""A city with the sample registry imported, consents kept for some, and people in every role."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import select

from core.context import Context
from core.households.evidence import add_evidence
from core.households.imports.service import run_import, take_file
from core.households.models import Evidence, Household
from core.installation import Installation
from core.people import Actor
from core.verification.files import ANSWERS, confirm_file, run_file
from core.verification.files import check_file as check_department_file
from core.verification.files import take_file as take_department_file
from core.verification.models import DepartmentFile
from tests.factories import Tree, acting, found_tree, hire, place_unit

DATA = Path(__file__).parents[2] / "data"
REGISTRY, SAMPLE = DATA / "困难职工档案.xlsx", DATA / "民政核对结果.xlsx"
UNITS = ("水城区总工会/双水街道工会", "盘州市总工会/红果街道工会", "钟山区总工会/荷城街道工会")
SHUICHENG = "水城区总工会"
PDF = b"%PDF-1.7\n%signed by hand\n"
TITLES = ("姓名", "身份证号", "核对日期")
DAY = dt.date(2023, 6, 20)
NOW = dt.datetime(2023, 7, 3, 1, tzinfo=dt.UTC)


def nothing(_done: int, _total: int) -> None:
    """Show no progress."""


@dataclass
class World:
    """A city whose registry stands; each helper works in a transaction of its own."""

    installation: Installation
    tree: Tree
    people: dict[str, Actor] = field(default_factory=dict)
    now: dt.datetime = NOW

    @contextmanager
    def acting(self, who: str = "clerk") -> Iterator[Context]:
        """Open a Context in which somebody works on the city."""
        actor = self.people[who]
        with acting(self.installation, self.tree.city_a, actor, at=self.now) as ctx:
            yield ctx

    @contextmanager
    def system(self) -> Iterator[Context]:
        """Open a Context in which the system works on the city."""
        with self.installation.system(self.tree.city_a) as ctx:
            yield ctx

    def household(self, file_number: str) -> Household:
        """Return a file as it stands."""
        with self.system() as ctx:
            query = select(Household).where(
                Household.tenant_id == ctx.tenant_id, Household.file_number == file_number
            )
            return ctx.session.scalars(query).one()

    def consent(self, *file_numbers: str) -> list[Evidence]:
        """Keep the signed scan with files."""
        with self.acting() as ctx:
            return [
                add_evidence(
                    ctx, self.household(number).id, kind="authorisation", filename="授权书.pdf",
                    data=PDF,
                )
                for number in file_numbers
            ]  # fmt: skip

    def bring(
        self,
        data: bytes,
        source: str = "civil_affairs",
        *,
        kind: str = ANSWERS,
        who: str = "clerk",
        filename: str = "核对结果.xlsx",
    ) -> DepartmentFile:
        """Bring a department's file in, have it checked and, where it may, put in."""
        with self.acting(who) as ctx:
            item = take_department_file(ctx, kind, source, filename, data)
        with self.acting(who) as ctx:
            item = check_department_file(ctx, item.id)
        if item.state != "checked":
            return item
        with self.acting(who) as ctx:
            confirm_file(ctx, item.id)
        with self.acting(who) as ctx:
            return run_file(ctx, item.id, nothing)


def found_world(installation: Installation) -> World:
    """Return a city with the sample registry, imported by a clerk."""
    world = World(installation, found_tree(installation))
    city = world.tree.city_a
    for name in UNITS:
        place_unit(installation, city, name)
    for who, role, unit in (
        ("filer", "clerk", ""), ("clerk", "clerk", ""), ("reviewer", "reviewer", ""),
        ("investigator", "investigator", ""), ("finance", "finance", ""),
        ("shuicheng", "clerk", SHUICHENG),
    ):  # fmt: skip
        world.people[who] = hire(installation, city, role, unit=unit)
    world.people["supervisor"] = hire(installation, world.tree.province, "supervisor")
    world.people["neighbour"] = hire(installation, world.tree.city_b, "clerk")
    with world.acting("filer") as ctx:
        item = take_file(
            ctx, "困难职工档案.xlsx", REGISTRY.read_bytes(), judged_on=dt.date(2023, 6, 30)
        )
        assert run_import(ctx, item.id, nothing).added == 300
    return world


@pytest.fixture
def world(installation: Installation) -> World:
    """A city of its own for one test."""
    return found_world(installation)


@pytest.fixture(scope="module")
def shared(module_installation: Installation) -> World:
    """A city that the tests of a module share."""
    return found_world(module_installation)


def workbook(
    *rows: tuple[Any, ...], titles: tuple[str, ...] = TITLES, sheet: str = "核对结果"
) -> bytes:
    """Return an .xlsx of one sheet; days become dates."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, titles)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, dt.date):
                    page.write_datetime(number, place, value, day)
                elif value is not None:
                    page.write(number, place, value)
    return output.getvalue()


def answered(*facts: str, rows: list[tuple[Any, ...]]) -> bytes:
    """Return answers on people: name, ID number and a value a fact, all of the same day."""
    return workbook(
        *((name, number, DAY, *told) for name, number, *told in rows), titles=(*TITLES, *facts)
    )


def person_id(world: World, file_number: str, place: int = 0) -> tuple[str, str, uuid.UUID]:
    """Return name, ID number in clear and file of a member."""
    from core.households.stored import read_record  # noqa: PLC0415

    household = world.household(file_number)
    with world.system() as ctx:
        record = read_record(ctx, household)
    people = [(record.name, record.id_number), *((m.name, m.id_number) for m in record.members)]
    return (*people[place], household.id)
