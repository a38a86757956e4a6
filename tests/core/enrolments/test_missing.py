"""Who has a major illness and is not in mutual aid: found in the list, counted in the report."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from core.context import BEIJING
from core.enrolments.periods import open_period
from core.enrolments.workbook import COLUMNS, SHEET
from core.federations import NewTenant, add_tenant
from core.households.export import write_rows
from core.households.listing import Filters, list_households
from core.households.models import Member
from core.households.rows import ID_PLACE
from core.installation import Installation
from core.people import Actor
from core.policies import Policies
from core.supervision.findings import find
from core.supervision.periods import read_period
from core.supervision.queries import read_numbers
from core.tenancy import TenantView
from core.verification import files
from tests.core.enrolments.test_enrolments import worker
from tests.factories import SPOUSE, Filed, acting, file_household, found_tree, hire

NOW = dt.datetime(2019, 6, 28, 9, tzinfo=BEIJING)
OUTSIDE = "Files with a major illness that mutual aid does not cover"


@dataclass(frozen=True)
class City:
    """Baotou, where whoever is filed and has a major illness is enrolled; its people; two years."""

    installation: Installation
    tenant: TenantView
    clerk: Actor
    supervisor: Actor
    years: dict[int, str]

    def file(self, *, ill: bool) -> tuple[Filed, str]:
        """File a household whose spouse has a major illness; return it and the spouse's number."""
        filed = file_household(self.installation, self.tenant, relatives=(SPOUSE,))
        with self.installation.system(self.tenant) as ctx:
            spouse = ctx.session.get_one(Member, (self.tenant.id, filed.members[0]))
            spouse.health = "serious_illness" if ill else "fair"
            number = ctx.vault.decrypt(self.tenant.id, ID_PLACE, spouse.id, spouse.id_cipher)
        return filed, number

    def enrol(self, number: str, year: int) -> None:
        """Enrol somebody in a year's period by a workbook."""
        row = worker(1, id_number=number, enrolled_on=dt.date(year, 2, 1))
        data = write_rows(SHEET, COLUMNS, [row])
        with acting(self.installation, self.tenant, self.clerk, at=NOW) as ctx:
            item = files.take_file(ctx, files.ENROLMENTS, self.years[year], "名册.xlsx", data)
            done = files.run_file(ctx, item.id, lambda _done, _total: None)
            assert done.counts["added"] == 1

    def missing(self) -> set[str]:
        """Return the files the list shows."""
        with acting(self.installation, self.tenant, self.clerk, at=NOW) as ctx:
            page = list_households(ctx, Filters(not_enrolled=True))
            return {one["id"] for one in page.data}

    def report(self) -> tuple[int, list[int]]:
        """Return what the report counts, and the counts of its findings."""
        with acting(self.installation, self.tenant, self.supervisor, at=NOW) as ctx:
            numbers = read_numbers(ctx, self.tenant, read_period("2019Q2", ctx.today))
            found = find(ctx, self.tenant, numbers)
        told = [one["values"]["count"] for one in found if one["text"].startswith(OUTSIDE)]
        return numbers.care.not_enrolled, told


@pytest.fixture
def city(installation: Installation) -> City:
    found_tree(installation)
    new = NewTenant("baotou", "city", "包头市总工会", "Baotou", "baotou", "150200", "province")
    add_tenant(installation, new)
    tenant = installation.tenant("baotou")
    administrator = hire(installation, tenant, "tenant_administrator")
    years = {}
    with acting(installation, tenant, administrator, at=NOW) as ctx:
        for year in (2018, 2019):
            first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
            years[year] = str(open_period(ctx, f"{year}年度", first, last, 100_00).id)
    clerk, supervisor = (hire(installation, tenant, role) for role in ("clerk", "supervisor"))
    return City(installation, tenant, clerk, supervisor, years)


def test_who_is_ill_and_in_no_period_that_runs_is_missing_until_enrolled(city: City) -> None:
    (ill, number), (once, last_year), (well, _other) = (
        city.file(ill=True), city.file(ill=True), city.file(ill=False),
    )  # fmt: skip
    city.enrol(last_year, 2018)
    assert city.missing() == {str(ill.id), str(once.id)}
    assert city.report() == (2, [2])
    city.enrol(number, 2019)
    assert city.missing() == {str(once.id)}
    assert city.report() == (1, [1])
    city.enrol(last_year, 2019)
    assert city.missing() == set()
    assert city.report() == (0, [])
    assert well


def test_a_region_that_does_not_ask_for_it_lists_but_does_not_find(city: City) -> None:
    elsewhere = city.installation.tenant("city-a")
    clerk, supervisor = (
        hire(city.installation, elsewhere, role) for role in ("clerk", "supervisor")
    )
    other = City(city.installation, elsewhere, clerk, supervisor, {})
    ill, _number = other.file(ill=True)
    assert other.missing() == {str(ill.id)}
    assert other.report() == (0, [])


def test_of_the_five_regions_baotou_asks_for_it() -> None:
    asked = {one.slug for one in Policies.load().packs if one.care.enrol_major_illness}
    assert asked == {"baotou"}
