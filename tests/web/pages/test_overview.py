"""Start page, menu, policy figures, jobs and the audit trail."""

from __future__ import annotations

import re
import uuid

import pytest

from core.federations import NewTenant, add_tenant
from core.funds.budgets import create_fund
from core.outbox import enqueue
from tests import factories
from tests.web.conftest import Site
from tests.web.reading import cells


@pytest.mark.parametrize(
    ("role", "seen", "unseen"),
    [
        ("clerk", ["Household files", "Import"], ["Waiting for me", "Audit trail", "Funds"]),
        ("approver", ["Waiting for me", "Funds"], ["Import", "Audit trail"]),
        ("auditor", ["Audit trail"], ["Import", "Waiting for me"]),
        ("finance", ["Payment batches"], ["Household files", "Audit trail"]),
    ],
)
def test_the_menu_offers_what_a_role_may_open(
    site: Site, role: str, seen: list[str], unseen: list[str]
) -> None:
    text = site.person(site.tree.city_a, role).read("/")
    menu = text[text.index('id="menu"') : text.index("</nav>")]
    assert [entry for entry in seen if f">{entry}</a>" not in menu] == []
    assert [entry for entry in unseen if f">{entry}</a>" in menu] == []


def test_every_line_of_every_menu_opens(site: Site) -> None:
    for role in ("clerk", "investigator", "reviewer", "approver", "finance", "supervisor",
                 "auditor", "tenant_administrator"):  # fmt: skip
        person = site.person(site.tree.city_a, role)
        text = person.read("/")
        menu = text[text.index('id="menu"') : text.index("</nav>")]
        for address in re.findall(r'href="([^"]+)"', menu):
            assert person.get(address).status_code == 200, (role, address)


def test_the_start_page_counts_the_files_one_may_see(site: Site) -> None:
    city = site.tree.city_b
    for category in ("deep", "deep", "relative", None):
        factories.file_household(site.installation, city, category=category)
    factories.file_household(site.installation, city, category="deep", unit=factories.ELSEWHERE)
    factories.file_household(site.installation, city, category="deep", state="exited")
    local = site.person(city, "clerk", unit=factories.GRASSROOTS).read("/")
    whole = site.person(city, "clerk").read("/")
    assert re.search(r"<b>2</b>Deep hardship", local)
    assert re.search(r"<b>3</b>Deep hardship", whole)
    assert re.search(r"<b>1</b>Not judged yet", whole)


def test_a_province_finds_the_federations_below_it(site: Site) -> None:
    text = site.person(site.tree.province, "supervisor").read("/")
    assert 'href="/city-a/households"' in text
    assert 'href="/city-b/households"' in text


def test_a_province_sees_the_numbers_of_the_federations_below_and_their_sum(site: Site) -> None:
    supervisor = site.person(site.tree.province, "supervisor")

    def read_numbers() -> tuple[list[int], int]:
        text = supervisor.read("/")
        row = next(row for row in cells(text) if row[0] == site.tree.city_a.name_en)
        sum_of_all = re.search(r"<b>([0-9,]+)</b>Accidental hardship", text)
        assert sum_of_all
        return [int(cell) for cell in row[1:]], int(sum_of_all[1])

    (deep, relative, accidental, none, total), everywhere = read_numbers()
    for category in ("accidental", "accidental", "none"):
        factories.file_household(site.installation, site.tree.city_a, category=category)
    factories.file_household(site.installation, site.tree.city_a, category="deep", state="exited")
    now, sum_now = read_numbers()
    assert now == [deep, relative, accidental + 2, none + 1, total + 3]
    assert sum_now == everywhere + 2


def test_policy_figures_show_value_source_and_beginning(site: Site) -> None:
    person = site.person(site.tree.city_a, "tenant_administrator")
    rows = cells(person.read("/city-a/policies?on=2023-06-30"))
    dibao = [row for row in rows if row[0].startswith("Dibao line")]
    assert dibao
    assert all(row[1] == "700.00 yuan per head and month" for row in dibao)
    assert all(row[2] == "2023-01-01" for row in dibao)
    assert all(row[3] for row in rows)


def test_before_a_policy_began_the_page_says_that_nothing_is_in_force(site: Site) -> None:
    person = site.person(site.tree.city_a, "tenant_administrator")
    text = person.read("/city-a/policies?on=2001-01-01")
    assert "no value of" in text


def test_a_job_is_seen_by_who_asked_for_it_alone(site: Site) -> None:
    clerk, other = (site.person(site.tree.city_a, "clerk") for _ in range(2))
    assert clerk.actor is not None
    with site.installation.context(site.tree.city_a, clerk.actor) as ctx:
        job = enqueue(ctx, "open_notice", {"application": str(uuid.uuid4())}, total=5)
    page = f"/city-a/jobs/{job.id}"
    assert "0 of 5" in clerk.read(page)
    assert "every 1s" in clerk.read(f"{page}/progress")
    assert other.get(page).status_code == 404
    assert other.get(f"{page}/progress").status_code == 404
    assert str(job.id) not in other.read("/city-a/jobs")


def test_the_trail_is_the_auditors_and_narrows_by_event_person_and_day(site: Site) -> None:
    clerk = site.person(site.tree.city_a, "clerk")
    assert clerk.actor is not None
    filed = factories.file_household(site.installation, site.tree.city_a)
    clerk.get(f"/city-a/households/{filed.id}")
    assert clerk.get("/city-a/audit").status_code == 403
    auditor = site.person(site.tree.city_a, "auditor")
    rows = cells(auditor.read("/city-a/audit?event=role.granted"))
    assert rows
    assert all(row[2].startswith("Role given") for row in rows)
    assert not cells(auditor.read("/city-a/audit?last=2020-01-01"))
    assert not cells(auditor.read("/city-a/audit?actor=没有这个人"))


def test_the_trail_is_written_in_words(site: Site) -> None:
    city = site.tree.city_a
    auditor = site.person(city, "auditor")
    assert auditor.actor is not None
    rows = cells(auditor.read(f"/city-a/audit?event=login.opened&actor={auditor.actor.name}"))
    assert [(row[1], row[3]) for row in rows] == [
        (auditor.actor.name, f"Login: {auditor.actor.login}")
    ]
    finance = factories.hire(site.installation, city, "finance")
    with site.installation.context(city, finance) as ctx:
        fund = create_fund(ctx, "Winter 2031", "City", 2031, 100_000).id
    rows = cells(auditor.read(f"/city-a/audit?object={fund}"))
    assert "Budget: 1,000.00 yuan" in rows[0][3]
    assert rows[0][2].startswith("Fund set upFund …")


def test_the_public_page_needs_no_login_and_knows_no_other_address(site: Site) -> None:
    assert "At present there is no public notice." in site.visitor().read("/public/city-b/notices")
    assert site.visitor().get("/public/nowhere/notices").status_code == 404
    nobody = f"/public/city-b/notices/{uuid.uuid4()}"
    assert site.visitor().get(nobody).status_code == 404


def test_objections_are_counted_and_slowed_down(site: Site) -> None:
    visitor = site.visitor()
    page = f"/public/city-b/notices/{uuid.uuid4()}"
    statuses = [visitor.post(page, text="我有异议要说").status_code for _ in range(12)]
    assert statuses[0] == 404
    assert statuses[-1] == 429


def test_the_start_page_counts_by_the_categories_of_the_region(site: Site) -> None:
    add_tenant(
        site.installation,
        NewTenant("liupan", "city", "六盘水市", "Liupanshui", "liupanshui", "520200", "province"),
    )
    city = site.installation.tenant("liupan")
    for category in ("dibao", "dibao", "three_without"):
        factories.file_household(site.installation, city, category=category)
    text = site.person(city, "clerk").read("/")
    assert re.search(r"<b>2</b>Dibao", text)
    assert "Deep hardship" not in text
    above = site.person(site.tree.province, "supervisor").read("/")
    assert re.search(r"<b>2</b>Dibao", above)
