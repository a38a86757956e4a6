"""`bangfu claim`: claims on medical mutual aid, entered, decided, settled, brought in, listed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from core.claims.bills import Bill
from core.claims.decisions import (
    DECISIONS,
    SIDES,
    correct_claim,
    decide_claim,
    pay_claim,
    settle_difference,
)
from core.claims.entering import enter_claim
from core.claims.models import PAYEES
from core.claims.queries import FILTERS, Filters, find_claim, list_claims, read_claim
from core.claims.waiting import waiting_for_me
from core.claims.workbook import COLUMNS, SHEET
from core.context import Context
from core.enrolments.periods import find_period
from core.households.export import write_rows
from core.money import format_yuan
from core.paging import WHOLE
from core.verification import files
from web.cli.acting import Yuan, act, acting
from web.cli.console import as_json, give, say, show_table
from web.cli.console import translate as _
from web.cli.department_files import bring
from web.cli.ledger import Day

of_claim = click.argument("number")
period_option = click.option("--period", "period", required=True, help=_("Name of the period"))


BILL = (
    click.option("--id-number", required=True, help=_("ID number of the worker")),
    click.option("--name", required=True, help=_("Name of the worker")),
    click.option("--hospital", required=True, help=_("Hospital")),
    click.option("--hospital-code", required=True, help=_("Code of the hospital")),
    click.option("--bill", "bill_number", required=True, help=_("Number of the bill")),
    click.option(
        "--admitted", "admitted_on", type=Day(), required=True, help=_("Day of admission")
    ),
    click.option(
        "--discharged", "discharged_on", type=Day(), required=True, help=_("Day of discharge")
    ),
    click.option("--total", type=Yuan(), required=True, help=_("The whole bill, yuan")),
    click.option(
        "--basic-insurance", type=Yuan(), default=0, help=_("Paid by basic insurance, yuan")
    ),
    click.option(
        "--illness-insurance",
        type=Yuan(),
        default=0,
        help=_("Paid by serious-illness insurance, yuan"),
    ),
    click.option("--in-policy", type=Yuan(), default=0, help=_("Self-paid in policy, yuan")),
    click.option(
        "--out-of-policy", type=Yuan(), default=0, help=_("Self-paid outside policy, yuan")
    ),
    click.option("--listed-illness", is_flag=True, help=_("A listed serious illness")),
    click.option("--illness", default="", help=_("The illness")),
    click.option("--settled", type=Yuan(), default=None, help=_("Settled at discharge, yuan")),
    click.option("--payee", type=click.Choice(PAYEES), default="worker", help=_("Who is paid")),
    click.option("--payee-name", default="", help=_("Name of the payee")),
    click.option("--bank", "bank_name", required=True, help=_("Bank of the payee")),
    click.option("--account", "card", required=True, help=_("Account of the payee")),
)


def of_bill(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that tell a hospital bill."""
    for option in reversed(BILL):
        command = option(command)
    return command


@click.group(
    help=_("Claims on mutual aid: enter, import, decide, settle, pay, list, waiting, show.")
)
def claim() -> None:
    """Hold the commands on claims."""


@claim.command(help=_("Enter a claim; it is judged at once and goes to review."))
@period_option
@of_bill
@acting
@as_json
def enter(period: str, slug: str, login: str, as_json: bool, **told: Any) -> None:
    """Enter a claim."""
    with act(slug, login) as ctx:
        made = enter_claim(ctx, find_period(ctx, period).id, Bill("", 0, **told))
        _show([read_claim(ctx, made.id)], as_json)


@claim.command(help=_("Hand the returned claim NUMBER in again with its bill corrected."))
@of_claim
@of_bill
@acting
@as_json
def correct(number: str, slug: str, login: str, as_json: bool, **told: Any) -> None:
    """Correct a claim."""
    with act(slug, login) as ctx:
        done = correct_claim(ctx, find_claim(ctx, number), Bill("", 0, **told))
        _show([read_claim(ctx, done.id)], as_json)


@claim.command("import", help=_("Bring in the bills of FILE (xlsx or csv), each as a claim."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@period_option
@click.option("--check", is_flag=True, help=_("Only report, store nothing"))
@acting
@as_json
def bring_in(file: Path, period: str, check: bool, slug: str, login: str, as_json: bool) -> None:
    """Bring bills in; exit code 1 when the workbook has faults."""
    with act(slug, login) as ctx:
        source = str(find_period(ctx, period).id)
    bring(file, files.CLAIMS, source, slug, login, check=check, as_json=as_json)


@claim.command(help=_("Decide on the open step of the claim NUMBER."))
@of_claim
@click.argument("decision", type=click.Choice(DECISIONS))
@click.option("--reason", default="", help=_("Why"))
@acting
@as_json
def decide(number: str, decision: str, reason: str, slug: str, login: str, as_json: bool) -> None:
    """Decide."""
    with act(slug, login) as ctx:
        done = decide_claim(ctx, find_claim(ctx, number), decision, reason)
        _show([read_claim(ctx, done.id)], as_json)


@claim.command(help=_("Settle the difference between hospital and rule on the claim NUMBER."))
@of_claim
@click.argument("side", type=click.Choice(SIDES))
@click.option("--reason", required=True, help=_("Why"))
@acting
@as_json
def settle(number: str, side: str, reason: str, slug: str, login: str, as_json: bool) -> None:
    """Settle it."""
    with act(slug, login) as ctx:
        done = settle_difference(ctx, find_claim(ctx, number), side, reason)
        _show([read_claim(ctx, done.id)], as_json)


@claim.command(help=_("Reserve the money of the approved claim NUMBER again."))
@of_claim
@acting
@as_json
def pay(number: str, slug: str, login: str, as_json: bool) -> None:
    """Reserve it."""
    with act(slug, login) as ctx:
        claim_id = find_claim(ctx, number)
        pay_claim(ctx, claim_id)
        _show([read_claim(ctx, claim_id)], as_json)


@claim.command("list", help=_("List claims; exit code 1 if a difference is to be settled."))
@click.option("--period", default="", help=_("Name of the period"))
@click.option("--standing", type=click.Choice(FILTERS[1:]), default=None,
              help=_("Only those that stand so"))  # fmt: skip
@acting
@as_json
def show_list(period: str, standing: str | None, slug: str, login: str, as_json: bool) -> None:
    """List claims."""
    with act(slug, login) as ctx:
        found = list_claims(ctx, _filters(ctx, period, standing or ""), size=100_000)
    _show(found, as_json)
    if any(one["difference"] == "open" and one["state"] != "refused" for one in found):
        raise SystemExit(1)


@claim.command(help=_("List the claims that wait for a person; exit code 1 if one is overdue."))
@acting
@as_json
def waiting(slug: str, login: str, as_json: bool) -> None:
    """List the claims whose open step he may take."""
    with act(slug, login) as ctx:
        found = waiting_for_me(ctx, size=WHOLE)
    if as_json:
        give([one._asdict() for one in found])
    else:
        show_table(
            (_("Claim"), _("Name"), _("Step"), _("To be paid"), _("Due")),
            [(one.number, one.name, one.step, format_yuan(one.amount), one.due_on)
             for one in found],
        )  # fmt: skip
    if any(one.overdue for one in found):
        raise SystemExit(1)


@claim.command(help=_("Show the claim NUMBER with every step of its judgement."))
@of_claim
@acting
@as_json
def show(number: str, slug: str, login: str, as_json: bool) -> None:
    """Show one claim."""
    with act(slug, login) as ctx:
        found = read_claim(ctx, find_claim(ctx, number))
    if as_json:
        give(found)
        return
    _show([found], as_json)
    language = "zh" if ctx.language.startswith("zh") else "en"
    show_table(
        (_("Step"), _("Found")),
        [(one["text"][language], one["shown"][language]) for one in found["steps"]],
    )


@claim.command(help=_("Write the blank workbook of bills."))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def form(out: Path) -> None:
    """Write the blank workbook."""
    out.write_bytes(write_rows(SHEET, COLUMNS, ()))
    say(str(out))


def _filters(ctx: Context, period: str, standing: str) -> Filters:
    return Filters(find_period(ctx, period).id if period else None, standing)


def _show(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        give(found)
        return
    heads = (_("Claim"), _("Name"), _("Hospital"), _("Whole bill"), _("By the rule"),
             _("Settled at discharge"), _("To be paid"), _("State"))  # fmt: skip
    show_table(heads, [
        (one["number"], one["name"], one["hospital"], format_yuan(one["total"]),
         format_yuan(one["benefit"]),
         "" if one["settled"] is None else format_yuan(one["settled"]),
         format_yuan(one["granted"]), one["step"] or one["state"])
        for one in found
    ])  # fmt: skip
