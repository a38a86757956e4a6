"""Medical mutual aid by API: periods opened once, units listed, workbooks as departments' come."""

from __future__ import annotations

import uuid

from tests.web.api.conftest import Place

PERIOD = {
    "name": "接口期", "starts_on": "2023-01-01", "ends_on": "2023-12-31", "contribution": 100_00,
}  # fmt: skip


def test_a_period_is_opened_once_and_listed(place: Place) -> None:
    administrator = place.program(place.tree.city_a, "tenant_administrator")
    first, again = (
        administrator.post("mutual-aid/periods", PERIOD, key="period-once") for _ in range(2)
    )
    assert first.status_code == 201
    assert first.json == again.json
    assert first.json | PERIOD == first.json
    clerk = place.program(place.tree.city_a, "clerk")
    assert first.json in clerk.get("mutual-aid/periods").json
    assert clerk.get(f"mutual-aid/periods/{first.json['id']}/units").json == []
    twice = administrator.post("mutual-aid/periods", PERIOD)
    assert (twice.status_code, twice.json["code"]) == (409, "conflict")


def test_what_cannot_be_and_who_may_not_is_a_problem(place: Place) -> None:
    administrator = place.program(place.tree.city_a, "tenant_administrator")
    wrong = administrator.post("mutual-aid/periods", PERIOD | {"ends_on": "2022-01-01"})
    assert (wrong.status_code, wrong.json["code"]) == (422, "invalid")
    clerk = place.program(place.tree.city_a, "clerk")
    assert clerk.post("mutual-aid/periods", PERIOD | {"name": "他期"}).status_code == 403
    unknown = clerk.get(f"mutual-aid/periods/{uuid.uuid4()}/units")
    assert unknown.status_code == 404
