"""Suspending, taking up again, returning: every step on a day, with a reason, on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from core.context import Context
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, StaleError
from core.households.life.standing import (
    end_phase_outs,
    resume_file,
    return_file,
    suspend_file,
)
from core.households.life.states import STATES, STEPS, WAYS, add_months, due_before
from core.households.models import Household
from core.households.service import change_household, file_household
from tests.core.households.conftest import family, person_number, spouse
from tests.core.households.life.acts import (
    TODAY,
    audited,
    circumstances,
    close,
    confirm,
    earn,
    events,
    life,
    members,
    recovered,
    review,
    stored,
)
from tests.factories import ELSEWHERE, acting, hire
from tests.office import Office

Act = Callable[..., Household]


def act(office: Office, step: Act, household: Any, by: str = "clerk", **values: Any) -> Household:
    """Take a step with a file as it stands."""
    given = {"on": dt.date(2023, 8, 15), "reason": "暂时联系不上", **values}
    version = stored(office, household).version
    with office.acting(by) as ctx:
        return step(ctx, household.id, given["on"], given["reason"], given.get("version", version))


def test_a_file_is_suspended_and_taken_up_again_on_a_day_with_a_reason(office: Office) -> None:
    household = office.file()
    suspended = act(office, suspend_file, household, on=dt.date(2023, 8, 1))
    assert (suspended.state, suspended.state_since) == ("suspended", dt.date(2023, 8, 1))
    assert life(office, household)["standing"] == "suspended"
    resumed = act(office, resume_file, household, on=dt.date(2023, 8, 10), reason="已取得联系")
    assert (resumed.state, resumed.version) == ("active", 3)
    told = [
        (one.before, one.after, one.on_date.day, one.reason) for one in events(office, household)
    ]
    assert told == [
        ("active", "suspended", 1, "暂时联系不上"),
        ("suspended", "active", 10, "已取得联系"),
    ]
    assert all(one.by_person for one in events(office, household))
    assert audited(office, household.id) == ["household.suspended", "household.resumed"]


def test_a_household_returns_to_its_own_file_with_its_history(office: Office) -> None:
    household = office.file(relatives=(), statement={"income": 100})
    recovered(office, household)
    earn(office, household, "701", "702", "703", "704", "705", "711", people=1)
    confirm(office, review(office, household))
    office.now = dt.datetime(2025, 9, 1, 1, tzinfo=dt.UTC)
    with office.system() as ctx:
        end_phase_outs(ctx)
    returned = act(office, return_file, household, on=dt.date(2025, 9, 1), reason="户主再次住院")
    assert (returned.id, returned.state, returned.exit_way) == (household.id, "active", None)
    assert returned.category == "deep"  # judged anew, by what is declared
    assert all(one.active for one in members(office, household))
    assert [one.way for one in events(office, household)] == [
        "recovery", "phase_out_ended", "returned",
    ]  # fmt: skip
    told = life(office, household)
    assert told["exit_reviews"][0]["way"] == "recovery"  # the grounds of then stay
    assert (told["standing"], told["overdue"]) == ("overdue", True)  # two years: verify it first


def test_who_stands_in_another_file_meanwhile_does_not_return_and_that_file_is_named(
    office: Office,
) -> None:
    number = person_number(male=True)
    with office.acting("clerk") as ctx:
        first = file_household(ctx, family(id_number=number))
    close(office, first)
    with office.acting("clerk") as ctx:  # he lives with somebody else by now
        record = family(spouse(id_number=number, name="王建国", sex="male", relation="parent"))
        third = file_household(ctx, record)
    with pytest.raises(ConflictError) as raised:
        act(office, return_file, first, reason="又遇困难")
    assert third.file_number in str(raised.value)
    assert stored(office, first).state == "exited"
    assert not any(one.active for one in members(office, first))


def test_a_head_whose_file_is_closed_is_not_filed_a_second_time(office: Office) -> None:
    number = person_number(male=True)
    with office.acting("clerk") as ctx:
        first = file_household(ctx, family(id_number=number))
    close(office, first)
    with office.acting("clerk") as ctx, pytest.raises(ConflictError) as raised:
        file_household(ctx, family(id_number=number))
    assert first.file_number in str(raised.value)
    assert "return" in raised.value.remedy.text


def test_returning_from_the_phase_out_or_the_safety_net(office: Office) -> None:
    leaving, kept = office.file(), office.file()
    recovered(office, leaving)
    confirm(office, review(office, leaving))
    earn(office, kept, *["500"] * 6)
    circumstances(office, kept, causes_removed=False, relief=3_000_000)
    confirm(office, review(office, kept))
    for household in (leaving, kept):
        back = act(office, return_file, household, reason="失去工作")
        assert (back.state, back.phase_out_until, back.exit_way) == ("active", None, None)


def test_a_return_puts_a_waiting_proposal_aside(office: Office) -> None:
    household = office.file()
    earn(office, household, *["500"] * 6)
    circumstances(office, household, causes_removed=False, relief=3_000_000)
    confirm(office, review(office, household))
    recovered(office, household)
    waiting = review(office, household)
    act(office, return_file, household, reason="又失业")
    told = life(office, household)["exit_reviews"]
    assert [one["state"] for one in told if one["id"] == str(waiting.id)] == ["refused"]


CHECKED = [
    (state, way)
    for state in STATES
    for way, (sources, _targets) in STEPS.items()
    if state not in sources and way in ("suspended", "resumed", "returned")
]


@pytest.mark.parametrize(("state", "way"), CHECKED)
def test_no_other_step_is_taken(office: Office, state: str, way: str) -> None:
    household = office.file()
    with office.system() as ctx:
        file = ctx.session.get_one(Household, (ctx.tenant_id, household.id))
        file.phase_out_until = dt.date(2024, 1, 1) if state == "phase_out" else None
        file.state = state
    step = {"suspended": suspend_file, "resumed": resume_file, "returned": return_file}[way]
    with pytest.raises(ConflictError) as raised:
        act(office, step, household)
    assert raised.value.remedy.text
    assert stored(office, household).state == state
    assert events(office, household) == []


def test_every_way_has_states_before_and_after(office: Office) -> None:
    for way in WAYS:
        sources, targets = STEPS[way]
        assert set(sources) <= set(STATES) and set(targets) <= set(STATES)
        assert sources and targets
    assert office


def test_a_step_needs_a_reason_a_day_and_the_version_that_was_read(office: Office) -> None:
    household = office.file()
    with pytest.raises(InvalidError) as raised:
        act(office, suspend_file, household, reason=" ")
    assert raised.value.field == "reason"
    with pytest.raises(InvalidError) as raised:
        act(office, suspend_file, household, on=dt.date(2023, 8, 16))
    assert raised.value.field == "on"
    with pytest.raises(StaleError):
        act(office, suspend_file, household, version=7)
    act(office, suspend_file, household, on=TODAY)
    with pytest.raises(InvalidError) as raised:
        act(office, resume_file, household, on=dt.date(2023, 8, 14))
    assert "2023-08-15" in str(raised.value)
    assert [one.way for one in events(office, household)] == ["suspended"]


def test_only_clerks_and_approvers_of_the_place_change_states(office: Office) -> None:
    household = office.file()
    for who in ("investigator", "reviewer"):
        with pytest.raises(ForbiddenError):
            act(office, suspend_file, household, by=who)
    for actor, tenant in (
        (hire(office.installation, office.city, "clerk", unit=ELSEWHERE), office.city),
        (hire(office.installation, office.tree.city_b, "clerk"), office.tree.city_b),
        (hire(office.installation, office.tree.province, "approver"), office.city),
    ):
        with (
            acting(office.installation, tenant, actor, at=office.now) as ctx,
            pytest.raises((NotFoundError, ForbiddenError)),
        ):
            suspend_file(ctx, household.id, ctx.today, "试", 1)
    assert stored(office, household).state == "active"


def test_a_closed_file_is_not_changed_but_one_under_the_safety_net_is(office: Office) -> None:
    closed = office.file()
    close(office, closed)

    def change(ctx: Context, household: Any) -> Household:
        version = ctx.session.get_one(Household, (ctx.tenant_id, household.id)).version
        return change_household(ctx, household.id, {"address": "新街1号"}, version)

    with office.acting("clerk") as ctx, pytest.raises(ConflictError) as raised:
        change(ctx, closed)
    assert "return" in raised.value.remedy.text
    with office.acting("clerk") as ctx:
        kept = file_household(ctx, family(income=2_000_000))
    earn(office, kept, *["500"] * 6, people=1)
    circumstances(office, kept, causes_removed=False)
    confirm(office, review(office, kept))
    with office.acting("clerk") as ctx:
        assert change(ctx, kept).address == "新街1号"
    assert stored(office, kept).state == "safety_net"


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2023, 8, 31), 6, dt.date(2024, 2, 29)),
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
        (dt.date(2023, 12, 31), 1, dt.date(2024, 1, 31)),
        (dt.date(2024, 2, 29), -12, dt.date(2023, 2, 28)),
        (dt.date(2023, 1, 15), -1, dt.date(2022, 12, 15)),
    ],
)
def test_months_are_counted_by_the_calendar(day: dt.date, months: int, expected: dt.date) -> None:
    assert add_months(day, months) == expected


def test_where_nothing_is_asked_nothing_is_due() -> None:
    assert due_before(0, dt.date(2023, 8, 15)) == dt.date.min
    assert due_before(12, dt.date(2023, 8, 15)) == dt.date(2022, 8, 15)
