"""`bangfu campaign`: warmth visits, from the list to what was signed for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from core.campaigns.closing import settle_campaign
from core.campaigns.deciding import (
    WrongListError,
    approve_campaign,
    return_campaign,
    submit_campaign,
    withdraw_campaign,
)
from core.campaigns.drafting import add_parcel, begin_campaign, list_paying
from core.campaigns.listing import Brought, Listed, choose_households
from core.campaigns.models import STATES
from core.campaigns.queries import (
    STEPS,
    Told,
    find_by_number,
    list_campaigns,
    list_parcels,
    list_visits,
)
from core.campaigns.workbook import (
    RESULT_COLUMNS,
    RESULT_SHEET,
    WrongWorkbookError,
    import_list,
    import_results,
    result_rows,
)
from core.context import Context
from core.errors import NotFoundError
from core.federations import find_unit
from core.handovers.goods import Article
from core.handovers.recording import keep_receipt
from core.households.export import write_rows
from core.households.listing import Filters
from core.money import format_yuan, parse_yuan
from web.cli.acting import Yuan, act, acting
from web.cli.console import as_json, give, say, show_table, tell
from web.cli.console import translate as _
from web.cli.ledger import Day

FOUND_WRONG = 1
of_campaign = click.argument("number")
because = click.option("--reason", required=True, help=_("Why"))
money_option = click.option("--money", type=Yuan(), default=0, help=_("Money for each, in yuan"))
parcel_option = click.option("--parcel", default="", help=_("Parcel for each, by its name"))
workbook = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group(help=_("Warmth visits: begin, choose, hand in, decide, record, settle, list."))
def campaign() -> None:
    """Hold the commands on campaigns."""


@campaign.command("list", help=_("List the campaigns."))
@click.option("--state", type=click.Choice(STATES), help=_("Only those in this state"))
@acting
@as_json
def campaigns(state: str | None, slug: str, login: str, as_json: bool) -> None:
    """List them."""
    with act(slug, login) as ctx:
        _show(list_campaigns(ctx, state=state or ""), as_json)


@campaign.command(help=_("Begin the campaign NAME for a union, paid from a fund."))
@click.argument("name")
@click.option("--unit", default="", help=_("The union whose households are visited"))
@click.option("--fund", "fund_number", type=int, required=True, help=_("Number of the fund"))
@click.option("--from", "starts_on", type=Day(), required=True, help=_("First day of the visits"))
@click.option("--to", "ends_on", type=Day(), required=True, help=_("Last day of the visits"))
@click.option("--programme", default="warmth_visit", help=_("The programme, by its name"))
@acting
@as_json
def begin(
    name: str, unit: str, fund_number: int, starts_on: dt.date, ends_on: dt.date, programme: str,
    slug: str, login: str, as_json: bool,
) -> None:  # fmt: skip
    """Begin it."""
    with act(slug, login) as ctx:
        funds = {one.number: one.id for one in list_paying(ctx)}
        if fund_number not in funds:
            raise NotFoundError
        made = begin_campaign(
            ctx, name, unit_id=find_unit(ctx, unit).id, fund_id=funds[fund_number],
            starts_on=starts_on, ends_on=ends_on, programme=programme,
        )  # fmt: skip
        _show([find_by_number(ctx, made.number)], as_json)


@campaign.command(help=_("Add the parcel NAME to campaign NUMBER."))
@of_campaign
@click.argument("name")
@click.option("--article", "articles", multiple=True, required=True, metavar="NAME:MEASURE:N:YUAN",
              help=_("An article: its name, measure, quantity and price each"))  # fmt: skip
@acting
def parcel(number: str, name: str, articles: tuple[str, ...], slug: str, login: str) -> None:
    """Add it."""
    with act(slug, login) as ctx:
        made = add_parcel(
            ctx, find_by_number(ctx, number).id, name, list(map(read_article, articles))
        )
        say(_("The parcel is worth %(value)s yuan.") % {"value": format_yuan(made.value)})


@campaign.command(help=_("Put every file in force that fits on the list of campaign NUMBER."))
@of_campaign
@click.option("--category", default="", help=_("Only of this category"))
@click.option("--unit", default="", help=_("Only of this union and below"))
@click.option("--never-aided", is_flag=True, help=_("Only those never helped"))
@money_option
@parcel_option
@acting
@as_json
def choose(
    number: str, category: str, unit: str, never_aided: bool, money: int, parcel: str, slug: str,
    login: str, as_json: bool,
) -> None:  # fmt: skip
    """Choose them; those the rule refuses are named."""
    with act(slug, login) as ctx:
        told = find_by_number(ctx, number)
        path = find_unit(ctx, unit).path if unit else ""
        filters = Filters(state="active", category=category, unit=path, never_aided=never_aided)
        _show_listed(
            choose_households(ctx, told.id, filters, _brought(ctx, told, money, parcel)), as_json
        )


@campaign.command("import", help=_("Put the households of FILE (xlsx or csv) on the list."))
@of_campaign
@workbook
@acting
@as_json
def bring_list(number: str, file: Path, slug: str, login: str, as_json: bool) -> None:
    """Bring it in; exit code 1 when it has faults, and then nothing is taken."""
    with _faults(as_json), act(slug, login) as ctx:
        listed = import_list(ctx, find_by_number(ctx, number).id, file.read_bytes())
        _show_listed(listed, as_json)


@campaign.command(help=_("Hand in the list of campaign NUMBER."))
@of_campaign
@acting
@as_json
def submit(number: str, slug: str, login: str, as_json: bool) -> None:
    """Hand it in; exit code 1 where a household can be given nothing any more."""
    _move(lambda ctx, told: submit_campaign(ctx, told.id), number, slug, login, as_json)


@campaign.command(help=_("Approve the list of campaign NUMBER."))
@of_campaign
@acting
@as_json
def approve(number: str, slug: str, login: str, as_json: bool) -> None:
    """Approve it."""
    _move(lambda ctx, told: approve_campaign(ctx, told.id), number, slug, login, as_json)


@campaign.command("return", help=_("Send the list of campaign NUMBER back."))
@of_campaign
@because
@acting
@as_json
def send_back(number: str, reason: str, slug: str, login: str, as_json: bool) -> None:
    """Send it back."""
    _move(lambda ctx, told: return_campaign(ctx, told.id, reason), number, slug, login, as_json)


@campaign.command(help=_("Give campaign NUMBER up."))
@of_campaign
@because
@acting
@as_json
def withdraw(number: str, reason: str, slug: str, login: str, as_json: bool) -> None:
    """Give it up."""
    _move(lambda ctx, told: withdraw_campaign(ctx, told.id, reason), number, slug, login, as_json)


@campaign.command(help=_("List the households of campaign NUMBER."))
@of_campaign
@click.option("--step", type=click.Choice(STEPS), help=_("Only those that are so far"))
@acting
@as_json
def visits(number: str, step: str | None, slug: str, login: str, as_json: bool) -> None:
    """List them."""
    with act(slug, login) as ctx:
        found = list_visits(ctx, find_by_number(ctx, number).id, step=step or "")
    if as_json:
        give([one._asdict() for one in found])
        return
    show_table(
        (_("File number"), _("Head"), _("Money (yuan)"), _("Parcel"), _("State"), _("Day"),
         _("Received by")),
        [
            (one.file_number, one.head_name, format_yuan(one.money), one.parcel or "",
             one.outcome or one.state, one.happened_on or "", one.receiver or "")
            for one in found
        ],
    )  # fmt: skip


@campaign.command(help=_("Write the workbook of those that wait for their visit."))
@of_campaign
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@acting
def form(number: str, out: Path, slug: str, login: str) -> None:
    """Write it; it comes back filled in by `record`."""
    with act(slug, login) as ctx:
        waiting = list_visits(ctx, find_by_number(ctx, number).id, step="waiting")
    out.write_bytes(write_rows(RESULT_SHEET, RESULT_COLUMNS, result_rows(waiting)))
    say(str(out))


@campaign.command(help=_("Record what FILE says of the visits of campaign NUMBER."))
@of_campaign
@workbook
@click.option("--receipt", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help=_("Scan of the signed list"))  # fmt: skip
@acting
@as_json
def record(
    number: str, file: Path, receipt: Path | None, slug: str, login: str, as_json: bool
) -> None:
    """Record it; exit code 1 when the workbook has faults, and then nothing is recorded."""
    with _faults(as_json), act(slug, login) as ctx:
        kept = keep_receipt(ctx, receipt.name, receipt.read_bytes()) if receipt else None
        count = import_results(ctx, find_by_number(ctx, number).id, file.read_bytes(), kept)
        if as_json:
            give({"count": count})
        else:
            say(_("%(count)s visits are recorded; another person confirms them.")
                % {"count": count})  # fmt: skip


@campaign.command(help=_("Confirm what is recorded of campaign NUMBER."))
@of_campaign
@acting
@as_json
def settle(number: str, slug: str, login: str, as_json: bool) -> None:
    """Confirm it."""
    with act(slug, login) as ctx:
        done = settle_campaign(ctx, find_by_number(ctx, number).id)
    if as_json:
        give(vars(done))
        return
    say(_("%(paid)s visits of %(paid_total)s yuan are booked, %(missed)s of %(missed_total)s went"
          " back to the fund.")
        % {"paid": done.handed_over, "paid_total": format_yuan(done.handed_over_total),
           "missed": done.missed, "missed_total": format_yuan(done.missed_total)})  # fmt: skip


def read_article(text: str) -> Article:
    """Return an article written as name:measure:quantity:yuan."""
    name, measure, quantity, price = (text.split(":") + [""] * 4)[:4]
    return Article(
        name, measure, int(quantity) if quantity.isdecimal() else 0,
        parse_yuan(price) if price else 0,
    )  # fmt: skip


def _brought(ctx: Context, told: Told, money: int, parcel: str) -> Brought:
    known = {one.name: one.id for one in list_parcels(ctx, told.id)}
    if parcel and parcel not in known:
        raise NotFoundError
    return Brought(money, known.get(parcel))


def _move(
    move: Callable[[Context, Told], Any], number: str, slug: str, login: str, as_json: bool
) -> None:
    with _faults(as_json), act(slug, login) as ctx:
        move(ctx, find_by_number(ctx, number))
        ctx.session.flush()
        _show([find_by_number(ctx, number)], as_json)


@contextmanager
def _faults(as_json: bool) -> Iterator[None]:
    """Show every fault of what was refused as a whole, and end with exit code 1."""
    try:
        yield
    except (WrongWorkbookError, WrongListError) as error:
        details = error.details(tell)
        if as_json:
            give(details)
        else:
            say(tell(error.message))
            for fault in details.get("faults", ()):
                say(f"{fault['row']} {fault['column']}: {fault['message']} {fault['remedy']}")
            for one in details.get("refused", ()):
                say(f"{one['file_number']} {one['head_name']}: {one['reason']} {one['remedy']}")
        raise SystemExit(FOUND_WRONG) from None


def _show_listed(listed: Listed, as_json: bool) -> None:
    refused = [
        {"file_number": one.file_number, "head_name": one.head_name, "reason": tell(one.message)}
        for one in listed.refused
    ]
    if as_json:
        give({"count": listed.count, "already": listed.already, "refused": refused})
        return
    say(_("%(count)s households are put on the list.") % {"count": listed.count})
    for one in refused:
        say(f"{one['file_number']} {one['head_name']}: {one['reason']}")


def _show(found: list[Told], as_json: bool) -> None:
    if as_json:
        give([{**one._asdict(), "value": one.value} for one in found])
        return
    show_table(
        (_("Number"), _("Name of the campaign"), _("Union"), _("From"), _("To"), _("State"),
         _("Households"), _("Money and goods (yuan)"), _("Handed over")),
        [
            (one.number, one.name, one.unit, one.starts_on, one.ends_on, one.state, one.visits,
             format_yuan(one.value), one.handed_over)
            for one in found
        ],
    )  # fmt: skip
