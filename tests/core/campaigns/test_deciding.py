"""A list is handed in and decided on as a whole, by somebody who had no part in it."""

from __future__ import annotations

import datetime as dt

import pytest

from core.campaigns.deciding import (
    WrongListError,
    approve_campaign,
    return_campaign,
    strike_visit,
    submit_campaign,
    withdraw_campaign,
)
from core.campaigns.holding import hold_what_is_open
from core.campaigns.listing import take_off
from core.campaigns.models import Campaign
from core.campaigns.queries import may_decide, read_campaign, waiting_campaigns
from core.errors import ConflictError, ForbiddenError, InvalidError, StaleError
from core.households.models import Household
from tests.factories import hire
from tests.visiting import Visiting


def test_a_list_waits_for_the_approver_and_is_approved_whole(office: Visiting) -> None:
    campaign = office.begin()
    office.put(campaign, [office.file(), office.file()], "600")
    with office.acting("clerk") as ctx:
        held = submit_campaign(ctx, campaign.id)
        assert held.due_on == dt.date(2023, 7, 7)
    with office.acting("approver") as ctx:
        assert campaign.number in [one.number for one in waiting_campaigns(ctx)]
        approve_campaign(ctx, campaign.id, held.version)
        assert campaign.number not in [one.number for one in waiting_campaigns(ctx)]
    assert {(one.state, one.amount) for one in office.applications(campaign)} == {
        ("approved", 60_000)
    }


@pytest.mark.parametrize("part", ["filed", "listed"])
def test_nobody_approves_a_list_he_had_a_part_in(office: Visiting, part: str) -> None:
    both = hire(office.installation, office.city, "clerk", "approver")
    office.people["both"] = both
    campaign = office.begin(by="both" if part == "listed" else "clerk")
    office.put(campaign, [office.file(filed_by=both.person_id if part == "filed" else None)])
    with office.acting("clerk") as ctx:
        submit_campaign(ctx, campaign.id)
    with office.acting("both") as ctx:
        assert not may_decide(ctx, campaign.id)
        with pytest.raises(ForbiddenError):
            approve_campaign(ctx, campaign.id)
    with office.acting("approver") as ctx:
        assert may_decide(ctx, campaign.id)


def test_a_list_with_one_who_gets_nothing_any_more_is_not_handed_in(office: Visiting) -> None:
    campaign = office.begin()
    fine, gone = office.file(), office.file(name="已注销")
    office.put(campaign, [fine, gone])
    with office.system() as ctx:
        ctx.session.get_one(Household, (office.city.id, gone.id)).state = "suspended"
    with pytest.raises(WrongListError) as caught, office.acting("clerk") as ctx:
        submit_campaign(ctx, campaign.id)
    assert [one.head_name for one in caught.value.refused] == ["已注销"]
    assert {one.state for one in office.applications(campaign)} == {"draft"}
    visit = next(one for one in office.visits(campaign) if one.head_name == "已注销")
    with office.acting("clerk") as ctx:
        take_off(ctx, campaign.id, [visit.id], "档案已中止")
        submit_campaign(ctx, campaign.id)


def test_an_empty_list_is_not_handed_in_and_an_old_picture_is_refused(office: Visiting) -> None:
    campaign = office.begin()
    with office.acting("clerk") as ctx, pytest.raises(ConflictError, match="Nobody is left"):
        submit_campaign(ctx, campaign.id)
    office.put(campaign, [office.file()])
    with office.acting("clerk") as ctx, pytest.raises(StaleError):
        submit_campaign(ctx, campaign.id, campaign.version + 1)


def test_a_list_comes_back_with_its_reason_and_is_handed_in_again(office: Visiting) -> None:
    campaign = office.begin()
    office.put(campaign, [office.file()])
    with office.acting("clerk") as ctx:
        submit_campaign(ctx, campaign.id)
    with office.acting("approver") as ctx:
        with pytest.raises(InvalidError):
            return_campaign(ctx, campaign.id, "")
        return_campaign(ctx, campaign.id, "请核对金额")
    with office.system() as ctx:
        told = read_campaign(ctx, campaign.id)
        assert (told.state, told.reason) == ("draft", "请核对金额")
    office.decide_list(campaign)
    assert [one.state for one in office.applications(campaign)] == ["approved"]


def test_one_household_is_struck_out_and_the_rest_approved(office: Visiting) -> None:
    campaign = office.begin()
    office.put(campaign, [office.file(name="留下"), office.file(name="划掉")])
    with office.acting("clerk") as ctx:
        submit_campaign(ctx, campaign.id)
    visit = next(one for one in office.visits(campaign) if one.head_name == "划掉")
    with office.acting("approver") as ctx:
        strike_visit(ctx, campaign.id, visit.id, "子女已就业")
        with pytest.raises(ConflictError, match="refused already"):
            strike_visit(ctx, campaign.id, visit.id, "子女已就业")
        approve_campaign(ctx, campaign.id)
    states = {one.head_name: one.state for one in office.visits(campaign)}
    assert states == {"留下": "approved", "划掉": "rejected"}


def test_a_list_beyond_the_fund_is_not_approved(office: Visiting) -> None:
    campaign = office.begin(budget="1000")
    office.put(campaign, [office.file(), office.file()], "600")
    with office.acting("clerk") as ctx:
        submit_campaign(ctx, campaign.id)
    with (
        office.acting("approver") as ctx,
        pytest.raises(ConflictError, match=r"1,000\.00 yuan left"),
    ):
        approve_campaign(ctx, campaign.id)
    assert {one.state for one in office.applications(campaign)} == {"in_route"}


def test_what_another_took_from_the_fund_meanwhile_is_held_from_another_fund(
    office: Visiting,
) -> None:
    campaign = office.begin(budget="1000")
    office.put(campaign, [office.file()], "600")
    second = office.begin()
    with office.system() as ctx:
        ctx.session.get_one(Campaign, (office.city.id, second.id)).fund_id = campaign.fund_id
    office.put(second, [office.file()], "600")
    office.decide_list(campaign)
    office.decide_list(second)
    for one in (*office.applications(campaign), *office.applications(second)):
        office.publish(one)
    office.wait_out_notice()
    waiting = {one.number: len(office.visits(one, "waiting")) for one in (campaign, second)}
    assert waiting == {campaign.number: 1, second.number: 0}
    with office.acting("finance") as ctx:
        assert read_campaign(ctx, second.id).unheld == 1
        with pytest.raises(ConflictError, match=r"400\.00 yuan left"):
            hold_what_is_open(ctx, second.id)
    other = office.fund("1000")
    with office.acting("finance") as ctx:
        assert hold_what_is_open(ctx, second.id, other.id) == 1
        assert hold_what_is_open(ctx, second.id) == 0
    assert len(office.visits(second, "waiting")) == 1


def test_it_is_given_up_with_all_that_stands_on_it(office: Visiting) -> None:
    campaign = office.begin()
    office.put(campaign, [office.file()])
    with office.acting("clerk") as ctx:
        withdraw_campaign(ctx, campaign.id, "资金未到位")
    assert [one.state for one in office.applications(campaign)] == ["withdrawn"]
    with office.acting("clerk") as ctx, pytest.raises(ConflictError):
        submit_campaign(ctx, campaign.id)
