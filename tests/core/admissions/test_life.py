"""What judging, exits and returns do to an admission."""

from __future__ import annotations

import datetime as dt

import pytest

from core.admissions.beginning import begin
from core.errors import ConflictError
from core.households.life.exits import confirm_exit, propose_closing
from core.households.life.standing import end_phase_outs, return_file
from core.households.life.states import standing_of
from tests.core.admissions.conftest import City
from tests.factories import Filed


def stands(city: City, filed: Filed) -> str:
    with city.system() as ctx:
        return standing_of(ctx, city.household(filed))


def test_a_file_is_filed_until_the_department_of_its_category_admits_it(city: City) -> None:
    filed = city.file()
    assert stands(city, filed) == "filed"
    city.admit(filed)
    assert stands(city, filed) == "active"
    city.change(filed, category="dibao")
    assert stands(city, filed) == "filed"
    city.change(filed, category="none")
    assert stands(city, filed) == "active"


def leave(city: City, filed: Filed) -> None:
    city.hire("second", "approver")
    with city.acting("union") as ctx:
        item = propose_closing(ctx, filed.id, "moved_away", city.now.date(), "迁出")
    with city.acting("second") as ctx:
        confirm_exit(ctx, item.id)


def test_who_returns_after_his_file_was_closed_is_admitted_anew(city: City) -> None:
    filed = city.file(admitted_by="housing")
    leave(city, filed)
    assert (city.household(filed).state, city.household(filed).admitted_by) == ("exited", None)
    with city.acting("union") as ctx:
        version = city.household(filed).version
        return_file(ctx, filed.id, city.now.date(), "返贫", version)
    city.change(filed, category="housing_hardship")
    assert stands(city, filed) == "filed"
    city.admit(filed)


def test_what_is_on_its_way_ends_with_the_file(city: City) -> None:
    filed = city.file()
    admission = city.begin(filed)
    leave(city, filed)
    ended = city.read(admission)
    assert (ended.state, ended.reason) == ("withdrawn", None)


def in_phase_out(city: City, until: dt.date) -> Filed:
    filed = city.file(admitted_by="housing")
    city.change(filed, state="phase_out", phase_out_until=until, state_since=dt.date(2018, 1, 31))
    return filed


def test_a_phase_out_keeps_the_admission_to_its_last_day(city: City) -> None:
    filed = in_phase_out(city, city.now.date())
    with city.acting("union") as ctx:
        return_file(ctx, filed.id, ctx.today, "返贫", 1)
    assert city.household(filed).admitted_by == "housing"
    over = in_phase_out(city, city.now.date() - dt.timedelta(days=1))
    unwritten = in_phase_out(city, city.now.date() - dt.timedelta(days=1))
    with city.acting("union") as ctx:
        return_file(ctx, unwritten.id, ctx.today, "返贫", 1)
    assert city.household(unwritten).admitted_by is None, "over by the day, whoever wrote it down"
    with city.system() as ctx:
        assert over.id in end_phase_outs(ctx)
    assert city.household(over).admitted_by is None


def test_the_safety_net_keeps_it_and_is_no_state_to_begin_in(city: City) -> None:
    filed = city.file(admitted_by="housing")
    city.change(filed, state="safety_net")
    with city.acting("clerk") as ctx, pytest.raises(ConflictError, match="under the safety net"):
        begin(ctx, filed.id)
    assert city.household(filed).admitted_by == "housing"
