"""Objections: anybody may raise one, it holds up the grant, someone new decides on it."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from core.applications.models import Application
from core.applications.submission import resubmit
from core.audit.models import AuditRecord
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.notices.models import Notice, Objection
from core.notices.objections import decide_objection, raise_objection, read_contact
from core.notices.publication import close_due_notices
from core.notices.queries import list_notices, list_objections
from core.people import SYSTEM
from tests.factories import acting
from tests.office import Office, read

TEXT = "该户名下有两辆汽车，请核实。"


def noticed(office: Office) -> tuple[Application, uuid.UUID]:
    application = office.approve(office.file())
    office.publish(application)
    with office.system() as ctx:
        notice = ctx.session.scalars(
            select(Notice.id).where(Notice.application_id == application.id)
        ).one()
    return application, notice


def object_to(office: Office, notice: uuid.UUID, contact: str = "") -> uuid.UUID:
    with office.system() as ctx:
        return raise_objection(ctx, notice, TEXT, contact).id


def test_an_open_objection_holds_up_the_grant(own_office: Office) -> None:
    application, notice = noticed(own_office)
    object_to(own_office, notice)
    assert own_office.wait_out_notice() == []
    assert read(own_office, application).state == "noticed"


def test_dismissed_the_notice_goes_on_to_the_grant(own_office: Office) -> None:
    application, notice = noticed(own_office)
    objection = object_to(own_office, notice)
    with own_office.acting("second_approver") as ctx:
        decide_objection(ctx, objection, uphold=False, answer="车辆已于2021年报废")
    assert own_office.wait_out_notice() == [application.id]


def test_upheld_the_application_is_rejected_with_the_answer(own_office: Office) -> None:
    application, notice = noticed(own_office)
    objection = object_to(own_office, notice)
    with own_office.acting("second_approver") as ctx:
        decide_objection(ctx, objection, uphold=True, answer="属实")
    rejected = read(own_office, application)
    assert (rejected.state, rejected.amount) == ("rejected", None)
    assert own_office.wait_out_notice() == []
    with own_office.system() as ctx:
        assert ctx.session.get_one(Notice, (rejected.tenant_id, notice)).state == "stopped"
        reasons = ctx.session.scalars(
            select(AuditRecord.reason).where(AuditRecord.event == "application.rejected")
        ).all()
    assert reasons == ["属实"]


def test_upheld_it_can_go_back_for_completion_and_a_second_notice(own_office: Office) -> None:
    application, notice = noticed(own_office)
    objection = object_to(own_office, notice)
    with own_office.acting("second_approver") as ctx:
        decide_objection(ctx, objection, uphold=True, answer="补充说明", send_back=True)
    assert read(own_office, application).state == "returned"
    with own_office.acting("clerk") as ctx:
        resubmit(ctx, application.id)
    for who in ("investigator", "reviewer", "approver"):
        own_office.decide(who, application)
    own_office.publish(application)
    assert own_office.wait_out_notice() == [application.id]


@pytest.mark.parametrize("who", ["approver", "clerk", "reviewer"])
def test_whoever_had_a_part_or_no_right_does_not_decide(office: Office, who: str) -> None:
    _application, notice = noticed(office)
    objection = object_to(office, notice)
    with office.acting(who) as ctx, pytest.raises(ForbiddenError):
        decide_objection(ctx, objection, uphold=False, answer="不属实")


def test_an_objection_is_decided_once_and_with_an_answer(office: Office) -> None:
    _application, notice = noticed(office)
    objection = object_to(office, notice)
    with office.acting("second_approver") as ctx, pytest.raises(InvalidError):
        decide_objection(ctx, objection, uphold=False, answer=" ")
    with office.acting("second_approver") as ctx:
        decide_objection(ctx, objection, uphold=False, answer="不属实")
    with office.acting("second_approver") as ctx, pytest.raises(ConflictError):
        decide_objection(ctx, objection, uphold=True, answer="属实")


def test_nobody_objects_after_the_last_day(own_office: Office) -> None:
    _application, notice = noticed(own_office)
    own_office.now = dt.datetime(2023, 7, 7, 16, 1, tzinfo=dt.UTC)
    with pytest.raises(ConflictError, match="over"):
        object_to(own_office, notice)


@pytest.mark.parametrize("text", ["", "   不行  ", "长" * 2001])
def test_an_objection_says_something(office: Office, text: str) -> None:
    _application, notice = noticed(office)
    with office.system() as ctx, pytest.raises(InvalidError):
        raise_objection(ctx, notice, text)


def test_an_overlong_contact_is_refused(office: Office) -> None:
    _application, notice = noticed(office)
    with office.system() as ctx, pytest.raises(InvalidError):
        raise_objection(ctx, notice, TEXT, "1" * 201)


def test_an_unknown_notice_is_not_found(office: Office) -> None:
    with office.system() as ctx, pytest.raises(NotFoundError):
        raise_objection(ctx, uuid.uuid4(), TEXT)
    with office.acting("second_approver") as ctx, pytest.raises(NotFoundError):
        decide_objection(ctx, uuid.uuid4(), uphold=True, answer="属实")


def test_the_contact_is_sealed_and_seen_only_with_a_reason(office: Office) -> None:
    _application, notice = noticed(office)
    objection = object_to(office, notice, contact="13800001111")
    with office.system() as ctx:
        stored = ctx.session.get_one(Objection, (office.city.id, objection))
    assert stored.contact_cipher is not None
    assert b"13800001111" not in stored.contact_cipher
    with office.acting("second_approver") as ctx, pytest.raises(InvalidError):
        read_contact(ctx, objection, "")
    with office.acting("clerk") as ctx, pytest.raises(ForbiddenError):
        read_contact(ctx, objection, "好奇")
    with office.acting("second_approver") as ctx:
        assert read_contact(ctx, objection, "回访") == "13800001111"
    with office.system() as ctx:
        events = ctx.session.scalars(
            select(AuditRecord.event).where(AuditRecord.object_id == objection)
        ).all()
    assert set(events) == {"objection.raised", "objection.unmasked"}


def test_without_a_contact_there_is_none(office: Office) -> None:
    _application, notice = noticed(office)
    objection = object_to(office, notice)
    with office.acting("second_approver") as ctx:
        assert read_contact(ctx, objection, "回访") == ""


def test_staff_see_the_objections_without_the_contact(own_office: Office) -> None:
    application, notice = noticed(own_office)
    objection = object_to(own_office, notice, contact="13800001111")
    with own_office.acting("second_approver") as ctx:
        (found,) = list_objections(ctx)
        assert list_notices(ctx)[0]["open_objections"] == 1
    assert (found["id"], found["application_id"]) == (objection, application.id)
    assert (found["text"], found["has_contact"]) == (TEXT, True)
    assert "13800001111" not in str(found)
    with own_office.acting("second_approver") as ctx:
        assert list_objections(ctx, state="upheld") == []
        assert list_objections(ctx, notice_id=uuid.uuid4()) == []


def test_an_objection_and_the_tick_at_once_never_both_win(own_office: Office) -> None:
    """Either the objection comes first and holds up the grant, or it is told that it is over."""
    for _ in range(5):
        application, notice = noticed(own_office)
        with ThreadPoolExecutor(2) as pool:
            raised = pool.submit(_raise_on_the_last_evening, own_office, notice)
            granted = pool.submit(_close_on_the_next_day, own_office)
        assert (application.id in granted.result()) is not raised.result()


def _raise_on_the_last_evening(office: Office, notice: uuid.UUID) -> bool:
    evening = dt.datetime(2023, 7, 7, 15, 59, tzinfo=dt.UTC)
    try:
        with acting(office.installation, office.city, SYSTEM, at=evening) as ctx:
            raise_objection(ctx, notice, TEXT)
    except ConflictError:
        return False
    return True


def _close_on_the_next_day(office: Office) -> list[uuid.UUID]:
    morning = dt.datetime(2023, 7, 8, 1, tzinfo=dt.UTC)
    with acting(office.installation, office.city, SYSTEM, at=morning) as ctx:
        return close_due_notices(ctx)
