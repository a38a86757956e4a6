"""The Corps' document has warmth visits in batches (分批开展送温暖): its divisions go on them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from core.campaigns.closing import settle_campaign
from core.campaigns.queries import list_campaigns, read_campaign
from core.federations import NewTenant, add_tenant
from core.installation import Installation
from tests.factories import found_tree
from tests.visiting import Visiting

JANUARY = dt.datetime(2020, 1, 6, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def division(module_installation: Installation) -> Visiting:
    """The First Division, which need not take anything up: the region's document names it."""
    tree = found_tree(module_installation)
    for new in (
        NewTenant("corps", "province", "兵团总工会", "Corps", "xpcc", "650000", "nation"),
        NewTenant("first", "city", "第一师总工会", "First Division", "xpcc", "659002", "corps"),
    ):
        add_tenant(module_installation, new)
    own = replace(
        tree, city_a=module_installation.tenant("first"),
        province=module_installation.tenant("corps"),
    )  # fmt: skip
    return Visiting(module_installation, own, JANUARY)


def test_two_batches_are_visited_one_after_the_other(division: Visiting) -> None:
    day = dt.date(2020, 1, 2)
    files = [division.file(as_of=day, verified_on=day) for _each in range(3)]
    for number, chosen in enumerate((files[:2], files[2:]), start=1):
        office = replace(division)
        campaign = office.begin(name=f"2020年春节送温暖 第{number}批")
        parcel = office.pack(campaign)
        assert office.put(campaign, chosen, "500", parcel).refused == []
        office.grant_list(campaign)
        office.hand_over(office.visits(campaign, "waiting"))
        with office.acting("finance") as ctx:
            settled = settle_campaign(ctx, campaign.id)
            assert settled.handed_over_total == 65_000 * len(chosen)
            assert read_campaign(ctx, campaign.id).state == "closed"
    with division.acting("supervisor") as ctx:
        assert [(one.number, one.visits) for one in list_campaigns(ctx)] == [
            ("2020-02", 1), ("2020-01", 2),
        ]  # fmt: skip
