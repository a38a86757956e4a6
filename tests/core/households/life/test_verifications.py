"""Yearly re-verification: recorded by two, overdue by the day alone, and no aid until then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, StaleError
from core.households.life.overdue import list_overdue
from core.households.life.verifications import RESULTS, Verified, record_verification
from core.households.models import Household
from core.households.service import change_household
from tests.core.households.life.acts import (
    TODAY,
    audited,
    circumstances,
    close,
    confirm,
    earn,
    life,
    person,
    recovered,
    review,
    stored,
    verify,
)
from tests.factories import ELSEWHERE, Filed, acting, hire
from tests.office import Office
from tests.region import with_life


def last_verified(office: Office, household: Filed, day: dt.date | None) -> None:
    """Put back when a file was verified last."""
    with office.system() as ctx:
        ctx.session.get_one(Household, (ctx.tenant_id, household.id)).verified_on = day


def overdue(office: Office, who: str = "clerk") -> list[str]:
    with office.acting(who) as ctx:
        return [str(one.id) for one in list_overdue(ctx)]


def test_a_file_is_overdue_the_day_after_a_year_and_not_before(office: Office) -> None:
    household = office.file()
    last_verified(office, household, dt.date(2022, 8, 15))
    assert life(office, household)["standing"] == "filed"  # in time, not judged yet
    assert str(household.id) not in overdue(office)
    last_verified(office, household, dt.date(2022, 8, 14))
    assert life(office, household)["standing"] == "overdue"
    assert str(household.id) in overdue(office)


def test_what_was_never_verified_counts_from_its_filing(office: Office) -> None:
    household = office.file()  # filed on 2022-03-10
    last_verified(office, household, None)
    assert life(office, household)["overdue"] is True
    with office.acting("clerk") as ctx:
        row = next(one for one in list_overdue(ctx) if one.id == household.id)
    assert (row.last, row.head_name) == (dt.date(2022, 3, 10), "王建国")


def test_a_verification_puts_a_file_in_force_for_another_year(office: Office) -> None:
    household = office.file(category="deep")
    last_verified(office, household, dt.date(2022, 1, 1))
    item = verify(office, household, dt.date(2023, 8, 10), remark="收入、住房均无变化")
    assert (item.on_date, item.result) == (dt.date(2023, 8, 10), "unchanged")
    told = life(office, household)
    assert (told["standing"], told["verified_on"]) == ("active", "2023-08-10")
    first = told["verifications"][0]
    assert first["first_person_name"] != first["second_person_name"]
    assert audited(office, household.id)[-1] == "household.verified"
    verify(
        office, household, dt.date(2023, 8, 1)
    )  # an older one, recorded late, takes nothing back
    assert stored(office, household).verified_on == dt.date(2023, 8, 10)


def test_one_alone_a_stranger_or_a_wrong_day_verifies_nothing(office: Office) -> None:
    household = office.file()
    clerk = person(office, "clerk")
    stranger = hire(office.installation, office.tree.city_b, "clerk").person_id
    assert stranger
    other = person(office, "investigator")
    cases = [
        (Verified(TODAY, "unchanged", (clerk, clerk)), "second_person"),
        (Verified(TODAY, "unchanged", (clerk, stranger)), "second_person"),
        (Verified(dt.date(2023, 8, 16), "unchanged", (clerk, other)), "on"),
        (Verified(dt.date(2022, 3, 9), "unchanged", (clerk, other)), "on"),
        (Verified(TODAY, "fine", (clerk, other)), "result"),
        (Verified(TODAY, "changed", (clerk, other), " "), "remark"),
    ]
    for verified, field in cases:
        with office.acting("clerk") as ctx, pytest.raises(InvalidError) as raised:
            record_verification(ctx, household.id, verified, 1)
        assert raised.value.field == field, verified
    with office.acting("clerk") as ctx, pytest.raises(StaleError):
        record_verification(ctx, household.id, Verified(TODAY, "unchanged", (clerk, other)), 9)
    assert life(office, household)["verifications"] == []
    assert stored(office, household).verified_on == dt.date(2023, 2, 1)


@pytest.mark.parametrize("result", RESULTS)
def test_every_result_is_kept_with_its_words(office: Office, result: str) -> None:
    household = office.file()
    verify(office, household, result=result, remark="子女毕业")
    told = life(office, household)["verifications"][0]
    assert (told["result"], told["remark"]) == (result, "子女毕业")


def test_an_overdue_file_gets_no_new_aid_until_it_is_verified(office: Office) -> None:
    household = office.file()
    draft = office.start(household, asked="8400")
    last_verified(office, household, dt.date(2022, 8, 14))
    attempts: list[Callable[[], object]] = [
        lambda: office.start(household), lambda: office.submit(draft),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(ConflictError) as raised:
            attempt()
        assert "2022-08-14" in str(raised.value)
        assert "2022-08-15" in str(raised.value.remedy)
    verify(office, household)
    assert office.submit(draft).state == "in_route"


def test_a_suspended_closed_or_safety_net_file_gets_no_new_aid(office: Office) -> None:
    closed, suspended, kept = office.file(), office.file(), office.file()
    close(office, closed)
    with office.system() as ctx:
        ctx.session.get_one(Household, (ctx.tenant_id, suspended.id)).state = "suspended"
    earn(office, kept, *["500"] * 6)
    circumstances(office, kept, causes_removed=False, relief=3_000_000)
    confirm(office, review(office, kept))
    for household, word in ((closed, "not in force"), (suspended, "suspended"),
                            (kept, "regular help only")):  # fmt: skip
        with pytest.raises(ConflictError) as raised:
            office.start(household)
        assert word in str(raised.value)
        assert raised.value.remedy.text


def test_under_the_safety_net_regular_help_is_still_given(office: Office) -> None:
    statement = {"income": 9_000_000, "illness": 0, "schooling": 0, "loss": 4_000_000,
                 "still_difficult": True}  # fmt: skip
    household = office.file(statement=statement, relatives=())
    earn(office, household, *["500"] * 6, people=1)
    circumstances(office, household, causes_removed=False)
    confirm(office, review(office, household))
    assert stored(office, household).state == "safety_net"
    # The test's region names temporary relief as regular help.
    application = office.start(household, "temporary_relief", "6000")
    assert application.state == "draft"


def test_a_file_in_its_phase_out_keeps_its_help_until_the_last_day(office: Office) -> None:
    household = office.file()
    recovered(office, household)
    confirm(office, review(office, household))
    assert office.start(household, asked="8400").state == "draft"
    office.now = dt.datetime(2024, 2, 15, 16, tzinfo=dt.UTC)
    last_verified(office, household, dt.date(2024, 2, 1))
    with pytest.raises(ConflictError) as raised:
        office.start(household)
    assert "not in force" in str(raised.value)


def test_where_the_region_asks_for_no_verification_nothing_is_overdue(
    office: Office, tmp_path: Path
) -> None:
    household = office.file()
    last_verified(office, household, dt.date(2015, 1, 1))
    easy = with_life(office.installation, tmp_path, verification=0)
    relaxed = Office(easy, office.tree, office.now, office.people)
    assert life(relaxed, household)["overdue"] is False
    assert overdue(relaxed) == []
    assert relaxed.start(household, asked="8400").state == "draft"
    assert str(household.id) in overdue(office)


def test_that_a_file_was_verified_is_not_written_by_hand(office: Office) -> None:
    household = office.file()
    with office.acting("clerk") as ctx, pytest.raises(InvalidError) as raised:
        change_household(ctx, household.id, {"verified_on": TODAY}, 1)
    assert raised.value.field == "verified_on"


def test_overdue_files_are_seen_within_one_s_units_alone(office: Office) -> None:
    household = office.file()
    last_verified(office, household, dt.date(2020, 1, 1))
    assert str(household.id) in overdue(office, "reviewer")
    elsewhere = hire(office.installation, office.city, "clerk", unit=ELSEWHERE)
    nobody = hire(office.installation, office.city, "finance")
    with acting(office.installation, office.city, elsewhere, at=office.now) as ctx:
        assert household.id not in [one.id for one in list_overdue(ctx)]
    with (
        acting(office.installation, office.city, nobody, at=office.now) as ctx,
        pytest.raises(ForbiddenError),
    ):
        list_overdue(ctx)
    stranger = hire(office.installation, office.tree.city_b, "clerk")
    with acting(office.installation, office.tree.city_b, stranger, at=office.now) as ctx:
        assert household.id not in [one.id for one in list_overdue(ctx)]
        with pytest.raises(NotFoundError):
            found = Verified(TODAY, "unchanged", (person(office, "clerk"),) * 2)
            record_verification(ctx, household.id, found, 1)


def test_a_closed_file_is_not_verified(office: Office) -> None:
    household = office.file()
    close(office, household)
    with pytest.raises(ConflictError):
        verify(office, household)
    last_verified(office, household, dt.date(2010, 1, 1))
    assert str(household.id) not in overdue(office)
