"""What is granted by the month: how it begins, what it excludes, what stops and checks it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from core.applications.models import Application
from core.applications.referral import follow_measure
from core.audit.models import AuditRecord
from core.catalogue import Catalogue
from core.entitlements.checking import end_entitlement, recheck
from core.entitlements.following import follow_files
from core.entitlements.models import Entitlement
from core.entitlements.months import run_month
from core.entitlements.queries import list_entitlements
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, StaleError
from core.households.life.models import Measure
from core.households.models import Household
from core.money import parse_yuan as yuan
from core.overrides import set_override
from core.titles import title_of
from tests.core.entitlements.conftest import OCTOBER, entitle, file_home, grant_rent, now_of
from tests.factories import hire
from tests.office import Office, read


@dataclass(frozen=True)
class Own:
    """A figure of the federation's own."""

    name: str
    value: str
    programme: str = "rent_subsidy"
    holds_from: dt.date = dt.date(2019, 9, 16)
    source: str = "包头市住房保障办法（2019年）"


def change_file(office: Office, one: Entitlement, **values: object) -> None:
    with office.system() as ctx:
        household = ctx.session.get_one(Household, (ctx.tenant_id, one.household_id))
        for name, value in values.items():
            setattr(household, name, value)


def follow(office: Office) -> int:
    with office.system() as ctx:
        return follow_files(ctx)


def stands(office: Office, one: Entitlement) -> tuple[str, str]:
    found = now_of(office, one)
    return found.state, found.reason


def test_a_grant_by_the_month_runs_from_the_first_of_the_next_month(baotou: Office) -> None:
    application = grant_rent(baotou)
    assert application.assessment["maximum"] == yuan("900")
    found = now_of(baotou, application)
    assert (found.amount, found.starts_on, found.state) == (yuan("900"), dt.date(2019, 11, 1),
                                                            "running")  # fmt: skip
    assert found.recheck_due == dt.date(2020, 10, 1)
    assert read(baotou, application).state == "granted"
    fund = baotou.fund(year=2019)
    with pytest.raises(ConflictError, match="every month"):
        baotou.reserve(application, fund)


def test_a_lease_in_kind_and_a_subsidy_are_never_given_together(baotou: Office) -> None:
    filed = file_home(baotou)
    lease = baotou.start(filed, "in_kind_lease", "0", answers={})
    subsidy = baotou.start(filed, "rent_subsidy", "500", answers={"rent": yuan("800")})
    baotou.submit(subsidy)
    with pytest.raises(ConflictError, match=subsidy.number):
        baotou.submit(lease)
    with pytest.raises(ConflictError, match="already"):
        baotou.start(filed, "rent_subsidy", "500", answers={"rent": yuan("800")})


def test_an_assigned_home_stands_as_an_entitlement_without_money(baotou: Office) -> None:
    filed = file_home(baotou)
    application = baotou.approve(filed, "in_kind_lease", "0", answers={})
    baotou.publish(application)
    assert read(baotou, application).state == "referred"
    with baotou.system() as ctx:
        measure = ctx.session.scalars(
            select(Measure).where(Measure.application_id == application.id)
        ).one()
        assert measure.department == "住房城乡建设局"
        measure.state, measure.outcome = "done", "已配租昆河小区3栋"
        follow_measure(ctx, measure)
    assert (now_of(baotou, application).amount, read(baotou, application).state) == (0, "fulfilled")
    with pytest.raises(ConflictError, match=application.number):
        baotou.start(filed, "rent_subsidy", "500", answers={"rent": yuan("800")})
    with baotou.acting("approver") as ctx:
        end_entitlement(ctx, now_of(baotou, application).id, "已退房")
    assert (
        baotou.start(filed, "rent_subsidy", "500", answers={"rent": yuan("800")}).state == "draft"
    )


def test_it_is_suspended_with_its_file_and_goes_on_with_it(baotou: Office) -> None:
    (one,) = entitle(baotou)
    assert follow(baotou) == 0
    change_file(baotou, one, state="suspended")
    assert (follow(baotou), stands(baotou, one)) == (1, ("suspended", "file_suspended"))
    assert follow(baotou) == 0
    change_file(baotou, one, state="active", verified_on=dt.date(2018, 9, 15))
    assert (follow(baotou), stands(baotou, one)) == (1, ("suspended", "file_overdue"))
    change_file(baotou, one, verified_on=dt.date(2019, 9, 10))
    assert (follow(baotou), stands(baotou, one)) == (1, ("running", ""))
    with baotou.system() as ctx:
        query = select(AuditRecord.event).where(AuditRecord.object_id == one.id)
        told = ctx.session.scalars(query.order_by(AuditRecord.id)).all()
    assert told == ["entitlement.suspended", "entitlement.suspended", "entitlement.resumed"]


def test_it_stops_at_the_exit_and_not_in_the_phase_out(baotou: Office) -> None:
    (one,) = entitle(baotou)
    change_file(baotou, one, state="phase_out", phase_out_until=dt.date(2019, 9, 16))
    assert (follow(baotou), stands(baotou, one)) == (0, ("running", ""))
    baotou.now += dt.timedelta(days=1)
    assert (follow(baotou), stands(baotou, one)) == (1, ("ended", "file_exited"))
    change_file(baotou, one, state="active", phase_out_until=None)
    assert follow(baotou) == 0


def test_the_safety_net_ends_it(baotou: Office) -> None:
    (one,) = entitle(baotou)
    change_file(baotou, one, state="safety_net")
    assert (follow(baotou), stands(baotou, one)) == (1, ("ended", "safety_net"))


def test_past_its_check_it_is_suspended_until_it_was_checked(baotou: Office) -> None:
    application = grant_rent(baotou)
    one = now_of(baotou, application)
    baotou.now = dt.datetime(2020, 10, 1, 1, tzinfo=dt.UTC)
    change_file(baotou, one, verified_on=dt.date(2020, 9, 1))
    assert follow(baotou) == 0
    baotou.now += dt.timedelta(days=1)
    assert (follow(baotou), stands(baotou, one)) == (1, ("suspended", "recheck_due"))
    with baotou.acting("clerk") as ctx, pytest.raises(ForbiddenError):
        recheck(ctx, one.id)
    with baotou.acting("reviewer") as ctx, pytest.raises(StaleError):
        recheck(ctx, one.id, version=1)
    with baotou.acting("reviewer") as ctx:
        assert recheck(ctx, one.id).state == "running"
    found = now_of(baotou, one)
    assert (found.recheck_due, found.amount) == (dt.date(2021, 10, 2), yuan("900"))


def test_a_check_lowers_what_the_rule_no_longer_grants_and_ends_what_it_refuses(
    baotou: Office,
) -> None:
    one = now_of(baotou, grant_rent(baotou, statement={"income": yuan("30000")}))
    # Two of the four have moved away: 2 × 15 m² at 15 yuan.
    change_file(baotou, one, member_count=2)
    with baotou.acting("reviewer") as ctx:
        assert recheck(ctx, one.id).amount == yuan("450")
    change_file(baotou, one, member_count=4)
    with baotou.acting("reviewer") as ctx:
        assert recheck(ctx, one.id).amount == yuan("450")
    change_file(baotou, one, housing_kind="owned", housing_area_centi=9000)
    with baotou.acting("reviewer") as ctx:
        recheck(ctx, one.id)
    assert stands(baotou, one) == ("ended", "not_eligible")


def test_a_month_is_paid_and_nothing_checked_while_the_plugin_is_away(
    baotou: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = now_of(baotou, grant_rent(baotou))
    entries = baotou.installation.catalogue.entries()
    away = Catalogue(entry for entry in entries if entry.name != "rent_subsidy")
    monkeypatch.setattr(baotou.installation, "catalogue", away)
    with baotou.acting("clerk") as ctx:
        assert one.id in [each.id for each in list_entitlements(ctx)]
        assert title_of(ctx, "rent_subsidy").zh == "租赁补贴"
    with baotou.acting("reviewer") as ctx, pytest.raises(ConflictError, match="judged anew"):
        recheck(ctx, one.id)
    fund = baotou.fund(year=2019, programmes=["rent_subsidy"])
    baotou.now = dt.datetime(2019, 11, 4, 1, tzinfo=dt.UTC)
    with baotou.acting("finance") as ctx:
        assert run_month(ctx, fund.id, dt.date(2019, 11, 1)).total >= yuan("900")
    with baotou.acting("approver") as ctx:
        assert end_entitlement(ctx, one.id, "搬走").state == "ended"


def test_whoever_began_it_does_not_check_it(baotou: Office) -> None:
    one = now_of(baotou, grant_rent(baotou))
    both = hire(baotou.installation, baotou.city, "clerk", "reviewer")
    with baotou.system() as ctx:
        application = ctx.session.get_one(Application, (ctx.tenant_id, one.application_id))
        application.started_by = both.person_id or application.started_by
    baotou.people = {**baotou.people, "both": both}
    with baotou.acting("both") as ctx, pytest.raises(ForbiddenError, match="someone else"):
        recheck(ctx, one.id)


def test_an_approver_ends_it_for_a_reason_once(baotou: Office) -> None:
    (one,) = entitle(baotou)
    with baotou.acting("approver") as ctx, pytest.raises(InvalidError, match="reason"):
        end_entitlement(ctx, one.id, " ")
    with baotou.acting("finance") as ctx, pytest.raises(ForbiddenError):
        end_entitlement(ctx, one.id, "搬走")
    with baotou.acting("approver") as ctx:
        end_entitlement(ctx, one.id, "搬走")
    with baotou.acting("approver") as ctx, pytest.raises(ConflictError, match="ended already"):
        end_entitlement(ctx, one.id, "搬走")
    assert (now_of(baotou, one).note, stands(baotou, one)) == ("搬走", ("ended", "by_hand"))


def test_everybody_sees_those_of_his_units(baotou: Office) -> None:
    (one,) = entitle(baotou)
    with baotou.acting("clerk") as ctx:
        found = next(each for each in list_entitlements(ctx, state="running") if each.id == one.id)
        assert (found.amount, found.starts_on, found.paid_until) == (yuan("100"), OCTOBER, None)
        assert list_entitlements(ctx, state="suspended") == []
    elsewhere = hire(baotou.installation, baotou.city, "clerk", unit="钢铁公司")
    baotou.people = {**baotou.people, "elsewhere": elsewhere}
    with baotou.acting("elsewhere") as ctx:
        assert list_entitlements(ctx) == []
    with baotou.acting("approver") as ctx, pytest.raises(NotFoundError):
        end_entitlement(ctx, one.application_id, "无")
    with baotou.system() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Entitlement))


def test_a_federation_sets_its_own_market_rent(baotou: Office) -> None:
    boss = hire(baotou.installation, baotou.city, "tenant_administrator")
    baotou.people = {**baotou.people, "boss": boss}
    with baotou.acting("boss") as ctx:
        set_override(ctx, Own("market_rent", "10.00"))
    application = baotou.start(
        file_home(baotou), "rent_subsidy", "500", answers={"rent": yuan("1000")}
    )
    assert application.assessment["maximum"] == yuan("600")
