"""The life of a file before clerk and colleague: entered, shown, refused with nothing lost."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from core.context import BEIJING
from core.households.life.states import add_months
from core.installation import Installation
from core.money import parse_yuan as yuan
from tests import factories
from tests.factories import Filed, file_household
from tests.region import with_life
from tests.web.conftest import Site, Visitor, as_demonstration
from tests.web.reading import cells
from web.app import create_app
from web.security import limiter

PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c494441"
    "54789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)
"""A PNG of one pixel."""


@pytest.fixture(scope="module")
def site(module_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site whose region knows exits, measure lines and a phase-out."""
    made = with_life(module_installation, tmp_path_factory.mktemp("region"))
    demonstration = as_demonstration(made)
    app = create_app(demonstration)
    with app.app_context():
        limiter.reset()
    return Site(demonstration, factories.found_tree(made), app)


@pytest.fixture(scope="module")
def clerk(site: Site) -> Visitor:
    return site.person(site.tree.city_a, "clerk")


@pytest.fixture(scope="module")
def colleague(site: Site) -> Visitor:
    return site.person(site.tree.city_a, "reviewer")


def today() -> dt.date:
    return dt.datetime.now(BEIJING).date()


def filed(site: Site, **values: Any) -> Filed:
    """File a household that was verified today."""
    values.setdefault("verified_on", today())
    return file_household(site.installation, site.tree.city_a, **values)


def address(file: Filed) -> str:
    return f"/city-a/households/{file.id}/life"


def version(visitor: Visitor, file: Filed) -> str:
    """Return the version the page's forms carry."""
    found = re.search(r'name="version" value="(\d+)"', visitor.read(address(file)))
    assert found
    return found[1]


def send(visitor: Visitor, file: Filed, part: str, **fields: Any) -> Any:
    """Send one of the page's forms."""
    return visitor.post(f"{address(file)}/{part}", address(file), **fields)


def person(visitor: Visitor) -> str:
    assert visitor.actor
    return str(visitor.actor.person_id)


def card(page: str, name: str) -> str:
    """Return one card of the page."""
    return page.partition(f'aria-labelledby="{name}-title"')[2].partition('class="card"')[0]


def months_before(count: int) -> list[dt.date]:
    """Return the first days of the last full months, the newest first."""
    first, found = today().replace(day=1), []
    for _month in range(count):
        first = (first - dt.timedelta(days=1)).replace(day=1)
        found.append(first)
    return found


def sheet(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def test_what_a_file_lacks_stands_above_it_until_it_is_there(
    site: Site, clerk: Visitor, colleague: Visitor
) -> None:
    file = filed(site)
    for gap in ("There is no household plan.", "There is no measure.", "Nobody visited"):
        assert gap in clerk.read(address(file))
        assert gap in clerk.read(f"/city-a/households/{file.id}")
    send(clerk, file, "plans", goals="户主手术", starts_on=today(), ends_on=today(), after="0")
    send(clerk, file, "measures", line="schooling", content="减免学杂费", due_on=today(),
         responsible="李强")  # fmt: skip
    visit(clerk, colleague, file)
    for gap in ("There is no household plan.", "There is no measure.", "Nobody visited"):
        assert gap not in clerk.read(address(file))
        assert gap not in clerk.read(f"/city-a/households/{file.id}")


def visit(clerk: Visitor, colleague: Visitor, file: Filed, **values: Any) -> Any:
    """Record a visit of clerk and colleague, with a photo."""
    given = {
        "visited_on": today(), "first_visitor": person(clerk), "second_visitor": person(colleague),
        "met": "户主本人", "findings": "户主透析", "conclusion": "still_difficult",
        "living": "饮食简单", "housing": "公租房60平方米", "income": "1,200.50", "spending": "3000",
        "signature": "户主已签字", "photos": (io.BytesIO(PHOTO), "客厅.png"),
    }  # fmt: skip
    return send(clerk, file, "visits", **(given | values))


def test_a_visit_shows_its_two_visitors_its_form_and_its_photos(
    site: Site, clerk: Visitor, colleague: Visitor
) -> None:
    file = filed(site)
    assert visit(clerk, colleague, file).status_code == 303
    shown = card(clerk.read(address(file)), "visits")
    assert clerk.actor
    assert colleague.actor
    for told in (
        clerk.actor.name, colleague.actor.name, "户主本人", "户主透析", "饮食简单",
        "公租房60平方米", "1,200.50", "3,000.00", "户主已签字", "Life is still difficult",
        "客厅.png",
    ):  # fmt: skip
        assert told in shown, told
    photo = re.search(r'href="([^"]+)">客厅.png', shown)
    assert photo
    assert clerk.get(photo[1]).data == PHOTO


def test_a_visit_of_one_person_is_refused_and_nothing_typed_is_lost(
    site: Site, clerk: Visitor
) -> None:
    file = filed(site)
    two = {"first_visitor": person(clerk), "second_visitor": person(clerk)}
    answer = send(
        clerk, file, "visits", visited_on=today(), met="户主本人", findings="长长的调查记录",
        conclusion="improved", **two,
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Two different people are needed" in answer.text
    assert re.search(r'id="second_visitor-error">Two different people', answer.text)
    assert "长长的调查记录</textarea>" in answer.text
    assert re.search(r'<option value="improved" selected>', card(answer.text, "visits"))
    assert f'value="{today()}"' in card(answer.text, "verifications")  # other forms are untouched
    assert "No visit yet." in clerk.read(address(file))


@pytest.mark.parametrize(
    ("part", "fields", "error"),
    [
        ("plans", {"goals": "就业", "starts_on": "2026-02-30", "ends_on": "2026-12-31"},
         "starts_on-error"),
        ("measures", {"line": "employment", "content": "公益岗位", "due_on": "2020-01-01",
                      "responsible": "宋磊"}, "due_on-error"),
        ("months", {"month": "many"}, ""),
        ("circumstances", {"as_of": "", "three_without": "1", "relief": "8,400"}, "as_of-error"),
        ("exits", {"way": "died", "on": "", "remark": "户主去世"}, "exit-on-error"),
        ("state", {"step": "suspend", "on": "", "reason": "联系不上"}, "state-on-error"),
    ],
)  # fmt: skip
def test_a_refused_form_comes_back_with_its_entries_and_the_fault_at_its_field(
    site: Site, clerk: Visitor, part: str, fields: dict[str, str], error: str
) -> None:
    file = filed(site)
    if part == "months":
        name = f"month-{months_before(1)[0]:%Y-%m}"
        fields, error = {name: "三千"}, f"{name}-error"
    who = site.person(site.tree.city_a, "approver", "clerk") if part == "state" else clerk
    answer = send(who, file, part, version=version(who, file), **fields)
    assert answer.status_code == 422, answer.text[:2000]
    assert f'id="{error}"' in answer.text
    for typed in fields.values():
        if typed and not typed.isdecimal():
            assert typed in answer.text, typed
    if part == "circumstances":
        assert re.search(r'name="three_without" value="1" checked', answer.text)


def test_measures_are_answered_postponed_and_listed_with_the_overdue_ones_marked(
    site: Site, clerk: Visitor
) -> None:
    file = filed(site)
    due = today() + dt.timedelta(days=5)
    send(clerk, file, "measures", line="employment", content="推荐公益性岗位", due_on=due,
         responsible="宋磊")  # fmt: skip
    shown = card(clerk.read(address(file)), "measures")
    assert "人社局（education" not in shown
    assert "人社局（教育局、总工会）" in shown  # the line's lead and those who cooperate
    part = re.search(r"/life/(measures/[0-9a-f-]{36})\"", shown)
    assert part
    later = due + dt.timedelta(days=9)
    moved = send(clerk, file, f"{part[1]}/postponement", due_on=later, responsible="李强",
                 version="1")  # fmt: skip
    assert moved.status_code == 303
    assert f"due on {later} · 李强" in card(clerk.read(address(file)), "measures")
    rows = cells(clerk.read("/city-a/measures"))
    assert [str(later), "推荐公益性岗位", "人社局", "Referred", "李强"] in [row[:5] for row in rows]
    stale = send(clerk, file, part[1], state="done", outcome="已上岗", version="1")
    assert stale.status_code == 412
    assert 'value="已上岗"' in stale.text
    untold = send(clerk, file, part[1], state="done", outcome=" ", version="2")
    assert (untold.status_code, "must not be empty" in untold.text) == (422, True)
    assert (
        send(clerk, file, part[1], state="done", outcome="已上岗", version="2").status_code == 303
    )
    assert "已上岗" in card(clerk.read(address(file)), "measures")
    assert file.id.hex not in clerk.read("/city-a/measures").replace("-", "")


def test_overdue_measures_are_a_list_of_their_own_and_a_workbook(
    site: Site, clerk: Visitor
) -> None:
    file = filed(site)
    late = {"content": "逾期的转介", "responsible": "周敏"}
    send(clerk, file, "measures", line="schooling", due_on=today(), **late)
    assert "逾期的转介" in clerk.read("/city-a/measures")
    assert "逾期的转介" not in clerk.read("/city-a/measures?overdue=1")  # today is its day
    with site.installation.system(site.tree.city_a) as ctx:
        ctx.session.fetch(
            "update measures set due_on = due_on - 1 where content = %(content)s returning 1",
            {"content": late["content"]},
        )
    row = next(one for one in cells(clerk.read("/city-a/measures?overdue=1")) if late["content"] in
               one)  # fmt: skip
    assert row[0] == f"Overdue {today() - dt.timedelta(days=1)}"
    rows = sheet(clerk.get("/city-a/measures/excel?overdue=1").data)
    assert rows[0][:3] == ["Due on", "Overdue", "State"]
    (told,) = [one for one in rows if late["content"] in one]
    assert told[0] == today() - dt.timedelta(days=1)
    assert told[1:6] == ["Yes", "Referred", "教育局", "逾期的转介", "周敏"]


def test_a_measure_or_exit_of_another_file_is_not_reached_through_this_one(
    site: Site, clerk: Visitor, colleague: Visitor
) -> None:
    own, other = filed(site), filed(site)
    send(clerk, own, "measures", line="schooling", content="助学", due_on=today(),
         responsible="周敏")  # fmt: skip
    send(clerk, own, "exits", way="died", on=today(), remark="户主去世")
    page = clerk.read(address(own))
    for part in ("measures", "exits"):
        found = re.search(rf"/life/({part}/[0-9a-f-]{{36}})\"", page)
        assert found
        sent = {"state": "done", "outcome": "x", "version": "1", "decision": "confirm"}
        assert send(colleague, other, found[1], **sent).status_code in (403, 404)
        assert send(clerk, other, found[1], **sent).status_code in (403, 404)
    assert "Referred" in card(clerk.read(address(own)), "measures")
    assert "Waits for a second person" in card(clerk.read(address(own)), "exits")


def test_an_overdue_file_is_listed_verified_by_two_and_then_gone_from_the_list(
    site: Site, clerk: Visitor, colleague: Visitor
) -> None:
    file = filed(site, verified_on=dt.date(2024, 5, 6), name="欧阳逾期")
    (row,) = [one for one in cells(clerk.read("/city-a/overdue")) if "欧阳逾期" in one]
    assert row[3:5] == ["2024-05-06", "宋磊"]
    rows = sheet(clerk.get("/city-a/overdue/excel").data)
    (told,) = [one for one in rows if "欧阳逾期" in one]
    assert told[3] == dt.date(2024, 5, 6)
    assert "178****3518" in told  # masked as on the page
    sent = {"on": today(), "result": "changed", "remark": "", "version": version(clerk, file)}
    two = {"first_person": person(clerk), "second_person": person(colleague)}
    silent = send(clerk, file, "verifications", **sent, **two)
    assert (silent.status_code, "Say what changed." in silent.text) == (422, True)
    done = send(clerk, file, "verifications", **(sent | {"remark": "户主已退休"}), **two)
    assert done.status_code == 303
    shown = card(clerk.read(address(file)), "verifications")
    assert "户主已退休" in shown
    assert "欧阳逾期" not in clerk.read("/city-a/overdue")


def test_the_list_narrows_by_gap_standing_and_way_out(site: Site, clerk: Visitor) -> None:
    planned, bare = filed(site, name="有计划"), filed(site, name="无计划")
    closed = filed(site, name="已脱困", state="exited")
    with site.installation.system(site.tree.city_a) as ctx:
        ctx.session.fetch(
            "update households set exit_way = 'recovery' where id = %(id)s returning 1",
            {"id": closed.id},
        )
        ctx.session.fetch(
            "update households set work_status = 'laid_off' where id = %(id)s returning 1",
            {"id": planned.id},
        )
    send(clerk, planned, "plans", goals="就业", starts_on=today(), ends_on=today(), after="0")
    assert bare
    for asked, there, away in (
        ("no_plan=1", "无计划", "有计划"), ("no_measure=1", "有计划", ""),
        ("no_visit=1", "无计划", ""), ("incomplete=1", "有计划", ""),
        ("way=recovery", "已脱困", "有计划"), ("way=otherwise", "", "已脱困"),
        ("way=safety_net", "", "已脱困"), ("state=exited", "已脱困", "无计划"),
        ("state=filed", "有计划", "已脱困"), ("verification_overdue=1", "", "有计划"),
        ("nobody_employed=1", "有计划", "无计划"),
    ):  # fmt: skip
        page = clerk.read(f"/city-a/households?{asked}")
        assert there in page, asked
        assert not away or away not in page.partition("<tbody>")[2], asked


def state_everything(clerk: Visitor, file: Filed, per_month: str) -> None:
    """State six months of income and that the causes are removed."""
    sent = {f"month-{month:%Y-%m}": per_month for month in months_before(6)}
    assert send(clerk, file, "months", **sent).status_code == 303
    stated = send(clerk, file, "circumstances", as_of=today(), causes_removed="yes", relief="0",
                  old_age="4,321.09", union_member="1")  # fmt: skip
    assert stated.status_code == 303, stated.text[:1500]


def test_circumstances_and_months_come_back_as_they_were_stated(site: Site, clerk: Visitor) -> None:
    file = filed(site)
    state_everything(clerk, file, "12000.50")
    page = clerk.read(address(file))
    assert card(page, "months").count('value="12,000.50"') == 6
    removed = page.partition('name="causes_removed"')[2].partition("</select>")[0]
    assert '<option value="yes" selected>' in removed
    assert re.search(r'name="union_member" value="1" checked', page)
    assert not re.search(r'name="three_without" value="1" checked', page)
    assert re.search(r'name="old_age"[^>]* value="4,321.09"', card(page, "circumstances"))
    with site.installation.system(site.tree.city_a) as ctx:
        rows = ctx.session.fetch(
            "select income from monthly_incomes where household_id = %(id)s", {"id": file.id}
        )
    assert rows == [(yuan("12000.50"),)] * 6


def test_an_exit_is_explained_by_month_and_confirmed_by_another_only(
    site: Site, clerk: Visitor, colleague: Visitor
) -> None:
    file = filed(site)
    missing = send(clerk, file, "exits", way="", on=today(), remark="")
    assert missing.status_code == 422
    assert "Not decidable, missing" in missing.text
    state_everything(clerk, file, "12000.00")
    proposer = site.person(site.tree.city_a, "approver")
    assert send(proposer, file, "exits", way="", on=today(), remark="已稳定").status_code == 303
    shown = card(proposer.read(address(file)), "exits")
    assert "Confirm the exit" not in shown  # whoever proposed it cannot confirm it
    assert "Waits for a second person" in shown
    assert "Review for exit" not in shown  # one proposal at a time
    assert "The household keeps its help for 6 months more." in shown
    assert shown.count("3,000.00 yuan per head and month") >= 6  # each month, a head
    assert "Source:" in shown
    part = re.search(r"/life/(exits/[0-9a-f-]{36})\"", shown)
    assert part
    alone = send(proposer, file, part[1], decision="confirm")
    assert (alone.status_code, "someone else must decide" in alone.text) == (403, True)
    unsaid = send(colleague, file, part[1], decision="refuse", reason="")
    assert (unsaid.status_code, "must not be empty" in unsaid.text) == (422, True)
    assert "Confirm the exit" in card(colleague.read(address(file)), "exits")
    assert send(colleague, file, part[1], decision="confirm").status_code == 303
    page = proposer.read(address(file))
    assert "Phase-out until" in card(page, "life")
    assert str(add_months(today(), 6)) in card(page, "life")
    assert "Let the household return" in page


def test_only_steps_that_lead_on_are_offered(site: Site) -> None:
    head = site.person(site.tree.city_a, "approver", "clerk")
    file = filed(site)
    offered = r'<option value="(suspend|resume|return)"'
    assert re.findall(offered, head.read(address(file))) == ["suspend"]
    send(head, file, "state", step="suspend", on=today(), reason="联系不上",
         version=version(head, file))  # fmt: skip
    page = head.read(address(file))
    assert re.findall(offered, page) == ["resume"]
    assert "联系不上" in card(page, "life")  # the timeline tells it
    unfit = send(head, file, "state", step="return", on=today(), reason="返困",
                 version=version(head, file))  # fmt: skip
    assert unfit.status_code == 409
    assert 'value="返困"' in unfit.text
    send(head, file, "state", step="resume", on=today(), reason="已联系",
         version=version(head, file))  # fmt: skip
    assert re.findall(offered, head.read(address(file))) == ["suspend"]


def test_a_plan_made_meanwhile_is_not_covered_unseen(site: Site, clerk: Visitor) -> None:
    file = filed(site)
    sent = {"starts_on": today(), "ends_on": today(), "after": "0"}
    assert send(clerk, file, "plans", goals="第一份", **sent).status_code == 303
    late = send(clerk, file, "plans", goals="第二份", **sent)
    assert late.status_code == 409
    assert "第二份</textarea>" in late.text
    assert send(clerk, file, "plans", goals="第二份", **(sent | {"after": "1"})).status_code == 303
    shown = card(clerk.read(address(file)), "plans")
    assert shown.index("第二份") < shown.index("第一份")  # the one before stays readable


def test_the_contact_person_is_one_of_the_federation_or_somebody_else(
    site: Site, clerk: Visitor, colleague: Visitor
) -> None:
    file = filed(site)
    assert colleague.actor
    named = send(clerk, file, "contact", contact_id=person(colleague), contact_person="",
                 version=version(clerk, file))  # fmt: skip
    assert named.status_code == 303
    assert colleague.actor.name in card(clerk.read(address(file)), "contact")
    stranger = site.person(site.tree.city_b, "clerk")
    wrong = send(clerk, file, "contact", contact_id=person(stranger), contact_person="",
                 version=version(clerk, file))  # fmt: skip
    assert wrong.status_code == 422
    assert 'id="contact_id-error"' in wrong.text
    send(clerk, file, "contact", contact_id="", contact_person="",
         version=version(clerk, file))  # fmt: skip
    assert "Nobody is named as contact person." in clerk.read(address(file))


def test_who_may_not_reads_no_forms_and_sends_none(site: Site, clerk: Visitor) -> None:
    file = filed(site)
    finance = site.person(site.tree.city_a, "auditor")
    stranger = site.person(site.tree.city_b, "clerk")
    assert stranger.get(address(file)).status_code in (403, 404)
    elsewhere = site.person(site.tree.city_a, "clerk", unit=factories.ELSEWHERE)
    assert elsewhere.get(address(file)).status_code == 404
    for visitor in (finance, stranger, elsewhere):
        answer = visitor.post(
            f"{address(file)}/plans", "/", goals="x", starts_on=today(), ends_on=today(), after="0"
        )
        assert answer.status_code in (403, 404)
        assert str(file.id) not in visitor.read("/city-a/households" if visitor is elsewhere else
                                                "/")  # fmt: skip
    assert "No plan yet." in clerk.read(address(file))
    lists = [elsewhere.read(f"/city-a/{path}") for path in ("overdue", "measures")]
    assert all(str(file.id) not in page for page in lists)
