"""Leaving by recovery, by safety net, or for another reason: proposed by one, done by another."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import update

from core.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotDecidableError,
    NotFoundError,
)
from core.funds.models import Payment
from core.households.circumstances import state_months
from core.households.life.exits import (
    confirm_exit,
    propose_closing,
    refuse_exit,
    review_household,
)
from core.households.life.standing import end_phase_outs
from core.money import parse_yuan as yuan
from tests.core.households.life.acts import (
    MONTHS,
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
from tests.factories import ELSEWHERE, GRASSROOTS, acting, hire
from tests.office import Office


def test_six_months_above_the_line_of_each_and_no_cause_left_is_recovery(office: Office) -> None:
    household = office.file()
    recovered(office, household)
    item = review(office, household)
    assert (item.way, item.state, item.on_date) == ("recovery", "proposed", TODAY)
    assert stored(office, household).state == "active"  # nothing happens before the second person
    told = life(office, household)["exit_reviews"][0]
    months = [one for one in told["explanation"] if one["name"].startswith("month_")]
    assert [one["shown"]["en"] for one in months] == [
        f"{one}.00 yuan per head and month" for one in (701, 702, 703, 704, 705, 711)
    ]
    lines = [one["figures"][0] for one in told["explanation"] if one["name"].startswith("above_")]
    shown = ["每人每月700.00元"] * 5 + ["每人每月710.00元"]
    assert [line["shown"]["zh"] for line in lines] == shown
    assert all("2023年" in line["source"]["zh"] for line in lines)


@pytest.mark.parametrize(
    ("months", "removed", "why"),
    [
        (("701", "702", "703", "704", "705", "710"), True, "month_short"),  # the line of July
        (("701", "702", "700", "704", "705", "711"), True, "month_short"),  # not above, equal
        (("705", "705", "705", "705", "705", "705"), True, "month_short"),  # the line rose
        (("701", "702", "703", "704", "705", "711"), False, "cause_open"),
    ],
)
def test_one_month_not_above_its_own_line_or_a_cause_left_keeps_the_file(
    office: Office, months: tuple[str, ...], removed: bool, why: str
) -> None:
    household = office.file(statement={"income": yuan("24600")})
    earn(office, household, *months)
    circumstances(office, household, causes_removed=removed)
    item = review(office, household)
    assert (item.way, item.state) == ("stays", "stays")
    assert why in [one["code"] for one in item.reasons or []]
    assert stored(office, household).state == "active"
    assert audited(office, item.id) == ["exit.reviewed"]


def test_a_missing_month_is_named_and_never_guessed(office: Office) -> None:
    household = office.file()
    with office.acting("clerk") as ctx:
        state_months(ctx, household.id, dict.fromkeys(MONTHS[1:], yuan("4000")))
    circumstances(office, household, causes_removed=True)
    with office.acting("clerk") as ctx, pytest.raises(NotDecidableError) as raised:
        review_household(ctx, household.id, ctx.today)
    assert raised.value.code == "not_decidable"
    assert life(office, household)["exit_reviews"] == []


def test_relief_and_aid_that_reach_the_line_are_an_exit_by_safety_net(office: Office) -> None:
    # (48,000 - 24,600 + relief) / 48 reaches 710 with 10,680 yuan.
    household, poorer = office.file(), office.file()
    for one, relief in ((household, "10680"), (poorer, "10679.99")):
        earn(office, one, *["500"] * 6)
        circumstances(office, one, causes_removed=False, relief=yuan(relief))
    assert (review(office, poorer).way, review(office, household).way) == ("stays", "safety_net")


def test_aid_the_union_paid_counts_for_the_safety_net(office: Office) -> None:
    household = office.file()
    office.now = dt.datetime(2023, 6, 1, 1, tzinfo=dt.UTC)
    fund = office.fund()
    office.grant(household, asked="8400")  # the only fund that fits pays
    office.send(fund)
    _book(office, household.id, dt.date(2023, 7, 3))
    office.now = dt.datetime(2023, 8, 15, 4, tzinfo=dt.UTC)
    earn(office, household, *["500"] * 6)
    circumstances(office, household, causes_removed=False, relief=yuan("2280"))
    item = review(office, household)
    assert (item.facts or {})["earlier_aid"] == yuan("8400")
    assert item.way == "safety_net"


def _book(office: Office, household_id: uuid.UUID, day: dt.date) -> None:
    with office.system() as ctx:
        ctx.session.execute(
            update(Payment)
            .where(Payment.tenant_id == ctx.tenant_id, Payment.household_id == household_id)
            .values(state="paid", paid_on=day)
        )


def test_who_proposed_an_exit_cannot_confirm_it(office: Office) -> None:
    household = office.file()
    recovered(office, household)
    with office.acting("approver") as ctx:
        item = review_household(ctx, household.id, ctx.today)
    with office.acting("approver") as ctx, pytest.raises(ForbiddenError) as raised:
        confirm_exit(ctx, item.id)
    assert "someone else must decide" in str(raised.value)
    assert confirm(office, item, "second_approver").state == "confirmed"


def test_a_recovered_household_keeps_its_file_until_the_phase_out_is_over(office: Office) -> None:
    household = office.file()
    recovered(office, household)
    item = confirm(office, review(office, household))
    file = stored(office, household)
    assert (file.state, file.exit_way) == ("phase_out", "recovery")
    assert file.phase_out_until == dt.date(2024, 2, 15)
    assert all(one.active for one in members(office, household))  # nobody files them twice
    office.now = dt.datetime(2024, 2, 15, 12, tzinfo=dt.UTC)
    with office.system() as ctx:
        assert household.id not in end_phase_outs(ctx)  # its last day
    assert life(office, household)["standing"] == "phase_out"
    office.now = dt.datetime(2024, 2, 15, 16, tzinfo=dt.UTC)  # the next day in China
    assert life(office, household)["standing"] == "exited"  # by the day alone, before any tick
    with office.system() as ctx:
        assert household.id in end_phase_outs(ctx)
    with office.system() as ctx:
        assert end_phase_outs(ctx) == []  # as often as it likes
    closed = stored(office, household)
    assert (closed.state, closed.exit_way, closed.phase_out_until) == ("exited", "recovery", None)
    assert not any(one.active for one in members(office, household))
    assert [(one.before, one.after, one.way, one.on_date) for one in events(office, household)] == [
        ("active", "phase_out", "recovery", TODAY),
        ("phase_out", "exited", "phase_out_ended", dt.date(2024, 2, 16)),
    ]
    assert events(office, household)[0].review_id == item.id
    assert events(office, household)[1].by_person is None  # the calendar took this step
    assert audited(office, household.id)[-2:] == ["household.left", "household.phase_out_ended"]


def test_under_the_safety_net_nobody_is_dropped(office: Office) -> None:
    household = office.file()
    earn(office, household, *["500"] * 6)
    circumstances(office, household, causes_removed=False, relief=yuan("20000"))
    confirm(office, review(office, household))
    file = stored(office, household)
    assert (file.state, file.exit_way) == ("safety_net", "safety_net")
    assert all(one.active for one in members(office, household))
    assert audited(office, household.id)[-1] == "household.under_safety_net"
    again = review(office, household)  # it is reviewed on, and may still recover
    assert (again.way, again.state) == ("safety_net", "stays")
    earn(office, household, "701", "702", "703", "704", "705", "711")
    circumstances(office, household, causes_removed=True)
    confirm(office, review(office, household))
    assert stored(office, household).state == "phase_out"


@pytest.mark.parametrize("way", ["moved_away", "died", "not_eligible", "false_statement"])
def test_a_file_is_closed_for_another_reason_at_once(office: Office, way: str) -> None:
    household = office.file()
    item = close(office, household, way)
    file = stored(office, household)
    assert (file.state, file.exit_way, file.state_since) == ("exited", way, TODAY)
    assert not any(one.active for one in members(office, household))
    assert events(office, household)[0].reason == "户口迁往外省"
    assert (item.programme, item.facts) == (None, None)


def test_a_closing_needs_words_and_a_known_reason(office: Office) -> None:
    household = office.file()
    for way, remark, field in (("moved_away", "  ", "remark"), ("recovery", "好转", "way")):
        with office.acting("clerk") as ctx, pytest.raises(InvalidError) as raised:
            propose_closing(ctx, household.id, way, ctx.today, remark)
        assert raised.value.field == field


def test_a_second_proposal_waits_for_the_first(office: Office) -> None:
    household = office.file()
    recovered(office, household)
    item = review(office, household)
    with office.acting("clerk") as ctx, pytest.raises(ConflictError) as raised:
        propose_closing(ctx, household.id, "died", ctx.today, "户主去世")
    assert "waits for a second person" in str(raised.value)
    with office.acting("reviewer") as ctx, pytest.raises(InvalidError):
        refuse_exit(ctx, item.id, " ")
    with office.acting("reviewer") as ctx:
        refused = refuse_exit(ctx, item.id, "七月工资未核实")
    assert (refused.state, refused.decision_reason) == ("refused", "七月工资未核实")
    with office.acting("reviewer") as ctx, pytest.raises(ConflictError):
        confirm_exit(ctx, item.id)
    assert stored(office, household).state == "active"
    assert review(office, household).state == "proposed"


def test_what_a_proposal_rests_on_must_still_be_so(office: Office) -> None:
    household = office.file()
    recovered(office, household)
    item = review(office, household)
    earn(office, household, "701", "702", "703", "704", "705", "709")
    with office.acting("reviewer") as ctx, pytest.raises(ConflictError) as raised:
        confirm_exit(ctx, item.id)
    assert "not the same any more" in str(raised.value)
    assert stored(office, household).state == "active"
    # Even where the outcome is the same: whoever confirms has seen other figures.
    earn(office, household, "701", "702", "703", "704", "705", "720")
    with office.acting("reviewer") as ctx, pytest.raises(ConflictError):
        confirm_exit(ctx, item.id)


def test_a_closed_file_is_not_left_again(office: Office) -> None:
    household = office.file()
    close(office, household)
    with office.acting("clerk") as ctx, pytest.raises(ConflictError) as raised:
        review_household(ctx, household.id, ctx.today)
    assert "is closed" in str(raised.value)


def test_a_review_is_of_a_day_that_has_come(office: Office) -> None:
    household = office.file()
    with office.acting("clerk") as ctx, pytest.raises(InvalidError) as raised:
        review_household(ctx, household.id, dt.date(2023, 8, 16))
    assert raised.value.field == "on"


def test_exits_are_refused_to_roles_and_units_without_the_right(office: Office) -> None:
    household = office.file(unit=GRASSROOTS)
    recovered(office, household)
    with office.acting("investigator") as ctx, pytest.raises(ForbiddenError):
        review_household(ctx, household.id, ctx.today)
    item = review(office, household)
    with office.acting("second_clerk") as ctx, pytest.raises(ForbiddenError):
        confirm_exit(ctx, item.id)
    elsewhere = hire(office.installation, office.city, "reviewer", unit=ELSEWHERE)
    stranger = hire(office.installation, office.tree.city_b, "reviewer", "approver", "clerk")
    for actor, tenant in ((elsewhere, office.city), (stranger, office.tree.city_b)):
        with acting(office.installation, tenant, actor, at=office.now) as ctx:
            with pytest.raises(NotFoundError):
                confirm_exit(ctx, item.id)
            with pytest.raises(NotFoundError):
                review_household(ctx, household.id, ctx.today)
    assert stored(office, household).state == "active"
