"""The urgent route: a reason, a limit, two steps, granted before anybody is shown anything."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from core.applications.drafts import revise_application
from core.applications.offers import list_offers
from core.applications.route import steps_of
from core.applications.urgency import read_terms
from core.errors import ConflictError, InvalidError
from core.funds.batches import make_batch
from core.funds.models import Payment
from core.money import parse_yuan as yuan
from core.notices.models import Notice
from core.notices.publication import open_notice
from core.overrides import set_override
from core.owed_papers.checking import check
from core.policies.standards import OwnFigure
from tests.core.owed_papers.conftest import (
    DUE,
    ask,
    bring,
    file_burnt,
    grant_first,
    owed_of,
)
from tests.factories import hire
from tests.office import Office, read
from tests.urgent import ANSWERS, PROGRAMME, REASON


def test_it_goes_from_the_community_to_the_county_at_once(office: Office) -> None:
    application = office.submit(ask(office, file_burnt(office)))
    with office.system() as ctx:
        steps = steps_of(ctx, application)
    assert [(step.kind, step.level, step.due_on) for step in steps] == [
        ("investigation", "grassroots", dt.date(2019, 3, 18)), ("approval", "county", None),
    ]  # fmt: skip


def test_granted_at_once_its_papers_are_owed_and_it_is_shown_afterwards(office: Office) -> None:
    filed = file_burnt(office)
    fund = office.fund("100000", year=2019)
    application = grant_first(office, filed)
    owed = owed_of(office, application)
    assert read(office, application).state == "granted"
    assert (owed.state, owed.granted_on, owed.due_on) == ("owed", dt.date(2019, 3, 15), DUE)
    with office.system() as ctx:
        notice = ctx.session.scalars(
            select(Notice).where(Notice.application_id == application.id)
        ).one()
        assert open_notice(ctx, application.id) is not None, "asked twice it opens one"
        payment = ctx.session.scalars(
            select(Payment).where(Payment.application_id == application.id)
        ).one()
    assert (notice.state, notice.amount, notice.working_days) == ("open", yuan("5000"), 5)
    assert (payment.state, payment.fund_id) == ("reserved", fund.id)
    with office.acting("finance") as ctx:
        assert make_batch(ctx, fund.id, [payment.id]).count == 1
    assert office.wait_out_notice() == [], "it was granted before"
    with office.system() as ctx:
        assert ctx.session.get_one(Notice, (ctx.tenant_id, notice.id)).state == "closed"
    assert read(office, application).state == "granted"


def test_the_limit_holds_to_the_fen(office: Office) -> None:
    filed = file_burnt(office)
    with pytest.raises(InvalidError) as raised:
        ask(office, filed, "5000.01")
    assert raised.value.field == "asked"
    assert raised.value.message.values == {"limit": "5,000.00", "asked": "5,000.01"}
    application = office.submit(ask(office, filed, "5000"))
    application = office.decide("investigator", application)
    with pytest.raises(InvalidError, match="urgent route"):
        office.decide("approver", application, amount=yuan("5000.01"))
    assert office.decide("approver", application, amount=yuan("5000")).amount == yuan("5000")


def test_a_federation_sets_its_own_limit_and_days_within_what_the_region_allows(
    nanning: Office,
) -> None:
    office = replace(nanning, now=dt.datetime(2020, 3, 16, 1, tzinfo=dt.UTC))
    office.people["administrator"] = hire(office.installation, office.city, "tenant_administrator")
    first = dt.date(2020, 3, 16)
    with office.acting("administrator") as ctx:
        for name, value in (("urgent_limit", "20000.00"), ("urgent_paper_days", "3"),
                            ("urgent_notice_days", "0")):  # fmt: skip
            set_override(ctx, OwnFigure(name, value, first, "南府规〔2020〕1号", PROGRAMME))
        with pytest.raises(InvalidError):
            later = first + dt.timedelta(days=1)
            set_override(ctx, OwnFigure("urgent_limit", "20000.01", later, "同上", PROGRAMME))
        assert read_terms(ctx, PROGRAMME, first) == (yuan("20000"), 3, 0)
        assert read_terms(ctx, PROGRAMME, dt.date(2020, 3, 15)) == (yuan("5000"), 10, 5)


def test_without_an_admission_it_is_given_only_where_it_cannot_wait(office: Office) -> None:
    filed = file_burnt(office, admitted_by=None)
    with pytest.raises(ConflictError, match="is not admitted to help yet"):
        office.start(filed, PROGRAMME, "100", answers=ANSWERS)
    draft = ask(office, filed, "100")
    assert draft.urgent
    with office.acting("clerk") as ctx, pytest.raises(ConflictError, match="not admitted"):
        revise_application(ctx, draft.id, urgent_reason="")


def test_a_blank_reason_is_the_ordinary_route(office: Office) -> None:
    filed = file_burnt(office, admitted_by="civil_affairs")
    draft = ask(office, filed, "30000", reason="  ")
    assert not draft.urgent
    with office.acting("clerk") as ctx, pytest.raises(InvalidError):
        revise_application(ctx, draft.id, urgent_reason=REASON)
    with office.acting("clerk") as ctx:
        revised = revise_application(ctx, draft.id, asked=yuan("5000"), urgent_reason=REASON)
    assert revised.urgent_reason == REASON


def test_what_has_no_urgent_route_in_the_region_is_refused(office: Office) -> None:
    filed = file_burnt(office, admitted_by="civil_affairs")
    insured = {"insured": 1, "premium": yuan("250.01")}
    with pytest.raises(ConflictError, match="has no urgent route") as raised:
        office.start(filed, "medical_premium", "100", answers=insured, urgent_reason=REASON)
    assert raised.value.field == "urgent_reason"


def test_what_cannot_wait_does_not_wait_for_other_aid(office: Office) -> None:
    filed = file_burnt(office, admitted_by="civil_affairs")
    insured = {"insured": 1, "premium": yuan("250.01")}
    office.submit(office.start(filed, "medical_premium", "250.01", answers=insured))
    with office.acting("clerk") as ctx:
        (offer,) = [one for one in list_offers(ctx, filed.id) if one.name == PROGRAMME]
    assert (offer.is_open, offer.urgent, len(offer.in_the_way)) == (True, True, 1)
    with pytest.raises(ConflictError):
        office.start(filed, PROGRAMME, "100", answers=ANSWERS)
    assert office.submit(ask(office, filed, "100")).state == "in_route"


def test_no_sum_is_had_in_parts_before_the_papers_are_settled(office: Office) -> None:
    filed = file_burnt(office)
    first = grant_first(office, filed, "3000")
    with pytest.raises(InvalidError) as raised:
        ask(office, filed, "2000.01")
    told = raised.value.message.values
    assert (told["left"], told["limit"], told["numbers"]) == ("2,000.00", "5,000.00", first.number)
    second = ask(office, filed, "2000")
    with pytest.raises(InvalidError):
        ask(office, filed, "0.01")
    bring(office, filed, owed_of(office, first))
    with pytest.raises(InvalidError, match=second.number):
        ask(office, filed, "0.01")
    with office.acting("reviewer") as ctx:
        check(ctx, owed_of(office, first).id, "approve")
    assert ask(office, filed, "3000").asked == yuan("3000"), "settled papers free their sum"
