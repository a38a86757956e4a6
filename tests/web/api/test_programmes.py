"""Programmes by API: which are offered, and switching one off and on."""

from __future__ import annotations

import datetime as dt
import uuid

from core.tenancy import ParameterOverride
from tests.web.api.conftest import Place, Program


def test_a_programme_is_switched_off_and_on(place: Place) -> None:
    chief = place.program(place.tree.city_a, "tenant_administrator")
    clerk = place.program(place.tree.city_a, "clerk")

    def offered() -> dict[str, bool]:
        return {one["name"]: one["offered"] for one in clerk.get("programmes").json}

    assert all(offered().values())
    path, off = "programmes/living_aid/offering", {"offered": False, "reason": "资金用完"}
    assert clerk.post(path, off).status_code == 403
    assert chief.post(path, {"offered": False}).status_code == 422
    assert chief.post(path, off, key="one-and-the-same").json["offered"] is False
    assert chief.post(path, off, key="one-and-the-same").headers["Idempotent-Replay"] == "true"
    assert [name for name, yes in offered().items() if not yes] == ["living_aid"]
    neighbour = place.program(place.tree.city_b, "clerk")
    assert all(one["offered"] for one in neighbour.get("programmes").json)
    assert chief.post(path, {"offered": True, "reason": "追加"}).json["offered"] is True
    assert all(offered().values())
    assert chief.post("programmes/nowhere/offering", off).status_code == 404


def test_figures_are_those_the_federation_set_for_itself(place: Place) -> None:
    city = place.tree.city_a
    with place.installation.system(city) as ctx:
        ctx.session.add(ParameterOverride(
            tenant_id=city.id, programme="living_aid", name="months_minimum", value="10",
            holds_from=dt.date(2024, 1, 1), source="市总发〔2024〕1号",
            set_by=uuid.uuid4(), set_at=ctx.now,
        ))  # fmt: skip

    def months(day: str, who: Program) -> list[int]:
        found = {one["name"]: one for one in who.get("programmes", on=day).json}
        figures = found["living_aid"]["figures"]
        return [one["value"] for one in figures if one["name"] == "months_minimum"]

    clerk = place.program(city, "clerk")
    assert months("2023-12-31", clerk) == [8]
    assert months("2024-01-01", clerk) == [10]
    assert months("2024-01-01", place.program(place.tree.city_b, "clerk")) == [8]
