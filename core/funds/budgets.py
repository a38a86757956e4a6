"""Funds and their budgets."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from bangfu_sdk import STAGES, Text
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from core.access import Subject, require
from core.applications.models import Application
from core.audit import record
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, InvalidError, NotFoundError, _
from core.funds.ledger import open_accounts, post
from core.funds.models import Fund
from core.money import MAXIMUM_FEN
from core.titles import title_of

FIRST_YEAR, LAST_YEAR = 2000, 2100


def create_fund(
    ctx: Context,
    name: str,
    source: str,
    year: int,
    budget: int,
    *,
    programmes: Sequence[str] = (),
    donor: str = "",
    stages: Sequence[str] = (),
) -> Fund:
    """Set up a fund for one year with its budget in fen; without programmes it pays for all.

    A gift names its donor, and its purpose: programmes and, where it is for students of some stages
    of education, these. InvalidError for a name, year, budget or purpose that cannot be;
    ConflictError for a name of that year that is taken.
    """
    require(ctx, "fund.manage", Subject(ctx.tenant_id))
    _check(name, source, year, budget)
    _check_purpose(donor, programmes, stages)
    _check_payable(ctx, programmes)
    fund = Fund(
        tenant_id=ctx.tenant_id, id=new_id(), number=next_number(ctx), name=name.strip(),
        source=source.strip(), year=year, programmes=sorted(set(programmes)), budget=budget,
        donor=donor.strip(), stages=[one.code for one in STAGES if one.code in stages],
        reserved=0, paid=0, created_at=ctx.now,
    )  # fmt: skip
    found_fund(ctx, fund)
    post(ctx, fund.id, "source", "available", "budget", [(fund.id, budget)])
    return fund


def found_fund(ctx: Context, fund: Fund) -> None:
    """Put a new fund into the books, with its accounts; ConflictError where its name is taken."""
    _insert(ctx, fund)
    open_accounts(ctx, fund.id)
    after = {"name": fund.name, "source": fund.source, "year": fund.year, "budget": fund.budget}
    purpose = {"programmes": fund.programmes, "donor": fund.donor, "stages": fund.stages}
    record(ctx, "fund.created", fund, after={**after, **purpose})


def find_fund(ctx: Context, fund_id: uuid.UUID, *, lock: bool = False) -> Fund:
    """Return a fund of the tenant; with `lock` nobody else takes from it meanwhile."""
    query = select(Fund).where(Fund.tenant_id == ctx.tenant_id, Fund.id == fund_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    fund = ctx.session.scalars(query).one_or_none()
    if fund is None:
        raise NotFoundError
    return fund


def fitting_funds(ctx: Context, application: Application) -> list[Fund]:
    """Return the funds of the application's year or of this one that pay for its programme."""
    return [
        fund
        for fund in ctx.session.scalars(
            select(Fund)
            .where(Fund.tenant_id == ctx.tenant_id, Fund.year.in_(_years(ctx, application)))
            .order_by(Fund.number)
        )
        if pays_for(fund, application)
    ]


def check_fits(ctx: Context, fund: Fund, application: Application) -> None:
    """Raise ConflictError where a fund is for another year or for other programmes."""
    if fund.year not in _years(ctx, application):
        raise ConflictError(
            _("The fund %(fund)s is for the year %(year)s."),
            remedy=_("Choose a fund of the year of the application, or of this year."),
            fund=fund.name, year=fund.year,
        )  # fmt: skip
    if not pays_for(fund, application):
        raise _not_its_purpose(ctx, fund)


def pays_for(fund: Fund, application: Application) -> bool:
    """Return whether a fund may be used for an application: its programme, its student's stage; a
    pool is for its claims alone."""
    stage = application.facts.get("stage", "")
    fits = fund.period_id is None
    fits = fits and (not fund.programmes or application.programme in fund.programmes)
    return fits and (not fund.stages or stage in fund.stages)


def _not_its_purpose(ctx: Context, fund: Fund) -> ConflictError:
    """Tell what a fund is for; a donor's purpose is his to set and nobody else's to widen."""
    if not fund.donor:
        return ConflictError(
            _("The fund %(fund)s does not pay for this programme."),
            remedy=_("Choose another fund."), fund=fund.name,
        )  # fmt: skip
    return ConflictError(
        _("The fund %(fund)s was given by %(donor)s for %(purpose)s alone."),
        remedy=_("Choose another fund."), fund=fund.name, donor=fund.donor,
        purpose=name_purpose(ctx, fund),
    )  # fmt: skip


def name_purpose(ctx: Context, fund: Fund) -> Text:
    """Return what a gift is for in both languages: its programmes and stages of education."""
    titles = [title_of(ctx, name) for name in fund.programmes]
    stages = [one.text for one in STAGES if one.code in fund.stages]
    parts = [*titles, *stages] or [Text("各类帮扶", "any aid")]
    return Text("、".join(one.zh for one in parts), ", ".join(one.en for one in parts))


def _years(ctx: Context, application: Application) -> set[int]:
    return {application.applied_on.year, ctx.today.year}


def _check(name: str, source: str, year: int, budget: int) -> None:
    if not name.strip() or not source.strip():
        raise InvalidError(_("A fund needs a name and a source."), field="name")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidError(_("The year %(year)s is out of range."), field="year", year=year)
    if not 0 < budget <= MAXIMUM_FEN:
        raise InvalidError(_("A fund needs a budget of more than 0."), field="budget")


def _check_purpose(donor: str, programmes: Sequence[str], stages: Sequence[str]) -> None:
    if set(stages) - {stage.code for stage in STAGES}:
        raise InvalidError(_("There is no such stage of education."), field="stages")
    if stages and not donor.strip():
        raise InvalidError(
            _("Only a donor's fund is for some stages of education."),
            remedy=_("Name the donor, or choose no stage."), field="donor",
        )  # fmt: skip
    if donor.strip() and not programmes:
        raise InvalidError(
            _("A donor's fund needs the programmes it is for."),
            remedy=_("Choose the programmes he gave it for."), field="programmes",
        )  # fmt: skip


def _check_payable(ctx: Context, programmes: Sequence[str]) -> None:
    for name in programmes:
        if name in ctx.pack.referrals:
            raise InvalidError(
                _("“%(name)s” is a referral to a department: no money is paid on it."),
                remedy=_("Choose programmes that pay money."), field="programmes", name=name,
            )  # fmt: skip


def next_number(ctx: Context) -> int:
    """Return the number of the tenant's next fund."""
    highest = ctx.session.scalar(
        select(func.max(Fund.number)).where(Fund.tenant_id == ctx.tenant_id)
    )
    return int(highest or 0) + 1


def _insert(ctx: Context, fund: Fund) -> None:
    try:
        with ctx.session.begin_nested():
            ctx.session.add(fund)
    except IntegrityError:
        raise ConflictError(
            _("There is a fund %(name)s for %(year)s already, or someone is just making one."),
            remedy=_("Look at the list of funds, then try again."),
            field="name", name=fund.name, year=fund.year,
        ) from None  # fmt: skip
