"""The phase-out of Guangxi's own pack: for who found work, as many months as the city sets."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from sqlalchemy import update

from core.audit.models import AuditRecord
from core.errors import InvalidError
from core.federations import NewTenant, add_tenant
from core.households.circumstances import state_months
from core.households.life.exits import confirm_exit, review_household
from core.households.life.standing import end_phase_outs
from core.households.models import Household
from core.installation import Installation
from core.people import SYSTEM, Actor
from core.tenancy import ParameterOverride, TenantView
from tests.factories import GRASSROOTS, Filed, acting, file_household, found_tree, hire

NOON = dt.datetime(2019, 6, 28, 4, tzinfo=dt.UTC)
TODAY = NOON.date()
MONTHS = (dt.date(2019, 3, 1), dt.date(2019, 4, 1), dt.date(2019, 5, 1))
EARNED = {"income": 975_00 * 12, "illness": 0, "schooling": 0}
"""What is left of it reaches the low-income line of 975 yuan to the fen, for one person."""


@dataclass(frozen=True)
class Region:
    """Two cities of Guangxi; the second one set a phase-out of its own."""

    installation: Installation
    city: TenantView
    other: TenantView

    def clerk(self, city: TenantView) -> Actor:
        return hire(self.installation, city, "clerk", unit=GRASSROOTS)

    def leave(self, city: TenantView, *, work_status: str) -> Filed:
        """Let a household leave that earns the line in each of three months."""
        household = file_household(
            self.installation, city, relatives=(), statement=EARNED, as_of=TODAY
        )
        with acting(self.installation, city, SYSTEM, at=NOON) as ctx:
            ctx.session.execute(
                update(Household)
                .where(Household.tenant_id == ctx.tenant_id, Household.id == household.id)
                .values(work_status=work_status)
            )
        with acting(self.installation, city, self.clerk(city), at=NOON) as ctx:
            state_months(ctx, household.id, dict.fromkeys(MONTHS, 650_00))
        with acting(self.installation, city, self.clerk(city), at=NOON) as ctx:
            item = review_household(ctx, household.id, TODAY, "已就业")
        approver = hire(self.installation, city, "approver")
        with acting(self.installation, city, approver, at=NOON) as ctx:
            confirm_exit(ctx, item.id)
        return household

    def stored(self, city: TenantView, household: Filed) -> Household:
        with self.installation.system(city) as ctx:
            return ctx.session.get_one(Household, (ctx.tenant_id, household.id))


@pytest.fixture(scope="module")
def region(module_installation: Installation) -> Region:
    """Guangxi above two of its cities."""
    found_tree(module_installation)
    news = [
        NewTenant("guangxi", "province", "广西总工会", "Guangxi", "guangxi", "450000", "nation"),
        NewTenant("nanning", "city", "南宁市总工会", "Nanning", "guangxi", "450100", "guangxi"),
        NewTenant("liuzhou", "city", "柳州市总工会", "Liuzhou", "guangxi", "450200", "guangxi"),
    ]
    for new in news:
        add_tenant(module_installation, new)
    other = module_installation.tenant("liuzhou")
    with module_installation.system(other) as ctx:
        ctx.session.add(ParameterOverride(
            tenant_id=ctx.tenant_id, programme="urban_exit", name="phase_out_months", value="12",
            holds_from=dt.date(2019, 1, 1), source="柳政办〔2019〕1号", set_by=ctx.tenant_id,
            set_at=ctx.now,
        ))  # fmt: skip
    return Region(module_installation, module_installation.tenant("nanning"), other)


def test_who_found_work_keeps_the_benefit_for_six_months(region: Region) -> None:
    household = region.leave(region.city, work_status="employed")
    file = region.stored(region.city, household)
    assert (file.state, file.exit_way) == ("phase_out", "recovery")
    assert file.phase_out_until == dt.date(2019, 12, 28)


def test_a_city_sets_up_to_twelve(region: Region) -> None:
    household = region.leave(region.other, work_status="employed")
    assert region.stored(region.other, household).phase_out_until == dt.date(2020, 6, 28)
    with pytest.raises(InvalidError):
        region.installation.policies.pack("guangxi").check_override(
            "urban_exit", "phase_out_months", "13"
        )
    with pytest.raises(InvalidError):
        region.installation.policies.pack("guangxi").check_override(
            "urban_exit", "phase_out_months", "5"
        )


def test_who_leaves_without_work_is_closed_at_once(region: Region) -> None:
    household = region.leave(region.city, work_status="retired")
    file = region.stored(region.city, household)
    assert (file.state, file.exit_way, file.phase_out_until) == ("exited", "recovery", None)


def test_the_day_after_the_last_one_the_calendar_closes_it(region: Region) -> None:
    household = region.leave(region.city, work_status="employed")
    for hour, closed in ((15, False), (16, True)):  # 16:00 UTC is midnight in China
        moment = dt.datetime(2019, 12, 28, hour, tzinfo=dt.UTC)
        with acting(region.installation, region.city, SYSTEM, at=moment) as ctx:
            assert (household.id in end_phase_outs(ctx)) is closed
    with region.installation.system(region.city) as ctx:
        newest = (
            ctx.session.query(AuditRecord)
            .filter_by(tenant_id=ctx.tenant_id, object_id=household.id)
            .order_by(AuditRecord.id.desc())
            .first()
        )
        assert newest and newest.event == "household.phase_out_ended"
