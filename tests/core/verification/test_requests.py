"""Rounds: only who agreed is asked about; the list goes out in clear and on record."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from sqlalchemy import select

from core.audit.models import AuditRecord
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.households.circumstances import Circumstances
from core.households.listing import Filters
from core.verification.models import VerificationRequest, VerificationRound
from core.verification.requests import export_round, find_candidates, find_round, make_round
from core.verification.sources import find_source
from tests.core.verification.conftest import World, answered, person_id

DUE = dt.date(2023, 7, 31)
AGREED = ("LPS0700001", "LPS0700002", "LPS0700004")


def ask(world: World, *sources: str, who: str = "clerk", **values: object) -> VerificationRound:
    with world.acting(who) as ctx:
        return make_round(
            ctx,
            Filters(),
            sources=sources or ("civil_affairs",),
            due_on=DUE,
            **values,  # type: ignore[arg-type]
        )


def states(world: World) -> dict[str, str]:
    """Return the state of each request by file number."""
    with world.system() as ctx:
        requests = list(ctx.session.scalars(select(VerificationRequest)))
    numbers = {world.household(number).id: number for number in AGREED}
    return {numbers[one.household_id]: one.state for one in requests}


def test_nobody_is_asked_about_without_a_kept_consent(world: World) -> None:
    with world.acting() as ctx, pytest.raises(ConflictError, match="300 have no signed consent"):
        make_round(ctx, Filters(), sources=["civil_affairs"], due_on=DUE)
    papers = world.consent(*AGREED)
    with world.acting() as ctx:
        candidates = find_candidates(ctx, Filters())
    assert len(candidates) == 300
    assert {one.file_number for one in candidates if one.consent_id} == set(AGREED)
    item = ask(world)
    assert (item.households, item.year, item.number) == (3, 2023, 1)
    with world.system() as ctx:
        kept = set(ctx.session.scalars(select(VerificationRequest.consent_id)))
    assert kept == {paper.id for paper in papers}
    assert set(states(world).values()) == {"requested"}


def test_a_household_is_asked_about_once_at_a_time(world: World) -> None:
    world.consent(*AGREED)
    ask(world)
    with pytest.raises(ConflictError, match="3 are asked about already"):
        ask(world)
    world.consent("LPS0700006")
    assert (ask(world).households, ask_numbers(world)) == (1, [1, 2])


def ask_numbers(world: World) -> list[int]:
    with world.system() as ctx:
        return sorted(ctx.session.scalars(select(VerificationRound.number)))


def test_the_exported_list_names_every_member_in_clear_and_that_is_on_record(
    world: World,
) -> None:
    world.consent(*AGREED)
    item = ask(world)
    with world.acting() as ctx:
        _round, data = export_round(ctx, item.id, "civil_affairs")
    rows = list(openpyxl.load_workbook(io.BytesIO(data)).active.values)  # type: ignore[union-attr]
    assert rows[0][:5] == ("档案编号", "姓名", "与户主关系", "身份证号", "核对日期")
    assert "核定年收入" in rows[0]
    assert len(rows) - 1 == item.people
    name, number, _household = person_id(world, "LPS0700002", 1)
    assert ("LPS0700002", name, "子女", number) in {row[:4] for row in rows}
    assert set(states(world).values()) == {"waiting"}
    with world.system() as ctx:
        query = select(AuditRecord).where(AuditRecord.event == "verification.exported")
        told = ctx.session.scalars(query).one()
    assert told.after == {"source": "civil_affairs", "households": 3, "people": item.people}
    assert told.actor_id == world.people["clerk"].person_id


def test_the_filled_in_list_comes_back_as_answers(world: World) -> None:
    world.consent("LPS0700001")
    item = ask(world)
    with world.acting() as ctx:
        _round, data = export_round(ctx, item.id, "civil_affairs")
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.active
    assert page is not None
    titles = [cell.value for cell in page[1]]
    for row in (2, 3):
        page.cell(row, titles.index("核对日期") + 1, dt.date(2023, 7, 1))
        page.cell(row, titles.index("民政低保") + 1, "否")
    output = io.BytesIO()
    book.save(output)
    brought = world.bring(output.getvalue())
    assert (brought.state, brought.counts["added"], brought.counts["done"]) == ("imported", 2, 1)


def test_a_county_clerk_asks_about_and_takes_out_his_own_households_alone(world: World) -> None:
    world.consent(*AGREED)
    everybody = ask(world)
    with world.acting("shuicheng") as ctx:
        _round, data = export_round(ctx, everybody.id, "civil_affairs")
    rows = list(openpyxl.load_workbook(io.BytesIO(data)).active.values)[1:]  # type: ignore[union-attr]
    assert {row[0] for row in rows} == {"LPS0700001", "LPS0700002"}
    assert states(world) == {
        "LPS0700001": "waiting", "LPS0700002": "waiting", "LPS0700004": "requested"
    }  # fmt: skip
    with world.acting("shuicheng") as ctx:
        assert len(find_candidates(ctx, Filters())) == 103


def test_clean_answers_finish_a_request_and_are_recorded_with_their_day(world: World) -> None:
    world.consent("LPS0700001")
    ask(world)
    name, number, household = person_id(world, "LPS0700001")
    before = world.household("LPS0700001").verified_on
    world.bring(answered("民政低保", "车辆数", rows=[(name, number, "否", 0)]))
    assert states(world) == {"LPS0700001": "done"}
    file = world.household("LPS0700001")
    assert before != dt.date(2023, 7, 3)
    assert file.verified_on == dt.date(2023, 7, 3)
    with world.system() as ctx:
        found = ctx.session.scalars(
            select(Circumstances).where(Circumstances.household_id == household)
        ).one()
        assert (found.property_fits, found.as_of) == (True, dt.date(2023, 7, 3))
        events = set(ctx.session.scalars(select(AuditRecord.event)))
    assert {"verification.done", "household.verified", "household.circumstances_stated"} <= events
    assert file.judged_on == dt.date(2023, 7, 3)


def test_a_round_that_is_no_verification_leaves_the_day_of_it(world: World) -> None:
    world.consent("LPS0700001")
    before = world.household("LPS0700001").verified_on
    ask(world, verifies=False)
    name, number, _household = person_id(world, "LPS0700001")
    world.bring(answered("民政低保", rows=[(name, number, "否")]))
    assert states(world) == {"LPS0700001": "done"}
    assert world.household("LPS0700001").verified_on == before


def test_every_source_and_for_persons_sources_every_member_must_answer(world: World) -> None:
    world.consent("LPS0700001")
    ask(world, "civil_affairs", "vehicles")
    first, second = person_id(world, "LPS0700001"), person_id(world, "LPS0700001", 1)
    world.bring(answered("车辆数", rows=[(*first[:2], 0)]), "vehicles")
    assert states(world) == {"LPS0700001": "requested"}
    world.bring(answered("民政低保", rows=[(*first[:2], "否")]))
    assert states(world) == {"LPS0700001": "answered"}
    world.bring(answered("车辆数", rows=[(*second[:2], 0)]), "vehicles")
    assert states(world) == {"LPS0700001": "done"}


def test_answers_from_before_the_request_do_not_answer_it(world: World) -> None:
    name, number, _household = person_id(world, "LPS0700001")
    world.bring(answered("民政低保", rows=[(name, number, "否")]))
    world.consent("LPS0700001")
    world.now += dt.timedelta(hours=1)
    ask(world)
    assert states(world) == {"LPS0700001": "requested"}


def test_what_cannot_be_asked_is_refused(shared: World) -> None:
    shared.consent("LPS0700001")
    with shared.acting() as ctx:
        with pytest.raises(InvalidError, match="No source was chosen"):
            make_round(ctx, Filters(), sources=[], due_on=DUE)
        with pytest.raises(InvalidError, match="no source"):
            make_round(ctx, Filters(), sources=["rumour"], due_on=DUE)
        with pytest.raises(InvalidError, match="is over"):
            make_round(ctx, Filters(), sources=["tax"], due_on=dt.date(2023, 7, 2))
        item = make_round(ctx, Filters(), sources=["tax"], due_on=DUE)
        with pytest.raises(InvalidError, match="does not ask"):
            export_round(ctx, item.id, "vehicles")
        assert find_source("tax").by_household is False


def test_who_has_not_the_right_or_is_of_another_city_asks_nobody(shared: World) -> None:
    for who in ("investigator", "reviewer", "finance"):
        with shared.acting(who) as ctx, pytest.raises(ForbiddenError):
            find_candidates(ctx, Filters())
    with shared.acting("neighbour") as ctx, pytest.raises((ForbiddenError, NotFoundError)):
        find_candidates(ctx, Filters())
    with shared.acting() as ctx, pytest.raises(NotFoundError):
        find_round(ctx, shared.household("LPS0700001").id)
