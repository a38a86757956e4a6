"""`bangfu entitlement`: what households have month after month, and the run of a month."""

from __future__ import annotations

import datetime as dt

import click

from core.context import Context
from core.entitlements.checking import end_entitlement, recheck
from core.entitlements.models import STATES
from core.entitlements.months import run_month
from core.entitlements.queries import Listed, find_by_number, list_entitlements
from core.money import format_yuan
from web.cli.acting import act, acting
from web.cli.console import as_json, give, say, show_table
from web.cli.console import translate as _
from web.cli.funds import find_number
from web.cli.ledger import Day


@click.group(help=_("Aid that lasts: list, run a month, check, end."))
def entitlement() -> None:
    """Hold the commands on entitlements."""


@entitlement.command("list", help=_("List what households have month after month."))
@click.option("--state", type=click.Choice(STATES), help=_("Only those in this state"))
@acting
@as_json
def entitlements(state: str | None, slug: str, login: str, as_json: bool) -> None:
    """List them."""
    with act(slug, login) as ctx:
        _show(list_entitlements(ctx, state=state or ""), as_json)


@entitlement.command(help=_("Pay a MONTH, named by its first day, from the fund with this number."))
@click.argument("fund_number", type=int)
@click.argument("month", type=Day())
@acting
@as_json
def run(fund_number: int, month: dt.date, slug: str, login: str, as_json: bool) -> None:
    """Run it."""
    with act(slug, login) as ctx:
        made = run_month(ctx, find_number(ctx, fund_number), month)
    if as_json:
        give(vars(made))
        return
    say(_("%(count)s payments of %(total)s yuan are reserved.")
        % {"count": made.count, "total": format_yuan(made.total)})  # fmt: skip
    for number in made.no_card:
        say(_("%(number)s was left out: no bank card.") % {"number": number})


@entitlement.command(help=_("Check again what came of the application NUMBER, for another year."))
@click.argument("number")
@acting
@as_json
def check(number: str, slug: str, login: str, as_json: bool) -> None:
    """Check it."""
    with act(slug, login) as ctx:
        recheck(ctx, find_by_number(ctx, number).id)
        _show_one(ctx, number, as_json)


@entitlement.command(help=_("End what came of the application NUMBER."))
@click.argument("number")
@click.option("--reason", required=True, help=_("Why"))
@acting
@as_json
def end(number: str, reason: str, slug: str, login: str, as_json: bool) -> None:
    """End it."""
    with act(slug, login) as ctx:
        end_entitlement(ctx, find_by_number(ctx, number).id, reason)
        _show_one(ctx, number, as_json)


def _show_one(ctx: Context, number: str, as_json: bool) -> None:
    _show([find_by_number(ctx, number)], as_json)


def _show(found: list[Listed], as_json: bool) -> None:
    if as_json:
        give([one._asdict() for one in found])
        return
    show_table(
        (_("Application"), _("Head"), _("Programme"), _("A month (yuan)"), _("From"),
         _("Paid until"), _("State"), _("Reason"), _("Check due")),
        [
            (one.number, one.head_name, one.programme, format_yuan(one.amount), one.starts_on,
             one.paid_until or "", one.state, one.reason, one.recheck_due or "")
            for one in found
        ],
    )  # fmt: skip
