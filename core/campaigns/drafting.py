"""Beginning a campaign: its union, its days, its fund, and the parcels that are brought."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from core.access import Subject, require
from core.applications.assessment import find_programme
from core.audit import record
from core.campaigns.lookup import KEEP, lock_campaign
from core.campaigns.models import Campaign, Parcel, WarmthVisit
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, InvalidError, NotFoundError, _
from core.funds.budgets import find_fund
from core.funds.models import Fund
from core.handovers.goods import MOST_ARTICLES, Article, check_articles
from core.households.life.colleagues import acting_person, require_text
from core.money import MAXIMUM_FEN
from core.programmes import programme_names
from core.tenancy import Unit

LONGEST_DAYS = 366


def list_visiting(ctx: Context) -> list[str]:
    """Return the programmes of the tenant that are given in campaigns."""
    rules = {entry.name: entry.rule for entry in ctx.catalogue.entries()}
    return [one for one in programme_names(ctx) if getattr(rules.get(one), "in_campaigns", False)]


def list_paying(ctx: Context) -> list[Fund]:
    """Return the funds a campaign can be paid from: of this year and the next, not bound to what
    is given otherwise. Who may begin one chooses among them, though he reads no accounts."""
    require(ctx, KEEP)
    visiting, years = set(list_visiting(ctx)), (ctx.today.year, ctx.today.year + 1)
    query = select(Fund).where(
        Fund.tenant_id == ctx.tenant_id, Fund.year.in_(years), Fund.period_id.is_(None)
    )
    return [
        one
        for one in ctx.session.scalars(query.order_by(Fund.year, Fund.number))
        if not one.stages and (not one.programmes or visiting.intersection(one.programmes))
    ]


def begin_campaign(
    ctx: Context,
    name: str,
    *,
    unit_id: uuid.UUID,
    fund_id: uuid.UUID,
    starts_on: dt.date,
    ends_on: dt.date,
    programme: str = "warmth_visit",
) -> Campaign:
    """Begin a campaign for the households of a union, paid from a fund; its list is empty.

    InvalidError for days out of order or a programme that is applied for one by one, ConflictError
    for a fund that is not for it.
    """
    unit = ctx.session.get(Unit, (ctx.tenant_id, unit_id))
    if unit is None:
        raise NotFoundError
    require(ctx, KEEP, Subject(ctx.tenant_id, unit.path))
    _check_programme(ctx, programme)
    _check_days(starts_on, ends_on)
    check_fund(find_fund(ctx, fund_id), programme, starts_on.year)
    campaign = Campaign(
        tenant_id=ctx.tenant_id, id=new_id(), number=_next_number(ctx, starts_on.year),
        name=require_text(name, "name"), programme=programme, unit_id=unit.id, fund_id=fund_id,
        starts_on=starts_on, ends_on=ends_on, state="draft", version=1,
        created_by=acting_person(ctx), created_at=ctx.now,
    )  # fmt: skip
    _insert(ctx, campaign)
    record(ctx, "campaign.begun", campaign, after={
        "number": campaign.number, "name": campaign.name, "unit": unit.full_name,
        "starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat(),
    })  # fmt: skip
    return campaign


def add_parcel(
    ctx: Context, campaign_id: uuid.UUID, name: str, articles: Sequence[Article]
) -> Parcel:
    """Add what is brought besides money; its value is what its articles cost together.

    InvalidError for none or too many articles, or one without name, quantity or price;
    ConflictError for a name that is taken.
    """
    campaign = lock_campaign(ctx, campaign_id, KEEP, ("draft",))
    value = _check_articles(articles)
    parcel = Parcel(
        tenant_id=ctx.tenant_id, id=new_id(), campaign_id=campaign.id,
        name=require_text(name, "name"), articles=[asdict(one) for one in articles],
        value=value,
    )  # fmt: skip
    if parcel.value > MAXIMUM_FEN:
        raise InvalidError(_("The amount is out of range."), field="price")
    _insert(ctx, parcel)
    after = {"parcel": parcel.name, "articles": parcel.articles, "value": parcel.value}
    record(ctx, "campaign.parcel_added", campaign, after=after)
    return parcel


def remove_parcel(ctx: Context, campaign_id: uuid.UUID, parcel_id: uuid.UUID) -> None:
    """Take a parcel out again; ConflictError while it is on the list."""
    campaign = lock_campaign(ctx, campaign_id, KEEP, ("draft",))
    parcel = find_parcel(ctx, campaign, parcel_id)
    used = select(WarmthVisit.id).where(
        WarmthVisit.tenant_id == ctx.tenant_id, WarmthVisit.parcel_id == parcel.id
    )
    if ctx.session.scalar(used.limit(1)) is not None:
        raise ConflictError(
            _("The parcel “%(name)s” is on the list."),
            remedy=_("Choose something else for those households first."),
            name=parcel.name,
        )
    ctx.session.delete(parcel)
    record(ctx, "campaign.parcel_removed", campaign, before={"parcel": parcel.name})


def find_parcel(ctx: Context, campaign: Campaign, parcel_id: uuid.UUID) -> Parcel:
    """Return a parcel of the campaign; NotFoundError where it has none of this id."""
    parcel = ctx.session.get(Parcel, (ctx.tenant_id, parcel_id))
    if parcel is None or parcel.campaign_id != campaign.id:
        raise NotFoundError
    return parcel


def _check_programme(ctx: Context, name: str) -> None:
    if not find_programme(ctx, name).in_campaigns:
        raise InvalidError(
            _("“%(name)s” is applied for one by one, not given in campaigns."),
            field="programme", name=name,
        )  # fmt: skip


def _check_days(starts_on: dt.date, ends_on: dt.date) -> None:
    if not 0 <= (ends_on - starts_on).days <= LONGEST_DAYS:
        raise InvalidError(
            _("The last day must lie on the first or within a year after it."), field="ends_on"
        )


def check_fund(fund: Fund, programme: str, year: int) -> None:
    """Raise ConflictError where a fund is not for a programme, or of another year."""
    fits = not fund.programmes or programme in fund.programmes
    if fund.period_id is not None or fund.stages or not fits:
        raise ConflictError(
            _("The fund %(fund)s does not pay for this programme."),
            remedy=_("Choose another fund."), fund=fund.name,
        )  # fmt: skip
    if fund.year != year:
        raise ConflictError(
            _("The fund %(fund)s is for the year %(year)s."),
            remedy=_("Choose a fund of the year in which the campaign begins."),
            fund=fund.name, year=fund.year,
        )  # fmt: skip


def _check_articles(articles: Sequence[Article]) -> int:
    if not articles:
        raise InvalidError(
            _("A parcel has 1 to %(most)s articles."), field="articles", most=MOST_ARTICLES
        )
    return check_articles(articles)


def _next_number(ctx: Context, year: int) -> str:
    made = ctx.session.scalar(
        select(func.count()).where(
            Campaign.tenant_id == ctx.tenant_id, Campaign.number.like(f"{year}-%")
        )
    )
    return f"{year}-{int(made or 0) + 1:02d}"


def _insert(ctx: Context, thing: Campaign | Parcel) -> None:
    try:
        with ctx.session.begin_nested():
            ctx.session.add(thing)
    except IntegrityError:
        raise ConflictError(
            _("“%(name)s” is there already, or someone is just adding it."),
            remedy=_("Look again, then try once more."), field="name", name=thing.name,
        ) from None  # fmt: skip
