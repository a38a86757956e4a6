"""`bangfu wrong-payment`: payments found to be wrong, and what came back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from core.context import Context
from core.errors import NotFoundError
from core.errors import _ as mark
from core.money import format_yuan
from core.wrong_payments.models import KINDS
from core.wrong_payments.queries import (
    STANDINGS,
    Filters,
    find_by_payment,
    list_wrong_payments,
    read_wrong_payment,
)
from core.wrong_payments.service import (
    Found,
    add_recovery,
    confirm_wrong_payment,
    record_wrong_payment,
    refuse_wrong_payment,
)
from web.cli.acting import Yuan, act, acting
from web.cli.console import as_json, give, show_table
from web.cli.console import translate as _

of_payment = click.argument("payment")
on_day = click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help=_("Day"))


@click.group("wrong-payment", help=_("Wrong payments: record, confirm, refuse, recover, list."))
def wrong_payment() -> None:
    """Hold the commands on wrong payments."""


@wrong_payment.command(help=_("Record that the PAYMENT with this number was wrong."))
@of_payment
@click.option("--kind", type=click.Choice(KINDS), required=True, help=_("Kind"))
@click.option("--amount", type=Yuan(), required=True, help=_("What was paid wrongly, in yuan"))
@on_day
@click.option("--found-by", required=True, help=_("Who found it"))
@click.option("--reason", required=True, help=_("Why"))
@acting
@as_json
def record(
    payment: str,
    kind: str,
    amount: int,
    on: dt.datetime,
    found_by: str,
    reason: str,
    slug: str,
    login: str,
    as_json: bool,
) -> None:
    """Record it."""
    found = Found(kind, amount, on.date(), found_by, reason)
    with act(slug, login) as ctx:
        made = record_wrong_payment(ctx, _find_payment(ctx, payment), found)
        _show([read_wrong_payment(ctx, made.id)], as_json)


@wrong_payment.command(help=_("Confirm the record of PAYMENT; not who recorded it."))
@of_payment
@acting
@as_json
def confirm(payment: str, slug: str, login: str, as_json: bool) -> None:
    """Confirm it."""
    with act(slug, login) as ctx:
        done = confirm_wrong_payment(ctx, find_by_payment(ctx, payment))
        _show([read_wrong_payment(ctx, done.id)], as_json)


@wrong_payment.command(help=_("Put the record of PAYMENT aside: it was right."))
@of_payment
@click.option("--reason", required=True, help=_("Why"))
@acting
@as_json
def refuse(payment: str, reason: str, slug: str, login: str, as_json: bool) -> None:
    """Put it aside."""
    with act(slug, login) as ctx:
        done = refuse_wrong_payment(ctx, find_by_payment(ctx, payment), reason)
        _show([read_wrong_payment(ctx, done.id)], as_json)


@wrong_payment.command(help=_("Enter AMOUNT yuan of PAYMENT that came back."))
@of_payment
@click.argument("amount", type=Yuan())
@on_day
@click.option("--note", required=True, help=_("The receipt"))
@click.option("--back", is_flag=True, help=_("Take an entry back that was made by mistake"))
@acting
@as_json
def recover(
    payment: str,
    amount: int,
    on: dt.datetime,
    note: str,
    back: bool,
    slug: str,
    login: str,
    as_json: bool,
) -> None:
    """Enter it."""
    with act(slug, login) as ctx:
        wrong = find_by_payment(ctx, payment)
        add_recovery(ctx, wrong, on.date(), -amount if back else amount, note)
        _show([read_wrong_payment(ctx, wrong)], as_json)


@wrong_payment.command("list", help=_("List wrong payments; exit code 1 if any is outstanding."))
@click.option("--year", type=int, default=0, help=_("Year of the payment"))
@click.option(
    "--standing",
    type=click.Choice(["outstanding", *STANDINGS]),
    default=None,
    help=_("Only those that stand so"),
)
@acting
@as_json
def show(year: int, standing: str | None, slug: str, login: str, as_json: bool) -> None:
    """List them."""
    with act(slug, login) as ctx:
        found = list_wrong_payments(ctx, Filters(year=year, standing=standing or ""), size=100_000)
    _show(found, as_json)
    if any(one["standing"] in ("proposed", "open", "partly") for one in found):
        raise SystemExit(1)


def _find_payment(ctx: Context, number: str) -> Any:
    found = ctx.session.fetch(
        "select id from payments where tenant_id = %(tenant)s and number = %(number)s",
        {"tenant": ctx.tenant_id, "number": number},
    )
    if not found:
        raise NotFoundError(mark("There is no payment %(number)s."), number=number)
    return found[0][0]


def _show(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        give(found)
        return
    titles = (_("Payment"), _("Name"), _("Kind"), _("Paid wrongly"), _("Came back"), _("State"))
    show_table(
        titles,
        [
            (one["payment"], one["head_name"], one["kind"], format_yuan(one["amount"]),
             format_yuan(one["recovered"]), one["standing"])
            for one in found
        ],
    )  # fmt: skip
