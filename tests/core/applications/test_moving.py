"""A plugin that is away: what was asked for stays readable, is finished, or is moved."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.applications.drafts import revise_application
from core.applications.forms import carry_answers
from core.applications.models import Application
from core.applications.moving import count_open, list_targets, move_all, move_application
from core.applications.offers import list_offers
from core.applications.queries import read_application
from core.applications.submission import resubmit, submit, withdraw
from core.audit.models import AuditRecord
from core.catalogue import Catalogue
from core.db import new_id
from core.errors import ConflictError, DomainError, ForbiddenError, InvalidError, StaleError
from core.households.circumstances import state_circumstances
from core.households.models import Household, Member
from core.money import parse_yuan as yuan
from core.notices.models import Notice
from core.policies import Policies
from core.programmes import known_names, list_programmes, offer_programme
from core.replay import replay
from core.settings import Settings
from core.supervision.figures import bilingual
from core.supervision.words import name_programme
from core.titles import title_of
from core.wheels import install_wheel
from deploy.local import Servers
from tests.factories import Filed, found_tree, hire
from tests.office import MORNING, Office, read
from tests.servers import Database, start_installation
from tests.vendor import OTHER, PACKAGE, SOURCE, fresh_imports, pack_wheel

TITLE = "女职工两癌救助"
SHEET = (SOURCE / PACKAGE / "regions" / "any.toml").read_text(encoding="utf-8")
LONGER = SHEET.replace("[amount]\n", """[notice]
working_days = 7
section = { zh = "第七条", en = "article 7" }

[illness_year]

[[illness_year.values]]
from = 2020-01-01
value = "25000.00"
section = { zh = "第八条", en = "article 8" }

[[between]]
kind = "cap"
code = "PACKAGE_year"
name = { zh = "大病和生活合计", en = "illness and living aid together" }
programmes = ["PACKAGE", "living_aid"]
section = { zh = "第八条", en = "article 8" }

[amount]
""".replace("illness_year", "PACKAGE_year").replace("PACKAGE", PACKAGE), 1)  # fmt: skip


class Vendor:
    """An office of a city that took up a vendor's programme, whose wheel comes and goes."""

    def __init__(self, office: Office, kept: dict[str, Catalogue]) -> None:
        self.office = office
        self.kept = {name: (one, Policies.load(catalogue=one)) for name, one in kept.items()}

    def put(self, state: str) -> None:
        """Start the system again with the wheel "here", "gone", or the "other" in its place."""
        installation = self.office.installation
        installation.catalogue, installation.policies = self.kept[state]

    def start(self, **values: Any) -> Application:
        """Start an application of a new household to the vendor's programme."""
        return self.office.start(
            self.household(), PACKAGE, "20000", answers={"diagnosed": True}, **values
        )

    def household(self) -> Filed:
        """File a household of a union member."""
        filed = self.office.file()
        with self.office.acting("clerk") as ctx:
            state_circumstances(ctx, filed.id, dt.date(2023, 6, 1), {"union_member": True})
        return filed

    def bring(self, state: str) -> Application:
        """Bring an application into a state while the wheel is here."""
        office = self.office
        self.put("here")
        application = self.start()
        ways: dict[str, list[Callable[[], object]]] = {
            "draft": [],
            "in_route": [lambda: office.submit(application)],
            "returned": [
                lambda: office.submit(application),
                lambda: office.decide("reviewer", application, decision="return", reason="补材料"),
            ],
            "approved": [lambda: office.submit(application), lambda: self.finish(application)],
        }
        ways["noticed"] = [*ways["approved"], lambda: office.publish(application)]
        ways["granted"] = [*ways["noticed"], office.wait_out_notice]
        for step in ways[state]:
            step()
        assert read(office, application).state == state
        return application

    def finish(self, application: Application, **values: Any) -> Application:
        """Take the steps of the route."""
        self.office.decide("reviewer", application)
        return self.office.decide("approver", application, **values)

    def show(self, application: Application, who: str = "clerk") -> dict[str, Any]:
        """Return all of an application as somebody reads it."""
        with self.office.acting(who) as ctx:
            return read_application(ctx, application.id)


def load(folder: Path, *packages: str) -> Catalogue:
    """Return the catalogue of a system with these wheels."""
    for package in packages:
        changes = {f"{package}/regions/any.toml": LONGER.replace(PACKAGE, package)}
        wheel = pack_wheel(folder, name=package, package=package, changes=changes)
        install_wheel(folder / "plugins", wheel, ())
    return Catalogue.load(settings=Settings(plugins=folder / "plugins"))


@pytest.fixture(scope="module")
def staffed(
    module_database: Database, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Vendor]:
    """The office, with the wheel here."""
    with pytest.MonkeyPatch.context() as patch, fresh_imports(patch):
        gone = load(tmp_path_factory.mktemp("gone"))
        here = load(tmp_path_factory.mktemp("here"), PACKAGE)
        before = list(sys.path)
        sys.path[:] = [one for one in sys.path if PACKAGE not in one]
        other = load(tmp_path_factory.mktemp("other"), OTHER)
        sys.path[:] = before
        place = tmp_path_factory.mktemp("installation")
        started = start_installation(module_database, place, servers.redis_url)
        office = Office(started, found_tree(started))
        office.people |= {
            "admin": hire(started, office.city, "tenant_administrator"),
            "auditor": hire(started, office.city, "auditor"),
        }
        vendor = Vendor(office, {"here": here, "gone": gone, "other": other})
        for state, name in (("here", PACKAGE), ("other", OTHER)):
            vendor.put(state)
            with office.acting("admin") as ctx:
                offer_programme(ctx, name, "按上级文件", offered=True)
        yield vendor
        started.engine.dispose()


@pytest.fixture
def vendor(staffed: Vendor) -> Vendor:
    """The office on the morning of 30 June 2023."""
    staffed.office = replace(staffed.office, now=MORNING)
    staffed.put("here")
    return staffed


@pytest.mark.parametrize(
    "state", ["draft", "in_route", "returned", "approved", "noticed", "granted"]
)
def test_in_every_state_it_is_read_with_title_answers_and_explanation(
    vendor: Vendor, state: str
) -> None:
    application = vendor.bring(state)
    before = vendor.show(application)
    vendor.put("gone")
    found = vendor.show(application)
    assert {**found, "can": [], "available": True} == {**before, "can": [], "available": True}
    assert (before["available"], found["available"]) == (True, False)
    assert found["assessment"]["steps"][0]["name"] == "fits"
    assert found["assessment"]["form"]["diagnosed"]["text"]["zh"] == "女职工确诊乳腺癌或宫颈癌"
    open_ = state in ("draft", "returned")
    assert {"revise", "submit", "resubmit"} & set(found["can"]) == set()
    assert ("move" in found["can"]) is open_
    with vendor.office.acting("clerk") as ctx:
        assert title_of(ctx, PACKAGE).zh == TITLE
        assert title_of(ctx, "atlantis").zh == "atlantis"
        assert PACKAGE in known_names(ctx)
        assert PACKAGE not in [one.name for one in list_offers(ctx, application.household_id)]


def test_it_goes_on_along_its_route_by_what_is_stored(vendor: Vendor) -> None:
    application = vendor.bring("in_route")
    vendor.put("gone")
    vendor.office.decide("reviewer", application)
    with pytest.raises(InvalidError, match=r"20,000\.00 to 20,000\.00"):
        vendor.office.decide("approver", application, amount=yuan("19999.99"))
    assert vendor.office.decide("approver", application).amount == yuan("20000")
    vendor.office.publish(application)
    with vendor.office.system() as ctx:
        notice = ctx.session.scalars(
            select(Notice).where(Notice.application_id == application.id)
        ).one()
        assert notice.working_days == 7, "the days the wheel's sheet said"
    assert application.id in vendor.office.wait_out_notice()
    fund = vendor.office.fund()
    vendor.office.reserve(application, fund)
    vendor.office.send(fund)
    assert read(vendor.office, application).state == "granted"


def test_the_rules_of_the_wheel_hold_after_it_is_gone(vendor: Vendor) -> None:
    filed = vendor.household()
    application = vendor.office.submit(
        vendor.office.start(filed, PACKAGE, "20000", answers={"diagnosed": True})
    )
    told = application.assessment
    assert [step["name"] for step in told["steps"][-2:]] == [
        f"{PACKAGE}_year_given", f"{PACKAGE}_year_left",
    ]  # fmt: skip
    with vendor.office.system() as ctx:
        other = Application(
            tenant_id=ctx.tenant_id, id=new_id(), number="X-1", household_id=filed.id,
            unit_id=application.unit_id, programme="living_aid", programme_version="1.0.0",
            state="granted", version=1, round=1, category="deep", applied_on=ctx.today, answers={},
            asked=yuan("5000.01"), amount=yuan("5000.01"), facts={}, parameters=b"",
            assessment={"kind": "one_off"}, started_by=filed.id, started_at=ctx.now,
        )  # fmt: skip
        ctx.session.add(other)
    vendor.put("gone")
    vendor.office.decide("reviewer", application)
    with pytest.raises(ConflictError, match=r"19,999\.99 are left"):
        vendor.office.decide("approver", application)
    with vendor.office.system() as ctx:
        ctx.session.get_one(Application, (ctx.tenant_id, other.id)).amount = yuan("5000")
    assert vendor.office.decide("approver", application).amount == yuan("20000")


def test_a_report_and_an_empty_catalogue_still_name_it(vendor: Vendor) -> None:
    vendor.bring("granted")
    vendor.put("gone")
    with vendor.office.system() as ctx:
        assert name_programme(ctx, PACKAGE) == bilingual(TITLE, "aid for women workers with cancer")


def test_nothing_is_judged_anew_and_it_says_so(vendor: Vendor) -> None:
    draft, returned = vendor.bring("draft"), vendor.bring("returned")
    vendor.put("gone")
    with (
        vendor.office.acting("clerk") as ctx,
        pytest.raises(ConflictError, match="judged anew") as raised,
    ):
        submit(ctx, draft.id)
    assert "Move the application" in str(raised.value.remedy)
    with vendor.office.acting("clerk") as ctx, pytest.raises(ConflictError):
        resubmit(ctx, returned.id)
    with vendor.office.acting("clerk") as ctx, pytest.raises(ConflictError):
        revise_application(ctx, draft.id, asked=yuan("100"))
    with vendor.office.acting("clerk") as ctx:
        assert withdraw(ctx, draft.id, "不再需要").state == "withdrawn"
    vendor.put("here")
    with vendor.office.acting("clerk") as ctx:
        assert resubmit(ctx, returned.id).round == 2, "the plugin is back"


def test_a_withheld_programme_is_finished_too(vendor: Vendor) -> None:
    running, draft = vendor.bring("in_route"), vendor.bring("draft")
    switch(vendor, PACKAGE, offered=False)
    assert vendor.finish(running).state == "approved"
    with vendor.office.acting("clerk") as ctx, pytest.raises(ConflictError, match="does not offer"):
        submit(ctx, draft.id)
    assert vendor.show(draft)["available"] is False
    switch(vendor, PACKAGE, offered=True)
    assert vendor.show(draft)["available"] is True


def switch(vendor: Vendor, name: str, *, offered: bool) -> None:
    with vendor.office.acting("admin") as ctx:
        offer_programme(ctx, name, "测试", offered=offered)


@pytest.mark.parametrize("state", ["draft", "returned"])
def test_it_is_moved_to_another_vendor_s_programme_with_its_answers(
    vendor: Vendor, state: str
) -> None:
    application = vendor.bring(state)
    vendor.put("other")
    with vendor.office.acting("clerk") as ctx:
        assert OTHER in list_targets(ctx, "one_off", PACKAGE)
        with pytest.raises(InvalidError, match="reason"):
            move_application(ctx, application.id, OTHER, " ")
        with pytest.raises(StaleError):
            move_application(ctx, application.id, OTHER, "项目更换", 99)
    with vendor.office.acting("clerk") as ctx:
        moved = move_application(ctx, application.id, OTHER, "项目更换", application.version + (
            2 if state == "returned" else 0
        ))  # fmt: skip
    assert (moved.programme, moved.state, moved.number) == (OTHER, state, application.number)
    assert moved.answers == {"asked": yuan("20000"), "diagnosed": True}
    assert moved.assessment["maximum"] == yuan("20000")
    with vendor.office.system() as ctx:
        told = ctx.session.scalars(
            select(AuditRecord).where(
                AuditRecord.object_id == application.id, AuditRecord.event == "application.moved"
            )
        ).one()
    assert (told.before["programme"], told.after["programme"]) == (PACKAGE, OTHER)
    assert told.reason == "项目更换"
    with vendor.office.acting("clerk") as ctx:
        hand_in = submit if state == "draft" else resubmit
        assert hand_in(ctx, application.id).state == "in_route"


def test_what_cannot_be_moved_says_why(vendor: Vendor) -> None:
    running, draft = vendor.bring("in_route"), vendor.bring("draft")
    vendor.put("other")
    with vendor.office.acting("clerk") as ctx, pytest.raises(ConflictError, match="handed in"):
        move_application(ctx, running.id, OTHER, "项目更换")
    with vendor.office.acting("clerk") as ctx, pytest.raises(InvalidError, match="already"):
        move_application(ctx, draft.id, PACKAGE, "项目更换")
    with vendor.office.acting("clerk") as ctx, pytest.raises(DomainError):
        move_application(ctx, draft.id, "atlantis", "项目更换")
    with vendor.office.acting("clerk") as ctx, pytest.raises(InvalidError, match=r"8,400\.00"):
        move_application(ctx, draft.id, "living_aid", "项目更换")
    for who in ("approver", "finance"):
        with vendor.office.acting(who) as ctx, pytest.raises((ForbiddenError, DomainError)):
            move_application(ctx, draft.id, OTHER, "项目更换")
    assert read(vendor.office, draft).programme == PACKAGE
    with vendor.office.acting("clerk") as ctx:
        moved = move_application(ctx, draft.id, "living_aid", "项目更换", asked=yuan("8400"))
    assert (moved.asked, moved.answers) == (yuan("8400"), {"asked": yuan("8400")})


def test_moved_to_a_programme_for_a_student_it_is_for_the_one_named(vendor: Vendor) -> None:
    draft = vendor.bring("draft")
    with vendor.office.system() as ctx:
        (student,) = ctx.session.scalars(
            select(Member).where(
                Member.household_id == draft.household_id, Member.occupation == "student"
            )
        )
    vendor.put("gone")
    with vendor.office.acting("clerk") as ctx, pytest.raises(InvalidError, match="student"):
        move_application(ctx, draft.id, "golden_autumn", "项目更换", asked=yuan("7000"))
    with vendor.office.acting("clerk") as ctx:
        moved = move_application(
            ctx, draft.id, "golden_autumn", "项目更换", asked=yuan("7000"), member_id=student.id
        )
    assert (moved.member_id, moved.assessment["maximum"]) == (student.id, yuan("7000"))
    assert moved.school_year == 2022, "it counts for the student's school year"


def test_an_administrator_moves_all_of_a_programme_and_is_told_which_stay(vendor: Vendor) -> None:
    fine, ended = vendor.bring("draft"), vendor.bring("draft")
    running = vendor.bring("in_route")
    vendor.put("gone")
    with vendor.office.acting("admin") as ctx:
        (standing,) = [one for one in list_programmes(ctx) if one.name == PACKAGE]
        assert (standing.state, standing.can_be_switched) == ("gone", False)
        waiting = count_open(ctx, PACKAGE)
    vendor.put("other")
    with vendor.office.system() as ctx:
        ctx.session.get_one(Household, (ctx.tenant_id, ended.household_id)).state = "exited"
    with vendor.office.acting("clerk") as ctx, pytest.raises(DomainError):
        move_all(ctx, PACKAGE, OTHER, "项目更换")
    with vendor.office.acting("approver") as ctx, pytest.raises(ForbiddenError):
        move_all(ctx, PACKAGE, OTHER, "项目更换")
    with vendor.office.acting("admin") as ctx, pytest.raises(InvalidError):
        move_all(ctx, PACKAGE, OTHER, "")
    with vendor.office.acting("admin") as ctx:
        found = move_all(ctx, PACKAGE, OTHER, "项目更换")
    left = {one.number: str(one.why) for one in found.left}
    assert fine.number in found.done
    assert "not in force" in left[ended.number]
    assert len(found.done) + len(left) == waiting
    assert read(vendor.office, fine).programme == OTHER
    assert [read(vendor.office, one).programme for one in (ended, running)] == [PACKAGE] * 2
    with vendor.office.acting("admin") as ctx:
        assert count_open(ctx, PACKAGE) == len(left)


def test_a_replay_says_so_of_each_and_goes_on(vendor: Vendor) -> None:
    application = vendor.bring("in_route")
    living = vendor.office.submit(vendor.office.start(vendor.office.file()))
    vendor.put("gone")
    with vendor.office.acting("auditor") as ctx:
        found = replay(ctx)
    differing = {one.number: one for one in found.differences}
    one = differing[application.number]
    assert (one.what, one.installed, str(one.reason)) == (
        ("failed",), "", f"No plugin provides “{PACKAGE}”.",
    )  # fmt: skip
    assert living.number not in differing
    by_hand = "X-1"
    told = {one.programme for one in found.differences if one.number != by_hand}
    assert told <= {PACKAGE, OTHER}, "nothing else failed with it"
    vendor.put("here")
    with vendor.office.acting("auditor") as ctx:
        numbers = {one.number for one in replay(ctx).differences}
    assert application.number not in numbers


def test_answers_go_along_by_name_and_kind() -> None:
    kept = {
        "asked": {"kind": "money"}, "diagnosed": {"kind": "yes_no"}, "diagnosis": {"kind": "text"},
        "gone": {"kind": "text"},
    }  # fmt: skip
    answers = {"asked": 5, "diagnosed": True, "diagnosis": "文字", "gone": "x"}
    rule = Catalogue.load().programme("living_aid")
    assert carry_answers(kept, answers, rule) == {"asked": 5}
