"""An office that goes on warmth visits, with short ways through a campaign."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from core.applications.models import Application
from core.campaigns.deciding import approve_campaign, submit_campaign
from core.campaigns.drafting import add_parcel, begin_campaign
from core.campaigns.listing import Brought, Listed, put_on_list
from core.campaigns.lookup import KEEP, lock_campaign
from core.campaigns.models import Campaign, Parcel
from core.campaigns.queries import Visited, list_visits
from core.federations import find_unit
from core.handovers.goods import Article
from core.handovers.recording import Given, keep_receipt, record_handovers
from core.installation import Installation
from core.money import parse_yuan as yuan
from core.programmes import offer_programme
from tests.factories import GRASSROOTS, Filed, Tree, found_tree, hire
from tests.office import Office

SCAN = b"%PDF-1.7\nsigned"
RICE, OIL = Article("大米（10公斤）", "袋", 1, 6_500), Article("食用油（5升）", "桶", 1, 8_500)


@dataclass
class Visiting(Office):
    """An office with short ways through a campaign."""

    def begin(
        self, budget: str = "100000", unit: str = GRASSROOTS, by: str = "clerk", **values: str
    ) -> Campaign:
        """Begin a campaign with a fund of its own."""
        fund = self.fund(budget, year=self.now.year)
        with self.acting(by) as ctx:
            return begin_campaign(
                ctx, values.get("name", "2023年金秋送温暖 第一批"),
                unit_id=find_unit(ctx, unit).id, fund_id=fund.id,
                starts_on=self.now.date(), ends_on=self.now.date() + dt.timedelta(days=60),
            )  # fmt: skip

    def pack(self, campaign: Campaign, name: str = "米油") -> Parcel:
        """Add a parcel of 150.00."""
        with self.acting("clerk") as ctx:
            return add_parcel(ctx, campaign.id, name, [RICE, OIL])

    def put(
        self, campaign: Campaign, files: Sequence[Filed], money: str = "1000",
        parcel: Parcel | None = None,
    ) -> Listed:  # fmt: skip
        """Put households on the list."""
        brought = Brought(yuan(money), parcel.id if parcel else None)
        with self.acting("clerk") as ctx:
            held = lock_campaign(ctx, campaign.id, KEEP, ("draft",))
            return put_on_list(ctx, held, [(one.id, brought) for one in files])

    def decide_list(self, campaign: Campaign) -> None:
        """Hand the list in and approve it."""
        with self.acting("clerk") as ctx:
            submit_campaign(ctx, campaign.id)
        with self.acting("approver") as ctx:
            approve_campaign(ctx, campaign.id)

    def grant_list(self, campaign: Campaign) -> None:
        """Bring a list through approval and public notice."""
        self.decide_list(campaign)
        for one in self.applications(campaign):
            self.publish(one)
        self.wait_out_notice()

    def applications(self, campaign: Campaign) -> list[Application]:
        """Return what stands on the list."""
        with self.system() as ctx:
            ids = [one.application_id for one in list_visits(ctx, campaign.id)]
            return [ctx.session.get_one(Application, (self.city.id, one)) for one in ids]

    def visits(self, campaign: Campaign, step: str = "") -> list[Visited]:
        """Return the list."""
        with self.system() as ctx:
            return list_visits(ctx, campaign.id, step=step)

    def hand_over(
        self, visits: Sequence[Visited], *, missed: str = "", by: str = "clerk"
    ) -> list[uuid.UUID]:
        """Record that all of them were handed over, or that nobody was met."""
        day = self.now.date()
        with self.acting(by) as ctx:
            receipt = None if missed else keep_receipt(ctx, "签领表.pdf", SCAN)
            given = [
                Given(one.payment_id or uuid.UUID(int=0), day, ("王晓燕", "陈立新"),
                      "" if missed else one.head_name, remark=missed)
                for one in visits
            ]  # fmt: skip
            return [one.id for one in record_handovers(ctx, given, receipt)]


def found_visiting_city(installation: Installation, tree: Tree | None = None) -> Visiting:
    """Return a city, of a tree that may stand already, in which an administrator took warmth visits
    up."""
    tree = tree or found_tree(installation)
    office = Visiting(installation, tree)
    office.people["administrator"] = hire(installation, tree.city_a, "tenant_administrator")
    with office.acting("administrator") as ctx:
        offer_programme(ctx, "warmth_visit", "元旦春节送温暖", offered=True)
    return office


def found_visiting_today(installation: Installation, tree: Tree | None = None) -> Visiting:
    """Return such a city a month ago, so that what it grants can be handed over today."""
    office = found_visiting_city(installation, tree)
    office.now = installation.now() - dt.timedelta(days=30)
    return office
