"""Spending on old age, stated with the circumstances, counts where the region says it does."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from core.federations import NewTenant, add_tenant
from core.households.circumstances import state_circumstances, state_months
from core.households.judgements import judge_household, judge_many
from core.households.life.exits import review_household
from core.households.models import Household, Judgement
from core.households.queries import read_household
from core.households.registry import FIRST, Asked, read_block
from core.installation import Installation
from core.money import parse_yuan as yuan
from core.people import SYSTEM
from core.replay import replay
from core.tenancy import TenantView
from tests.factories import acting, file_household, found_tree, hire

NOON = dt.datetime(2019, 6, 28, 4, tzinfo=dt.UTC)
TODAY = NOON.date()
MONTHS = (dt.date(2019, 3, 1), dt.date(2019, 4, 1), dt.date(2019, 5, 1))
LINE = 975_00 * 12
"""The low-income line of 2019 for one person and a year, fen."""


@pytest.fixture(scope="module")
def city(module_installation: Installation) -> TenantView:
    """A city of Guangxi."""
    found_tree(module_installation)
    for new in (
        NewTenant("guangxi", "province", "广西总工会", "Guangxi", "guangxi", "450000", "nation"),
        NewTenant("nanning", "city", "南宁市总工会", "Nanning", "guangxi", "450100", "guangxi"),
    ):
        add_tenant(module_installation, new)
    return module_installation.tenant("nanning")


@pytest.fixture
def file_one(module_installation: Installation, city: TenantView) -> Callable[..., uuid.UUID]:
    """Return what files one old person whose income exceeds the low-income line by 10,000 yuan."""

    def file(**circumstances: Any) -> uuid.UUID:
        statement = {"income": LINE + yuan("10000"), "illness": 0, "schooling": yuan("9000")}
        household = file_household(
            module_installation, city, relatives=(), statement=statement, as_of=TODAY
        )
        with acting(module_installation, city, SYSTEM, at=NOON) as ctx:
            state_months(ctx, household.id, dict.fromkeys(MONTHS, yuan("1000")))
            told = {"property_fits": True} | circumstances
            state_circumstances(ctx, household.id, dt.date(2019, 1, 1), told)
        return household.id

    return file


def judged(installation: Installation, city: TenantView, household: uuid.UUID) -> Judgement:
    with acting(installation, city, hire(installation, city, "approver"), at=NOON) as ctx:
        return judge_household(ctx, household, TODAY)


@pytest.mark.parametrize(
    ("old_age", "category"), [("10000.01", "low_income"), ("10000.00", "none"), ("0", "none")]
)
def test_what_old_age_costs_is_rigid_spending_to_the_fen(
    module_installation: Installation, city: TenantView, file_one: Callable[..., uuid.UUID],
    old_age: str, category: str,
) -> None:  # fmt: skip
    kept = judged(module_installation, city, file_one(old_age=yuan(old_age)))
    assert kept.category == category
    assert kept.facts["old_age"] == yuan(old_age)


def test_it_counts_from_the_day_it_is_stated_for(
    module_installation: Installation, city: TenantView, file_one: Callable[..., uuid.UUID]
) -> None:
    household = file_one()
    with acting(module_installation, city, SYSTEM, at=NOON) as ctx:
        state_circumstances(ctx, household, TODAY, {"old_age": yuan("20000")})
        facts = {
            day: judge_household(ctx, household, day).facts["old_age"]
            for day in (TODAY, TODAY + dt.timedelta(days=1))
        }
        before = read_old_age(ctx, household, TODAY - dt.timedelta(days=1))
    assert set(facts.values()) == {yuan("20000")}
    assert before == 0


def read_old_age(ctx: Any, household: uuid.UUID, on: dt.date) -> int:
    rows = ctx.session.fetch(
        "select old_age from circumstances where tenant_id = %(tenant)s and household_id = %(id)s"
        " and as_of <= %(on)s order by as_of desc limit 1",
        {"tenant": ctx.tenant_id, "id": household, "on": on},
    )
    return int(rows[0][0])


def test_one_many_registry_and_replay_agree(
    module_installation: Installation, city: TenantView, file_one: Callable[..., uuid.UUID]
) -> None:
    """The same file judged alone, with others, by columns of the registry, and years later."""
    ids = [file_one(old_age=yuan("10000.01")), file_one(old_age=yuan("9999.99"))]
    alone = [judged(module_installation, city, one).category for one in ids]
    assert alone == ["low_income", "none"]
    with acting(module_installation, city, SYSTEM, at=NOON) as ctx:
        judge_many(ctx, ids, TODAY)
        stored = [ctx.session.get_one(Household, (ctx.tenant_id, one)).category for one in ids]
        asked = Asked(city.id, TODAY, ("members", "old_age"), "household.judge")
        block = read_block(ctx, asked, FIRST)
        assert block is not None
        told = dict(zip(block.ids(), block.facts()["old_age"].tolist(), strict=True))
        found = replay(ctx)
    assert stored == alone
    assert [told[one] for one in ids] == [yuan("10000.01"), yuan("9999.99")]
    assert (found.differences, found.judgements >= 4) == ([], True)


def test_it_keeps_a_household_from_leaving_and_the_explanation_names_it(
    module_installation: Installation, city: TenantView, file_one: Callable[..., uuid.UUID]
) -> None:
    ways = {}
    for old_age in ("10000.00", "10000.01"):
        household = file_one(old_age=yuan(old_age))
        clerk = hire(module_installation, city, "approver")
        with acting(module_installation, city, clerk, at=NOON) as ctx:
            item = review_household(ctx, household, TODAY)
        ways[old_age] = item.way
        reviewed = judged(module_installation, city, household)
        with acting(module_installation, city, SYSTEM, at=NOON) as ctx:
            steps = read_household(ctx, household).data["judgement"]["explanation"]
        (step,) = (step for step in steps if step["name"] == "rigid_spending")
        assert (step["value"], "因老" in step["text"]["zh"]) == (reviewed.facts["old_age"], True)
    assert ways == {"10000.00": "recovery", "10000.01": "stays"}
