"""A plugin that is away, by page: all stays readable, is finished, or is moved."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass

import openpyxl
import pytest

from core.catalogue import Catalogue
from core.funds.budgets import create_fund
from core.money import parse_yuan as yuan
from tests import factories
from tests.entitled import entitle
from tests.web.conftest import Site, Visitor, do_jobs

CITY = "/city-a"
AID, OTHER = "living_aid", "medical_relief"


@dataclass
class Away:
    """A city where one programme's plugin comes and goes."""

    site: Site
    here: Catalogue

    def take_away(self) -> None:
        """Start again without the plugin."""
        kept = [one for one in self.here.entries() if one.name != AID]
        self.site.installation.catalogue = Catalogue(kept)

    def bring_back(self) -> None:
        """Start again with it."""
        self.site.installation.catalogue = self.here

    def person(self, role: str, unit: str = "") -> Visitor:
        """Return somebody of the city."""
        return self.site.person(self.site.tree.city_a, role, unit=unit)

    def apply(self, clerk: Visitor, then: str, **statement: int) -> str:
        """Have a new household ask for the programme; return the application's address."""
        today = self.site.installation.now().date()
        filed = factories.file_household(
            self.site.installation, self.site.tree.city_a, as_of=today - dt.timedelta(days=30),
            statement=statement, verified_on=today,
        )  # fmt: skip
        form = f"{CITY}/households/{filed.id}/apply/{AID}"
        sent = clerk.post(form, form, asked="5600", circumstances="两人失业", then=then)
        assert sent.status_code == 303, sent.text[:2000]
        return sent.headers["Location"]


@pytest.fixture
def away(site: Site) -> Iterator[Away]:
    """The city, with the plugin back in the end."""
    found = Away(site, site.installation.catalogue)
    yield found
    found.bring_back()


def test_every_page_still_calls_it_by_its_title(away: Away) -> None:
    clerk, finance = away.person("clerk"), away.person("finance")
    page = away.apply(clerk, "submit")
    today = away.site.installation.now().date()
    entitle(away.site.installation, away.site.tree.city_a, today)
    assert finance.actor is not None
    with factories.acting(away.site.installation, away.site.tree.city_a, finance.actor) as ctx:
        create_fund(ctx, "生活专款", "市级财政", today.year, yuan("1000"), programmes=[AID])
    away.take_away()
    text = clerk.read(page)
    assert "living aid · " in text.lower()
    assert "What makes daily life difficult</dt><dd>两人失业" in text
    assert "it goes on along its route within the range stored" in text
    assert "From 5,600.00 to 8,400.00 yuan can be granted." in text
    investigator = away.person("investigator", factories.GRASSROOTS)
    pages = (
        (clerk, "/applications"), (clerk, "/applications?programme=living_aid"),
        (clerk, "/entitlements"), (clerk, page.removeprefix(CITY)), (investigator, "/queue"),
        (finance, "/funds"), (finance, "/batches"), (clerk, "/notices"),
    )  # fmt: skip
    for who, address in pages:
        told = who.read(CITY + address if address != "/queue" else address)
        assert ">living_aid<" not in told, address
    workbook = clerk.get(f"{CITY}/applications/excel?programme=living_aid").data
    rows = list(openpyxl.load_workbook(io.BytesIO(workbook)).worksheets[0].values)
    assert {row[3] for row in rows[1:]} == {"Living aid"}


def test_it_is_finished_from_what_is_stored(away: Away) -> None:
    clerk = away.person("clerk")
    page = away.apply(clerk, "submit")
    away.take_away()
    steps = (("investigator", factories.GRASSROOTS), ("reviewer", factories.COUNTY))
    for role, unit in steps:
        done = away.person(role, unit).post(f"{page}/decide", page, decision="approve")
        assert done.status_code == 303
    approver = away.person("approver")
    assert (
        approver.post(f"{page}/decide", page, decision="approve", amount="8400.01").status_code
        == 422
    )
    assert (
        approver.post(f"{page}/decide", page, decision="approve", amount="8400").status_code == 303
    )
    assert do_jobs(away.site, away.site.tree.city_a) >= 1
    assert "On public notice" in clerk.read(page)
    assert "living aid" in away.site.visitor().read("/public/city-a/notices").lower()


def test_a_draft_is_moved_by_its_clerk_with_the_form_of_the_other(away: Away) -> None:
    clerk = away.person("clerk")
    page = away.apply(clerk, "keep", self_paid=yuan("9000"))
    away.take_away()
    text = clerk.read(page)
    assert "Nothing can be judged by this programme now" in text
    assert "Move to another programme" in text
    refused = clerk.post(f"{CITY}/applications/{page.rsplit('/')[-1]}/submit", page)
    assert refused.status_code == 409
    assert "Move the application to another programme" in refused.text
    form = f"{page}/move?to={OTHER}"
    text = clerk.read(form)
    assert 'value="5600.00"' in text, "what was asked for goes along"
    fields = {"asked": "5600", "illness_name": "尿毒症"}
    again = clerk.post(form, form, **fields, reason="")
    assert (again.status_code, "尿毒症" in again.text) == (422, True)
    too_much = clerk.post(form, form, **fields | {"asked": "9000.01"}, reason="插件停用")
    assert too_much.status_code == 422
    moved = clerk.post(form, form, **fields, reason="插件停用")
    assert moved.status_code == 303, moved.text[:2000]
    text = clerk.read(page)
    assert "medical relief" in text.lower()
    assert "Application moved to another programme" in text
    assert "插件停用" in text


def test_an_administrator_moves_all_and_reads_which_stay(away: Away) -> None:
    clerk, chief = away.person("clerk"), away.person("tenant_administrator")
    fits = away.apply(clerk, "keep", self_paid=yuan("9000"))
    stays = away.apply(clerk, "keep")
    away.take_away()
    programmes = f"{CITY}/programmes"
    text = chief.read(programmes)
    assert "drafts and returned applications cannot be judged by it" in text
    address = f"{programmes}/{AID}/move"
    assert clerk.post(address, programmes, to=OTHER, reason="插件停用").status_code == 403
    assert chief.post(address, programmes, to=OTHER, reason="插件停用").status_code == 303
    text = chief.read(programmes)
    assert "applications were moved" in text
    assert "was not moved" in text
    assert "medical relief" in clerk.read(fits).lower()
    assert "Nothing can be judged" in clerk.read(stays)
