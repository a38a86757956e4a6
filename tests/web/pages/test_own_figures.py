"""The pages where an administrator sets a figure of his federation's own, and withdraws it."""

from __future__ import annotations

import datetime as dt
import html

import pytest
from playwright.sync_api import Browser, expect

from core.context import BEIJING
from core.federations import NewTenant, add_tenant
from core.tenancy import TenantView
from tests.web.conftest import Site, Visitor, follow, open_page
from tests.web.reading import cells

TODAY = dt.datetime.now(BEIJING).date()
TOMORROW = TODAY + dt.timedelta(days=1)
LINE = "policies/urban_classes/dibao_line"
SOURCE = "南府规〔2026〕1号"


@pytest.fixture(scope="module")
def nanning(site: Site) -> TenantView:
    for new in (
        NewTenant("guangxi", "province", "广西总工会", "Guangxi", "guangxi", "450000", "nation"),
        NewTenant("nanning", "city", "南宁市总工会", "Nanning", "guangxi", "450100", "guangxi"),
    ):
        add_tenant(site.installation, new)
    return site.installation.tenant("nanning")


@pytest.fixture(scope="module")
def chief(site: Site, nanning: TenantView) -> Visitor:
    return site.person(nanning, "tenant_administrator")


def fill(chief: Visitor, path: str = LINE, **changes: str) -> tuple[int, str]:
    """Send the form; return the status and what is read afterwards."""
    fields = {"value": "700.00", "holds_from": TOMORROW.isoformat(), "source": SOURCE, **changes}
    answer = chief.post(f"/nanning/{path}", form=f"/nanning/{path}", **fields)
    return answer.status_code, html.unescape(answer.text)


def rows(visitor: Visitor, path: str) -> list[list[str]]:
    return cells(visitor.read(f"/nanning/{path}"))


def test_what_may_be_set_stands_above_with_bounds_and_reach(chief: Visitor) -> None:
    text = chief.read("/nanning/policies")
    assert text.index("settable-title") < text.index("urban_classes-title")
    (line, own) = [row for row in rows(chief, "policies") if "5,000.00 yuan" in row[2]][:2]
    assert line[0].lower() == "dibao line"
    assert "Standards of the region" in line[1]
    assert line[2] == "100.00 yuan per head and month to 5,000.00 yuan per head and month"
    assert line[3] == "—"
    assert "Unless set here, that of" in own[1]


def test_a_figure_is_set_shown_and_withdrawn(chief: Visitor) -> None:
    status, _text = fill(chief)
    assert status == 303
    ((day, value, source, set_on, _button),) = rows(chief, LINE)
    assert (day, value) == (TOMORROW.isoformat(), "700.00 yuan per head and month")
    assert (source, set_on) == (SOURCE, TODAY.isoformat())
    listed = chief.read("/nanning/policies")
    assert f"700.00 yuan per head and month from {TOMORROW} on, by {SOURCE}" in listed
    now = [row[1] for row in rows(chief, "policies") if row[0].lower() == "dibao line"]
    assert "700.00 yuan per head and month" not in now, "it does not hold today"
    then = rows(chief, f"policies?on={TOMORROW}")
    assert [row[1] for row in then].count("700.00 yuan per head and month") == 3
    action = chief.read(f"/nanning/{LINE}").split('action="/nanning/policies/withdrawals/')[1]
    address = f"/nanning/policies/withdrawals/{action.split(chr(34))[0]}"
    assert chief.post(address, form=f"/nanning/{LINE}").status_code == 303
    assert "The figure is withdrawn." in chief.read("/nanning/policies")
    assert rows(chief, LINE) == []
    assert chief.post(address, form=f"/nanning/{LINE}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"value": "99"}, "only from 100.00 to 5,000.00"),
        ({"value": "much"}, "not an amount in yuan"),
        ({"holds_from": "soon"}, "“soon” is not a day."),
        ({"holds_from": "0209-01-01"}, "Nothing is judged before"),
        ({"source": " "}, "The document that sets the figure is missing."),
    ],
)
def test_a_form_refused_comes_back_with_all_that_was_entered(
    chief: Visitor, changes: dict[str, str], words: str
) -> None:
    status, text = fill(chief, **{"source": "桂府发〔2026〕9号", **changes})
    assert status == 422
    assert words in text
    assert 'class="field-error"' in text
    assert 'class="remedy"' in text
    typed = {"value": "700.00", "holds_from": TOMORROW.isoformat(),
             "source": "桂府发〔2026〕9号", **changes}  # fmt: skip
    for value in typed.values():
        assert f'value="{value}"' in text
    assert rows(chief, LINE) == []


def test_one_that_holds_has_no_button_and_its_day_is_taken(chief: Visitor) -> None:
    path = "policies/standards/special_hardship_standard"
    assert fill(chief, path, value="900", holds_from=TODAY.isoformat())[0] == 303
    ((day, value, *_rest),) = rows(chief, path)
    assert (day, value) == (TODAY.isoformat(), "900.00 yuan per head and month")
    assert "/policies/withdrawals/" not in chief.read(f"/nanning/{path}")
    status, text = fill(chief, path, value="950", holds_from=TODAY.isoformat())
    assert status == 409
    assert f"is set from {TODAY} on already" in text


def test_others_read_the_figures_and_find_no_form(site: Site, nanning: TenantView) -> None:
    for role in ("clerk", "approver", "auditor"):
        person = site.person(nanning, role)
        assert "settable-title" not in person.read("/nanning/policies")
        assert person.get(f"/nanning/{LINE}").status_code == 403
        assert fill(person)[0] == 403
    county = site.person(nanning, "tenant_administrator", unit="青秀区总工会")
    assert "settable-title" not in county.read("/nanning/policies")
    assert county.get(f"/nanning/{LINE}").status_code == 404
    other = site.person(site.tree.city_a, "tenant_administrator")
    assert other.get(f"/nanning/{LINE}").status_code == 404
    above = site.person(site.installation.tenant("guangxi"), "tenant_administrator")
    assert "settable-title" not in above.read("/nanning/policies")
    assert above.get(f"/nanning/{LINE}").status_code in (403, 404)


@pytest.mark.parametrize("path", ["urban_classes/moon", "moon/dibao_line", "standards/dibao_line"])
def test_what_may_not_be_set_has_no_page(chief: Visitor, path: str) -> None:
    assert chief.get(f"/nanning/policies/{path}").status_code == 404


def test_the_trail_tells_it_in_words(site: Site, nanning: TenantView, chief: Visitor) -> None:
    path = "policies/standards/orphan_at_home"
    assert fill(chief, path, value="1000", source="南民发〔2026〕3号")[0] == 303
    auditor = site.person(nanning, "auditor")
    assert "Policy figure set by the federation" in auditor.read("/nanning/audit")
    auditor.client.set_cookie("language", "zh")
    assert "设定本级标准" in auditor.read("/nanning/audit")


def test_a_browser_sets_one_in_chinese_on_a_phone(
    site: Site, chromium: Browser, address: str, nanning: TenantView, chief: Visitor
) -> None:
    assert chief.actor is not None
    page = open_page(chromium, address, site, chief.actor, width=390)
    page.goto("/nanning/policies")
    follow(page.get_by_role("link", name="孤儿").last)
    page.get_by_label("数值").fill("1600.00")
    page.get_by_label("执行日期").fill(TOMORROW.isoformat())
    page.get_by_label("依据文件").fill("南民发〔2026〕2号")
    follow(page.get_by_role("button", name="设定", exact=True))
    expect(page.get_by_text(f"标准已设定，自{TOMORROW}起执行。")).to_be_visible()
    expect(page.get_by_text("南民发〔2026〕2号")).to_be_visible()
    follow(page.get_by_role("button", name="撤回"))
    expect(page.get_by_text("标准已撤回。")).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    page.context.close()
