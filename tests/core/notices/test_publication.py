"""Public notices: opened masked for the right days, closed when they are over, not before."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from core.applications.models import Application
from core.applications.submission import withdraw
from core.audit.models import AuditRecord
from core.errors import ConflictError, ForbiddenError
from core.funds.models import Payment
from core.notices.models import Notice
from core.notices.publication import close_due_notices, open_notice
from core.notices.queries import list_notices, public_notices
from tests.factories import COUNTY, ELSEWHERE, GRASSROOTS, acting, hire
from tests.office import Office, read


def noticed(office: Office) -> Application:
    application = office.approve(office.file())
    office.publish(application)
    return application


def notice_of(office: Office, application: Application) -> Notice:
    with office.system() as ctx:
        return ctx.session.scalars(
            select(Notice).where(Notice.application_id == application.id)
        ).one()


def test_it_runs_five_working_days_from_the_next_one_on(office: Office) -> None:
    notice = notice_of(office, noticed(office))
    assert notice.first_day == dt.date(2023, 7, 3), "approved on a Friday, the first day is Monday"
    assert notice.last_day == dt.date(2023, 7, 7)
    assert notice.working_days == 5


def test_it_shows_a_masked_name_and_the_union(office: Office) -> None:
    application = noticed(office)
    with office.system() as ctx:
        shown = next(
            one for one in public_notices(ctx)
            if one["id"] == notice_of(office, application).id
        )  # fmt: skip
    assert shown["name"] == "王**"
    assert shown["unit"] == GRASSROOTS
    assert (shown["programme"], shown["amount"]) == ("living_aid", application.amount)
    assert "王建国" not in str(shown)
    assert not {"application_id", "household_id", "number"} & set(shown)


def test_opening_twice_opens_one(office: Office) -> None:
    application = noticed(office)
    office.publish(application)
    assert notice_of(office, application).state == "open"
    assert read(office, application).state == "noticed"


def test_what_was_withdrawn_before_its_notice_is_not_shown(office: Office) -> None:
    application = office.approve(office.file())
    with office.acting("clerk") as ctx:
        withdraw(ctx, application.id, "户主放弃")
    with office.system() as ctx:
        assert open_notice(ctx, application.id) is None
    assert read(office, application).state == "withdrawn"


def test_nothing_is_shown_before_it_is_approved(office: Office) -> None:
    application = office.submit(office.start(office.file()))
    with pytest.raises(ConflictError, match="not approved"):
        office.publish(application)


def test_a_region_without_notice_grants_at_once(
    own_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = own_office.approve(own_office.file())
    policies = own_office.installation.policies
    pack = policies.pack("city_2023")
    monkeypatch.setattr(
        type(policies), "pack", lambda _self, _slug: replace(pack, default_notice_days=0)
    )
    with own_office.system() as ctx:
        assert open_notice(ctx, application.id) is None
    assert read(own_office, application).state == "granted"


def test_it_is_granted_after_the_last_day_and_not_on_it(own_office: Office) -> None:
    application = noticed(own_office)
    own_office.now = dt.datetime(2023, 7, 7, 15, 59, tzinfo=dt.UTC)  # 23:59 in China
    with own_office.system() as ctx:
        assert close_due_notices(ctx) == []
    own_office.now = dt.datetime(2023, 7, 7, 16, 0, tzinfo=dt.UTC)
    with own_office.system() as ctx:
        assert close_due_notices(ctx) == [application.id]
    assert read(own_office, application).state == "granted"
    assert notice_of(own_office, application).state == "closed"


def test_closing_again_changes_nothing(own_office: Office) -> None:
    application = noticed(own_office)
    assert own_office.wait_out_notice() == [application.id]
    version = read(own_office, application).version
    assert own_office.wait_out_notice() == []
    assert read(own_office, application).version == version


def test_two_ticks_at_once_grant_once(own_office: Office) -> None:
    applications = [noticed(own_office) for _ in range(3)]
    own_office.now += dt.timedelta(days=15)
    granted: list[object] = []
    barrier = threading.Barrier(4)

    def tick() -> None:
        barrier.wait()
        with own_office.system() as ctx:
            granted.extend(close_due_notices(ctx))

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, granted)) == sorted(str(one.id) for one in applications)


def test_the_final_decision_is_audited(own_office: Office) -> None:
    application = own_office.grant(own_office.file())
    with own_office.system() as ctx:
        events = ctx.session.scalars(
            select(AuditRecord.event)
            .where(AuditRecord.object_id == application.id)
            .order_by(AuditRecord.id)
        ).all()
    assert events[-1] == "application.granted"


def test_a_notice_with_too_few_working_days_runs_on(own_office: Office) -> None:
    """A calendar published after it began may turn some of its days into holidays."""
    application = noticed(own_office)
    with own_office.system() as ctx:
        ctx.session.execute(update(Notice).values(last_day=dt.date(2023, 7, 5)))
    own_office.now = dt.datetime(2023, 7, 6, 1, tzinfo=dt.UTC)
    with own_office.system() as ctx:
        assert close_due_notices(ctx) == []
    assert notice_of(own_office, application).last_day == dt.date(2023, 7, 7)
    assert own_office.wait_out_notice() == [application.id]


def test_withdrawing_ends_the_notice(own_office: Office) -> None:
    application = noticed(own_office)
    with own_office.acting("clerk") as ctx:
        withdraw(ctx, application.id, "户主放弃")
    assert notice_of(own_office, application).state == "stopped"
    assert own_office.wait_out_notice() == []


def test_what_is_over_is_not_on_the_public_page(own_office: Office) -> None:
    noticed(own_office)
    own_office.now = dt.datetime(2023, 7, 8, 1, tzinfo=dt.UTC)
    with own_office.system() as ctx:
        assert public_notices(ctx) == []


def test_the_only_fund_that_fits_takes_the_grant(own_office: Office) -> None:
    fund = own_office.fund()
    own_office.fund(programmes=["medical_relief"])
    own_office.fund(year=2021)
    application = own_office.grant(own_office.file())
    with own_office.system() as ctx:
        payment = ctx.session.scalars(select(Payment)).one()
    assert (payment.application_id, payment.fund_id) == (application.id, fund.id)


@pytest.mark.parametrize("budgets", [(), ("100",), ("90000", "90000")])
def test_otherwise_finance_chooses(own_office: Office, budgets: tuple[str, ...]) -> None:
    for budget in budgets:
        own_office.fund(budget)
    application = own_office.grant(own_office.file())
    assert read(own_office, application).state == "granted"
    with own_office.system() as ctx:
        assert ctx.session.scalars(select(Payment)).all() == []


def test_a_missing_card_does_not_hold_up_the_grant(own_office: Office) -> None:
    own_office.fund()
    application = own_office.grant(own_office.file(card=""))
    assert read(own_office, application).state == "granted"


def test_staff_list_the_notices_of_their_units(own_office: Office) -> None:
    application = noticed(own_office)
    near = hire(own_office.installation, own_office.city, "reviewer", unit=COUNTY)
    far = hire(own_office.installation, own_office.city, "reviewer", unit=ELSEWHERE)
    stranger = hire(own_office.installation, own_office.city, "finance")
    for actor, numbers in ((near, [application.number]), (far, [])):
        with acting(own_office.installation, own_office.city, actor, at=own_office.now) as ctx:
            assert [one["number"] for one in list_notices(ctx)] == numbers
            assert list_notices(ctx, state="closed") == []
    with (
        acting(own_office.installation, own_office.city, stranger, at=own_office.now) as ctx,
        pytest.raises(ForbiddenError),
    ):
        list_notices(ctx)


def test_finance_cannot_close_notices(office: Office) -> None:
    with office.acting("finance") as ctx, pytest.raises(ForbiddenError):
        close_due_notices(ctx)
