"""What cannot wait by API: asked for with a reason, granted, papers handed in and checked."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

import pytest

from core.context import BEIJING
from core.installation import Installation
from core.notices.publication import open_notice
from core.people import SYSTEM, Actor
from core.tenancy import TenantView
from tests.factories import Filed, acting, hire
from tests.urgent import ANSWERS, PDF, PROGRAMME, REASON, file_burnt, found_nanning, gather
from tests.web.api.conftest import Place, Program


@pytest.fixture(scope="module")
def nanning(place: Place) -> TenantView:
    return found_nanning(place.installation)


def ask(clerk: Program, filed: Filed, asked: int, **values: Any) -> Any:
    body = {"household_id": str(filed.id), "programme": PROGRAMME, "asked": asked,
            "answers": ANSWERS, "urgent_reason": REASON, **values}  # fmt: skip
    return clerk.post("applications", body)


def change(who: Program, path: str, at: str, body: Any = None) -> Any:
    """Change what is at an address now, by its version."""
    who.get(at)
    return who.change("POST", path, body or {}, of=at)


def grant(installation: Installation, city: TenantView, application: str) -> None:
    with acting(installation, city, SYSTEM) as ctx:
        open_notice(ctx, uuid.UUID(application))


def test_it_is_granted_first_and_its_papers_follow(place: Place, nanning: TenantView) -> None:
    installation, now = place.installation, dt.datetime.now(dt.UTC)
    staff: dict[str, Actor] = {
        role: hire(installation, nanning, role)
        for role in ("clerk", "investigator", "reviewer", "approver")
    }
    clerk, investigator, reviewer, approver = (place.sign_in(one) for one in staff.values())
    filed = file_burnt(installation, nanning, now)
    programmes = {one["name"]: one["urgent"] for one in clerk.get("programmes").json}
    terms = programmes[PROGRAMME]
    assert (terms["limit"], terms["paper_days"], terms["notice_days"]) == (500_000, 10, 5)
    assert programmes["medical_premium"] is None
    too_much = ask(clerk, filed, 500_001)
    assert (too_much.status_code, too_much.json["field"]) == (422, "asked")
    assert "5,000.00" in too_much.json["title"]
    assert ask(clerk, filed, 100, urgent_reason="").status_code == 409, "not admitted yet"
    made = ask(clerk, filed, 500_000)
    assert (made.status_code, made.json["urgent_reason"]) == (201, REASON)
    at = f"applications/{made.json['id']}"
    assert change(clerk, f"{at}/submission", at).status_code == 200
    for who in (investigator, approver):
        (waiting,) = who.get("applications/waiting").json["items"]
        assert waiting["urgent"]
        assert change(who, f"{at}/decisions", at, {"decision": "approve"}).status_code == 200
    grant(installation, nanning, made.json["id"])
    owed = clerk.get(at).json["owed_papers"]
    assert owed["standing"] == "owed"
    (listed,) = clerk.get("owed-papers", standing="owed").json
    assert (listed["id"], listed["amount"], listed["due_on"]) == (
        owed["id"],
        500_000,
        owed["due_on"],
    )
    (mine,) = clerk.get("owed-papers/waiting").json
    assert mine["number"] == made.json["number"]
    assert reviewer.get("owed-papers/waiting").json == []
    visitors = (staff["investigator"].person_id, staff["clerk"].person_id)
    assert visitors[0] and visitors[1]
    papers, visit = gather(
        installation, nanning, staff["clerk"], filed, (visitors[0], visitors[1]), now
    )
    here = f"owed-papers/{owed['id']}"
    body = {"papers": {name: [str(one) for one in ids] for name, ids in papers.items()},
            "visit_id": str(visit), "note": "原件已核对"}  # fmt: skip
    assert clerk.post(f"{here}/papers", body).status_code == 428
    missing = change(clerk, f"{here}/papers", here, {**body, "papers": {}})
    assert (missing.status_code, missing.json["field"]) == (422, "event_paper")
    handed_in = change(clerk, f"{here}/papers", here, body)
    assert (handed_in.status_code, handed_in.json["standing"]) == (200, "handed_in")
    given = {one["name"]: [paper["filename"] for paper in one["given"]]
             for one in handed_in.json["items"]}  # fmt: skip
    assert given == {"event_paper": ["一.pdf"], "application_form": ["一.pdf"]}
    assert handed_in.json["visit"]["id"] == str(visit)
    assert change(clerk, f"{here}/check", here, {"decision": "approve"}).status_code == 403
    assert change(approver, f"{here}/check", here, {"decision": "approve"}).status_code == 403
    (waiting,) = reviewer.get("owed-papers/waiting").json
    assert reviewer.get(here).json["can"] == ["check"]
    settled = change(reviewer, f"{here}/check", here, {"decision": "approve"})
    assert (settled.status_code, settled.json["standing"]) == (200, "settled")
    assert clerk.get("owed-papers", standing="overdue").json == []
    (row,) = clerk.get("applications", urgent="true").json["items"]
    assert row["number"] == made.json["number"]


def test_it_is_handed_over_in_person(place: Place, nanning: TenantView) -> None:
    installation, now = place.installation, dt.datetime.now(dt.UTC)
    clerk, investigator, approver, finance = (
        place.program(nanning, role) for role in ("clerk", "investigator", "approver", "finance")
    )
    made = ask(clerk, file_burnt(installation, nanning, now), 100_000)
    at, year = f"applications/{made.json['id']}", now.astimezone(BEIJING).year
    change(clerk, f"{at}/submission", at)
    for who in (investigator, approver):
        change(who, f"{at}/decisions", at, {"decision": "approve"})
    grant(installation, nanning, made.json["id"])
    fund = finance.post(
        "funds", {"name": "急难备用金", "source": "财政", "year": year, "budget": 10_000_000}
    )
    goods = [{"name": "棉被", "measure": "床", "quantity": 2, "price": 15_000}]
    wanted = {"fund_id": fund.json["id"], "goods": goods}
    assert clerk.post(f"{at}/in-person", wanted).status_code == 403
    dear = {**wanted, "goods": [{**goods[0], "price": 50_001}]}
    assert finance.post(f"{at}/in-person", dear).json["field"] == "articles"
    first, again = (finance.post(f"{at}/in-person", wanted, key="held-once") for _ in range(2))
    assert (first.status_code, again.json) == (201, first.json), first.text
    payment = first.json["payments"][0]
    assert (payment["means"], payment["goods"]) == ("in_person", goods)
    told = {"payment_id": payment["id"], "on": str(now.astimezone(BEIJING).date()),
            "first": "王一", "second": "李二", "receiver": "王建国"}  # fmt: skip
    recorded = clerk.post(
        f"{at}/in-person/handovers", data={**told, "scan": (io.BytesIO(PDF), "签领单.pdf")},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert recorded.status_code == 201, recorded.text
    over = recorded.json["payments"][0]["handover"]
    assert (over["state"], over["receiver"]) == ("recorded", "王建国")
    done = finance.post(f"{at}/in-person/handovers/{over['id']}/confirmation")
    assert (done.status_code, done.json["state"]) == (200, "paid")
    assert finance.post(f"{at}/in-person", wanted).status_code == 409
