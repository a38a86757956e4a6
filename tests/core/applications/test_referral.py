"""Programmes that are no money: approved, the application becomes a measure, and follows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from core.applications.models import Application
from core.applications.offers import list_offers
from core.applications.queries import read_application
from core.audit.models import AuditRecord
from core.catalogue import Catalogue
from core.errors import ConflictError, InvalidError
from core.federations import NewTenant, add_tenant
from core.funds.batches import make_batch
from core.funds.models import Payment
from core.funds.reservations import reserve
from core.households.circumstances import state_circumstances, state_months
from core.households.life.measures import answer_measure
from core.households.life.models import Measure
from core.households.models import Household, Member
from core.installation import Installation
from core.money import parse_yuan as yuan
from core.notices.models import Notice
from core.notices.publication import close_due_notices, open_notice
from core.policies import Policies
from core.replay import replay
from core.workdays import add_working_days
from tests.factories import C1, SPOUSE, Filed, Relative, found_tree
from tests.office import Office, read

AID = "education_support"
SEPTEMBER = dt.datetime(2019, 9, 16, 1, tzinfo=dt.UTC)
PUPIL = Relative("覃小明", "child", "student", "senior_high")
NEW = Relative("覃小红", "child", "student", "undergraduate")


@pytest.fixture(scope="module")
def staffed(module_installation: Installation) -> Office:
    """The office of a city of Guangxi, with somebody in every role."""
    tree = found_tree(module_installation)
    for new in (
        NewTenant("guangxi", "province", "广西总工会", "Guangxi", "guangxi", "450000", "nation"),
        NewTenant("nanning", "city", "南宁市总工会", "Nanning", "guangxi", "450100", "guangxi"),
    ):
        add_tenant(module_installation, new)
    own = replace(
        tree, city_a=module_installation.tenant("nanning"),
        province=module_installation.tenant("guangxi"),
    )  # fmt: skip
    return Office(module_installation, own, SEPTEMBER)


def file_one(office: Office, *relatives: Relative) -> Filed:
    """File a household of an orphan's guardian without income and property."""
    statement = dict.fromkeys(C1, 0) | {"illness": yuan("90000"), "still_difficult": True}
    filed = office.file(
        relatives=(SPOUSE, *relatives), statement=statement, as_of=dt.date(2019, 1, 1),
        verified_on=dt.date(2019, 9, 2), admitted_by="civil_affairs",
    )  # fmt: skip
    with office.system() as ctx:
        told: dict[str, Any] = {"orphan": True, "property_fits": True}
        state_circumstances(ctx, filed.id, dt.date(2019, 1, 1), told)
        months = [dt.date(2019, month, 1) for month in range(1, 9)]
        state_months(ctx, filed.id, dict.fromkeys(months, 0))
    return filed


def approve(office: Office, filed: Filed, position: int = 1) -> Application:
    return office.approve(filed, AID, "0", member=filed.members[position], answers={})


def refer(office: Office, filed: Filed) -> Application:
    """Bring an application to the department, as the job after the approval does."""
    application = approve(office, filed)
    office.publish(application)
    return read(office, application)


def measure_of(office: Office, application: Application) -> Measure:
    with office.system() as ctx:
        return ctx.session.scalars(
            select(Measure).where(Measure.application_id == application.id)
        ).one()


def answer(office: Office, application: Application, state: str) -> Application:
    measure = measure_of(office, application)
    with office.acting("clerk") as ctx:
        answer_measure(ctx, measure.id, state, "教育局已答复", measure.version)
    return read(office, application)


def test_the_entitlements_of_the_student_are_the_reasons(office: Office) -> None:
    filed = file_one(office, PUPIL, NEW)
    with office.system() as ctx:
        ctx.session.get_one(Member, (ctx.tenant_id, filed.members[2])).enrolment_year = 2019
    with office.acting("clerk") as ctx:
        offers = [one for one in list_offers(ctx, filed.id) if one.name == AID]
        told = [{reason["code"] for reason in one.finding.reasons} for one in offers if one.finding]
    assert told == [
        {"senior_high_grant", "senior_high_fee_waiver"},
        {"university_entrance_aid", "university_grant"},
    ]


def test_who_boards_is_asked_for(office: Office) -> None:
    filed = file_one(office, Relative("覃小刚", "child", "student", "primary"))
    member = filed.members[1]
    with pytest.raises(InvalidError, match="没有可享受的资助项目"):
        office.start(filed, AID, "0", member=member, answers={"boards": False})
    draft = office.start(filed, AID, "0", member=member, answers={"boards": True})
    assert {reason["code"] for reason in draft.assessment["reasons"]} == {"boarding_subsidy"}


def test_no_money_can_be_asked_for(office: Office) -> None:
    filed = file_one(office, PUPIL)
    with pytest.raises(InvalidError) as caught:
        office.start(filed, AID, "0.01", member=filed.members[1], answers={})
    assert caught.value.field == "asked"


def test_approved_it_is_referred_to_the_lead_department_without_a_notice(office: Office) -> None:
    application = refer(office, file_one(office, PUPIL))
    assert (application.state, application.amount) == ("referred", 0)
    measure = measure_of(office, application)
    assert (measure.line, measure.department, measure.cooperating) == (
        "education", "教育局", ["财政局"],
    )  # fmt: skip
    assert measure.due_on == add_working_days(office.now.date(), 20)
    assert measure.referred_by == office.people["approver"].person_id
    assert "普通高中：国家助学金；普通高中：减免学杂费" in measure.content
    assert "覃小明" not in measure.content, "a name is masked wherever it need not be told"
    with office.system() as ctx:
        for table in (Notice, Payment):
            found = select(func.count()).select_from(table)
            assert ctx.session.scalar(found.where(table.application_id == application.id)) == 0
        event = ctx.session.scalars(
            select(AuditRecord.event)
            .where(AuditRecord.object_id == application.id)
            .order_by(AuditRecord.id.desc())
        ).first()
    assert event == "application.referred"


def test_asking_twice_refers_once(office: Office) -> None:
    application = refer(office, file_one(office, PUPIL))
    office.publish(application)
    assert measure_of(office, application).state == "open"


@pytest.mark.parametrize(
    ("answered", "outcome"),
    [("done", "fulfilled"), ("refused", "unfulfilled"), ("cancelled", "unfulfilled")],
)
def test_its_outcome_is_that_of_the_measure(office: Office, answered: str, outcome: str) -> None:
    filed = file_one(office, PUPIL)
    application = refer(office, filed)
    assert answer(office, application, "accepted").state == "referred"
    ended = answer(office, application, answered)
    assert (ended.state, ended.closed_at is not None) == (outcome, True)
    with office.acting("clerk") as ctx:
        told = read_application(ctx, application.id)
    assert (told["measure"]["state"], told["measure"]["outcome"]) == (answered, "教育局已答复")
    if outcome == "unfulfilled":
        again = office.start(filed, AID, "0", member=filed.members[1], answers={})
        assert again.state == "draft", "what came to nothing lets another be started"
        return
    with pytest.raises(ConflictError, match="2019–2020 already"):
        office.start(filed, AID, "0", member=filed.members[1], answers={})


def test_it_is_never_paid(office: Office) -> None:
    application = refer(office, file_one(office, PUPIL))
    fund = office.fund(year=2019)
    with office.acting("finance") as ctx, pytest.raises(ConflictError, match="no money is paid"):
        reserve(ctx, application.id, fund.id)
    with office.acting("finance") as ctx, pytest.raises(ConflictError):
        make_batch(ctx, fund.id)


def test_it_is_no_item_of_aid_of_the_year(office: Office) -> None:
    filed = file_one(office, PUPIL)
    refer(office, filed)
    relief = office.start(
        filed, "case_by_case_relief", "100", answers={"event": "户主重病，自负费用巨大"}
    )
    assert relief.assessment["earlier"] == []
    assert relief.assessment["maximum"] == yuan("50000")


def test_a_notice_comes_first_only_where_the_region_asks_for_one(office: Office) -> None:
    application = approve(office, file_one(office, PUPIL))
    with office.system() as ctx:
        assert ctx.pack.notice_days(AID) == 0
        asking = replace(ctx.pack, own_notice_days={AID: 5})
        policies = Policies({asking.slug: asking})
        own = replace(ctx, installation=replace(ctx.installation, policies=policies))
        assert open_notice(own, application.id) is not None
    assert read(office, application).state == "noticed"
    office.now += dt.timedelta(days=15)
    with office.system() as ctx:
        assert application.id in close_due_notices(ctx)
    assert read(office, application).state == "referred"
    assert measure_of(office, application).state == "open"


def test_no_fund_is_set_up_for_what_pays_nothing(office: Office) -> None:
    with pytest.raises(InvalidError, match="no money is paid"):
        office.fund(year=2019, programmes=[AID])


def test_it_is_referred_by_what_was_kept_where_its_wheel_is_gone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = approve(office, file_one(office, PUPIL))
    installation = office.installation
    packs = {one.slug: one for one in installation.policies.packs}
    own = packs["guangxi"]
    without: dict[str, Any] = {
        name: {key: value for key, value in getattr(own, name).items() if key != AID}
        for name in ("referrals", "routes", "series")
    }
    without["programmes"] = tuple(name for name in own.programmes if name != AID)
    gone = replace(own, **without)
    monkeypatch.setattr(installation, "policies", Policies({**packs, "guangxi": gone}))
    kept = (one for one in installation.catalogue.entries() if one.name != AID)
    monkeypatch.setattr(installation, "catalogue", Catalogue(kept))
    office.publish(application)
    measure = measure_of(office, application)
    assert (measure.department, measure.line) == ("教育局", "education")
    assert measure.due_on == add_working_days(office.now.date(), 20)
    assert measure.content.startswith("分学段教育救助（")
    assert answer(office, application, "done").state == "fulfilled"


def test_stored_referrals_replay_to_the_same(office: Office) -> None:
    answer(office, refer(office, file_one(office, PUPIL)), "done")
    with office.system() as ctx:
        assert replay(ctx).differences == []


def test_who_keeps_the_file_sees_to_it(office: Office) -> None:
    application = refer(office, file_one(office, PUPIL))
    with office.system() as ctx:
        household = ctx.session.get_one(Household, (ctx.tenant_id, application.household_id))
        assert measure_of(office, application).responsible == household.contact_person


SEEKING = Relative("覃强", "child", "unemployed")
TRAINING = {"wish": "training", "trade": "电工"}


def test_help_with_work_goes_to_human_resources_and_ends_as_they_say(office: Office) -> None:
    filed = file_one(office, SEEKING)
    with office.acting("clerk") as ctx:
        (offer,) = [one for one in list_offers(ctx, filed.id) if one.name == "employment_support"]
    assert offer.is_open
    with pytest.raises(InvalidError) as caught:
        office.submit(office.start(filed, "employment_support", "0", answers={"wish": "training"}))
    assert caught.value.field == "trade"
    application = office.approve(filed, "employment_support", "0", answers=TRAINING)
    assert application.focus is False, "the head works"
    office.publish(application)
    measure = measure_of(office, application)
    assert (measure.line, measure.department) == ("employment", "人力资源社会保障局")
    assert "职业技能培训及培训补贴" in measure.content
    assert answer(office, application, "done").state == "fulfilled"
    with office.system() as ctx:
        assert replay(ctx).differences == []


def test_a_family_with_nobody_employed_comes_first(office: Office) -> None:
    filed = file_one(office, SEEKING)
    with office.system() as ctx:
        ctx.session.get_one(Household, (ctx.tenant_id, filed.id)).work_status = "retired"
    draft = office.start(filed, "employment_support", "0", answers={"wish": "welfare_post"})
    assert draft.focus is True
    assert [reason["code"] for reason in draft.assessment["reasons"]] == [
        "welfare_post", "nobody_employed_first",
    ]  # fmt: skip
