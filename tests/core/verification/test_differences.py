"""Differences: tasks with a day, decided one way or another, each way with what follows from it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import select

from core.audit.models import AuditRecord
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.households.circumstances import Circumstances
from core.households.evidence import add_evidence
from core.households.listing import Filters as HouseholdFilters
from core.households.models import Judgement, Statement
from core.households.service import change_household
from core.households.stored import read_record
from core.verification.differences import (
    Filters,
    Listed,
    assign_difference,
    compare_again,
    decide_difference,
    list_differences,
    read_difference,
)
from core.verification.models import Difference, VerificationRequest
from core.verification.requests import make_round
from core.verification.results import open_answer, read_result
from core.workdays import add_working_days
from tests.core.verification.conftest import PDF, World, answered, person_id

TODAY = dt.date(2023, 7, 3)


def differ(
    world: World,
    file_number: str,
    *told: tuple[str, object],
    place: int = 0,
    source: str = "civil_affairs",
) -> Listed:
    """Have a source tell something of a member; return the one difference it makes."""
    name, number, household = person_id(world, file_number, place)
    world.bring(
        answered(*(fact for fact, _value in told), rows=[(name, number, *(v for _f, v in told))]),
        source,
    )
    with world.acting() as ctx:
        found, _total = list_differences(ctx, Filters(household=household))
    assert len(found) == 1, found
    return found[0]


def decide(
    world: World, one: Listed, outcome: str, who: str = "clerk", **values: object
) -> Difference:
    with world.acting(who) as ctx:
        return decide_difference(ctx, one.id, outcome, "已核实", **values)  # type: ignore[arg-type]


def paper(world: World, household: uuid.UUID) -> uuid.UUID:
    with world.acting() as ctx:
        kept = add_evidence(ctx, household, kind="income_proof", filename="收入证明.pdf", data=PDF)
        return kept.id


def test_a_difference_is_a_task_with_a_day_and_somebody_who_has_it(shared: World) -> None:
    one = differ(shared, "LPS0700001", ("车辆数", 1))
    assert (one.kind, one.declared, one.told, one.state) == ("vehicles", "0", "1", "open")
    assert one.due_on == add_working_days(TODAY, 10)
    assert (one.assignee, one.person_id[-2:]) == (None, person_id(shared, "LPS0700001")[1][-2:])
    with shared.acting() as ctx:
        me = ctx.actor.person_id
        assign_difference(ctx, one.id, me)
        mine, total = list_differences(ctx, Filters(mine=True))
        assert (total, mine[0].assignee) == (1, ctx.actor.name)
        with pytest.raises(NotFoundError):
            assign_difference(ctx, one.id, uuid.uuid4())
        assign_difference(ctx, one.id, None)
        assert list_differences(ctx, Filters(mine=True)) == ([], 0)
    shared_later = World(shared.installation, shared.tree, shared.people, shared.now)
    shared_later.now += dt.timedelta(days=60)
    with shared_later.acting() as ctx:
        assert list_differences(ctx, Filters(overdue=True))[1] == 1
    with shared.acting() as ctx:
        assert list_differences(ctx, Filters(overdue=True))[1] == 0
        assert list_differences(ctx, Filters(kind="income"))[1] == 0


def test_where_the_answer_is_right_a_new_statement_is_made_and_the_household_judged_again(
    shared: World,
) -> None:
    one = differ(shared, "LPS0700002", ("核定年收入", "200000.00"))
    before = shared.household("LPS0700002")
    decide(shared, one, "answer")
    with shared.system() as ctx:
        statements = list(ctx.session.scalars(
            select(Statement).where(Statement.household_id == before.id)
            .order_by(Statement.as_of)
        ))  # fmt: skip
        judged = ctx.session.scalars(
            select(Judgement).where(Judgement.household_id == before.id)
            .order_by(Judgement.id.desc())
        ).first()  # fmt: skip
    assert [(one.as_of, one.income) for one in statements] == [
        (dt.date(2023, 6, 30), 4_283_576), (TODAY, 20_000_000),
    ]  # fmt: skip
    assert statements[1].schooling == statements[0].schooling
    assert judged is not None
    assert (judged.on_date, judged.category, judged.facts["income"]) == (TODAY, "none", 20_000_000)
    assert before.category != "none"
    assert shared.household("LPS0700002").category == "none"
    with shared.acting() as ctx:
        assert list_differences(ctx, Filters(household=before.id))[1] == 0
        assert read_difference(ctx, one.id).state == "answer"


def test_the_declaration_stands_only_with_a_reason_a_paper_and_a_second_person(
    shared: World,
) -> None:
    one = differ(shared, "LPS0700003", ("核定年收入", "1.00"))
    kept = paper(shared, one.household_id)
    with shared.acting() as ctx:
        with pytest.raises(InvalidError, match="reason is needed"):
            decide_difference(ctx, one.id, "declared", "  ", kept)
        with pytest.raises(InvalidError, match="needs a paper"):
            decide_difference(ctx, one.id, "declared", "已核实")
        with pytest.raises(NotFoundError):
            elsewhere = paper(shared, shared.household("LPS0700005").id)
            decide_difference(ctx, one.id, "declared", "已核实", elsewhere)
        with pytest.raises(InvalidError, match="no way to decide"):
            decide_difference(ctx, one.id, "perhaps", "已核实")
    with pytest.raises(ForbiddenError, match="You filed this"):
        decide(shared, one, "declared", "filer", evidence_id=kept)
    decide(shared, one, "declared", evidence_id=kept)
    with shared.acting() as ctx:
        told = read_difference(ctx, one.id)
        assert (told.state, told.evidence, told.reason) == ("declared", "收入证明.pdf", "已核实")
        assert told.decider == ctx.actor.name
        with pytest.raises(ConflictError, match="decided already"):
            decide_difference(ctx, one.id, "answer", "已核实")
    with shared.system() as ctx:
        statements = ctx.session.scalars(
            select(Statement).where(Statement.household_id == one.household_id)
        ).all()
    assert len(statements) == 1


def test_a_visit_keeps_it_open_until_it_is_decided(shared: World) -> None:
    one = differ(shared, "LPS0700004", ("不动产套数", 3))
    decide(shared, one, "visit")
    with shared.acting() as ctx:
        assert list_differences(ctx, Filters(household=one.household_id))[0][0].state == "visit"
        assert list_differences(ctx, Filters(state="visit"))[1] == 1
    decide(shared, one, "answer")
    with shared.acting() as ctx:
        assert list_differences(ctx, Filters(household=one.household_id))[1] == 0


def test_property_beyond_the_rule_is_recorded(shared: World) -> None:
    one = differ(shared, "LPS0700006", ("存款余额", "300000.00"))
    assert (one.kind, one.told) == ("deposits", "30000000")
    decide(shared, one, "answer")
    with shared.system() as ctx:
        query = select(Circumstances).where(Circumstances.household_id == one.household_id)
        assert ctx.session.scalars(query).one().property_fits is False


def test_dibao_told_is_taken_over_and_does_not_differ_again(shared: World) -> None:
    one = differ(shared, "LPS0700007", ("民政低保", "是"))
    decide(shared, one, "answer")
    with shared.system() as ctx:
        query = select(Circumstances).where(Circumstances.household_id == one.household_id)
        assert ctx.session.scalars(query).one().in_dibao is True
    with shared.acting() as ctx:
        compare_again(ctx, one.household_id)
        assert list_differences(ctx, Filters(household=one.household_id))[1] == 0


def test_a_member_who_died_leaves_the_file_and_a_head_only_by_its_form(shared: World) -> None:
    one = differ(shared, "LPS0700002", ("死亡", "是"), place=2, source="household_registration")
    before = shared.household("LPS0700002").member_count
    decide(shared, one, "answer")
    assert shared.household("LPS0700002").member_count == before - 1
    head = differ(shared, "LPS0700008", ("死亡", "是"))
    with pytest.raises(ConflictError, match="Only the form of the file"):
        decide(shared, head, "answer")
    with shared.acting() as ctx:
        assert read_difference(ctx, head.id).state == "open"


def test_a_file_that_was_put_right_needs_no_decision(shared: World) -> None:
    one = differ(shared, "LPS0700009", ("婚姻登记状况", "丧偶"), source="marriage")
    assert (one.kind, one.told) == ("marital_status", "widowed")
    file = shared.household("LPS0700009")
    with shared.acting() as ctx:
        change_household(ctx, file.id, {"marital_status": "widowed"}, file.version)
        compare_again(ctx, file.id)
    with shared.acting() as ctx:
        assert list_differences(ctx, Filters(household=file.id))[1] == 0
        assert read_difference(ctx, one.id).state == "superseded"


def test_a_newer_answer_that_agrees_takes_the_difference_away(shared: World) -> None:
    one = differ(shared, "LPS0700010", ("车辆数", 2))
    name, number, household = person_id(shared, "LPS0700010")
    from tests.core.verification.conftest import workbook  # noqa: PLC0415

    later = workbook(
        (name, number, dt.date(2023, 6, 30), 0), titles=("姓名", "身份证号", "核对日期", "车辆数")
    )
    shared.bring(later)
    with shared.acting() as ctx:
        assert list_differences(ctx, Filters(household=household))[1] == 0
        assert read_difference(ctx, one.id).state == "superseded"


def test_a_request_is_differing_while_one_is_open_and_done_when_none_is(shared: World) -> None:
    shared.consent("LPS0700011")
    with shared.acting() as ctx:
        make_round(
            ctx, HouseholdFilters(search="LPS0700011"), sources=["civil_affairs"],
            due_on=dt.date(2023, 8, 1),
        )  # fmt: skip
    one = differ(shared, "LPS0700011", ("工商登记", "有"))
    query = select(VerificationRequest.state).where(
        VerificationRequest.household_id == one.household_id
    )
    with shared.system() as ctx:
        assert ctx.session.scalars(query).one() == "differing"
    decide(shared, one, "visit")
    with shared.system() as ctx:
        assert ctx.session.scalars(query).one() == "differing"
    decide(shared, one, "answer")
    with shared.acting() as ctx:
        result = read_result(ctx, one.household_id)
    assert result.request is not None
    assert (result.request["state"], result.open_differences) == ("done", 0)
    assert result.request["done_on"] == "2023-07-03"
    assert result.consent is not None
    answer = result.answers[0]
    assert (answer["answered_on"], answer["file"], len(answer["sha256"])) == (
        "2023-06-20", "核对结果.xlsx", 64,
    )  # fmt: skip
    with shared.system() as ctx:
        found = ctx.session.scalars(
            select(Circumstances).where(Circumstances.household_id == one.household_id)
        ).one()
        assert found.property_fits is False


def test_the_whole_row_is_evidence_opened_on_record_by_who_decides(shared: World) -> None:
    name, number, household = person_id(shared, "LPS0700012")
    one = differ(shared, "LPS0700012", ("车辆数", 1))
    with shared.acting() as ctx:
        answer_id = uuid.UUID(read_result(ctx, household).answers[0]["id"])
        _answer, whole = open_answer(ctx, answer_id)
    assert whole == {"姓名": name, "身份证号": number, "核对日期": "2023-06-20", "车辆数": "1"}
    with shared.system() as ctx:
        query = select(AuditRecord).where(AuditRecord.event == "answer.opened")
        assert ctx.session.scalars(query).one().object_id == answer_id
    with shared.acting("investigator") as ctx, pytest.raises(ForbiddenError):
        open_answer(ctx, answer_id)
    with shared.acting("shuicheng") as ctx, pytest.raises(NotFoundError):
        open_answer(ctx, uuid.uuid4())
    assert one.person_name == name[:1] + "*" * (len(name) - 1)


def test_other_units_other_cities_and_other_roles_decide_nothing(shared: World) -> None:
    one = differ(shared, "LPS0700013", ("车辆数", 1))
    with shared.acting("supervisor") as ctx:
        assert list_differences(ctx, Filters())[1] > 0
    for who, error in (
        ("investigator", ForbiddenError), ("finance", ForbiddenError), ("neighbour", NotFoundError),
        ("supervisor", ForbiddenError),
    ):  # fmt: skip
        with shared.acting(who) as ctx, pytest.raises(error):
            decide_difference(ctx, one.id, "answer", "已核实")
    elsewhere = differ(shared, "LPS0700017", ("车辆数", 1))
    outside = next(one for one in (one, elsewhere) if not one.unit.startswith("水城区"))
    with shared.acting("shuicheng") as ctx:
        with pytest.raises(NotFoundError):
            decide_difference(ctx, outside.id, "answer", "已核实")
        with pytest.raises(NotFoundError):
            read_difference(ctx, outside.id)
        assert outside.id not in {one.id for one in list_differences(ctx, Filters())[0]}


def test_every_step_is_on_record(shared: World) -> None:
    with shared.system() as ctx:
        file = shared.household("LPS0700002")
        assert read_record(ctx, file).income == 20_000_000
        events = set(ctx.session.scalars(select(AuditRecord.event)))
    assert {
        "difference.found", "difference.assigned", "difference.declared", "difference.answer",
        "difference.visit", "difference.superseded", "verification.requested",
        "verification.differing", "verification.told", "household.declared", "household.judged",
    } <= events  # fmt: skip
