"""The demonstration: what a newcomer finds, made by the services themselves."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.applications.models import OF_REFERRALS, STATES, Application, Step
from core.audit.models import AuditRecord
from core.campaigns.models import Campaign
from core.campaigns.queries import waiting_campaigns
from core.context import BEIJING
from core.demo.federations import CITIES, STAFF
from core.demo.files import HOUSEHOLDS
from core.demo.seed import Seeded, seed
from core.demo.stage import Stage, find_stages
from core.demo.visits import begin_visits
from core.funds.models import Batch, Fund, Payment
from core.households.imports.service import run_import, take_file
from core.households.models import Household
from core.installation import Installation
from core.notices.models import Notice
from core.outbox import OutboxEntry
from core.people import Person
from core.sessions import list_accounts
from core.supervision.models import Report
from core.tenancy import Unit
from worker.jobs import perform

SAMPLE = Path(__file__).parents[1] / "data" / "困难职工档案.xlsx"


def quiet(_done: int, _total: int) -> None:
    """Show no progress."""


@pytest.fixture(scope="module")
def shown(module_installation: Installation) -> Installation:
    seed(module_installation, quiet)
    return module_installation


def rows(installation: Installation, slug: str, *columns: Any) -> list[Any]:
    with installation.system(installation.tenant(slug)) as ctx:
        query = select(*columns).where(columns[0].class_.tenant_id == ctx.tenant_id)
        return list(ctx.session.execute(query).all())


def test_a_nation_a_province_and_three_cities(shown: Installation) -> None:
    assert {tenant.slug: tenant.level for tenant in shown.tenants()} == {
        "nation": "nation", "province": "province",
        "city-a": "city", "city-b": "city", "city-c": "city",
    }  # fmt: skip
    assert set(shown.tenant("province").descendants) == {shown.tenant(slug).id for slug in CITIES}


@pytest.mark.parametrize("slug", CITIES)
def test_each_city_has_units_of_every_level_below(shown: Installation, slug: str) -> None:
    levels = Counter(level for (level,) in rows(shown, slug, Unit.level))
    assert set(levels) == {"city", "county", "township", "grassroots"}


def test_city_a_has_the_packs_example_tree(shown: Installation) -> None:
    names = {name for (name,) in rows(shown, "city-a", Unit.full_name)}
    assert set(shown.policies.pack("city_2023").unit_names()) <= names


@pytest.mark.parametrize("slug", sorted(STAFF))
def test_everybody_can_sign_in_with_a_role(shown: Installation, slug: str) -> None:
    with shown.system(shown.tenant(slug)) as ctx:
        accounts = {account.login: account for account in list_accounts(ctx)}
    assert set(accounts) == {worker.login for worker in STAFF[slug]}
    assert all(account.roles for account in accounts.values())


@pytest.mark.parametrize("slug", CITIES)
def test_a_few_hundred_households_of_every_category(shown: Installation, slug: str) -> None:
    found = Counter(category for (category,) in rows(shown, slug, Household.category))
    assert sum(found.values()) == HOUSEHOLDS[slug] >= 200
    assert set(found) == {"deep", "relative", "accidental", "none"}


@pytest.mark.parametrize("slug", CITIES)
def test_applications_in_every_state(shown: Installation, slug: str) -> None:
    states = {state for (state,) in rows(shown, slug, Application.state)}
    # Approved ones are shown at once, and the cities' plan refers nobody to a department.
    assert states == set(STATES) - {"approved", *OF_REFERRALS}


@pytest.mark.parametrize("slug", CITIES)
def test_queues_wait_for_each_kind_of_step_up_to_the_province(
    shown: Installation, slug: str
) -> None:
    waiting = rows(shown, slug, Step.kind, Step.level, Step.state)
    assert {(kind, level) for kind, level, state in waiting if state == "open"} == {
        ("investigation", "grassroots"), ("review", "county"), ("approval", "city"),
        ("approval", "province"),
    }  # fmt: skip


def test_nobody_decided_twice_on_one_application(shown: Installation) -> None:
    for slug in CITIES:
        decided = [
            (application, person)
            for application, person in rows(shown, slug, Step.application_id, Step.decided_by)
            if person
        ]
        assert len(decided) == len(set(decided)) > 0


@pytest.mark.parametrize("slug", CITIES)
def test_the_last_quarter_was_paid_by_a_reconciled_batch(shown: Installation, slug: str) -> None:
    stage = stage_of(shown, slug)
    ((state, made_at),) = rows(shown, slug, Batch.state, Batch.made_at)
    assert state == "reconciled"
    assert stage.quarter <= made_at.astimezone(BEIJING).date() < _next_quarter(stage.quarter)
    payments = Counter(state for (state,) in rows(shown, slug, Payment.state))
    assert payments["paid"] >= 5
    assert payments["failed"] == 1


@pytest.mark.parametrize("slug", CITIES)
def test_funds_agree_with_their_payments(shown: Installation, slug: str) -> None:
    funds = rows(shown, slug, Fund.paid, Fund.reserved)
    amounts = Counter[str]()
    for state, amount in rows(shown, slug, Payment.state, Payment.amount):
        amounts[state] += amount
    assert sum(paid for paid, _reserved in funds) == amounts["paid"] > 0
    assert sum(reserved for _paid, reserved in funds) == amounts["reserved"]


def test_nothing_lies_in_the_future(shown: Installation) -> None:
    now = shown.now()
    for slug in CITIES:
        moments = [
            *rows(shown, slug, Application.started_at), *rows(shown, slug, Notice.opened_at),
            *rows(shown, slug, AuditRecord.at), *rows(shown, slug, Household.changed_at),
        ]  # fmt: skip
        assert max(moment for (moment,) in moments) <= now


def test_an_open_notice_can_be_seen_today(shown: Installation) -> None:
    today = shown.now().astimezone(BEIJING).date()
    for slug in CITIES:
        found = rows(shown, slug, Notice.state, Notice.last_day)
        assert any(state == "open" and last >= today for state, last in found)


def test_the_worker_makes_the_provinces_reports_on_the_last_quarter(shown: Installation) -> None:
    province = shown.tenant("province")
    with shown.system(province) as ctx:
        jobs = ctx.session.scalars(
            select(OutboxEntry).where(OutboxEntry.tenant_id == ctx.tenant_id)
        ).all()
    assert {job.queue for job in jobs} == {"reports"}
    assert perform(shown, province.id, jobs[0].id)
    with shown.system(province) as ctx:
        reports = ctx.session.scalars(select(Report)).all()
        assert {report.subject_tenant for report in reports} == set(province.descendants)
        made = next(report for report in reports if report.state == "made")
        pdf = ctx.storage.get(ctx.tenant_id, made.storage_key or "")
    assert pdf.startswith(b"%PDF-")
    assert (made.pages or 0) >= 2


def test_a_second_time_makes_nothing(shown: Installation) -> None:
    def count() -> dict[str, list[int]]:
        tables = (Person, Household, Application, Payment, AuditRecord, Unit)
        return {slug: [len(rows(shown, slug, table.id)) for table in tables] for slug in CITIES}

    before = count()
    assert seed(shown, quiet) == Seeded(households=0, applications=0, reports=[])
    assert count() == before


def test_the_newcomers_clerk_imports_the_sample_without_a_fault(shown: Installation) -> None:
    stage = stage_of(shown, "city-a")
    with stage.acting("clerk", stage.today) as ctx:
        item = take_file(ctx, SAMPLE.name, SAMPLE.read_bytes(), judged_on=dt.date(2023, 6, 30))
        run_import(ctx, item.id, quiet)
        assert (item.state, item.added, item.faults) == ("imported", 300, [])
        total = ctx.session.scalar(select(func.count()).where(Household.tenant_id == ctx.tenant_id))
    assert total == HOUSEHOLDS["city-a"] + 300


@pytest.mark.parametrize(
    ("today", "quarter"),
    [("2026-11-21", "2026-07-01"), ("2026-01-02", "2025-10-01"), ("2026-04-01", "2026-01-01")],
)
def test_the_last_quarter_that_is_over(shown: Installation, today: str, quarter: str) -> None:
    stage = Stage(shown, shown.tenant("city-a"), dt.date.fromisoformat(today))
    assert stage.quarter == dt.date.fromisoformat(quarter)


def stage_of(installation: Installation, slug: str) -> Stage:
    (stage,) = find_stages(installation, (slug,))
    return stage


def _next_quarter(day: dt.date) -> dt.date:
    return (day + dt.timedelta(days=95)).replace(day=1)


@pytest.mark.parametrize("slug", CITIES)
def test_a_list_of_warmth_visits_waits_for_the_approver(shown: Installation, slug: str) -> None:
    [stage] = find_stages(shown, (slug,))
    with stage.acting("approver", stage.today) as ctx:
        (told,) = waiting_campaigns(ctx)
        assert 5 <= told.visits <= 12
        assert told.goods == told.visits * 15_000
    begin_visits(stage)
    assert len(rows(shown, slug, Campaign.number)) == 1
