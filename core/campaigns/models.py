"""Campaigns, what is brought in them besides money, and the visits on their lists."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Fen, JsonList, Moment, TenantOwned, refer

# A campaign refers to the fund it is paid from, also in a program that knows no funds.
from core.funds import models as funds  # noqa: F401

STATES = ("draft", "submitted", "approved", "closed", "withdrawn")


class Campaign(TenantOwned):
    """One batch of visits: a list that is made, approved as a whole, visited and accounted for.

    `state`: draft (its list can be changed), submitted, approved, closed (every visit is accounted
    for), withdrawn. `unit_id`: the union whose households it is for. The visits lie between
    `starts_on` and `ends_on`; `due_on` is by when a submitted list is to be decided on.
    """

    __tablename__ = "campaigns"
    __table_args__ = (
        refer("units", "unit_id"),
        refer("funds", "fund_id"),
        UniqueConstraint("tenant_id", "number"),
        Index("ix_campaigns_tenant_id_state", "tenant_id", "state"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("ends_on >= starts_on", name="days"),
    )
    number: Mapped[str]
    name: Mapped[str]
    programme: Mapped[str]
    unit_id: Mapped[uuid.UUID]
    fund_id: Mapped[uuid.UUID]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    state: Mapped[str] = mapped_column(default="draft")
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[uuid.UUID]
    created_at: Mapped[Moment]
    submitted_by: Mapped[uuid.UUID | None]
    submitted_at: Mapped[Moment | None]
    due_on: Mapped[dt.date | None]
    decided_by: Mapped[uuid.UUID | None]
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[Moment | None]
    reason: Mapped[str | None]


class Parcel(TenantOwned):
    """Goods brought together: `articles` are name, measure, quantity and price (fen) of each;
    `value` is what the whole costs, in fen."""

    __tablename__ = "parcels"
    __table_args__ = (
        refer("campaigns", "campaign_id"),
        UniqueConstraint("tenant_id", "campaign_id", "name"),
        CheckConstraint("value > 0", name="value"),
    )
    campaign_id: Mapped[uuid.UUID]
    name: Mapped[str]
    articles: Mapped[JsonList]
    value: Mapped[Fen]


class WarmthVisit(TenantOwned):
    """A household on a list: what it is brought, in `money` and in `goods` (the value of its
    parcel), both in fen, and the application by which it was judged."""

    __tablename__ = "warmth_visits"
    __table_args__ = (
        refer("campaigns", "campaign_id"),
        refer("households", "household_id"),
        refer("applications", "application_id"),
        refer("parcels", "parcel_id"),
        UniqueConstraint("tenant_id", "campaign_id", "household_id"),
        UniqueConstraint("tenant_id", "application_id"),
        CheckConstraint("money >= 0 and goods >= 0 and money + goods > 0", name="something"),
        CheckConstraint("(parcel_id is null) = (goods = 0)", name="parcel"),
    )
    campaign_id: Mapped[uuid.UUID]
    household_id: Mapped[uuid.UUID]
    application_id: Mapped[uuid.UUID]
    parcel_id: Mapped[uuid.UUID | None]
    money: Mapped[Fen]
    goods: Mapped[Fen]
