"""A city of Liupanshui's pack with the people who admit households, and files to be admitted."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from core.admissions.beginning import begin
from core.admissions.decisions import decide
from core.admissions.models import Admission
from core.context import Context
from core.federations import NewTenant, add_tenant
from core.households.models import Household
from core.installation import Installation
from core.people import Actor
from core.tenancy import TenantView
from tests.factories import (
    COUNTY,
    ELSEWHERE,
    GRASSROOTS,
    TOWNSHIP,
    Filed,
    Tree,
    acting,
    file_household,
    found_tree,
    hire,
    place_unit,
)

NOW = dt.datetime(2018, 3, 12, 2, tzinfo=dt.UTC)
"""10:00 in China on a Monday."""
VISITED = "入户查看，住房为危房"
_numbers = itertools.count(1)


@dataclass
class City:
    """Each helper works in a transaction of its own."""

    installation: Installation
    tree: Tree
    tenant: TenantView
    now: dt.datetime = NOW
    people: dict[str, Actor] = field(default_factory=dict)

    @contextmanager
    def acting(self, who: str) -> Iterator[Context]:
        """Open a Context in which somebody works on the city."""
        with acting(self.installation, self.tenant, self.people[who], at=self.now) as ctx:
            yield ctx

    @contextmanager
    def system(self) -> Iterator[Context]:
        """Open a Context in which the system works on the city."""
        with self.installation.system(self.tenant) as ctx:
            yield replace(ctx, now=self.now)

    def file(self, category: str | None = "housing_hardship", **values: Any) -> Filed:
        """File a household, verified lately."""
        values.setdefault("verified_on", dt.date(2018, 1, 15))
        return file_household(self.installation, self.tenant, category=category, **values)

    def household(self, filed: Filed) -> Household:
        """Return the file as it stands now."""
        with self.system() as ctx:
            return ctx.session.get_one(Household, (ctx.tenant_id, filed.id))

    def change(self, filed: Filed, **values: Any) -> None:
        """Set columns of a file, as a judgement or an import would."""
        with self.system() as ctx:
            household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
            for name, value in values.items():
                setattr(household, name, value)

    def begin(self, filed: Filed, by: str = "clerk") -> Admission:
        """Begin its admission."""
        with self.acting(by) as ctx:
            return begin(ctx, filed.id)

    def decide(self, who: str, admission: Admission, **values: Any) -> Admission:
        """Take the open step; passed on or approved unless told otherwise."""
        decision = values.pop("decision", "approve")
        if who == "investigator":
            values.setdefault("findings", VISITED)
        with self.acting(who) as ctx:
            return decide(ctx, admission.id, decision, **values)

    def pass_on(self, admission: Admission) -> Admission:
        """Let community and township pass it on."""
        for who in ("investigator", "reviewer"):
            admission = self.decide(who, admission)
        return admission

    def admit(self, filed: Filed, officer: str = "housing") -> Admission:
        """Bring a household through the whole route."""
        return self.decide(officer, self.pass_on(self.begin(filed)))

    def read(self, admission: Admission) -> Admission:
        """Return the admission as it stands now."""
        with self.system() as ctx:
            return ctx.session.get_one(Admission, (ctx.tenant_id, admission.id))

    def hire(self, name: str, role: str, unit: str = "", department: str = "") -> None:
        """Take somebody on under a name."""
        login = f"{role}-{uuid.uuid4().hex[:6]}-{next(_numbers)}"
        self.people[name] = hire(
            self.installation, self.tenant, role, unit=unit, department=department, login=login
        )


def found_city(installation: Installation, tree: Tree) -> City:
    """Return another city with its clerks, its route, and the departments that approve."""
    slug = f"lps-{next(_numbers)}"
    add_tenant(installation, NewTenant(
        slug, "city", "六盘水市总工会", "Liupanshui", "liupanshui", "520200", "province",
    ))  # fmt: skip
    tree = replace(tree, province=installation.tenant("province"))
    city = City(installation, tree, installation.tenant(slug))
    for name in (GRASSROOTS, ELSEWHERE):
        place_unit(installation, city.tenant, name)
    for name, role, unit, department in (
        ("clerk", "clerk", GRASSROOTS, ""), ("city_clerk", "clerk", "", ""),
        ("investigator", "investigator", GRASSROOTS, ""),
        ("reviewer", "reviewer", TOWNSHIP, ""), ("union", "approver", COUNTY, ""),
        ("housing", "department_officer", COUNTY, "housing"),
        ("civil_affairs", "department_officer", COUNTY, "civil_affairs"),
        ("housing_elsewhere", "department_officer", ELSEWHERE.partition("/")[0], "housing"),
        ("education", "department_officer", "", "education"),
    ):  # fmt: skip
        city.hire(name, role, unit, department)
    return city


@pytest.fixture(scope="module")
def tree(module_installation: Installation) -> Tree:
    """The federations above the city and beside it."""
    return found_tree(module_installation)


@pytest.fixture(scope="module")
def founded(module_installation: Installation, tree: Tree) -> City:
    """The city that the tests of a module share."""
    return found_city(module_installation, tree)


@pytest.fixture
def city(founded: City) -> City:
    """The same city, on the morning every test begins with."""
    return replace(founded)
