"""The API of verification and discovery: asked, answered, decided by programs."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

import openpyxl
import pytest

from core.installation import Installation
from tests.core.verification.conftest import PDF, World, answered, found_world, person_id, workbook
from tests.factories import id_number
from tests.web.api.conftest import Place, Program
from web.app import create_app
from worker.jobs import perform

DUE = (dt.date.today() + dt.timedelta(days=30)).isoformat()  # noqa: DTZ011 (any day to come)


@pytest.fixture(scope="module")
def world(module_installation: Installation) -> World:
    return found_world(module_installation)


@pytest.fixture(scope="module")
def here(world: World) -> Place:
    client = create_app(world.installation).test_client()
    return Place(world.installation, world.tree, client)


@pytest.fixture(scope="module")
def clerk(here: Place) -> Program:
    return here.program(here.tree.city_a, "clerk")


def bring(here: Place, clerk: Program, data: bytes, kind: str, source: str) -> dict[str, Any]:
    """Bring a department's workbook in by API and jobs; return it as it stands then."""
    sent = clerk.post(
        "discovery/files",
        data={"file": (io.BytesIO(data), "结果.xlsx"), "kind": kind, "source": source},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 202, sent.text
    assert perform(here.installation, here.tree.city_a.id, uuid.UUID(sent.json["job_id"]))
    path = f"discovery/files/{sent.json['id']}"
    if clerk.get(path).json["state"] == "checked":
        confirmed = clerk.post(f"{path}/confirmation")
        assert confirmed.status_code == 202, confirmed.text
        assert perform(here.installation, here.tree.city_a.id, uuid.UUID(confirmed.json["job_id"]))
    told: dict[str, Any] = clerk.get(path).json
    return told


def test_the_sources_are_the_platform_and_the_fourteen_kinds(clerk: Program) -> None:
    sources = clerk.get("verification/sources").json
    assert sources[0]["name"] == "civil_affairs"
    assert len(sources) == 15
    assert {"tax", "vehicles", "securities", "marriage"} <= {one["name"] for one in sources}


def test_a_household_is_asked_about_answered_and_decided(
    here: Place, clerk: Program, world: World
) -> None:
    name, number, household = person_id(world, "LPS0700001")
    refused = clerk.post("verification/rounds", {"sources": ["civil_affairs"], "due_on": DUE})
    assert (refused.status_code, refused.json["code"]) == (409, "conflict")
    printed = clerk.post(f"verification/households/{household}/consent")
    assert printed.status_code == 202
    assert perform(here.installation, here.tree.city_a.id, uuid.UUID(printed.json["job_id"]))
    pdf = clerk.get(f"verification/consents/{printed.json['id']}/pdf")
    assert pdf.data.startswith(b"%PDF-")

    kept = clerk.post(
        f"households/{household}/evidence",
        data={"file": (io.BytesIO(PDF), "授权.pdf"), "kind": "authorisation"},
        content_type="multipart/form-data",
    )
    assert kept.status_code == 201
    begun = clerk.post("verification/rounds", {"sources": ["civil_affairs"], "due_on": DUE})
    assert (begun.status_code, begun.json["households"]) == (201, 1)
    book = clerk.post(f"verification/rounds/{begun.json['id']}/list", {"source": "civil_affairs"})
    rows = list(openpyxl.load_workbook(io.BytesIO(book.data)).worksheets[0].values)
    assert number in {row[3] for row in rows}
    assert clerk.get("verification/rounds").json[0]["waiting"] == 1

    told = bring(here, clerk, answered("核定年收入", rows=[(name, number, "99999.99")]), "answers",
                 "civil_affairs")  # fmt: skip
    assert (told["state"], told["counts"]["found"]) == ("imported", 1)
    page = clerk.get("verification/differences").json
    assert page["total"] == 1
    one = page["items"][0]
    assert (one["kind"], one["told"], one["state"]) == ("income", "9999999", "open")
    place = f"verification/differences/{one['id']}/decision"
    assert clerk.post(place, {"outcome": "guess", "reason": "x"}).status_code == 422
    decided = clerk.post(place, {"outcome": "answer", "reason": "流水一致"}, key="decide-once")
    assert (decided.status_code, decided.json["state"]) == (201, "answer")
    again = clerk.post(place, {"outcome": "answer", "reason": "流水一致"}, key="decide-once")
    assert again.json == decided.json
    result = clerk.get(f"verification/households/{household}").json
    assert (result["request"]["state"], result["open_differences"]) == ("done", 0)
    assert number not in str(result)


def test_faults_come_with_place_and_remedy_in_the_language_asked_for(
    here: Place, clerk: Program
) -> None:
    told = bring(here, clerk, answered("民政低保", rows=[("坏", "12", "是")]), "answers",
                 "civil_affairs")  # fmt: skip
    assert told["state"] == "refused"
    (fault,) = told["faults"]
    assert (fault["row"], fault["column"], fault["code"]) == (2, "身份证号", "id_length")
    assert fault["message"]
    assert fault["remedy"]


def test_people_are_proposed_and_proposals_decided(here: Place, clerk: Program) -> None:
    rows = [(name, id_number(serial)) for name, serial in (("甲", 990_001), ("乙", 990_002))]
    told = bring(here, clerk, workbook(*rows, titles=("姓名", "身份证号")), "people", "dibao")
    assert told["counts"]["proposed"] == 2
    page = clerk.get("discovery/proposals").json
    assert page["total"] == 2
    assert not {number for _name, number in rows} & {one["id_number"] for one in page["items"]}
    first, second = (f"discovery/proposals/{one['id']}/decision" for one in page["items"])
    assert clerk.post(first, {"decision": "dismissed"}).status_code == 422
    dismissed = clerk.post(first, {"decision": "dismissed", "reason": "已返乡"})
    assert (dismissed.status_code, dismissed.json["state"]) == (201, "dismissed")
    assert clerk.post(second, {"decision": "taken_up"}).json["state"] == "taken_up"
    assert clerk.get("discovery/proposals").json["total"] == 0
    assert clerk.get("discovery/proposals", state="dismissed").json["total"] == 1


def test_screening_is_a_job(here: Place, clerk: Program) -> None:
    asked = clerk.post("discovery/screening")
    assert asked.status_code == 202
    assert perform(here.installation, here.tree.city_a.id, uuid.UUID(asked.json["job_id"]))
    found = clerk.get("discovery/proposals", reason="unaided").json
    assert found["total"] > 0


def test_without_the_right_nothing_is_read_or_done(here: Place, world: World) -> None:
    household = world.household("LPS0700002").id
    finance = here.program(here.tree.city_a, "finance")
    neighbour = here.program(here.tree.city_b, "clerk", about="city-a")
    for path in ("verification/rounds", "verification/differences", "discovery/proposals"):
        assert finance.get(path).status_code == 403
        assert neighbour.get(path).status_code == 404
    for path in (f"verification/households/{household}/consent", "discovery/screening"):
        assert finance.post(path).status_code in (403, 404)
        assert neighbour.post(path).status_code == 404
