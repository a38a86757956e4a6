"""Which aid a tenant offers: switched on and off, out of order with a reason, and honoured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from core.applications.drafts import start_application
from core.applications.offers import list_offers
from core.audit.models import AuditRecord
from core.catalogue import Catalogue, Entry
from core.errors import ConflictError, ForbiddenError, InvalidError, Message, NotFoundError
from core.households.circumstances import state_circumstances
from core.installation import Installation
from core.programmes import (
    STATES,
    Standing,
    list_programmes,
    offer_programme,
    settable_figures,
)
from core.wheels import install_wheel
from tests.factories import Tree, acting, found_tree, hire
from tests.office import ANSWERS, Office
from tests.servers import Database, start_installation
from tests.vendor import PACKAGE, fresh_imports, pack_wheel


@pytest.fixture
def office(installation: Installation) -> Office:
    tree: Tree = found_tree(installation)
    office = Office(installation, tree)
    office.people["admin"] = hire(installation, tree.city_a, "tenant_administrator")
    return office


def switch(office: Office, name: str, *, offered: bool, by: str = "admin") -> None:
    with office.acting(by) as ctx:
        offer_programme(ctx, name, "资金用完", offered=offered)


def standings(office: Office) -> dict[str, Standing]:
    with office.acting("admin") as ctx:
        return {one.name: one for one in list_programmes(ctx)}


def test_all_of_the_region_is_offered_until_somebody_says_no(office: Office) -> None:
    found = standings(office)
    assert found["worker_hardship"].state == "identification"
    assert not found["worker_hardship"].can_be_switched
    assert {found[name].state for name in ("living_aid", "golden_autumn")} == {"offered"}
    assert {one.state for one in found.values()} <= set(STATES)


def test_a_programme_switched_off_takes_no_application_and_one_handed_in_goes_on(
    office: Office,
) -> None:
    before = office.submit(office.start(office.file()))
    draft = office.start(office.file())
    household = office.file()
    switch(office, "living_aid", offered=False)
    assert standings(office)["living_aid"].state == "withheld"
    with office.acting("clerk") as ctx:
        (offer,) = (one for one in list_offers(ctx, household.id) if one.name == "living_aid")
        assert offer.finding is None
        assert "does not offer" in str(offer.problem)
    with office.acting("clerk") as ctx, pytest.raises(ConflictError, match="does not offer"):
        start_application(ctx, household.id, "living_aid", ANSWERS["living_aid"], 840_000)
    with pytest.raises(ConflictError, match="does not offer"):
        office.submit(draft)
    for who in ("investigator", "reviewer", "approver"):
        before = office.decide(who, before)
    assert before.state == "approved"
    switch(office, "living_aid", offered=True)
    assert office.submit(draft).state == "in_route"


def test_a_neighbour_offers_what_it_likes(office: Office) -> None:
    switch(office, "living_aid", offered=False)
    neighbour = hire(office.installation, office.tree.city_b, "tenant_administrator")
    with acting(office.installation, office.tree.city_b, neighbour) as ctx:
        assert {one.name: one.state for one in list_programmes(ctx)}["living_aid"] == "offered"


def test_every_switch_is_on_record_once(office: Office) -> None:
    for offered in (False, False, True, True, False):
        switch(office, "medical_relief", offered=offered)
    with office.system() as ctx:
        query = select(AuditRecord).where(AuditRecord.event.startswith("programme."))
        told = list(ctx.session.scalars(query.order_by(AuditRecord.id)))
    assert [one.event for one in told] == [
        "programme.withheld", "programme.offered", "programme.withheld",
    ]  # fmt: skip
    assert told[0].after == {"programme": "medical_relief", "offered": False}
    assert told[0].reason == "资金用完"


def test_what_cannot_be_switched_is_refused(office: Office) -> None:
    with office.acting("admin") as ctx:
        for name in ("worker_hardship", "atlantis"):
            with pytest.raises(NotFoundError):
                offer_programme(ctx, name, "因", offered=False)
        with pytest.raises(InvalidError):
            offer_programme(ctx, "living_aid", " ", offered=False)
    for who in ("clerk", "approver", "finance"):
        with pytest.raises((ForbiddenError, NotFoundError)):
            switch(office, "living_aid", offered=False, by=who)


def test_one_out_of_order_and_one_the_region_does_not_know_are_shown_with_the_reason(
    office: Office,
) -> None:
    entries = {entry.name: entry for entry in office.installation.catalogue.entries()}
    broken = replace(entries["living_aid"], problem=Message("ZeroDivisionError: x", {}))
    kept = [entry for name, entry in entries.items() if name not in ("living_aid", "golden_autumn")]
    office.installation.catalogue = Catalogue([*kept, broken, Entry("atlantis", "a.b:c", None)])
    found = standings(office)
    assert (found["living_aid"].state, str(found["living_aid"].problem)) == (
        "broken", "ZeroDivisionError: x",
    )  # fmt: skip
    assert found["golden_autumn"].state == "broken"
    assert "No plugin provides" in str(found["golden_autumn"].problem)
    assert found["atlantis"].state == "foreign"
    assert not found["atlantis"].can_be_switched


@pytest.fixture
def with_wheel(
    database: Database, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """A city whose installation has a vendor's wheel, with figures for its region."""
    monkeypatch.setenv("BANGFU_PLUGINS", str(tmp_path / "plugins"))
    install_wheel(tmp_path / "plugins", pack_wheel(tmp_path), ())
    with fresh_imports(monkeypatch):
        started = start_installation(database, tmp_path, redis_url)
        office = Office(started, found_tree(started))
        office.people["admin"] = hire(started, office.tree.city_a, "tenant_administrator")
        yield office
        started.engine.dispose()


def offered(office: Office) -> list[str]:
    """Return what a household is offered."""
    household = office.file()
    with office.acting("clerk") as ctx:
        return [one.name for one in list_offers(ctx, household.id)]


def test_a_wheel_s_programme_is_offered_only_where_the_federation_takes_it_up(
    with_wheel: Office,
) -> None:
    office = with_wheel
    assert standings(office)[PACKAGE].state == "available"
    assert PACKAGE not in offered(office)
    with office.acting("admin") as ctx:
        assert {one.programme for one in settable_figures(ctx)}.isdisjoint({PACKAGE})
    household = office.file()
    with office.acting("clerk") as ctx, pytest.raises(ConflictError, match="does not offer"):
        start_application(ctx, household.id, PACKAGE, {"diagnosed": True}, 2_000_000)
    switch(office, PACKAGE, offered=True)
    assert standings(office)[PACKAGE].state == "offered"
    assert offered(office)[-1] == PACKAGE
    with office.acting("admin") as ctx:
        assert PACKAGE in {one.programme for one in settable_figures(ctx)}
    switch(office, PACKAGE, offered=False)
    assert PACKAGE not in offered(office)


def test_what_an_answer_decides_is_offered_and_judged_by_the_answer(with_wheel: Office) -> None:
    office = with_wheel
    switch(office, PACKAGE, offered=True)
    household = office.file()
    with office.acting("clerk") as ctx:
        (offer,) = (one for one in list_offers(ctx, household.id) if one.name == PACKAGE)
    assert (offer.is_open, offer.asks, offer.finding) == (True, True, None)
    assert "cervical cancer" in str(offer.problem)
    with office.acting("clerk") as ctx:
        state_circumstances(ctx, household.id, dt.date(2023, 6, 1), {"union_member": True})
    with office.acting("clerk") as ctx, pytest.raises(InvalidError, match="未确诊两癌"):
        start_application(ctx, household.id, PACKAGE, {"diagnosed": False}, 2_000_000)
    with office.acting("clerk") as ctx:
        started = start_application(ctx, household.id, PACKAGE, {"diagnosed": True}, 2_000_000)
        assert started.assessment["maximum"] == 2_000_000
        assert started.facts["diagnosed"] is True
