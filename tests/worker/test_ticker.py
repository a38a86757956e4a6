"""What is done by the clock for household files."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from core.audit.models import AuditRecord
from core.households.life.models import FileEvent
from core.households.models import Household, Member
from core.installation import Installation
from core.tenancy import TenantView
from tests.factories import Filed, file_household, found_tree
from worker.ticker import PHASE_OUT_SECONDS, make_ticks


def put_into_phase_out(
    installation: Installation, tenant: TenantView, *, days: int
) -> tuple[Filed, dt.date]:
    """File a household whose phase-out ends so many days from today; return that day with it."""
    file = file_household(installation, tenant)
    with installation.system(tenant) as ctx:
        household = ctx.session.get_one(Household, (tenant.id, file.id))
        household.state, household.exit_way = "phase_out", "recovery"
        household.phase_out_until = ctx.today + dt.timedelta(days=days)
        return file, household.phase_out_until


def tick(installation: Installation) -> None:
    """Let the clock do what it does with files."""
    (found,) = [one for one in make_ticks() if one.name == "close_files"]
    assert found.seconds == PHASE_OUT_SECONDS
    found.run(installation)


def test_the_clock_closes_files_whose_phase_out_is_over_and_frees_their_people(
    installation: Installation,
) -> None:
    tree = found_tree(installation)
    over, last_day = put_into_phase_out(installation, tree.city_a, days=-1)
    elsewhere, _day = put_into_phase_out(installation, tree.city_b, days=-400)
    running, _day = put_into_phase_out(installation, tree.city_a, days=0)
    tick(installation)
    tick(installation)  # twice does nothing more
    for tenant, file in ((tree.city_a, over), (tree.city_b, elsewhere)):
        with installation.system(tenant) as ctx:
            household = ctx.session.get_one(Household, (tenant.id, file.id))
            assert (household.state, household.exit_way) == ("exited", "recovery")
            query = select(Member).where(Member.household_id == file.id)
            assert not any(member.active for member in ctx.session.scalars(query))
    with installation.system(tree.city_a) as ctx:
        kept = ctx.session.get_one(Household, (tree.city_a.id, running.id))
        assert kept.state == "phase_out"  # today is its last day
        (step,) = ctx.session.scalars(select(FileEvent).where(FileEvent.household_id == over.id))
        assert (step.way, step.by_person) == ("phase_out_ended", None)
        assert step.on_date == last_day + dt.timedelta(days=1)
        told = list(ctx.session.scalars(
            select(AuditRecord).where(AuditRecord.object_id == over.id)
        ))  # fmt: skip
        assert [one.event for one in told] == ["household.phase_out_ended"]


def test_a_tenant_without_files_in_phase_out_is_left_alone(
    installation: Installation,
) -> None:
    tree = found_tree(installation)
    file = file_household(installation, tree.city_a)
    tick(installation)
    with installation.system(tree.city_a) as ctx:
        assert ctx.session.get_one(Household, (tree.city_a.id, file.id)).state == "active"
