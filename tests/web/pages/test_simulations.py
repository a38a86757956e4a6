"""The simulation on its page: the form, what it tells, the workbook, who may, what is refused."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from core.money import parse_yuan as yuan
from tests.core.supervision.guangxi import Region
from tests.core.supervision.test_wrong_payments_counted import make_wrong, pay_all
from tests.factories import GRASSROOTS, SPOUSE, file_household
from tests.web.conftest import Site, Visitor

PAGE = "/city-a/simulation"
TRY = f"{PAGE}?on=2023-06-30&set-dibao_line=750.00"
RICH = {"income": yuan("69600"), "illness": 0, "schooling": 0}


@pytest.fixture(scope="module", autouse=True)
def files(site: Site) -> None:
    """File a household that a higher line would take in, in each city."""
    for tenant in (site.tree.city_a, site.tree.city_b):
        file_household(site.installation, tenant, relatives=(SPOUSE,) * 3, statement=RICH)


def approver(site: Site) -> Visitor:
    return site.person(site.tree.city_a, "approver")


def test_the_form_shows_the_figures_in_force(site: Site) -> None:
    text = approver(site).read(f"{PAGE}?on=2023-06-30")
    for name in (
        "set-dibao_line", "set-living_aid.months_maximum", "set-medical_relief.cap.relative",
        "set-worker_hardship.relative_multiple",
    ):  # fmt: skip
        assert f'name="{name}"' in text
    assert "700.00" in text
    assert "Newly qualify" not in text


def test_a_tried_line_tells_who_comes_in_and_what_it_costs(site: Site) -> None:
    text = approver(site).read(TRY)
    assert "<b>1</b>Newly qualify" in text
    assert 'data-chart-of="table-city-a"' in text
    assert 'value="750.00"' in text
    assert "水城区总工会" in text
    assert "+7,200.00" in text  # Relative: 80 % of 12 months at 750, to hundreds.
    assert "王**" in text


def test_the_workbook_says_the_same(site: Site) -> None:
    data = approver(site).get(TRY.replace("simulation?", "simulation/excel?")).data
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names == ["Categories", "Cost", "Wrong payments", "Affected files"]
    moves = book.get_sheet_by_name("Categories").to_python()
    assert moves[1][1:] == ["None", "Relative", 1.0] or moves[1][3] == 1.0
    files = book.get_sheet_by_name("Affected files").to_python()
    assert len(files) == 2
    assert files[1][3] == "王**"
    assert "*" in str(files[1][4])


def test_a_tolerance_tells_the_counties_that_come_within_it(site: Site) -> None:
    tree = site.tree
    person = site.person(tree.city_b, "approver")
    assert person.actor
    region = Region(site.installation, tree.province, tree.city_b, tree.city_a, person.actor)
    pay_all(region, tree.city_b, GRASSROOTS, "2023-03-01")
    make_wrong(region, tree.city_b, GRASSROOTS, 1, recovered=1)
    page = PAGE.replace("city-a", "city-b")
    asked = f"{page}?on=2023-06-30&set-tolerance_percent="
    card = person.read(f"{asked}100").partition('id="tolerance-title"')[2].partition("<form")[0]
    assert card.count("not tolerated") == 1
    assert "水城区总工会" in card
    assert person.read(f"{asked}99").count("not tolerated") == 2
    assert "from 0 to 100" in person.read(f"{asked}101")
    book = person.get(f"{asked}100".replace("simulation?", "simulation/excel?")).data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("Wrong payments")
    assert rows.to_python()[1][1:] == ["水城区总工会", 1.0, 1.0, 1.0, "not tolerated", "tolerated"]


def test_a_province_sees_its_cities(site: Site) -> None:
    supervisor = site.person(site.tree.province, "supervisor")
    text = supervisor.read(TRY.replace("city-a", "province"))
    assert "<b>2</b>Newly qualify" in text
    assert 'id="table-city-a"' in text
    assert 'id="table-city-b"' in text


@pytest.mark.parametrize(
    ("query", "told"),
    [("set-dibao_lien=1", "no figure “dibao_lien”"), ("set-dibao_line=many", "“dibao_line” cannot"),
     ("set-dibao_line=0.00", "from 0.01 to"),
     ("set-dibao_line=700.00&on=2019-01-01", "Not decidable")],
)  # fmt: skip
def test_what_cannot_be_tried_is_said_on_the_page(site: Site, query: str, told: str) -> None:
    text = approver(site).read(f"{PAGE}?on=2023-06-30&{query}" if "on=" not in query
                               else f"{PAGE}?{query}")  # fmt: skip
    assert told in text
    assert "Newly qualify" not in text


def test_an_administrator_sees_counts_and_no_names(site: Site) -> None:
    text = site.person(site.tree.city_a, "tenant_administrator").read(TRY)
    assert "<b>1</b>Newly qualify" in text
    assert "王**" not in text


@pytest.mark.parametrize("role", ["clerk", "finance", "investigator"])
def test_other_roles_neither_see_nor_do_it(site: Site, role: str) -> None:
    person = site.person(site.tree.city_a, role)
    assert PAGE not in person.read("/")
    assert person.get(TRY).status_code == 403
