"""The whole job by the API: file, apply, decide, notice, pay, reconcile; and its tiers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from core.context import BEIJING
from core.money import parse_yuan as yuan
from core.notices.publication import close_due_notices, open_notice
from core.people import SYSTEM
from tests import factories
from tests.web.api.conftest import Place, Program, compose_household

CARD = "6217003194875749113"
ANSWERS: dict[str, dict[str, Any]] = {
    "living_aid": {"circumstances": "户主患病，收入减少"},
    "medical_relief": {"illness_name": "慢性肾衰竭"},
}


@pytest.fixture(scope="module")
def people(place: Place) -> dict[str, Program]:
    """One person a role at the city, and approvers above it."""
    city, tree = place.tree.city_a, place.tree
    found = {
        role: place.program(city, role)
        for role in ("clerk", "investigator", "reviewer", "approver", "finance")
    }
    found["cashier"] = place.program(city, "finance")
    found["province"] = place.program(tree.province, "approver", about="city-a")
    found["nation"] = place.program(tree.nation, "approver", about="city-a")
    return found


def apply(people: dict[str, Program], serial: int, programme: str, asked: int) -> str:
    """File a household in deep hardship and hand an application in; return its path."""
    clerk = people["clerk"]
    sent = compose_household(
        serial,
        filed_on="2023-03-10",
        self_paid=yuan("60000"),
        card=CARD,
        bank_name="中国建设银行六盘水分行",
    )
    household = clerk.post("households", sent)
    assert household.status_code == 201, household.text
    verify(people, f"households/{household.json['id']}")
    wanted = {"household_id": household.json["id"], "programme": programme, "asked": asked,
              "answers": ANSWERS[programme]}  # fmt: skip
    made = clerk.post("applications", wanted)
    assert made.status_code == 201, made.text
    path = f"applications/{made.json['id']}"
    clerk.get(path)
    handed_in = clerk.change("POST", f"{path}/submission", {}, of=path)
    assert handed_in.json.get("state") == "in_route", handed_in.text
    return path


def verify(people: dict[str, Program], household: str) -> None:
    """Record that clerk and investigator verified the file, which is overdue until then."""
    clerk, path = people["clerk"], f"{household}/life"
    assert clerk.get(path).json["standing"] == "overdue"
    sent = {"on": dt.datetime.now(BEIJING).date().isoformat(), "result": "unchanged"}
    two = [clerk.person, people["investigator"].person]
    alone = clerk.change("PUT", f"{household}/verifications", {**sent, "people": two[:1] * 2}, path)
    assert (alone.status_code, alone.json["field"]) == (422, "second_person")
    done = clerk.change("PUT", f"{household}/verifications", {**sent, "people": two}, path)
    assert done.status_code == 200, done.text
    assert done.json["overdue"] is False


def decide(program: Program, path: str, decision: str = "approve", **more: Any) -> Any:
    """Take the open step at the version just read."""
    assert program.get(path).status_code == 200
    return program.change("POST", f"{path}/decisions", {"decision": decision, **more}, of=path)


def approve_at_the_city(people: dict[str, Program], path: str) -> Any:
    """Let investigator, reviewer and approver of the city agree."""
    for role in ("investigator", "reviewer", "approver"):
        answer = decide(people[role], path)
        assert answer.status_code == 200, (role, answer.text)
    return answer


def run_notice(place: Place, path: str) -> None:
    """Open the notice and close it after its last day, as worker and ticker do."""
    city, application_id = place.tree.city_a, uuid.UUID(path.rsplit("/", 1)[1])
    with place.installation.system(city) as ctx:
        notice = open_notice(ctx, application_id)
        assert notice is not None
        over = dt.datetime.combine(notice.last_day, dt.time(23), dt.UTC) + dt.timedelta(days=1)
    system = factories.acting(place.installation, city, SYSTEM, at=over)
    with system as ctx:
        assert application_id in close_due_notices(ctx)


def test_living_aid_from_filing_to_a_reconciled_batch(
    place: Place, people: dict[str, Program]
) -> None:
    finance, cashier = people["finance"], people["cashier"]
    year = place.installation.now().year
    fund = {"name": "帮扶资金", "source": "市级财政", "year": year, "budget": yuan("100000")}
    fund_id = finance.post("funds", fund).json["id"]
    path = apply(people, 20, "living_aid", yuan("8000"))
    assert approve_at_the_city(people, path).json["state"] == "approved"
    run_notice(place, path)
    granted = people["clerk"].get(path).json
    assert (granted["state"], granted["amount"]) == ("granted", yuan("8000"))
    assert [payment["state"] for payment in granted["payments"]] == ["reserved"]

    batch = finance.post("batches", {"fund_id": fund_id}).json
    assert finance.post(f"batches/{batch['id']}/release").status_code == 403, "its own maker"
    assert cashier.post(f"batches/{batch['id']}/release").json["state"] == "sent"
    sheet = cashier.get(f"batches/{batch['id']}/bank-file", reason="发放").data
    result = answer_as_the_bank(sheet)
    upload = {"file": (io.BytesIO(result), "result.csv")}
    outcome = cashier.post(f"batches/{batch['id']}/result", data=upload)
    assert outcome.json == {"paid": 1, "paid_total": 800000, "failed": 0, "failed_total": 0}

    paid = people["clerk"].get(path).json
    assert (paid["state"], paid["payments"][0]["state"]) == ("paid", "paid")
    balance = finance.get("ledger/balance").json
    assert sum(account["credit"] - account["debit"] for account in balance) == 0
    assert finance.get("funds").json[0]["paid"] == yuan("8000")


def answer_as_the_bank(workbook: bytes) -> bytes:
    """Return the bank's CSV in which every payment of its workbook went well."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()
    heading = next(index for index, row in enumerate(rows) if "付款编号" in row)
    number, amount = (rows[heading].index(name) for name in ("付款编号", "金额（元）"))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["付款编号", "金额（元）", "结果", "失败原因"])
    for row in rows[heading + 1 :]:
        if str(row[number]).strip() and CARD in map(str, row):
            writer.writerow([row[number], row[amount], "成功", ""])
    return out.getvalue().encode()


def test_medical_relief_of_20000_ends_at_the_province(people: dict[str, Program]) -> None:
    path = apply(people, 21, "medical_relief", yuan("20000"))
    assert approve_at_the_city(people, path).json["state"] == "in_route"
    waiting = people["province"].get("/api/tenants/province/applications/waiting").json["items"]
    assert path.rsplit("/", 1)[1] in [item["id"] for item in waiting]
    assert decide(people["approver"], path).status_code == 403
    assert decide(people["province"], path).json["state"] == "approved"


def test_medical_relief_of_50000_ends_at_the_nation(people: dict[str, Program]) -> None:
    path = apply(people, 22, "medical_relief", yuan("50000"))
    approve_at_the_city(people, path)
    assert decide(people["nation"], path).status_code in (403, 409), "not its turn yet"
    assert decide(people["province"], path).json["state"] == "in_route"
    assert decide(people["nation"], path).json["state"] == "approved"


def test_a_fen_less_ends_at_the_city(people: dict[str, Program]) -> None:
    path = apply(people, 23, "medical_relief", yuan("19999.99"))
    assert approve_at_the_city(people, path).json["state"] == "approved"


def test_a_return_comes_back_and_a_rejection_ends_it(people: dict[str, Program]) -> None:
    path = apply(people, 24, "living_aid", yuan("6000"))
    assert decide(people["investigator"], path, "return").status_code == 422, "no reason given"
    assert (
        decide(people["investigator"], path, "return", reason="缺证明").json["state"] == "returned"
    )
    clerk = people["clerk"]
    clerk.get(path)
    assert clerk.change("PATCH", path, {"asked": yuan("7000")}).json["asked"] == yuan("7000")
    clerk.get(path)
    again = clerk.change("POST", f"{path}/submission", {}, of=path).json
    assert (again["state"], again["round"]) == ("in_route", 2)
    assert (
        decide(people["investigator"], path, "reject", reason="不属实").json["state"] == "rejected"
    )


def test_nobody_decides_on_what_he_filed(place: Place, people: dict[str, Program]) -> None:
    both = place.program(place.tree.city_a, "clerk", "investigator")
    path = apply({**people, "clerk": both}, 25, "living_aid", yuan("6000"))
    answer = decide(both, path)
    assert answer.status_code == 403
    assert answer.json["remedy"]


def test_the_amount_stays_inside_the_range(people: dict[str, Program]) -> None:
    path = apply(people, 26, "living_aid", yuan("6000"))
    for role in ("investigator", "reviewer"):
        decide(people[role], path)
    too_much = decide(people["approver"], path, amount=yuan("8400.01"))
    assert (too_much.status_code, too_much.json["field"]) == (422, "amount")
    assert decide(people["approver"], path, amount=yuan("8400")).json["amount"] == yuan("8400")
