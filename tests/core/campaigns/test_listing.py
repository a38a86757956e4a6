"""Who stands on a list: chosen from the registry or by workbook, each judged before he is."""

from __future__ import annotations

import datetime as dt

import pytest

from core.applications.drafts import revise_application, start_application
from core.applications.models import Application
from core.applications.offers import list_offers
from core.applications.submission import submit, withdraw
from core.campaigns.deciding import submit_campaign
from core.campaigns.drafting import remove_parcel
from core.campaigns.listing import (
    Brought,
    change_visit,
    choose_households,
    put_on_list,
    take_off,
)
from core.campaigns.lookup import KEEP, lock_campaign
from core.campaigns.models import Campaign
from core.campaigns.queries import list_campaigns, list_visits, read_campaign
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.households.listing import Filters
from core.money import parse_yuan as yuan
from tests.factories import CHILD, SPOUSE, acting, hire
from tests.visiting import Visiting

ELSEWHERE = "盘州市总工会/红果街道工会/红果街道社区工会联合会"


def test_what_fits_the_filters_is_listed_and_what_cannot_be_is_named(office: Visiting) -> None:
    for name in ("赵一", "钱二"):
        office.file(unit=ELSEWHERE, name=name)
    office.file(unit=ELSEWHERE, name="孙三", verified_on=dt.date(2022, 6, 1))
    office.file(unit=ELSEWHERE, name="李四", statement={"income": 90_000_000})
    campaign = begin_elsewhere(office)
    with office.acting("colleague") as ctx:
        listed = choose_households(ctx, campaign.id, Filters(), Brought(yuan("500")))
        assert listed.count == 2
        refused = {one.head_name: str(one.message) for one in listed.refused}
        assert set(refused) == {"孙三", "李四"}
        assert "2022-06-01" in refused["孙三"]
        assert "cannot be granted" in refused["李四"]
        again = choose_households(ctx, campaign.id, Filters(), Brought(yuan("500")))
        assert (again.count, again.already) == (0, 2)
    assert {one.head_name for one in office.visits(campaign)} == {"赵一", "钱二"}


def begin_elsewhere(office: Visiting) -> Campaign:
    """Begin a campaign of another union, by its own clerk."""
    if "colleague" not in office.people:
        office.people["colleague"] = hire(office.installation, office.city, "clerk", unit=ELSEWHERE)
    return office.begin(unit=ELSEWHERE, by="colleague")


def test_a_household_of_another_union_is_not_put_on_the_list(office: Visiting) -> None:
    campaign = begin_elsewhere(office)
    whole = hire(office.installation, office.city, "clerk")
    with acting(office.installation, office.city, whole, at=office.now) as ctx:
        held = lock_campaign(ctx, campaign.id, KEEP, ("draft",))
        listed = put_on_list(ctx, held, [(office.file().id, Brought(100))])
    assert "another union" in str(listed.refused[0].message)


def test_a_clerk_sees_the_campaign_of_the_union_above_and_his_own_households(
    office: Visiting,
) -> None:
    whole = hire(office.installation, office.city, "clerk")
    office.people["whole"] = whole
    campaign = office.begin(unit="", by="whole")
    own, other = office.file(name="自家"), office.file(unit=ELSEWHERE, name="别家")
    with acting(office.installation, office.city, whole, at=office.now) as ctx:
        held = lock_campaign(ctx, campaign.id, KEEP, ("draft",))
        put_on_list(ctx, held, [(one.id, Brought(100)) for one in (own, other)])
    with office.acting("clerk") as ctx:
        assert campaign.number in [one.number for one in list_campaigns(ctx)]
        assert [one.head_name for one in list_visits(ctx, campaign.id)] == ["自家"]
        with pytest.raises(ForbiddenError):
            submit_campaign(ctx, campaign.id)
    begin_elsewhere(office)
    with office.acting("colleague") as ctx, pytest.raises(NotFoundError):
        read_campaign(ctx, office.begin().id)


@pytest.mark.parametrize(("money", "fits"), [("2000", True), ("2000.01", False), ("0", False)])
def test_no_more_than_the_standard_of_a_year_is_brought(
    office: Visiting, money: str, fits: bool
) -> None:
    campaign = office.begin()
    listed = office.put(campaign, [office.file()], money)
    assert listed.count == fits
    assert len(listed.refused) == (not fits)


def test_goods_count_by_what_they_cost_and_are_named_in_the_application(office: Visiting) -> None:
    campaign = office.begin()
    parcel = office.pack(campaign)
    assert parcel.value == 15_000
    assert office.put(campaign, [office.file()], "1850.01", parcel).refused
    office.put(campaign, [office.file()], "0", parcel)
    [application] = office.applications(campaign)
    assert application.asked == 15_000
    assert application.answers["goods"] == "米油：大米（10公斤）1袋、食用油（5升）1桶"


def test_an_earlier_visit_of_the_year_is_taken_off_and_other_aid_is_not(office: Visiting) -> None:
    household = office.file()
    office.grant(household, "living_aid", "8400")
    first, second = office.begin(), office.begin()
    assert office.put(first, [household], "1500").count == 1
    assert office.put(second, [household], "500.01").refused
    assert office.put(second, [household], "500").count == 1


def test_a_visit_stands_not_in_the_way_of_what_is_applied_for(office: Visiting) -> None:
    """A household in relative hardship has one item of aid a year; a visit is none."""
    relative = {"income": 6_000_000, "illness": 600_000, "schooling": 0, "work_cost": 900_000}
    household = office.file(statement=relative, relatives=(SPOUSE, CHILD))
    campaign = office.begin()
    listed = office.put(campaign, [household], "1000")
    assert listed.refused == []
    [visit] = office.applications(campaign)
    assert visit.category == "relative"
    application = office.start(household, "living_aid", "4500")
    assert application.facts["earlier_items"] == 0
    assert application.facts["earlier_aid"] == 0
    assert [one["programme"] for one in application.assessment["earlier"]] == ["warmth_visit"]


def test_it_goes_with_its_list_alone(office: Visiting) -> None:
    campaign, household = office.begin(), office.file()
    office.put(campaign, [household])
    [application] = office.applications(campaign)
    with office.acting("clerk") as ctx:
        with pytest.raises(ConflictError, match="stands on the list of a campaign"):
            revise_application(ctx, application.id, asked=100)
        with pytest.raises(ConflictError, match="stands on the list of a campaign"):
            submit(ctx, application.id)
        with pytest.raises(ConflictError, match="stands on the list of a campaign"):
            withdraw(ctx, application.id, "不再需要")
        with pytest.raises(ConflictError, match="given in campaigns"):
            start_application(ctx, household.id, "warmth_visit", {}, 100)
        assert "warmth_visit" not in [one.name for one in list_offers(ctx, household.id)]


def test_what_is_brought_is_changed_and_taken_off_again(office: Visiting) -> None:
    campaign = office.begin()
    parcel = office.pack(campaign)
    household = office.file()
    office.put(campaign, [household], "1000")
    [visit] = office.visits(campaign)
    with office.acting("clerk") as ctx:
        change_visit(ctx, campaign.id, visit.id, Brought(yuan("800"), parcel.id))
        with pytest.raises(ConflictError, match="on the list"):
            remove_parcel(ctx, campaign.id, parcel.id)
    [visit] = office.visits(campaign)
    assert (visit.money, visit.goods, visit.parcel) == (80_000, 15_000, "米油")
    assert office.applications(campaign)[0].asked == 95_000
    with office.acting("clerk") as ctx:
        with pytest.raises(InvalidError, match="reason"):
            take_off(ctx, campaign.id, [visit.id], " ")
        assert take_off(ctx, campaign.id, [visit.id], "已搬离本市") == 1
        remove_parcel(ctx, campaign.id, parcel.id)
    assert office.visits(campaign) == []
    with office.system() as ctx:
        ended = ctx.session.get_one(Application, (office.city.id, visit.application_id))
        assert ended.state == "withdrawn"
    assert office.put(campaign, [household], "1000").count == 1
