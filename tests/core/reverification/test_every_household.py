"""The property: on every household of a generated registry of 50,000 the batch is the decision."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

import orjson
import psycopg
import pytest
from sqlalchemy import select

from core.decisions import Judged
from core.households.explanations import join_steps
from core.households.generation.registry import generate, list_places
from core.households.imports import run as imports
from core.households.imports.plan import make_plan
from core.households.models import ExplanationForm
from core.installation import Installation
from core.judging import judge
from core.reverification.service import begin, carry_on
from core.tenancy import TenantView
from tests.factories import PACK, found_tree, place_unit
from tests.servers import Database

HOUSEHOLDS = 50_000
DAY = dt.date(2023, 6, 30)
BEFORE_ANY_POLICY = dt.date(1990, 1, 1)
STORED = """
select h.id, h.category, j.category, j.facts::text, j.reasons::text, j.explanation::text, j.form,
  h.member_count, s.income, s.illness, s.disability, s.schooling, s.work_cost, s.loss,
  s.compensation, s.still_difficult
from (
  select * from households where tenant_id = %(tenant)s and id > %(after)s
  order by id limit 5000) h
join judgements j on j.tenant_id = h.tenant_id and j.household_id = h.id
join statements s on s.tenant_id = h.tenant_id and s.household_id = h.id
order by h.id
"""
FACTS = (
    "members", "income", "illness", "disability", "schooling", "work_cost", "loss",
    "compensation", "still_difficult",
)  # fmt: skip


@pytest.mark.timeout(600)
def test_every_stored_judgement_is_the_single_decision(
    installation: Installation, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "_judge_stored", lambda *_given: {})  # That is tested here.
    tree = found_tree(installation)
    units = installation.policies.pack(PACK).unit_names()
    known = {name: place_unit(installation, tree.city_a, name) for name in units}
    for block in generate(list_places(units), HOUSEHOLDS, 23, on=DAY):
        with installation.system(tree.city_a) as ctx:
            plan = make_plan(ctx, block, known)
            imports.put_in(ctx, plan, BEFORE_ANY_POLICY, lambda _done, _total: None)
        analyse(database)
    with installation.system(tree.city_a) as ctx:
        begun = begin(ctx, DAY)
    work = partial(installation.system, tree.city_a)
    run = carry_on(work, begun.id, lambda _done, _total: None)
    assert (run.judged, run.changed, run.undecidable) == (HOUSEHOLDS, HOUSEHOLDS, 0)
    assert sum(run.categories.values()) == HOUSEHOLDS
    assert set(run.categories) == {"deep", "relative", "accidental", "none"}
    analyse(database)
    assert check(installation, tree.city_a) == HOUSEHOLDS


def analyse(database: Database) -> None:
    """Let the server count its tables now, which it would do by itself a little later."""
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("analyze")


def check(installation: Installation, city: TenantView) -> int:
    """Judge every file alone by its stored facts and compare all that is kept; return how many."""
    after, checked = uuid.UUID(int=0), 0
    with installation.system(city) as ctx:
        [form] = ctx.session.scalars(select(ExplanationForm))
    while True:
        with installation.system(city) as ctx:
            rows = ctx.session.fetch(STORED, {"tenant": city.id, "after": after})
            place = ctx.pack.place(city.division_code)
            single = partial(judge, ctx.catalogue, ctx.pack, on=DAY, division=place)
            for row in rows:
                compare(row, form, single(facts_of(row)))
        if not rows:
            return checked
        after, checked = rows[-1][0], checked + len(rows)


def facts_of(row: Sequence[Any]) -> dict[str, Any]:
    """Return what the file itself says: the statement and the number of people."""
    return dict(zip(FACTS, row[7:], strict=True))


def compare(row: Sequence[Any], form: ExplanationForm, alone: Judged) -> None:
    """Compare category, facts, reasons and every step of the explanation."""
    _id, category, kept, facts, reasons, found, sha256 = row[:7]
    assert category == kept == alone.category
    assert orjson.loads(facts) == alone.facts
    assert orjson.loads(reasons) == alone.reasons
    assert sha256 == form.sha256
    assert join_steps(form.steps, orjson.loads(found)) == alone.steps
