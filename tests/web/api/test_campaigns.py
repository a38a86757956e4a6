"""Campaigns by API: begun, listed, decided on, handed over with a scan, settled by another."""

from __future__ import annotations

import datetime as dt
import io
import uuid

import pytest

from core.campaigns.workbook import (
    LIST_COLUMNS,
    LIST_SHEET,
    RESULT_COLUMNS,
    RESULT_SHEET,
    result_rows,
)
from core.context import BEIJING
from core.federations import find_unit
from core.households.export import write_rows
from tests.factories import GRASSROOTS
from tests.visiting import SCAN, Visiting, found_visiting_today
from tests.web.api.conftest import Place, Program


@pytest.fixture(scope="module")
def office(place: Place) -> Visiting:
    """The city of the place, which goes on warmth visits."""
    return found_visiting_today(place.installation, place.tree)


def today() -> dt.date:
    return dt.datetime.now(BEIJING).date()


def begin(office: Visiting, clerk: Program) -> str:
    fund = office.fund(year=today().year)
    with office.system() as ctx:
        unit = find_unit(ctx, GRASSROOTS).id
    body = {
        "name": "春节送温暖", "unit_id": str(unit), "fund_id": str(fund.id),
        "starts_on": today().isoformat(), "ends_on": today().isoformat(),
    }  # fmt: skip
    made = clerk.post("campaigns", body)
    assert (made.status_code, made.json["state"], made.json["visits"]) == (201, "draft", 0)
    assert clerk.post("campaigns", {**body, "ends_on": "2000-01-01"}).status_code == 422
    return f"campaigns/{made.json['id']}"


def test_a_list_is_made_handed_in_and_decided_on(place: Place, office: Visiting) -> None:
    clerk, approver = (place.sign_in(office.people[who]) for who in ("clerk", "approver"))
    at = begin(office, clerk)
    rice = {"name": "大米", "measure": "袋", "quantity": 2, "price": 6500}
    parcel = clerk.post(f"{at}/parcels", {"name": "米油", "articles": [rice]})
    assert (parcel.status_code, parcel.json["value"]) == (201, 13000)
    spare = clerk.post(f"{at}/parcels", {
        "name": "年画", "articles": [{"name": "年画", "quantity": 1, "price": 500}],
    }).json  # fmt: skip
    assert clerk._send("DELETE", f"{at}/parcels/{spare['id']}").status_code == 204
    assert [one["name"] for one in clerk.get(f"{at}/parcels").json] == ["米油"]
    fresh = today() - dt.timedelta(days=1)
    files = [office.file(name=name, verified_on=fresh) for name in ("甲", "乙", "丙")]
    much = clerk.post(f"{at}/visits", {"households": [str(files[0].id)], "money": 500_000})
    assert much.json["count"] == 0
    assert "2,000.00" in much.json["refused"][0]["reason"]
    body = {"households": [str(one.id) for one in files], "money": 50_000,
            "parcel_id": parcel.json["id"]}  # fmt: skip
    assert clerk.post(f"{at}/visits", body).json == {"count": 3, "already": 0, "refused": []}
    assert clerk.post(f"{at}/choice", {"money": 1, "category": "none"}).json["count"] == 0
    visits = clerk.get(f"{at}/visits").json
    assert {one["head_name"]: one["money"] + one["goods"] for one in visits} == dict.fromkeys(
        "甲乙丙", 63_000
    )
    gone = next(one["id"] for one in visits if one["head_name"] == "丙")
    clerk.post(f"{at}/visits/{gone}/removal", {"reason": "已外迁"})
    clerk.get(at)
    assert clerk.change("POST", f"{at}/submission", None, of=at).json["state"] == "submitted"
    clerk.get(at)
    assert clerk.change("POST", f"{at}/approval", None, of=at).status_code == 404
    approver.get(at)
    sent_back = approver.change("POST", f"{at}/return", {"reason": "请核对"}, of=at)
    assert (sent_back.json["state"], sent_back.json["reason"]) == ("draft", "请核对")
    clerk.get(at)
    clerk.change("POST", f"{at}/submission", None, of=at)
    struck = next(one["id"] for one in visits if one["head_name"] == "乙")
    approver.post(f"{at}/visits/{struck}/removal", {"reason": "已自立"})
    approver.get(at)
    done = approver.change("POST", f"{at}/approval", None, of=at)
    assert (done.json["state"], done.json["visits"]) == ("approved", 2)
    assert approver.change("POST", f"{at}/approval", None, of=at).status_code == 409
    states = {one["head_name"]: one["state"] for one in clerk.get(f"{at}/visits").json}
    assert states == {"甲": "approved", "乙": "rejected"}
    assert clerk.get("campaigns", state="approved").json[0]["id"] == done.json["id"]


def test_a_campaign_is_given_up(place: Place, office: Visiting) -> None:
    clerk = place.sign_in(office.people["clerk"])
    at = begin(office, clerk)
    clerk.get(at)
    done = clerk.change("POST", f"{at}/withdrawal", {"reason": "改期"}, of=at)
    assert (done.json["state"], done.json["reason"]) == ("withdrawn", "改期")


def test_every_fault_of_a_workbook_is_told(place: Place, office: Visiting) -> None:
    clerk = place.sign_in(office.people["clerk"])
    at = begin(office, clerk)
    book = write_rows(LIST_SHEET, LIST_COLUMNS, [{"file_number": "T9999999", "money": 100}])
    answer = clerk.post(f"{at}/workbook", data={"file": (io.BytesIO(book), "名单.xlsx")})
    assert (answer.status_code, answer.json["code"]) == (422, "wrong_workbook")
    (fault,) = answer.json["faults"]
    assert (fault["row"], fault["column"], fault["code"]) == (2, "档案编号", "file_not_there")


def test_what_was_handed_over_is_recorded_and_settled(place: Place, office: Visiting) -> None:
    campaign = office.begin()
    office.put(campaign, [
        office.file(name=name, verified_on=office.now.date()) for name in ("甲", "乙", "丙")
    ], "500")  # fmt: skip
    office.grant_list(campaign)
    clerk, finance = (place.sign_in(office.people[who]) for who in ("clerk", "finance"))
    at = f"campaigns/{campaign.id}"
    waiting = {one["head_name"]: one for one in clerk.get(f"{at}/visits", step="waiting").json}
    told = {"payment_id": waiting["甲"]["payment_id"], "on": today().isoformat(),
            "first": "王晓燕", "second": "陈立新", "receiver": "甲"}  # fmt: skip
    assert clerk.post(f"{at}/handovers", data=told).status_code == 422
    scanned = {**told, "scan": (io.BytesIO(SCAN), "签领表.pdf")}
    key = str(uuid.uuid4())
    assert clerk.post(f"{at}/handovers", data=scanned, key=key).json == {"count": 1}
    rows = [one for one in result_rows(office.visits(campaign, "waiting")) if one["head"] == "乙"]
    rows[0] |= {"on": today(), "remark": "外出务工"}
    book = write_rows(RESULT_SHEET, RESULT_COLUMNS, rows)
    sent = clerk.post(f"{at}/results", data={"file": (io.BytesIO(book), "结果.xlsx")})
    assert (sent.status_code, sent.json) == (201, {"count": 1})
    (first,) = [one for one in finance.get(f"{at}/visits", step="recorded").json
                if one["head_name"] == "甲"]  # fmt: skip
    wrong = {"reason": "签名不清"}
    finance.post(f"{at}/handovers/{first['handover_id']}/refusal", wrong)
    scanned = {**told, "scan": (io.BytesIO(SCAN), "签领表.pdf")}
    assert clerk.post(f"{at}/handovers", data=scanned).status_code == 201
    assert clerk.post(f"{at}/settlement").status_code in (403, 404)
    assert finance.post(f"{at}/settlement").json == {
        "handed_over": 1, "handed_over_total": 50_000, "missed": 1, "missed_total": 50_000,
    }  # fmt: skip
    assert finance.post(f"{at}/reservation", {}).json == {"count": 0}
    told_now = finance.get(at).json
    assert (told_now["state"], told_now["handed_over"], told_now["missed"]) == ("approved", 1, 1)
