"""A city of Liupanshui's pack with officers of its departments and a few files."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import select

from core.context import Context
from core.departments.imports import SOURCE
from core.departments.models import DepartmentAid
from core.federations import NewTenant, add_tenant
from core.households.models import Household, Member
from core.households.rows import ID_PLACE
from core.installation import Installation
from core.people import Actor
from core.tenancy import TenantView
from core.verification.files import AID, check_file, confirm_file, run_file, take_file
from core.verification.models import DepartmentFile
from tests.factories import (
    COUNTY,
    ELSEWHERE,
    GRASSROOTS,
    Filed,
    Tree,
    acting,
    file_household,
    found_tree,
    hire,
    place_unit,
)

NOW = dt.datetime(2017, 12, 20, 2, tzinfo=dt.UTC)
DAY = dt.date(2017, 11, 30)
RENT_ROW = ("住房保障", "资金", None, DAY, 1453.0)
"""Line, kind, recognised as, day and amount of a rent subsidy, as a workbook has them."""
TITLES = (
    "档案编号",
    "身份证号",
    "姓名",
    "部门",
    "措施",
    "类别",
    "认定类别",
    "日期",
    "金额",
    "备注",
)


def nothing(_done: int, _total: int) -> None:
    """Show no progress."""


@dataclass
class City:
    """Each helper works in a transaction of its own."""

    installation: Installation
    tree: Tree
    tenant: TenantView
    people: dict[str, Actor] = field(default_factory=dict)
    homes: dict[str, Filed] = field(default_factory=dict)

    @contextmanager
    def acting(self, who: str = "housing") -> Iterator[Context]:
        """Open a Context in which somebody works on the city."""
        with acting(self.installation, self.tenant, self.people[who], at=NOW) as ctx:
            yield ctx

    @contextmanager
    def system(self) -> Iterator[Context]:
        """Open a Context in which the system works on the city."""
        with self.installation.system(self.tenant) as ctx:
            yield ctx

    def number(self, home: str) -> str:
        """Return the file number of a household."""
        with self.system() as ctx:
            return ctx.session.get_one(Household, (ctx.tenant_id, self.homes[home].id)).file_number

    def id_number(self, member: uuid.UUID) -> str:
        """Return a member's ID number in clear."""
        with self.system() as ctx:
            found = ctx.session.get_one(Member, (ctx.tenant_id, member))
            return ctx.vault.decrypt(ctx.tenant_id, ID_PLACE, found.id, found.id_cipher)

    def entries(self) -> list[DepartmentAid]:
        """Return the ledger in the order in which it was written."""
        with self.system() as ctx:
            return list(ctx.session.scalars(select(DepartmentAid).order_by(DepartmentAid.id)))

    def bring(self, data: bytes, who: str = "housing") -> DepartmentFile:
        """Bring a workbook in, have it checked and, where it may, put in."""
        with self.acting(who) as ctx:
            item = take_file(ctx, AID, SOURCE, "台账.xlsx", data)
        with self.acting(who) as ctx:
            item = check_file(ctx, item.id)
        if item.state != "checked":
            return item
        with self.acting(who) as ctx:
            confirm_file(ctx, item.id)
        with self.acting(who) as ctx:
            return run_file(ctx, item.id, nothing)


def found_city(installation: Installation) -> City:
    """Return the city, its files in two counties, its officers and its clerk."""
    tree = found_tree(installation)
    new = NewTenant("lps", "city", "六盘水市总工会", "Liupanshui", "liupanshui", "520200",
                    "province")  # fmt: skip
    add_tenant(installation, new)
    city = City(installation, tree, installation.tenant("lps"))
    for name in (GRASSROOTS, ELSEWHERE):
        place_unit(installation, city.tenant, name)
    for department in ("housing", "education", "human_resources", "civil_affairs"):
        city.people[department] = hire(
            installation, city.tenant, "department_officer", department=department
        )
    city.people["county_housing"] = hire(
        installation, city.tenant, "department_officer", department="housing", unit=COUNTY
    )
    city.people["clerk"] = hire(installation, city.tenant, "clerk", unit=COUNTY)
    city.people["city_clerk"] = hire(installation, city.tenant, "clerk")
    city.people["reviewer"] = hire(installation, city.tenant, "reviewer")
    city.people["finance"] = hire(installation, city.tenant, "finance")
    city.people["supervisor"] = hire(installation, tree.province, "supervisor")
    city.people["neighbour"] = hire(installation, tree.city_b, "clerk")
    city.homes["wang"] = file_household(installation, city.tenant, category="housing_hardship")
    city.homes["zhao"] = file_household(
        installation, city.tenant, name="赵铁柱", unit=ELSEWHERE, category="worker_hardship"
    )
    return city


@pytest.fixture(scope="module")
def city(module_installation: Installation) -> City:
    """A city that the tests of a module share."""
    return found_city(module_installation)


def workbook(
    *rows: tuple[Any, ...], titles: tuple[str, ...] = TITLES, sheet: str = "帮扶台账"
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
