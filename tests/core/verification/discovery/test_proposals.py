"""Active discovery: who is on a list or could be helped is proposed once, as a task."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select, text

from core.audit.models import AuditRecord
from core.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from core.households.models import Household
from core.verification.discovery.proposals import (
    Filters,
    Listed,
    dismiss,
    list_proposals,
    reveal,
    take_up,
)
from core.verification.discovery.screening import screen
from core.verification.files import PEOPLE
from core.verification.models import DepartmentFile, Proposal
from tests.core.verification.conftest import World, nothing, person_id, workbook
from tests.factories import id_number

FILED, UNKNOWN = "LPS0700001", id_number(777_001)
TITLES = ("姓名", "公民身份号码", "家庭住址", "保障金额")


def bring(world: World, *rows: tuple[str, ...], who: str = "clerk") -> DepartmentFile:
    """Match a dibao list of civil affairs."""
    data = workbook(*rows, titles=TITLES, sheet="低保名单")
    return world.bring(data, "dibao", kind=PEOPLE, who=who, filename="低保名单.xlsx")


def listed(world: World, who: str = "clerk", **narrowed: str) -> list[Listed]:
    """Return the proposals somebody sees."""
    with world.acting(who) as ctx:
        return list_proposals(ctx, Filters(**narrowed), size=200)[0]


def test_who_is_on_a_list_and_in_no_file_is_proposed_once(world: World) -> None:
    name, number, _household = person_id(world, FILED)
    rows = ((name, number, "", "500"), ("赵无档", UNKNOWN, "双水街道", "600"))
    item = bring(world, *rows)
    assert item.counts["filed"] == 1
    assert item.counts["proposable"] == 1
    (found,) = listed(world)
    assert (found.reason, found.origin, found.state) == ("unfiled", "dibao", "open")
    assert found.name != "赵无档"
    assert found.id_number != UNKNOWN
    bring(world, ("赵无档", UNKNOWN, "别处", "700"))
    assert len(listed(world)) == 1, "an open proposal is not doubled by another list"


def test_nothing_of_an_unfiled_person_stands_in_the_database_in_clear(world: World) -> None:
    bring(world, ("赵无档", UNKNOWN, "双水街道88号", "600"))
    with world.system() as ctx:
        whole = ctx.session.scalars(text("select p::text from discovery_proposals p")).all()
    assert whole
    for clear in ("赵无档", UNKNOWN, "双水街道88号"):
        assert not any(clear in row for row in whole)


def test_who_left_the_files_and_appears_again_is_proposed_to_return(world: World) -> None:
    name, number, household_id = person_id(world, FILED)
    with world.system() as ctx:
        ctx.session.get_one(Household, (ctx.tenant_id, household_id)).state = "exited"
    bring(world, (name, number, "", "500"))
    (found,) = listed(world)
    assert (found.reason, found.file_number) == ("returned", FILED)


def test_a_row_that_was_dismissed_is_not_proposed_again(world: World) -> None:
    row = ("赵无档", UNKNOWN, "双水街道", "600")
    bring(world, row)
    (found,) = listed(world)
    with world.acting() as ctx:
        with pytest.raises(InvalidError):
            dismiss(ctx, found.id, " ")
        dismiss(ctx, found.id, "非本市户籍")
    bring(world, row)
    assert listed(world) == []
    (kept,) = listed(world, state="dismissed")
    assert kept.decision == "非本市户籍"
    bring(world, ("赵无档", UNKNOWN, "双水街道", "650"))
    assert len(listed(world)) == 1, "another row is another matter"


def test_taking_up_reveals_who_it_is_and_is_on_record(world: World) -> None:
    bring(world, ("赵无档", UNKNOWN, "双水街道", "600"))
    (found,) = listed(world)
    with world.acting() as ctx, pytest.raises(ConflictError):
        reveal(ctx, found.id)
    with world.acting() as ctx:
        take_up(ctx, found.id)
        somebody = reveal(ctx, found.id)
    assert (somebody.name, somebody.id_number) == ("赵无档", UNKNOWN)
    assert somebody.details["保障金额"] == "600"
    with world.acting() as ctx, pytest.raises(ConflictError):
        dismiss(ctx, found.id, "重复")
    with world.system() as ctx:
        query = select(AuditRecord.event).where(AuditRecord.object_id == found.id)
        events = ctx.session.scalars(query.order_by(AuditRecord.id)).all()
    assert events == ["proposal.made", "proposal.taken_up", "proposal.revealed"]


def test_a_household_without_aid_this_year_is_proposed_by_screening(world: World) -> None:
    with world.acting() as ctx:
        first = screen(ctx, nothing)
    assert first.households > 200
    assert 0 < first.proposed <= first.households
    found = listed(world, reason="unaided")
    assert found
    assert all(one.grounds["programmes"] and one.household_id for one in found)
    with world.system() as ctx:
        categories = dict(ctx.session.execute(select(Household.id, Household.category)).all())
    assert all(categories[one.household_id] != "none" for one in found if one.household_id)
    with world.acting() as ctx:
        assert screen(ctx, nothing).proposed == 0


def test_a_clerk_of_a_county_sees_and_proposes_his_own_alone(world: World) -> None:
    with world.acting("shuicheng") as ctx:
        mine = screen(ctx, nothing)
    assert mine.proposed
    with world.acting() as ctx:
        assert screen(ctx, nothing).proposed > 0
    with world.acting("shuicheng") as ctx:
        own, own_count = list_proposals(ctx, Filters(), size=200)
    with world.acting() as ctx:
        _all, count = list_proposals(ctx, Filters(), size=200)
    assert own_count == mine.proposed < count
    assert all(one.unit.startswith("水城区总工会") for one in own)


@pytest.mark.parametrize(
    ("who", "error"),
    [("investigator", ForbiddenError), ("finance", ForbiddenError), ("neighbour", NotFoundError)],
)
def test_nobody_without_the_right_decides(world: World, who: str, error: type[DomainError]) -> None:
    bring(world, ("赵无档", UNKNOWN, "双水街道", "600"))
    (found,) = listed(world)
    with pytest.raises(error), world.acting(who) as ctx:
        take_up(ctx, found.id)
    with world.system() as ctx:
        assert ctx.session.scalars(select(Proposal.state)).all() == ["open"]


def test_an_unknown_proposal_is_not_found(shared: World) -> None:
    with pytest.raises(NotFoundError), shared.acting() as ctx:
        take_up(ctx, uuid.uuid4())


def test_a_list_without_a_column_of_id_numbers_is_a_fault(shared: World) -> None:
    data = workbook(("赵某", "600"), titles=("姓名", "金额"), sheet="名单")
    item = shared.bring(data, "dibao", kind=PEOPLE)
    assert item.state != "imported"
    assert item.faults
    assert all(fault["remedy"] for fault in item.faults)
