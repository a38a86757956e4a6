"""Files of Liupanshui judged as they stand in the database: homes, room, and who is listed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from core.federations import NewTenant, add_tenant
from core.households.circumstances import state_circumstances
from core.households.judgements import judge_household, judge_many
from core.households.models import Household
from core.households.queries import read_household
from core.installation import Installation
from core.money import parse_yuan as yuan
from core.people import SYSTEM
from core.tenancy import ParameterOverride, TenantView
from tests.factories import SPOUSE, acting, file_household, found_tree

NOON = dt.datetime(2018, 1, 14, 4, tzinfo=dt.UTC)
TODAY = NOON.date()
MODEST, RICH = "40000.00", "43200.00"
"""Two people's income below and at three times the line of 600 yuan."""


@pytest.fixture(scope="module")
def city(module_installation: Installation) -> TenantView:
    """Liupanshui."""
    found_tree(module_installation)
    names = ("六盘水市总工会", "Liupanshui", "liupanshui")
    add_tenant(module_installation, NewTenant("lps", "city", *names, "520200", "province"))
    return module_installation.tenant("lps")


@pytest.fixture
def file_one(module_installation: Installation, city: TenantView) -> Callable[..., uuid.UUID]:
    """Return what files a couple with an income, a home as `values` say, and circumstances."""

    def file(income: str, in_dibao: bool = False, **values: Any) -> uuid.UUID:
        statement = {"income": yuan(income), "illness": 0, "schooling": 0}
        household = file_household(
            module_installation, city, relatives=(SPOUSE,), statement=statement, as_of=TODAY
        )
        with acting(module_installation, city, SYSTEM, at=NOON) as ctx:
            stored = ctx.session.get_one(Household, (ctx.tenant_id, household.id))
            home = {"housing_kind": "owned", "housing_area_centi": None, **values}
            for name, value in home.items():
                setattr(stored, name, value)
            if in_dibao:
                state_circumstances(ctx, household.id, TODAY, {"in_dibao": True})
        return household.id

    return file


def judged(
    installation: Installation, city: TenantView, household: uuid.UUID, on: dt.date = TODAY
) -> tuple[str, set[str]]:
    """Return the category of a file and the codes of its reasons, the same alone and in a batch."""
    with acting(installation, city, SYSTEM, at=NOON) as ctx:
        alone = judge_household(ctx, household, on)
        judge_many(ctx, [household], on)
        stored = ctx.session.get_one(Household, (ctx.tenant_id, household))
        assert stored.category == alone.category
        return alone.category, {reason["code"] for reason in alone.reasons}


@pytest.mark.parametrize(
    ("income", "values", "category", "codes"),
    [
        (MODEST, {"housing_kind": "none"}, "housing_hardship", {"housing_hardship", "no_home"}),
        (MODEST, {"housing_kind": "dangerous"}, "housing_hardship",
         {"housing_hardship", "dangerous_home"}),
        (MODEST, {"housing_area_centi": 2_999}, "housing_hardship",
         {"housing_hardship", "cramped_home"}),
        (MODEST, {"housing_area_centi": 3_000}, "none", {"none"}),
        (MODEST, {"housing_area_centi": None}, "none", {"none"}),
        (RICH, {"housing_kind": "none"}, "none", {"none", "housing_income_not_below"}),
        (RICH, {"housing_area_centi": 1}, "none", {"none", "housing_income_not_below"}),
        (RICH, {"in_dibao": True}, "dibao", {"dibao_listed"}),
        ("14399.99", {"in_dibao": True}, "dibao", {"dibao", "also_fits_expenditure_hardship"}),
    ],
)  # fmt: skip
def test_a_file_is_judged_by_home_room_income_and_standing(
    module_installation: Installation, city: TenantView, file_one: Callable[..., uuid.UUID],
    income: str, values: dict[str, Any], category: str, codes: set[str],
) -> None:  # fmt: skip
    assert judged(module_installation, city, file_one(income, **values)) == (category, codes)


def test_room_is_that_of_those_who_live_there_now(
    module_installation: Installation, city: TenantView, file_one: Callable[..., uuid.UUID]
) -> None:
    household = file_one(MODEST, housing_area_centi=3_000, member_count=3)
    assert judged(module_installation, city, household)[0] == "housing_hardship"
    with acting(module_installation, city, SYSTEM, at=NOON) as ctx:
        steps = read_household(ctx, household).data["judgement"]["explanation"]
    (area,) = (step for step in steps if step["name"] == "area_per_head")
    assert (area["shown"]["zh"], area["shown"]["en"]) == ("10.00平方米", "10.00 m²")


def test_a_city_sets_its_own_room_and_income(
    module_installation: Installation, city: TenantView, file_one: Callable[..., uuid.UUID]
) -> None:
    cramped = file_one(MODEST, housing_area_centi=2_999)
    homeless = file_one(RICH, housing_kind="none")
    from_then_on = TODAY + dt.timedelta(days=1)
    own = {"housing_area_per_head": "14.99", "housing_percent": "400"}
    with acting(module_installation, city, SYSTEM, at=NOON) as ctx:
        for name, value in own.items():
            ctx.session.add(ParameterOverride(
                tenant_id=ctx.tenant_id, programme="urban_households", name=name, value=value,
                holds_from=from_then_on, source="六盘水府办〔2018〕1号", set_by=ctx.tenant_id,
                set_at=ctx.now,
            ))  # fmt: skip
    for household, before, after in (
        (cramped, "housing_hardship", "none"), (homeless, "none", "housing_hardship"),
    ):  # fmt: skip
        assert judged(module_installation, city, household)[0] == before
        assert judged(module_installation, city, household, from_then_on)[0] == after
