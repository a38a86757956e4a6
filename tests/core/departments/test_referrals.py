"""Referrals as departments see them: lead, cooperating, foreign; answers and who gives them."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import text

from core.departments.referrals import answer_referral, list_referrals
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, StaleError
from core.households.life.measures import Referral, refer_measure
from core.households.life.models import Measure
from tests.core.departments.conftest import City


def refer(city: City, line: str, home: str = "wang") -> Measure:
    due = dt.date(2018, 3, 1)
    with city.acting("city_clerk") as ctx:
        return refer_measure(ctx, city.homes[home].id, Referral(line, "请办理", due, "王科长"))


def seen(city: City, who: str) -> dict[uuid.UUID, bool]:
    with city.acting(who) as ctx:
        return {one.id: one.leads for one in list_referrals(ctx)}


def test_the_lead_and_the_cooperating_department_see_a_referral_and_no_other_does(
    city: City,
) -> None:
    measure = refer(city, "housing")
    assert seen(city, "housing")[measure.id] is True
    assert seen(city, "civil_affairs")[measure.id] is False
    assert measure.id not in seen(city, "education")
    with city.acting("county_housing") as ctx:
        [one] = [one for one in list_referrals(ctx) if one.id == measure.id]
    assert (one.head, one.content, one.overdue) == ("王**", "请办理", False)
    for who in ("clerk", "finance"):
        with city.acting(who) as ctx, pytest.raises(ForbiddenError):
            list_referrals(ctx)


def test_an_officer_of_a_county_sees_those_of_his_county_alone(city: City) -> None:
    own, other = refer(city, "housing"), refer(city, "housing", "zhao")
    assert {own.id, other.id} <= seen(city, "housing").keys()
    found = seen(city, "county_housing")
    assert own.id in found
    assert other.id not in found
    with city.acting("county_housing") as ctx, pytest.raises(NotFoundError):
        answer_referral(ctx, other.id, "accepted", "", other.version)


def test_the_lead_accepts_and_ends_it_and_it_stands_in_the_trail(city: City) -> None:
    measure = refer(city, "housing")
    with city.acting() as ctx:
        answer_referral(ctx, measure.id, "accepted", "", measure.version)
    with city.acting() as ctx, pytest.raises(StaleError):
        answer_referral(ctx, measure.id, "done", "已配租", measure.version)
    with city.acting() as ctx, pytest.raises(InvalidError, match="empty"):
        answer_referral(ctx, measure.id, "done", " ", 2)
    with city.acting() as ctx:
        done = answer_referral(ctx, measure.id, "done", "已配租", 2)
        assert (done.state, done.outcome, done.closed_on) == ("done", "已配租", ctx.today)
    with city.acting() as ctx, pytest.raises(ConflictError):
        answer_referral(ctx, measure.id, "refused", "晚了", 3)
    assert measure.id not in seen(city, "housing")
    with city.acting() as ctx:
        assert measure.id in {one.id for one in list_referrals(ctx, running=False)}
    with city.system() as ctx:
        rows = ctx.session.execute(
            text("select event, after->>'state', actor_name from audit_records "
                 "where object_id = :id order by id"), {"id": measure.id},
        ).all()  # fmt: skip
    assert [tuple(row)[:2] for row in rows] == [
        ("measure.referred", None), ("measure.answered", "accepted"), ("measure.answered", "done"),
    ]  # fmt: skip
    assert rows[2][2] == city.people["housing"].name


def test_nobody_else_answers_it_and_no_department_takes_it_back(city: City) -> None:
    measure = refer(city, "housing")
    with city.acting("civil_affairs") as ctx, pytest.raises(ForbiddenError, match="cooperates"):
        answer_referral(ctx, measure.id, "accepted", "", measure.version)
    with city.acting("education") as ctx, pytest.raises(NotFoundError):
        answer_referral(ctx, measure.id, "accepted", "", measure.version)
    with city.acting("clerk") as ctx, pytest.raises(NotFoundError):
        answer_referral(ctx, measure.id, "accepted", "", measure.version)
    with city.acting() as ctx, pytest.raises(InvalidError, match="no answer"):
        answer_referral(ctx, measure.id, "cancelled", "", measure.version)
    with city.acting() as ctx, pytest.raises(NotFoundError):
        answer_referral(ctx, uuid.uuid4(), "accepted", "", 1)
