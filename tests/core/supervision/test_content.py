"""The content of a report: complete, JSON-ready, addressed as it should be, about nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.errors import InvalidError
from core.supervision.content import build_report
from core.supervision.figures import bilingual, day, moment
from core.tenancy import TenantView
from tests.core.households.life.acts import plan
from tests.core.supervision.records import beijing, put_application
from tests.factories import acting
from tests.office import Office

APRIL = beijing("2023-04-03T09:00")


def report(
    office: Office, by: str = "supervisor", on: TenantView | None = None, period: str = "2023Q2"
) -> dict[str, Any]:
    tenant = office.city if by == "approver" else office.tree.province
    tenant = office.tree.nation if by == "nation" else tenant
    with acting(office.installation, tenant, office.people[by], at=office.now) as ctx:
        return build_report(ctx, on or office.city, period, number=7)


def texts(value: Any) -> list[str]:
    """Return every message id within a content."""
    if isinstance(value, dict):
        own = [value["text"]] if "text" in value else []
        return own + [text for one in value.values() for text in texts(one)]
    return [text for one in value for text in texts(one)] if isinstance(value, list) else []


def test_a_province_addresses_the_nation_and_copies_to_the_city(office: Office) -> None:
    content = report(office)
    assert content["issuer"] == bilingual("贵州省总工会", "Guizhou")
    assert content["addressee"] == bilingual("全国总工会", "National Federation")
    assert content["copies"] == bilingual("六盘水市总工会", "City A")
    assert content["number"]["values"] == {"number": "7", "year": "2023"}
    assert content["issued_on"] == day(office.now.date())
    assert content["made_at"] == moment(office.now)


def test_a_city_reports_on_itself_to_its_province(office: Office) -> None:
    content = report(office, "approver")
    assert content["addressee"]["zh"] == "贵州省总工会"
    assert content["copies"] == ""


def test_the_nation_has_nobody_to_address(office: Office) -> None:
    assert report(office, "nation")["addressee"] == ""


def test_it_is_json_and_names_only_tables_it_has(office: Office) -> None:
    office.fund()
    content = json.loads(json.dumps(report(office), ensure_ascii=False))
    used = [
        (part["table"], part["chart"])
        for section in content["sections"]
        for part in section["parts"]
    ]
    tables = [name for name, _chart in used if name]
    assert tables == list(content["tables"])  # By this order they are numbered.
    assert {chart for _table, chart in used if chart} == set(content["charts"])
    for one in content["tables"].values():
        assert one["moment"] == moment(office.now)
        assert all(len(row) == len(one["columns"]) for row in one["rows"])
        assert one["total"] is None or len(one["total"]) == len(one["columns"])


def test_totals_are_the_sums_of_their_columns(office: Office) -> None:
    file = office.file(category="deep")
    for state in ("in_route", "rejected", "in_route"):
        put_application(office, office.city, file, APRIL, state=state)
    for one in report(office)["tables"].values():
        for place, total in enumerate(one["total"] or []):
            cells = [row[place] for row in one["rows"]]
            if isinstance(total, int):
                assert total == sum(cells), one["query"]
            elif isinstance(total, dict) and "fen" in total:
                assert total["fen"] == sum(cell["fen"] for cell in cells), one["query"]


def test_it_says_plainly_that_nothing_is_to_be_put_right(office: Office) -> None:
    content = report(office)
    assert content["introduction"][-1]["text"] == "Nothing was found that needs action."
    assert content["sections"][-1]["parts"] == []
    assert content["sections"][-1]["paragraphs"]


def test_it_counts_its_findings_at_the_beginning_and_lists_them_at_the_end(
    office: Office,
) -> None:
    plan(office, office.file(category=None))
    content = report(office)
    (part,) = content["sections"][-1]["parts"]
    assert len(part["items"]) == content["introduction"][-1]["values"]["count"] == 1
    assert content["sections"][-1]["paragraphs"] == []


def test_a_running_quarter_is_said_to_be_provisional(office: Office) -> None:
    def said() -> bool:
        return any("provisional" in text for text in texts(report(office)["introduction"]))

    assert said()  # 30 June is its last day.
    office.now = beijing("2023-07-01T00:00")
    assert not said()


def test_without_a_fund_it_says_so(office: Office) -> None:
    missing = "There is no fund for %(year)s."
    assert missing in texts(report(office))
    office.fund()
    assert missing not in texts(report(office))


def test_no_person_stands_in_it(office: Office) -> None:
    file = office.file(name="欧阳特立", category="deep")
    office.approve(file)
    written = json.dumps(report(office), ensure_ascii=False)
    people = {actor.name for actor in office.people.values()}
    for secret in {"欧阳", "宋磊", "6217", "5202", "178", "T0000", *people}:
        assert secret not in written.replace(str(file.id), ""), secret


def test_on_a_province_it_counts_by_city(office: Office) -> None:
    office.file(category="deep")
    content = report(office, on=office.tree.province)
    assert [row[0] for row in content["tables"]["unions"]["rows"]] == [
        bilingual("六盘水市总工会", "City A")
    ]
    assert len(content["seal"]) == 3


def test_what_is_no_quarter_is_refused(office: Office) -> None:
    with pytest.raises(InvalidError):
        report(office, period="2023")
