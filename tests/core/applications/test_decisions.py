"""Deciding: in order, by someone else each time, inside the range, once."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import ProgrammingError

from core.applications.decisions import decide
from core.applications.drafts import revise_application
from core.applications.models import Application, Step
from core.applications.route import steps_of
from core.applications.submission import resubmit, submit, withdraw
from core.audit.models import AuditRecord
from core.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from core.funds.models import Fund
from core.households.models import Statement
from core.money import parse_yuan as yuan
from core.outbox import OutboxEntry
from tests.factories import COUNTY, ELSEWHERE, GRASSROOTS, acting, hire
from tests.office import Office, read


def handed_in(office: Office, asked: str = "8400") -> Application:
    return office.submit(office.start(office.file(), asked=asked))


def large_relief(office: Office, asked: str) -> Application:
    filed = office.file(statement={"self_paid": yuan("60000")})
    application = office.submit(office.start(filed, "medical_relief", asked))
    for who in ("investigator", "reviewer", "approver"):
        application = office.decide(who, application)
    return application


def test_three_people_bring_it_to_approval_and_the_notice_is_ordered(office: Office) -> None:
    application = handed_in(office)
    for who in ("investigator", "reviewer"):
        assert office.decide(who, application).state == "in_route"
    approved = office.decide("approver", application, amount=yuan("7000"))
    assert (approved.state, approved.amount) == ("approved", yuan("7000"))
    with office.system() as ctx:
        jobs = ctx.session.scalars(
            select(OutboxEntry).where(
                OutboxEntry.payload["application"].astext == str(application.id)
            )
        ).all()
    assert [job.job for job in jobs] == ["open_notice"]


def test_nothing_is_approved_before_its_time(office: Office) -> None:
    application = handed_in(office)
    for early in ("approver", "reviewer"):
        with pytest.raises(ConflictError, match="not your turn"):
            office.decide(early, application)
    assert read(office, application).state == "in_route"


def test_a_draft_waits_for_no_decision(office: Office) -> None:
    with pytest.raises(ConflictError, match="waits for no decision"):
        office.decide("approver", office.start(office.file()))


def test_nobody_decides_twice_on_one_application(office: Office) -> None:
    both = hire(office.installation, office.city, "investigator", "reviewer", "approver")
    office.people["both"] = both
    application = handed_in(office)
    office.decide("both", application)
    with pytest.raises(ForbiddenError, match="someone else must decide"):
        office.decide("both", application)
    office.decide("reviewer", application)
    with pytest.raises(ForbiddenError, match="someone else must decide"):
        office.decide("both", application)


def test_nobody_decides_on_what_he_started(office: Office) -> None:
    office.people["starter"] = hire(
        office.installation, office.city, "clerk", "investigator", unit=GRASSROOTS
    )
    application = office.submit(office.start(office.file(), by="starter"))
    with pytest.raises(ForbiddenError, match="someone else must decide"):
        office.decide("starter", application)


def test_nobody_decides_on_what_he_handed_in(office: Office) -> None:
    office.people["helper"] = hire(
        office.installation, office.city, "clerk", "investigator", unit=GRASSROOTS
    )
    application = office.start(office.file())
    with office.acting("helper") as ctx:
        submit(ctx, application.id)
    with pytest.raises(ForbiddenError, match="someone else must decide"):
        office.decide("helper", application)


def test_nobody_decides_on_a_file_he_filed(office: Office) -> None:
    filer = office.people["investigator"].person_id
    application = office.submit(office.start(office.file(filed_by=filer)))
    with pytest.raises(ForbiddenError, match="someone else must decide"):
        office.decide("investigator", application)


@pytest.mark.parametrize(
    ("unit", "error"), [(ELSEWHERE, NotFoundError), (GRASSROOTS, ForbiddenError)]
)
def test_a_step_is_not_taken_from_below_or_beside(
    office: Office, unit: str, error: type[DomainError]
) -> None:
    office.people["low"] = hire(office.installation, office.city, "reviewer", unit=unit)
    application = handed_in(office)
    office.decide("investigator", application)
    with pytest.raises(error):
        office.decide("low", application)


def test_another_city_does_not_even_know_of_it(office: Office) -> None:
    application = handed_in(office)
    stranger = hire(office.installation, office.tree.city_b, "investigator")
    with (
        acting(office.installation, office.tree.city_b, stranger, at=office.now) as ctx,
        pytest.raises(NotFoundError),
    ):
        decide(ctx, application.id, "approve")


@pytest.mark.parametrize("amount", ["5599.99", "8400.01"])
def test_the_approver_stays_inside_the_range(office: Office, amount: str) -> None:
    application = handed_in(office)
    for who in ("investigator", "reviewer"):
        office.decide(who, application)
    with pytest.raises(InvalidError, match=r"5,600\.00 to 8,400\.00"):
        office.decide("approver", application, amount=yuan(amount))


def test_only_an_approver_sets_the_amount(office: Office) -> None:
    application = handed_in(office)
    with pytest.raises(InvalidError, match="Only an approver"):
        office.decide("investigator", application, amount=yuan("6000"))


def test_a_maximum_never_replaces_what_was_asked_for(office: Office) -> None:
    application = handed_in(office, asked="6000")
    for who in ("investigator", "reviewer", "approver"):
        application = office.decide(who, application)
    assert application.amount == yuan("6000")


def test_a_city_cannot_give_more_than_its_tier_by_a_small_request(office: Office) -> None:
    filed = office.file(statement={"self_paid": yuan("60000")})
    application = office.submit(office.start(filed, "medical_relief", "19999.99"))
    for who in ("investigator", "reviewer"):
        office.decide(who, application)
    with pytest.raises(InvalidError, match="higher federation"):
        office.decide("approver", application, amount=yuan("20000"))


@pytest.mark.parametrize("decision", ["return", "reject"])
def test_return_and_rejection_need_a_reason(office: Office, decision: str) -> None:
    application = handed_in(office)
    with pytest.raises(InvalidError) as caught:
        office.decide("investigator", application, decision=decision, reason="  ")
    assert caught.value.field == "reason"


def test_there_are_three_decisions_and_no_fourth(office: Office) -> None:
    with pytest.raises(InvalidError, match="is no decision"):
        office.decide("investigator", handed_in(office), decision="ignore")


def test_rejection_ends_it_with_its_reason(office: Office) -> None:
    application = handed_in(office)
    office.decide("investigator", application)
    office.decide("reviewer", application, decision="reject", reason="家庭有两辆汽车")
    rejected = read(office, application)
    assert rejected.state == "rejected"
    assert rejected.closed_at is not None
    with office.system() as ctx:
        states = [step.state for step in steps_of(ctx, application)]
        reasons = ctx.session.scalars(
            select(AuditRecord.reason).where(
                AuditRecord.object_id == application.id,
                AuditRecord.event == "application.review.reject",
            )
        ).all()
    assert states == ["done", "done", "void"]
    assert reasons == ["家庭有两辆汽车"]
    with pytest.raises(ConflictError):
        office.decide("approver", application)


def test_what_comes_back_is_completed_and_goes_a_new_round(office: Office) -> None:
    application = handed_in(office)
    office.decide("investigator", application)
    office.decide("reviewer", application, decision="return", reason="缺少医疗票据")
    with office.acting("clerk") as ctx:
        revise_application(ctx, application.id, asked=yuan("6000"))
    with office.acting("clerk") as ctx:
        again = resubmit(ctx, application.id)
    assert (again.state, again.round) == ("in_route", 2)
    for who in ("investigator", "reviewer", "approver"):
        again = office.decide(who, application)
    assert (again.state, again.amount) == ("approved", yuan("6000"))
    with office.system() as ctx:
        laid = [(step.round, step.state) for step in steps_of(ctx, application)]
    assert laid == [(1, "done"), (1, "done"), (1, "void"), (2, "done"), (2, "done"), (2, "done")]


def test_a_new_round_does_not_make_one_person_two(office: Office) -> None:
    office.people["both"] = hire(office.installation, office.city, "reviewer", "approver", unit="")
    application = handed_in(office)
    office.decide("investigator", application)
    office.decide("both", application, decision="return", reason="补充材料")
    with office.acting("clerk") as ctx:
        resubmit(ctx, application.id)
    office.decide("investigator", application)
    office.decide("reviewer", application)
    with pytest.raises(ForbiddenError, match="someone else must decide"):
        office.decide("both", application)


def test_nothing_is_altered_after_it_was_handed_in(office: Office) -> None:
    application = handed_in(office)
    with office.acting("clerk") as ctx, pytest.raises(ConflictError, match="handed in"):
        revise_application(ctx, application.id, asked=yuan("5600"))
    with office.acting("clerk") as ctx, pytest.raises(ConflictError):
        submit(ctx, application.id)


def test_a_change_of_the_file_does_not_change_what_was_handed_in(office: Office) -> None:
    filed = office.file()
    application = office.submit(office.start(filed))
    with office.system() as ctx:
        ctx.session.execute(
            update(Statement).where(Statement.household_id == filed.id).values(income=yuan("1"))
        )
    after = office.decide("investigator", application)
    assert after.facts == application.facts
    assert after.assessment == application.assessment


def test_a_required_question_must_be_answered_before_handing_in(office: Office) -> None:
    draft = office.start(office.file(), answers={})
    with pytest.raises(InvalidError) as caught:
        office.submit(draft)
    assert caught.value.field == "circumstances"
    assert read(office, draft).state == "draft"


def test_a_draft_that_can_no_longer_be_granted_is_not_handed_in(office: Office) -> None:
    filed = office.file()
    draft = office.start(filed)
    with office.system() as ctx:
        ctx.session.execute(
            update(Statement)
            .where(Statement.household_id == filed.id)
            .values(income=yuan("900000"))
        )
    with pytest.raises(InvalidError, match="cannot be granted"):
        office.submit(draft)


def test_who_decides_on_an_old_picture_is_told_so(office: Office) -> None:
    application = handed_in(office)
    seen = application.version
    office.decide("investigator", application, version=seen)
    with pytest.raises(ConflictError, match="meanwhile"):
        office.decide("reviewer", application, version=seen)


def test_of_two_deciding_at_once_one_wins(office: Office) -> None:
    application = handed_in(office)
    office.people["second_investigator"] = hire(
        office.installation, office.city, "investigator", unit=GRASSROOTS
    )
    outcomes: list[str] = []
    barrier = threading.Barrier(6)

    def take(who: str) -> None:
        barrier.wait()
        try:
            outcomes.append(office.decide(who, application).state)
        except DomainError as error:
            outcomes.append(error.code)

    who = ("investigator", "second_investigator") * 3
    threads = [threading.Thread(target=take, args=(one,)) for one in who]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("in_route") == 1
    with office.system() as ctx:
        done = ctx.session.scalar(
            select(func.count()).where(Step.application_id == application.id, Step.state == "done")
        )
    assert done == 1


def test_a_race_that_is_lost_while_waiting_is_a_conflict(office: Office) -> None:
    application = handed_in(office)
    lost: list[DomainError] = []

    def come_late() -> None:
        try:
            office.decide("investigator", application)
        except DomainError as error:
            lost.append(error)

    with office.acting("investigator", application.id) as ctx:
        decide(ctx, application.id, "approve")
        late = threading.Thread(target=come_late)
        late.start()
        late.join(timeout=1)
        assert late.is_alive(), "the second decision waits for the first"
    late.join()
    assert isinstance(lost[0], ConflictError)


def test_large_relief_goes_on_to_province_and_nation(office: Office) -> None:
    application = large_relief(office, "50000")
    assert application.state == "in_route"
    assert office.decide("province", application).state == "in_route"
    approved = office.decide("nation", application, amount=yuan("45000"))
    assert (approved.state, approved.amount) == ("approved", yuan("45000"))
    with office.system() as ctx:
        job = ctx.session.scalars(
            select(OutboxEntry).where(
                OutboxEntry.payload["application"].astext == str(application.id)
            )
        ).one()
        signed = [step.decided_by for step in steps_of(ctx, application)]
    assert job.tenant_id == office.city.id, "the notice is opened in the city's own scope"
    assert signed[-2:] == [
        office.people["province"].person_id,
        office.people["nation"].person_id,
    ]


def test_the_city_does_not_take_the_step_of_the_province(office: Office) -> None:
    application = large_relief(office, "20000")
    with pytest.raises(ForbiddenError):
        office.decide("second_approver", application)


def test_the_nation_waits_for_the_province(office: Office) -> None:
    application = large_relief(office, "50000")
    with pytest.raises(ConflictError, match="not your turn"):
        office.decide("nation", application)


def test_a_supervisor_looks_but_does_not_decide(office: Office) -> None:
    application = large_relief(office, "20000")
    with pytest.raises(ForbiddenError):
        office.decide("supervisor", application)


def test_a_province_decides_only_when_confined_to_the_application(office: Office) -> None:
    application = large_relief(office, "20000")
    actor = office.people["province"]
    with (
        acting(office.installation, office.city, actor, at=office.now) as ctx,
        pytest.raises(ForbiddenError),
    ):
        decide(ctx, application.id, "approve")


def test_a_confined_province_changes_nothing_else_of_the_city(office: Office) -> None:
    application, other = large_relief(office, "20000"), handed_in(office)
    with office.acting("province", application.id) as ctx:
        changed = ctx.session.execute(
            update(Application)
            .where(Application.id.in_((application.id, other.id)))
            .values(version=99)
            .returning(Application.id)
        ).scalars()
        assert list(changed) == [application.id]
        ctx.session.rollback()
    fund = Fund(tenant_id=office.city.id, number=99, name="x", source="x", year=2023,
                programmes=[], budget=1, created_at=office.now)  # fmt: skip
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        office.acting("province", application.id) as ctx,
    ):
        ctx.session.add(fund)


@pytest.mark.parametrize("stage", range(5))
def test_it_can_be_withdrawn_at_any_time_before_it_is_granted(office: Office, stage: int) -> None:
    application = office.start(office.file())
    for step in range(stage):
        if step == 0:
            office.submit(application)
        else:
            office.decide(("investigator", "reviewer", "approver")[step - 1], application)
    with office.acting("clerk") as ctx:
        withdraw(ctx, application.id, "户主放弃")
    assert read(office, application).state == "withdrawn"
    with pytest.raises(ConflictError):
        office.decide("investigator", application)
    with office.acting("clerk") as ctx, pytest.raises(ConflictError):
        withdraw(ctx, application.id, "又一次")


def test_withdrawing_needs_a_reason_and_the_right(office: Office) -> None:
    application = handed_in(office)
    with office.acting("clerk") as ctx, pytest.raises(InvalidError):
        withdraw(ctx, application.id, " ")
    with office.acting("reviewer") as ctx, pytest.raises(ForbiddenError):
        withdraw(ctx, application.id, "x")


def test_findings_of_the_visit_are_kept(office: Office) -> None:
    application = handed_in(office)
    findings = [{"question": "住房", "answer": "租赁，一居室"}]
    office.decide("investigator", application, findings=findings)
    with office.system() as ctx:
        assert steps_of(ctx, application)[0].findings == findings


def test_a_county_reviewer_of_the_household_reviews(office: Office) -> None:
    office.people["county"] = hire(office.installation, office.city, "reviewer", unit=COUNTY)
    application = handed_in(office)
    office.decide("investigator", application)
    assert office.decide("county", application).state == "in_route"
