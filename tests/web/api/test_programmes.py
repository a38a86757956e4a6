"""Programmes by API: which are offered, and switching one off and on."""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from dataclasses import replace
from pathlib import Path

from core.federations import NewTenant, add_tenant
from core.policies import TENANTS, Policies
from core.tenancy import ParameterOverride, TenantView
from tests.web.api.conftest import Place, Program
from web.app import create_app


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


def test_figures_are_those_of_the_federation_s_own_place(place: Place, tmp_path: Path) -> None:
    shutil.copytree(TENANTS / "guangxi", tmp_path / "guangxi")
    file = tmp_path / "guangxi" / "policy" / "between.toml"
    own = (
        '\n[[case_by_case_a_year.values]]\nfrom = 2019-01-01\ndivision = "450100"\n'
        'value = "40000.00"\n'
        'section = { zh = "南宁市标准", en = "of Nanning" }\n'
    )
    file.write_text(file.read_text("utf-8") + own, "utf-8")
    changed = replace(place.installation, policies=Policies.load(tmp_path))
    found = [
        NewTenant("guangxi", "province", "广西总工会", "Guangxi", "guangxi", "450000", "nation"),
        NewTenant("nanning", "city", "南宁市总工会", "Nanning", "guangxi", "450100", "guangxi"),
        NewTenant("liuzhou", "city", "柳州市总工会", "Liuzhou", "guangxi", "450200", "guangxi"),
    ]
    _region, nanning, liuzhou = (add_tenant(changed, new) for new in found)
    there = replace(place, installation=changed, client=create_app(changed).test_client())

    def cap(tenant: TenantView) -> list[int]:
        programmes = there.program(tenant, "clerk").get("programmes", on="2019-06-30").json
        rules = [rule for programme in programmes for rule in programme["between"]]
        assert [rule["kind"] for rule in rules] == ["cap", "order"]
        assert rules[1]["others"][0]["en"] == "medical insurance premium paid"
        return [figure["value"] for rule in rules for figure in rule["figures"]]

    def pension(on: str) -> str | None:
        listed = there.program(nanning, "clerk").get("programmes", on=on).json
        (problem,) = [one["problem"] for one in listed if one["name"] == "pension_premium"]
        return None if problem is None else str(problem)

    assert pension("2020-12-31") is None
    assert "2020-12-31" in (pension("2021-01-01") or ""), "paid until then, and told so"
    assert cap(nanning) == [4_000_000]
    assert cap(liuzhou) == [5_000_000]
