"""How a file stands where regions admit by a route: in a query as in Python, region by region."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from core.context import Context
from core.households.life.states import STANDING, bind_day, standing_of
from core.households.listing import Filters, list_households
from core.households.models import Household
from core.installation import Installation
from core.supervision.files import count_by_standing
from core.supervision.periods import read_period
from core.supervision.queries import _ask
from tests.core.admissions.conftest import City, found_city
from tests.factories import Tree, acting, file_household, hire

ASKED = f"select h.id, {STANDING} from households h where h.tenant_id = %(tenant)s"


def stand(ctx: Context) -> dict[object, str]:
    """Return how every file of the tenant stands, by the query."""
    return dict(ctx.session.fetch(ASKED, {"tenant": ctx.tenant_id, **bind_day(ctx)}))


@pytest.fixture(scope="module")
def every(module_installation: Installation, tree: Tree) -> City:
    """A city with a file of every category, department, state and day of verification."""
    city = found_city(module_installation, tree)
    whole = itertools.product(
        (None, "none", "dibao", "housing_hardship", "worker_hardship"),
        (None, "civil_affairs", "housing", "union"),
        ("active", "suspended", "safety_net", "exited"),
        (dt.date(2016, 1, 1), dt.date(2018, 1, 15)),
    )
    for category, admitted_by, state, verified_on in whole:
        city.file(
            category, admitted_by=admitted_by, state=state, verified_on=verified_on, relatives=()
        )
    for city_file in ("deep", None):
        file_household(module_installation, city.tree.city_a, category=city_file, relatives=(),
                       verified_on=dt.date(2018, 1, 15))  # fmt: skip
    return city


def test_the_query_says_what_python_says(every: City) -> None:
    with every.system() as ctx:
        asked = stand(ctx)
        told = {one.id: standing_of(ctx, one) for one in files_of(ctx)}
    assert asked == told
    assert len(asked) == 160
    assert sum(one == "filed" for one in told.values()) == 13


def files_of(ctx: Context) -> list[Household]:
    return [ctx.session.get_one(Household, (ctx.tenant_id, one)) for one in stand(ctx)]


def test_a_report_over_regions_asks_each_by_its_own(every: City) -> None:
    supervisor = hire(every.installation, every.tree.province, "supervisor")
    province = every.installation.tenant("province")
    with acting(every.installation, province, supervisor, at=every.now) as ctx:
        asked = _ask(ctx, province, read_period("2018Q1", ctx.today))
        counted = {one.code: one.households for one in count_by_standing(ctx, asked)}
    with every.system() as ctx:
        own = list(stand(ctx).values())
    assert counted["filed"] == own.count("filed") + 1, "one not judged in the city without a route"
    assert counted["active"] == own.count("active") + 1, "and one that is in force there"


def test_the_list_is_narrowed_to_those_that_are_filed(every: City) -> None:
    with every.acting("city_clerk") as ctx:
        found = list_households(ctx, Filters(state="filed"), size=200, count=True)
    assert found.total == 13
    assert {row["standing"] for row in found.data} == {"filed"}
