"""`bangfu batch`: payments to the bank and its answers."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import click

from core.errors import NotFoundError
from core.errors import _ as mark
from core.funds.bank_file import bank_file
from core.funds.batches import make_batch, send_batch
from core.funds.queries import list_batches, list_funds, list_payments, read_batch
from core.funds.reconciliation import import_result
from core.money import format_yuan
from core.paging import WHOLE
from web.cli.acting import act, acting
from web.cli.console import as_json, give, say
from web.cli.console import translate as _

readable = click.Path(exists=True, dir_okay=False, path_type=Path)
writable = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group(help=_("Payment batches: make, send, file, result, list."))
def batch() -> None:
    """Hold the commands on batches."""


@batch.command(help=_("Put all reserved payments of the fund with this number together."))
@click.argument("fund_number", type=int)
@click.option("--payment", "numbers", multiple=True, help=_("Only the payment with this number"))
@acting
@as_json
def make(fund_number: int, numbers: tuple[str, ...], slug: str, login: str, as_json: bool) -> None:
    """Make a batch."""
    with act(slug, login) as ctx:
        fund_id = _pick(list_funds(ctx), fund_number)
        found = list_payments(ctx, fund_id=fund_id, state="reserved", size=WHOLE) if numbers else []
        chosen = [_pick(found, number) for number in numbers]
        made = make_batch(ctx, fund_id, chosen or None)
        _show_batch(read_batch(ctx, made.id), as_json)


@batch.command(help=_("Release a batch to the bank; someone other than its maker does this."))
@click.argument("number")
@acting
@as_json
def send(number: str, slug: str, login: str, as_json: bool) -> None:
    """Release it."""
    with act(slug, login) as ctx:
        sent = send_batch(ctx, _pick(list_batches(ctx), number))
        _show_batch(read_batch(ctx, sent.id), as_json)


@batch.command("file", help=_("Write the bank's file, with full card numbers."))
@click.argument("number")
@click.option("--out", type=writable, required=True, help=_("Where to write it"))
@click.option("--reason", default="", help=_("Why the card numbers are needed"))
@acting
def write_file(number: str, out: Path, reason: str, slug: str, login: str) -> None:
    """Write it."""
    with act(slug, login) as ctx:
        out.write_bytes(bank_file(ctx, _pick(list_batches(ctx), number), reason))
    say(_("✓ Written: %(path)s"), path=out)


@batch.command(help=_("Book the bank's result FILE (xlsx or csv): all of it or nothing."))
@click.argument("number")
@click.argument("file", type=readable)
@acting
@as_json
def result(number: str, file: Path, slug: str, login: str, as_json: bool) -> None:
    """Book it."""
    with act(slug, login) as ctx:
        outcome = import_result(ctx, _pick(list_batches(ctx), number), file.read_bytes())
    if as_json:
        give(vars(outcome))
        return
    say(_("✓ Paid: %(count)s, %(yuan)s yuan"), count=outcome.paid,
        yuan=format_yuan(outcome.paid_total))  # fmt: skip
    if outcome.failed:
        say(_("✗ Came back: %(count)s, %(yuan)s yuan"), count=outcome.failed,
            yuan=format_yuan(outcome.failed_total))  # fmt: skip


def _pick(found: list[dict[str, Any]], number: int | str) -> uuid.UUID:
    """Return the id of the one with a number."""
    chosen = [one["id"] for one in found if one["number"] == number]
    if not chosen:
        raise NotFoundError(
            mark("There is no number %(number)s among %(known)s."),
            number=number,
            known=", ".join(str(one["number"]) for one in found) or "—",
        )
    picked: uuid.UUID = chosen[0]
    return picked


def _show_batch(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        give(found)
        return
    say(
        "%(number)s  %(fund)s  %(state)s  %(count)s × %(total)s",
        **{name: found[name] for name in ("number", "fund", "state", "count")},
        total=format_yuan(found["total"]),
    )
