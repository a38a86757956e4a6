"""`bangfu fund`: funds and their budgets."""

from __future__ import annotations

import uuid
from typing import Any

import click

from core.context import Context
from core.errors import NotFoundError
from core.funds.budget_changes import confirm_change, propose_change, refuse_change
from core.funds.budgets import create_fund
from core.funds.donations import list_donations
from core.funds.queries import list_changes, list_funds
from core.money import format_yuan
from web.cli.acting import Yuan, act, acting
from web.cli.console import as_json, give, show_table
from web.cli.console import translate as _

because = click.option("--reason", required=True, help=_("Why"))
of_fund = click.argument("number", type=int)


@click.group(help=_("Funds: add, list, raise, lower, confirm, refuse, changes."))
def fund() -> None:
    """Hold the commands on funds."""


@fund.command("add", help=_("Set up a fund for one year."))
@click.argument("name")
@click.option("--source", required=True, help=_("Where the money comes from"))
@click.option("--year", type=int, required=True, help=_("Year"))
@click.option("--budget", type=Yuan(), required=True, help=_("Budget, in yuan"))
@click.option("--programme", "programmes", multiple=True, help=_("Pays for this programme only"))
@click.option("--donor", default="", help=_("Who gave the money"))
@click.option("--stage", "stages", multiple=True, help=_("A gift for this stage of education only"))
@acting
@as_json
def add(
    name: str,
    source: str,
    year: int,
    budget: int,
    programmes: tuple[str, ...],
    donor: str,
    stages: tuple[str, ...],
    slug: str,
    login: str,
    as_json: bool,
) -> None:
    """Set it up."""
    with act(slug, login) as ctx:
        create_fund(
            ctx, name, source, year, budget, programmes=programmes, donor=donor, stages=stages
        )
        show_funds(list_funds(ctx), as_json)


@fund.command("list", help=_("List the funds with what each has left."))
@acting
@as_json
def funds(slug: str, login: str, as_json: bool) -> None:
    """List them."""
    with act(slug, login) as ctx:
        show_funds(list_funds(ctx), as_json)


@fund.command("raise", help=_("Propose to raise the budget of fund NUMBER by AMOUNT yuan."))
@of_fund
@click.argument("amount", type=Yuan())
@because
@acting
@as_json
def raise_budget(
    number: int, amount: int, reason: str, slug: str, login: str, as_json: bool
) -> None:
    """Propose more."""
    _propose(number, amount, reason, slug, login, as_json)


@fund.command("lower", help=_("Propose to lower the budget of fund NUMBER by AMOUNT yuan."))
@of_fund
@click.argument("amount", type=Yuan())
@because
@acting
@as_json
def lower_budget(
    number: int, amount: int, reason: str, slug: str, login: str, as_json: bool
) -> None:
    """Propose less."""
    _propose(number, -amount, reason, slug, login, as_json)


@fund.command(help=_("Confirm the change that waits for fund NUMBER; not who proposed it."))
@of_fund
@acting
@as_json
def confirm(number: int, slug: str, login: str, as_json: bool) -> None:
    """Confirm it."""
    with act(slug, login) as ctx:
        fund_id = find_number(ctx, number)
        confirm_change(ctx, _waiting(ctx, fund_id))
        _show_changes(ctx, fund_id, as_json)


@fund.command(help=_("Put the change that waits for fund NUMBER aside."))
@of_fund
@because
@acting
@as_json
def refuse(number: int, reason: str, slug: str, login: str, as_json: bool) -> None:
    """Put it aside."""
    with act(slug, login) as ctx:
        fund_id = find_number(ctx, number)
        refuse_change(ctx, _waiting(ctx, fund_id), reason)
        _show_changes(ctx, fund_id, as_json)


@fund.command(help=_("List the changes of the budget of fund NUMBER."))
@of_fund
@acting
@as_json
def changes(number: int, slug: str, login: str, as_json: bool) -> None:
    """List them."""
    with act(slug, login) as ctx:
        _show_changes(ctx, find_number(ctx, number), as_json)


@fund.command(help=_("List what was paid from the donor's fund NUMBER, for the donor, masked."))
@of_fund
@acting
@as_json
def donations(number: int, slug: str, login: str, as_json: bool) -> None:
    """List it."""
    with act(slug, login) as ctx:
        found = list_donations(ctx, find_number(ctx, number))
    if as_json:
        give([one._asdict() for one in found])
        return
    show_table(
        (_("Paid on"), _("Programme"), _("Stage of education"), _("Name"), _("Amount (yuan)")),
        [
            (one.paid_on, one.programme, one.stage, one.name, format_yuan(one.amount))
            for one in found
        ],
    )


def find_number(ctx: Context, number: int) -> uuid.UUID:
    """Return the id of the fund with a number; NotFoundError when there is none."""
    chosen: list[uuid.UUID] = [one["id"] for one in list_funds(ctx) if one["number"] == number]
    if not chosen:
        raise NotFoundError
    return chosen[0]


def _propose(number: int, amount: int, reason: str, slug: str, login: str, as_json: bool) -> None:
    with act(slug, login) as ctx:
        fund_id = find_number(ctx, number)
        propose_change(ctx, fund_id, amount, reason)
        _show_changes(ctx, fund_id, as_json)


def _waiting(ctx: Context, fund_id: uuid.UUID) -> uuid.UUID:
    waiting: list[uuid.UUID] = [
        one["id"] for one in list_changes(ctx, fund_id=fund_id, state="proposed")
    ]
    if not waiting:
        raise NotFoundError
    return waiting[0]


def _show_changes(ctx: Context, fund_id: uuid.UUID, as_json: bool) -> None:
    found = list_changes(ctx, fund_id=fund_id)
    if as_json:
        give(found)
        return
    titles = (_("Amount"), _("State"), _("Reason"), _("Proposed by"), _("Decided by"))
    show_table(
        titles,
        [
            (format_yuan(one["amount"]), one["state"], one["reason"], one["proposed_by_name"],
             one["decided_by_name"])
            for one in found
        ],
    )  # fmt: skip


def show_funds(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        give(found)
        return
    amounts = ("budget", "reserved", "paid", "left")
    show_table(
        (_("Number"), _("Fund"), _("Year"), _("Budget"), _("Reserved"), _("Paid"), _("Left")),
        [
            (one["number"], one["name"], one["year"], *(format_yuan(one[key]) for key in amounts))
            for one in found
        ],
    )
