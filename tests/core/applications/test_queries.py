"""The queue "waiting for me", lists and the page of one application: right things, masked."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest

from core.applications.listing import Filters, list_applications, waiting_for_me
from core.applications.models import Application
from core.applications.queries import read_application
from core.errors import ForbiddenError, NotFoundError
from core.money import parse_yuan as yuan
from core.tenancy import TenantView
from tests.factories import ELSEWHERE, acting, hire
from tests.office import Office


def queue(office: Office, who: str, tenant: TenantView | None = None) -> list[str]:
    """Return the numbers in someone's queue, asked for from his own tenant."""
    home = tenant or next(
        one for one in office.installation.tenants() if one.id == office.people[who].tenant_id
    )
    with acting(office.installation, home, office.people[who], at=office.now) as ctx:
        return [item["number"] for item in waiting_for_me(ctx)]


def handed_in(office: Office) -> Application:
    return office.submit(office.start(office.file()))


def test_an_application_wanders_from_queue_to_queue(office: Office) -> None:
    number = (application := handed_in(office)).number
    for who, others in (
        ("investigator", ("reviewer", "approver")),
        ("reviewer", ("investigator", "approver")),
        ("approver", ("investigator", "reviewer")),
    ):
        assert number in queue(office, who)
        for other in others:
            assert number not in queue(office, other)
        office.decide(who, application)
    assert number not in queue(office, "approver")


def test_the_queue_says_what_is_needed_to_choose(office: Office) -> None:
    application = handed_in(office)
    with office.acting("investigator") as ctx:
        item = next(one for one in waiting_for_me(ctx) if one["number"] == application.number)
    assert item["kind"] == "investigation"
    assert item["tenant"] == "city-a"
    assert item["due_on"] == "2023-07-14"
    assert item["overdue"] is False
    assert item["asked"] == yuan("8400")
    assert "*" in item["household"]["head_id"]


def test_what_is_late_says_so_and_comes_first(office: Office) -> None:
    application = handed_in(office)
    office.now += dt.timedelta(days=20)
    fresh = handed_in(office)
    with office.acting("investigator") as ctx:
        items = waiting_for_me(ctx)
    numbers = [item["number"] for item in items]
    assert numbers.index(application.number) < numbers.index(fresh.number)
    assert items[numbers.index(application.number)]["overdue"] is True


def test_the_queue_leaves_out_what_four_eyes_forbid(office: Office) -> None:
    both = hire(office.installation, office.city, "investigator", "reviewer", "approver")
    office.people["both"] = both
    filed = handed_in(office)
    assert filed.number in queue(office, "both")
    office.decide("both", filed)
    assert filed.number not in queue(office, "both")
    own = office.submit(office.start(office.file(filed_by=both.person_id)))
    assert own.number not in queue(office, "both")


def test_a_queue_ends_where_the_units_end(office: Office) -> None:
    office.people["elsewhere"] = hire(
        office.installation, office.city, "investigator", unit=ELSEWHERE
    )
    assert handed_in(office).number not in queue(office, "elsewhere")


def test_province_and_nation_see_what_was_escalated_to_them_alone(office: Office) -> None:
    small = handed_in(office)
    filed = office.file(statement={"self_paid": yuan("60000")})
    large = office.submit(office.start(filed, "medical_relief", "50000"))
    for who in ("investigator", "reviewer", "approver"):
        assert large.number not in queue(office, "province")
        office.decide(who, large)
    assert large.number in queue(office, "province")
    assert small.number not in queue(office, "province")
    assert large.number not in queue(office, "second_approver")
    office.decide("province", large)
    assert large.number not in queue(office, "province")
    assert large.number in queue(office, "nation")


def test_those_without_a_part_in_the_route_have_an_empty_queue(office: Office) -> None:
    handed_in(office)
    for who in ("clerk", "finance", "supervisor"):
        assert queue(office, who) == []
    with office.system() as ctx:
        assert waiting_for_me(ctx) == []


def test_one_application_shows_everything_about_it_masked(office: Office) -> None:
    application = office.grant(office.file())
    payment = office.reserve(application, office.fund())
    with office.acting("approver") as ctx:
        found = read_application(ctx, application.id)
    assert found["state"] == "granted"
    assert [step["decided_by_name"] for step in found["steps"]] == [
        office.people[who].name for who in ("investigator", "reviewer", "approver")
    ]
    assert found["notice"]["state"] == "closed"
    assert found["payments"][0]["id"] == str(payment)
    assert found["assessment"]["judgement"]["category"] == "deep"
    assert found["household"]["head_id"].count("*") == 10
    assert found["can"] == []
    text = json.dumps(found, ensure_ascii=False)
    assert "6217003194875749113" not in text
    assert "cipher" not in text


@pytest.mark.parametrize(
    ("who", "can"),
    [
        ("clerk", ["revise", "move", "submit", "withdraw"]),
        ("investigator", []),
        ("supervisor", []),
    ],
)
def test_a_draft_says_who_can_do_what(office: Office, who: str, can: list[str]) -> None:
    application = office.start(office.file())
    with office.acting(who) as ctx:
        assert read_application(ctx, application.id)["can"] == can


def test_the_open_step_is_offered_to_those_who_may_take_it(office: Office) -> None:
    application = handed_in(office)
    for who, can in (
        ("investigator", ["decide"]),
        ("reviewer", []),
        ("clerk", ["withdraw"]),
    ):
        with office.acting(who) as ctx:
            assert read_application(ctx, application.id)["can"] == can, who


def test_the_province_reads_downwards_and_can_decide_there(office: Office) -> None:
    filed = office.file(statement={"self_paid": yuan("60000")})
    large = office.submit(office.start(filed, "medical_relief", "20000"))
    for who in ("investigator", "reviewer", "approver"):
        office.decide(who, large)
    people, tree = office.people, office.tree
    with acting(office.installation, tree.province, people["province"], at=office.now) as ctx:
        found = read_application(ctx, large.id)
    assert (found["tenant"], found["can"]) == ("city-a", ["decide"])


def test_another_city_reads_nothing(office: Office) -> None:
    application = handed_in(office)
    stranger = hire(office.installation, office.tree.city_b, "approver")
    with acting(office.installation, office.tree.city_b, stranger, at=office.now) as ctx:
        with pytest.raises(NotFoundError):
            read_application(ctx, application.id)
        assert list_applications(ctx, Filters()).data == []


def test_a_unit_reads_its_own_only(office: Office) -> None:
    application = handed_in(office)
    clerk = hire(office.installation, office.city, "clerk", unit=ELSEWHERE)
    with acting(office.installation, office.city, clerk, at=office.now) as ctx:
        with pytest.raises(NotFoundError):
            read_application(ctx, application.id)
        assert list_applications(ctx, Filters(search=application.number)).data == []


def test_those_without_the_right_read_nothing(office: Office) -> None:
    application = handed_in(office)
    nobody = hire(office.installation, office.city, "tenant_administrator")
    with (
        acting(office.installation, office.city, nobody, at=office.now) as ctx,
        pytest.raises(ForbiddenError),
    ):
        read_application(ctx, application.id)


def test_an_unknown_application_is_not_found(office: Office) -> None:
    with office.acting("approver") as ctx, pytest.raises(NotFoundError):
        read_application(ctx, uuid.uuid4())


def test_lists_are_narrowed_by_what_staff_look_for(own_office: Office) -> None:
    office = own_office
    filed = office.file(name="赵六")
    draft = office.start(filed, asked="5600")
    relief = office.submit(
        office.start(office.file(statement={"self_paid": 10000}), "medical_relief", "100")
    )
    granted = office.grant(office.file())
    with office.acting("approver") as ctx:

        def found(**values: object) -> set[str]:
            page = list_applications(ctx, Filters(**values))  # type: ignore[arg-type]
            return {item["number"] for item in page.data}

        assert found() == {draft.number, relief.number, granted.number}
        assert found(state="draft") == {draft.number}
        assert found(programme="medical_relief") == {relief.number}
        assert found(household_id=filed.id) == {draft.number}
        assert found(search="赵六") == {draft.number}
        assert found(overdue=True) == {relief.number}
        assert found(state="granted", unpaid=True) == {granted.number}
        assert found(tenant="city-b") == set()
        assert found(category="relative") == set()


def test_lists_come_in_pages(own_office: Office) -> None:
    numbers = [own_office.start(own_office.file()).number for _ in range(3)]
    with own_office.acting("clerk") as ctx:
        first = list_applications(ctx, Filters(), size=2)
        second = list_applications(ctx, Filters(), page=2, size=2)
    assert [item["number"] for item in first.data] == numbers[:0:-1]
    assert (first.more, second.more) == (True, False)
    assert [item["number"] for item in second.data] == numbers[:1]


def test_the_province_lists_the_cities_below(own_office: Office) -> None:
    number = own_office.start(own_office.file()).number
    office, who = own_office, own_office.people["supervisor"]
    with acting(office.installation, office.tree.province, who, at=office.now) as ctx:
        assert [item["number"] for item in list_applications(ctx, Filters()).data] == [number]
        assert list_applications(ctx, Filters(tenant="city-b")).data == []
