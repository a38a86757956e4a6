"""The OpenAPI document says what the API really does."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from tests.web.api.conftest import Place, Program, compose_household

TENANT = "/api/tenants/{tenant}"


@pytest.fixture(scope="module")
def document(place: Place) -> dict[str, Any]:
    answer = place.get("/api/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json
    return found


@pytest.fixture(scope="module")
def auditor(place: Place) -> Program:
    return place.program(
        place.tree.city_a, "clerk", "finance", "auditor", "approver", "reviewer", "investigator"
    )


def test_it_is_openapi_3_1_with_bearer_tokens(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert document["security"] == [{"bearer": []}]


def test_every_write_that_creates_wants_an_idempotency_key(document: dict[str, Any]) -> None:
    without = [
        path
        for path, methods in document["paths"].items()
        if "post" in methods and not _header(methods["post"], "Idempotency-Key", "If-Match")
    ]
    creating_nothing = ("households/searches", "verification/rounds/{round_id}/list")
    assert sorted(without) == ["/api/sessions", *(f"{TENANT}/{one}" for one in creating_nothing)]


def test_every_update_wants_a_version(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method in ("put", "patch"):
            assert method not in methods or _header(methods[method], "If-Match"), path


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                assert operation.get("summary"), (method, path)
                assert "default" in operation["responses"], (method, path)


@pytest.mark.parametrize(
    "path",
    ["/households", "/applications", "/applications/waiting", "/notices", "/objections", "/funds",
     "/payments", "/batches", "/ledger/balance", "/jobs", "/imports", "/programmes", "/audit",
     "/reports"],
)  # fmt: skip
def test_lists_answer_as_described(path: str, document: dict[str, Any], auditor: Program) -> None:
    answer = auditor.get(path.lstrip("/"))
    assert answer.status_code == 200, answer.text
    _check(document, document["paths"][TENANT + path]["get"], answer.json)


def test_a_file_answers_as_described(document: dict[str, Any], auditor: Program) -> None:
    made = auditor.post("households", compose_household(80))
    operation = document["paths"][TENANT + "/households/{household_id}"]["get"]
    _check(document, operation, auditor.get(f"households/{made.json['id']}").json)
    offers = auditor.get(f"households/{made.json['id']}/offers").json
    operation = document["paths"][TENANT + "/households/{household_id}/offers"]["get"]
    _check(document, operation, offers)
    living = next(offer for offer in offers if offer["name"] == "living_aid")
    assert (living["minimum"], living["maximum"]) == (560_000, 840_000)


def test_an_application_answers_as_described(document: dict[str, Any], auditor: Program) -> None:
    household = auditor.post("households", compose_household(81)).json
    wanted = {"household_id": household["id"], "programme": "living_aid", "asked": 600_000}
    made = auditor.post("applications", {**wanted, "answers": {"circumstances": "患病"}})
    operation = document["paths"][TENANT + "/applications/{application_id}"]["get"]
    _check(document, operation, auditor.get(f"applications/{made.json['id']}").json)
    listed = document["paths"][TENANT + "/applications"]["get"]
    _check(document, listed, auditor.get("applications").json)


def test_a_problem_answers_as_described(document: dict[str, Any], auditor: Program) -> None:
    answer = auditor.get("households/not-an-id")
    assert answer.status_code == 404
    schema = {"$ref": "#/components/schemas/Problem"}
    jsonschema.validate(answer.json, {**schema, "components": document["components"]})


def _header(operation: dict[str, Any], *names: str) -> bool:
    found = {item.get("name") for item in operation.get("parameters", []) if item.get("required")}
    return bool(found & set(names))


def _check(document: dict[str, Any], operation: dict[str, Any], answer: Any) -> None:
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(answer, {**schema, "components": document["components"]})


def test_it_can_be_read_as_a_page(place: Place, document: dict[str, Any]) -> None:
    page = place.get("/api/docs")
    assert page.mimetype == "text/html"
    for path in document["paths"]:
        assert path in page.text
    assert '<script src="http' not in page.text
