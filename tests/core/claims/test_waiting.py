"""Claims that wait for somebody: for whom, until when, and no longer once the step is taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from core.claims.decisions import settle_difference
from core.claims.models import Claim
from core.claims.waiting import Waiting, count_waiting, waiting_for_me
from core.workdays import add_working_days
from tests.core.claims.city import BENEFIT, NOW, City

TODAY = NOW.date()


@pytest.fixture
def claim(city: City) -> Iterator[Claim]:
    city.receive(1_000_000)
    yield city.enter()


def waits(city: City, who: str, claim: Claim, at: dt.datetime = NOW) -> Waiting | None:
    """Return how a claim waits for somebody, None where it does not."""
    with city.acting(who, at) as ctx:
        found = waiting_for_me(ctx, size=10_000)
        assert count_waiting(ctx).count == len(found)
        assert [one.due_on for one in found] == sorted(one.due_on for one in found)
    return next((one for one in found if one.id == claim.id), None)


def test_a_claim_waits_for_whoever_may_take_its_step(city: City, claim: Claim) -> None:
    terms = city.installation.policies.pack("liupanshui").claim_terms
    assert terms is not None
    waiting = waits(city, "reviewer", claim)
    assert waiting is not None
    assert (waiting.step, waiting.amount) == ("review", BENEFIT)
    assert waiting.due_on == add_working_days(TODAY, terms.due_days["review"])
    assert waits(city, "second_reviewer", claim)
    for who in ("clerk", "approver", "finance", "supervisor"):
        assert waits(city, who, claim) is None
    city.decide("reviewer", claim.id)
    assert waits(city, "reviewer", claim) is None, "his part is done"
    waiting = waits(city, "approver", claim)
    assert waiting is not None
    assert waiting.step == "approval"
    assert waiting.due_on == add_working_days(TODAY, terms.due_days["approval"])
    city.decide("approver", claim.id)
    assert waits(city, "approver", claim) is None


def test_what_waits_too_long_is_overdue(city: City, claim: Claim) -> None:
    later = NOW + dt.timedelta(days=30)
    waiting = waits(city, "reviewer", claim, later)
    assert waiting is not None
    assert waiting.overdue
    with city.acting("reviewer", later) as ctx:
        counted = count_waiting(ctx)
    assert counted.overdue
    assert counted.first_due_on is not None
    assert counted.first_due_on <= waiting.due_on


def test_a_difference_waits_for_the_review_and_then_for_the_approval(city: City) -> None:
    claim = city.enter(settled=BENEFIT - 100, payee="hospital", payee_name="")
    waiting = waits(city, "reviewer", claim)
    assert waiting is not None
    assert waiting.difference == "open"
    with city.acting("reviewer") as ctx:
        settle_difference(ctx, claim.id, "rule", "按规定")
    assert waits(city, "second_reviewer", claim) is None
    assert waits(city, "approver", claim)


def test_what_is_returned_or_refused_waits_for_nobody(city: City, claim: Claim) -> None:
    city.decide("reviewer", claim.id, "return", "缺出院小结")
    assert waits(city, "reviewer", claim) is None
    other = city.enter()
    city.decide("reviewer", other.id, "refuse", "非住院")
    assert waits(city, "second_reviewer", other) is None
