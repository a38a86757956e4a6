"""A file and a list through login, tenancy and access, against a bare view of the same rows."""

from __future__ import annotations

import itertools
import json
import uuid
from typing import Any

from flask import Flask, Response, jsonify
from sqlalchemy import Engine, create_engine, inspect, select
from sqlalchemy.orm import Session

from core.db import TenantOwned
from core.households.models import Household, Judgement, Member, Statement
from core.tenancy import Unit
from tests.bench.scene import Scene, call, stage
from tests.bench.timing import Comparison, compare

CALLS = 200
PEER = "Flask + SQLAlchemy ORM, no login, no tenancy, no access"


def measure() -> list[Comparison]:
    """Return the time of one file and of a list of 50, relative to the bare views."""
    with stage() as scene:
        plain = make_plain_app(scene)
        return [_one(scene, plain), _list(scene, plain)]


def _one(scene: Scene, plain: Flask) -> Comparison:
    ids = [household.id for household in scene.households]
    headers = {"Authorization": f"Bearer {scene.credential}"}
    here, there = itertools.cycle(ids), itertools.cycle(ids)
    _check_same(scene, plain, ids[0], headers)

    def ours() -> None:
        for _ in range(CALLS):
            call(scene.app, f"/api/tenants/city-a/households/{next(here)}", headers)

    def theirs() -> None:
        for _ in range(CALLS):
            call(plain, f"/households/{next(there)}")

    times = compare(ours, theirs)
    return _comparison("GET one household", times)


def _list(scene: Scene, plain: Flask) -> Comparison:
    headers = {"Authorization": f"Bearer {scene.credential}"}
    pages = len(scene.households) // 50
    here, there = itertools.cycle(range(1, pages + 1)), itertools.cycle(range(1, pages + 1))

    def ours() -> None:
        for _ in range(CALLS // 4):
            call(scene.app, f"/api/tenants/city-a/households?page={next(here)}&size=50", headers)

    def theirs() -> None:
        for _ in range(CALLS // 4):
            call(plain, f"/households?page={next(there)}")

    return _comparison("GET a list of 50", compare(ours, theirs))


def _comparison(name: str, times: tuple[float, float]) -> Comparison:
    return Comparison(name, PEER, *times, 0.7)


def _check_same(scene: Scene, plain: Flask, one: uuid.UUID, headers: dict[str, str]) -> None:
    ours = json.loads(call(scene.app, f"/api/tenants/city-a/households/{one}", headers))
    theirs = json.loads(call(plain, f"/households/{one}"))
    if ours["file_number"] != theirs["file_number"] or len(ours["members"]) != len(
        theirs["members"]
    ):
        raise AssertionError("the two views show different files")


def make_plain_app(scene: Scene) -> Flask:
    """Return the peer: the views a newcomer would write, as a role no policy holds back."""
    engine = create_engine(scene.database.superuser_url.replace("://", "+psycopg://", 1))
    app = Flask("plain")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    tenant = scene.tenant.id

    @app.get("/households/<uuid:household_id>")
    def read(household_id: uuid.UUID) -> Response:
        return jsonify(_read(engine, tenant, household_id))

    @app.get("/households")
    def list_page() -> Response:
        from flask import request  # noqa: PLC0415

        return jsonify(_page(engine, tenant, int(request.args["page"])))

    return app


def _read(engine: Engine, tenant: uuid.UUID, household_id: uuid.UUID) -> dict[str, Any]:
    with Session(engine) as session:
        household = session.get_one(Household, (tenant, household_id))
        unit = session.get_one(Unit, (tenant, household.unit_id))
        own = {"tenant_id": tenant, "household_id": household_id}
        members = session.scalars(select(Member).filter_by(**own).order_by(Member.position))
        statement = session.scalars(
            select(Statement).filter_by(**own).order_by(Statement.as_of.desc()).limit(1)
        ).one()
        judgement = session.scalars(
            select(Judgement).filter_by(**own).order_by(Judgement.id.desc()).limit(1)
        ).one_or_none()
        return {
            **_columns(household),
            "unit": _columns(unit),
            "members": [_columns(member) for member in members],
            "statement": _columns(statement),
            "judgement": _columns(judgement) if judgement else None,
        }


def _page(engine: Engine, tenant: uuid.UUID, page: int) -> list[dict[str, Any]]:
    with Session(engine) as session:
        rows = session.execute(
            select(Household, Unit)
            .join(Unit, (Unit.tenant_id == Household.tenant_id) & (Unit.id == Household.unit_id))
            .where(Household.tenant_id == tenant)
            .order_by(Household.file_number)
            .limit(50)
            .offset((page - 1) * 50)
        )
        return [{**_columns(household), "unit": unit.full_name} for household, unit in rows]


def _columns(row: TenantOwned) -> dict[str, Any]:
    names = inspect(type(row)).columns.keys()
    values = {name: getattr(row, name) for name in names}
    return {name: value for name, value in values.items() if not isinstance(value, bytes)}
