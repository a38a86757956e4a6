"""`bangfu handover`: aid that could not wait, handed over in person."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import click

from core.applications.queries import read_application
from core.context import Context
from core.errors import NotFoundError
from core.handovers.in_person import hold_in_person
from core.handovers.recording import Given, keep_receipt, record_handovers
from core.handovers.settling import confirm_handovers, refuse_handover
from core.money import format_yuan
from web.cli.acting import act, acting, find_number
from web.cli.campaigns import read_article
from web.cli.console import as_json, give, say
from web.cli.console import translate as _
from web.cli.funds import find_number as find_fund
from web.cli.ledger import Day

readable = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(help=_("Aid handed over in person: hold, record, confirm, refuse."))
def handover() -> None:
    """Hold the commands on hand-overs."""


@handover.command(help=_("Hold what the application NUMBER is granted, from the fund FUND."))
@click.argument("number")
@click.argument("fund_number", metavar="FUND", type=int)
@click.option("--article", "articles", multiple=True, metavar="NAME:MEASURE:N:YUAN",
              help=_("An article: its name, measure, quantity and price each"))  # fmt: skip
@acting
@as_json
def hold(
    number: str, fund_number: int, articles: tuple[str, ...], slug: str, login: str, as_json: bool
) -> None:
    """Hold it."""
    with act(slug, login) as ctx:
        found = find_number(ctx, number)
        hold_in_person(ctx, found, find_fund(ctx, fund_number), list(map(read_article, articles)))
        _show(ctx, found, as_json)


@handover.command(help=_("Record the hand-over of the application NUMBER, or why there was none."))
@click.argument("number")
@click.option("--on", "day", type=Day(), required=True, help=_("The day"))
@click.option("--giver", "givers", multiple=True, help=_("Who handed it over; two people"))
@click.option("--receiver", default="", help=_("Who received it; none where nobody was met"))
@click.option("--relation", default="", help=_("How he is related to the head"))
@click.option("--receipt", type=readable, help=_("The scan of the signed receipt"))
@click.option("--remark", default="", help=_("Remark"))
@acting
@as_json
def record(
    number: str, day: dt.date, givers: tuple[str, ...], receiver: str, relation: str,
    receipt: Path | None, remark: str, slug: str, login: str, as_json: bool,
) -> None:  # fmt: skip
    """Record it."""
    with act(slug, login) as ctx:
        found = find_number(ctx, number)
        kept = keep_receipt(ctx, receipt.name, receipt.read_bytes()) if receipt else None
        payment = uuid.UUID(_payment(ctx, found)["id"])
        record_handovers(ctx, [Given(payment, day, givers, receiver, relation, remark)], kept)
        _show(ctx, found, as_json)


@handover.command(help=_("Confirm what was recorded of the application NUMBER."))
@click.argument("number")
@acting
@as_json
def confirm(number: str, slug: str, login: str, as_json: bool) -> None:
    """Confirm it."""
    with act(slug, login) as ctx:
        found = find_number(ctx, number)
        confirm_handovers(ctx, [_handover(ctx, found)])
        _show(ctx, found, as_json)


@handover.command(help=_("Refuse what was recorded wrongly of the application NUMBER."))
@click.argument("number")
@click.option("--reason", required=True, help=_("Why"))
@acting
@as_json
def refuse(number: str, reason: str, slug: str, login: str, as_json: bool) -> None:
    """Refuse it."""
    with act(slug, login) as ctx:
        found = find_number(ctx, number)
        refuse_handover(ctx, _handover(ctx, found), reason)
        _show(ctx, found, as_json)


def _payment(ctx: Context, application_id: uuid.UUID) -> dict[str, Any]:
    """Return the newest payment that is handed over in person."""
    for one in read_application(ctx, application_id)["payments"]:
        if one["means"] == "in_person":
            payment: dict[str, Any] = one
            return payment
    raise NotFoundError


def _handover(ctx: Context, application_id: uuid.UUID) -> uuid.UUID:
    over = _payment(ctx, application_id)["handover"]
    if over is None:
        raise NotFoundError
    return uuid.UUID(over["id"])


def _show(ctx: Context, application_id: uuid.UUID, as_json: bool) -> None:
    payment = _payment(ctx, application_id)
    if as_json:
        give(payment)
        return
    over = payment["handover"] or {}
    say("%(number)s  %(state)s  %(amount)s  %(outcome)s %(recorded)s",
        number=payment["number"], state=payment["state"], amount=format_yuan(payment["amount"]),
        outcome=over.get("outcome", ""), recorded=over.get("state", ""))  # fmt: skip
