"""Programmes by API: which are offered, and switching one off and on."""

from __future__ import annotations

from tests.web.api.conftest import Place


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
