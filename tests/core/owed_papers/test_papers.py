"""Owed papers: handed in with a home visit, checked by another person, overdue, not due."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from core.applications.models import Application
from core.audit.queries import read_history
from core.catalogue import Catalogue
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, StaleError
from core.funds.models import Payment
from core.funds.reservations import reserve
from core.households.life.queries import read_life
from core.households.life.visits import Seen, record_visit
from core.money import parse_yuan as yuan
from core.notices.models import Notice
from core.notices.objections import decide_objection, raise_objection
from core.notices.publication import open_notice
from core.owed_papers.checking import check
from core.owed_papers.handing_in import hand_in
from core.owed_papers.models import OwedPapers
from core.owed_papers.queries import find_by_number, list_owed, waiting_for_me
from core.owed_papers.reading import read_owed
from core.wrong_payments.service import (
    Found,
    add_recovery,
    confirm_wrong_payment,
    record_wrong_payment,
)
from tests.core.owed_papers.conftest import (
    DUE,
    ask,
    bring,
    file_burnt,
    gather,
    grant_first,
    owed_of,
    visitors_of,
)
from tests.factories import Filed
from tests.office import Office, read
from tests.urgent import ANSWERS, PROGRAMME

LAST_DAY = dt.datetime(2019, 3, 29, 15, 59, tzinfo=dt.UTC)
"""23:59 in China on the due day."""
DAY_AFTER = dt.datetime(2019, 3, 29, 16, tzinfo=dt.UTC)
"""Midnight in China after the due day."""


@pytest.fixture
def burnt(office: Office) -> Filed:
    """A household that may have ordinary aid as well."""
    return file_burnt(office, admitted_by="civil_affairs")


@pytest.fixture
def owing(office: Office, burnt: Filed) -> tuple[Application, OwedPapers]:
    """Its application, granted first, and what it owes."""
    application = grant_first(office, burnt, "1000")
    return application, owed_of(office, application)


def ask_again(office: Office, filed: Filed) -> Application:
    return office.start(filed, PROGRAMME, "100", answers=ANSWERS)


def standing(office: Office, application: Application) -> str:
    with office.acting("clerk") as ctx:
        return find_by_number(ctx, application.number).standing


def take(office: Office, who: str, owed: OwedPapers, decision: str, **values: Any) -> OwedPapers:
    with office.acting(who) as ctx:
        return check(ctx, owed.id, decision, **values)


def reserved(office: Office, application: Application) -> uuid.UUID:
    """Return the payment of an application, reserved now where no fund fitted alone."""
    with office.system() as ctx:
        query = select(Payment.id).where(Payment.application_id == application.id)
        payment = ctx.session.scalar(query)
    return payment or office.reserve(application, office.fund("100000", year=2019))


def pay(office: Office, application: Application) -> uuid.UUID:
    """Pay an application that was granted and return the payment's id."""
    payment = reserved(office, application)
    with office.system() as ctx:
        found = ctx.session.get_one(Payment, (ctx.tenant_id, payment))
        found.state, found.paid_on = "paid", ctx.today
    return payment


def test_handed_in_and_checked_by_a_second_person_it_is_settled(
    office: Office, burnt: Filed, owing: tuple[Application, OwedPapers]
) -> None:
    application, owed = owing
    handed_in = bring(office, burnt, owed)
    assert (handed_in.state, handed_in.handed_in_on) == ("handed_in", office.now.date())
    assert set(handed_in.papers) == {"event_paper", "application_form"}
    settled = take(office, "reviewer", owed, "approve")
    assert settled.state == "settled"
    with office.system() as ctx:
        told = [item.event for item in read_history(ctx, [owed.id])]
    assert sorted(told) == ["papers.handed_in", "papers.owed", "papers.settled"]
    assert standing(office, application) == "settled"


def test_whoever_had_a_hand_in_it_does_not_check(
    office: Office, burnt: Filed, owing: tuple[Application, OwedPapers]
) -> None:
    _application, owed = owing
    bring(office, burnt, owed)
    with pytest.raises(ForbiddenError, match="someone else must decide"):
        take(office, "approver", owed, "approve")
    with pytest.raises(ForbiddenError):
        take(office, "clerk", owed, "approve")
    with office.acting("reviewer") as ctx, pytest.raises(ForbiddenError):
        hand_in(ctx, owed.id, {}, None)
    assert take(office, "second_approver", owed, "approve").state == "settled"


@pytest.mark.parametrize("missing", ["event_paper", "application_form"])
def test_every_paper_is_needed(
    office: Office, burnt: Filed, owing: tuple[Application, OwedPapers], missing: str
) -> None:
    papers, visit = gather(office, burnt)
    with office.acting("clerk") as ctx, pytest.raises(InvalidError, match="Missing") as raised:
        hand_in(ctx, owing[1].id, {**papers, missing: []}, visit)
    assert raised.value.field == missing


def test_a_paper_is_of_the_household_and_of_its_kind(
    office: Office, burnt: Filed, owing: tuple[Application, OwedPapers]
) -> None:
    papers, visit = gather(office, burnt)
    foreign, _visit = gather(office, file_burnt(office))
    wrong = {**papers, "application_form": papers["event_paper"]}
    for given in ({**papers, "event_paper": foreign["event_paper"]}, wrong):
        with office.acting("clerk") as ctx, pytest.raises(InvalidError, match="no such paper"):
            hand_in(ctx, owing[1].id, given, visit)
    with office.acting("clerk") as ctx, pytest.raises(InvalidError, match="is owed") as raised:
        hand_in(ctx, owing[1].id, {**papers, "receipt": []}, visit)
    assert raised.value.field == "receipt"


def test_the_investigation_is_made_good_by_a_visit_since_the_application(
    office: Office, burnt: Filed, owing: tuple[Application, OwedPapers]
) -> None:
    papers, _visit = gather(office, burnt)
    people = visitors_of(office)
    with office.acting("clerk") as ctx:
        before, unmet = (
            record_visit(ctx, burnt.id, Seen(day, people, "户主", "见附件", conclusion)).id
            for day, conclusion in (
                (dt.date(2019, 3, 14), "still_difficult"), (dt.date(2019, 3, 15), "nobody_met"),
            )
        )  # fmt: skip
    elsewhere = gather(office, file_burnt(office))[1]
    for visit in (None, before, unmet, elsewhere):
        with office.acting("clerk") as ctx, pytest.raises(InvalidError) as raised:
            hand_in(ctx, owing[1].id, papers, visit)
        assert raised.value.field == "visit_id"


def test_on_the_due_day_new_aid_is_given_the_day_after_it_is_refused(
    office: Office, burnt: Filed, owing: tuple[Application, OwedPapers]
) -> None:
    application, owed = owing
    draft = ask_again(office, burnt)
    office.now = LAST_DAY
    assert standing(office, application) == "owed"
    assert ask_again(office, burnt).state == "draft"
    office.now = DAY_AFTER
    assert standing(office, application) == "overdue"
    with pytest.raises(ConflictError, match="paid first") as raised:
        ask_again(office, burnt)
    assert raised.value.message.values == {"number": application.number, "due": "2019-03-29"}
    assert "Hand them in" in str(raised.value.remedy)
    with pytest.raises(ConflictError):
        office.submit(draft)
    with pytest.raises(ConflictError):
        ask(office, burnt, "1")
    assert bring(office, burnt, owed).state == "handed_in"
    assert ask_again(office, burnt).state == "draft", "handed in late frees the household"
    take(office, "reviewer", owed, "return", reason="签字缺失")
    assert standing(office, application) == "overdue", "given back they are due by the same day"
    with pytest.raises(ConflictError):
        ask_again(office, burnt)


def test_the_file_shows_it_and_the_clerk_has_it_in_his_queue(
    office: Office, burnt: Filed, owing: tuple[Application, OwedPapers]
) -> None:
    application, owed = owing

    def mine(who: str) -> list[str]:
        with office.acting(who) as ctx:
            return [one.number for one in waiting_for_me(ctx) if one.household_id == burnt.id]

    def gaps() -> set[str]:
        with office.acting("clerk") as ctx:
            return set(read_life(ctx, burnt.id).data["gaps"])

    assert mine("clerk") == [application.number]
    assert (mine("reviewer"), mine("finance")) == ([], [])
    assert "papers_owed" in gaps()
    office.now = DAY_AFTER
    assert "papers_overdue" in gaps()
    bring(office, burnt, owed)
    assert mine("clerk") == []
    assert mine("reviewer") == mine("second_approver") == [application.number]
    assert mine("approver") == [], "he approved it"
    assert not gaps() & {"papers_owed", "papers_overdue"}


def test_aid_that_was_not_due_is_not_paid_any_more(
    office: Office, burnt: Filed, owing: tuple[Application, OwedPapers]
) -> None:
    application, owed = owing
    fund, payment = office.fund("100000", year=2019), reserved(office, application)
    bring(office, burnt, owed)
    with pytest.raises(InvalidError, match="reason"):
        take(office, "reviewer", owed, "reject")
    assert take(office, "reviewer", owed, "reject", reason="查无火灾").state == "failed"
    assert read(office, application).state == "rejected"
    with office.system() as ctx:
        assert ctx.session.get_one(Payment, (ctx.tenant_id, payment)).state == "released"
    with office.acting("finance") as ctx, pytest.raises(ConflictError):
        reserve(ctx, application.id, fund.id)


def test_what_was_paid_is_declared_a_wrong_payment_and_once_back_frees_the_household(
    office: Office, burnt: Filed, owing: tuple[Application, OwedPapers]
) -> None:
    application, _owed = owing
    payment = pay(office, application)
    office.now = DAY_AFTER
    day = office.now.date() + dt.timedelta(days=1)
    found = Found("papers_missing", yuan("1000"), day, "财务", "材料逾期未补")
    with office.acting("finance") as ctx:
        wrong = record_wrong_payment(ctx, payment, found)
    with office.acting("second_finance") as ctx:
        confirm_wrong_payment(ctx, wrong.id)
    with office.acting("finance") as ctx:
        add_recovery(ctx, wrong.id, day, yuan("999.99"), "收据1")
    with pytest.raises(ConflictError):
        ask_again(office, burnt)
    with office.acting("finance") as ctx:
        add_recovery(ctx, wrong.id, day, 1, "收据2")
    assert standing(office, application) == "paid_back"
    assert ask_again(office, burnt).state == "draft"


def test_what_is_paid_already_stays_paid_when_it_fails(
    office: Office, burnt: Filed, owing: tuple[Application, OwedPapers]
) -> None:
    application, owed = owing
    payment = pay(office, application)
    bring(office, burnt, owed)
    take(office, "reviewer", owed, "reject", reason="查无火灾")
    with office.system() as ctx:
        assert ctx.session.get_one(Payment, (ctx.tenant_id, payment)).state == "paid"
    assert read(office, application).state == "granted"


@pytest.mark.parametrize(("send_back", "state"), [(True, "owed"), (False, "failed")])
def test_an_objection_upheld_tells_on_the_papers(
    office: Office,
    burnt: Filed,
    owing: tuple[Application, OwedPapers],
    send_back: bool,
    state: str,
) -> None:
    application, owed = owing
    bring(office, burnt, owed)
    take(office, "reviewer", owed, "approve")
    with office.system() as ctx:
        query = select(Notice.id).where(Notice.application_id == application.id)
        objection = raise_objection(ctx, ctx.session.scalars(query).one(), "并未发生火灾")
    with office.acting("second_approver") as ctx:
        decide_objection(ctx, objection.id, uphold=True, answer="属实", send_back=send_back)
    assert owed_of(office, application).state == state
    assert read(office, application).state == ("granted" if send_back else "rejected")


def test_nothing_is_done_twice_nor_on_what_somebody_else_changed(
    office: Office, burnt: Filed, owing: tuple[Application, OwedPapers]
) -> None:
    _application, owed = owing
    with pytest.raises(ConflictError):
        take(office, "reviewer", owed, "approve")
    papers, visit = gather(office, burnt)
    with office.acting("clerk") as ctx, pytest.raises(StaleError):
        hand_in(ctx, owed.id, papers, visit, version=7)
    with office.acting("clerk") as ctx:
        hand_in(ctx, owed.id, papers, visit, version=1)
    with office.acting("clerk") as ctx, pytest.raises(ConflictError):
        hand_in(ctx, owed.id, papers, visit)
    with pytest.raises(InvalidError, match="no decision"):
        take(office, "reviewer", owed, "settle")
    with pytest.raises(NotFoundError):
        take(office, "reviewer", OwedPapers(id=uuid.uuid4()), "approve")


def test_while_the_plugin_is_away_it_is_granted_and_its_papers_are_handed_in(
    office: Office, burnt: Filed
) -> None:
    application = office.submit(ask(office, burnt, "1000"))
    for who in ("investigator", "approver"):
        application = office.decide(who, application)
    away = replace(office.installation, catalogue=Catalogue([]))
    with office.system() as ctx:
        open_notice(replace(ctx, installation=away), application.id)
    owed = owed_of(office, application)
    assert owed.due_on == DUE
    papers, visit = gather(office, burnt)
    with office.acting("clerk") as ctx:
        without = replace(ctx, installation=away)
        assert read_owed(without, owed.id).can == ["hand_in"]
        with pytest.raises(InvalidError, match="Missing"):
            hand_in(without, owed.id, {**papers, "event_paper": []}, visit)
        assert hand_in(without, owed.id, papers, visit).state == "handed_in"


def test_the_list_is_narrowed_by_standing(
    office: Office, burnt: Filed, owing: tuple[Application, OwedPapers]
) -> None:
    application, _owed = owing
    office.now = DAY_AFTER
    with office.acting("finance") as ctx:
        overdue = [
            one for one in list_owed(ctx, standing="overdue") if one.household_id == burnt.id
        ]
        assert list_owed(ctx, standing="owed", household_id=burnt.id) == []
    assert [(one.number, one.amount, one.due_on, one.paid_on) for one in overdue] == [
        (application.number, yuan("1000"), DUE, None)
    ]
