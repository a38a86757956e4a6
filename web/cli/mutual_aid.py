"""`bangfu mutual-aid`: periods of medical mutual aid, and the workers enrolled in them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from core.enrolments.contributions import Receipt, match_contributions, receive
from core.enrolments.free import confirm_free, list_free, propose_free, refuse_free
from core.enrolments.periods import find_period, list_periods, open_period
from core.enrolments.queries import list_employers
from core.enrolments.standing import read_standing
from core.enrolments.workbook import COLUMNS, SHEET
from core.errors import NotFoundError
from core.errors import _ as mark
from core.funds.queries import list_funds
from core.households.export import write_rows
from core.money import format_yuan
from core.verification import files
from web.cli.acting import Yuan
from web.cli.console import as_json, give, say, show_table
from web.cli.console import translate as _
from web.cli.department_files import acting, bring
from web.cli.ledger import Day

tenant_option = click.option("--tenant", "slug", required=True, help=_("Federation"))
as_option = click.option("--as", "login", help=_("Act in the name of this person"))
period_option = click.option("--period", "name", required=True, help=_("Name of the period"))


@click.group("mutual-aid", help=_("Medical mutual aid: open periods, enrol workers, list units."))
def mutual_aid() -> None:
    """Hold the commands on medical mutual aid."""


@mutual_aid.command("open", help=_("Open a period in which every worker pays the same."))
@click.argument("name")
@click.option("--from", "starts_on", type=Day(), required=True, help=_("First day"))
@click.option("--until", "ends_on", type=Day(), required=True, help=_("Last day"))
@click.option("--contribution", type=Yuan(), required=True, help=_("What a worker pays, yuan"))
@tenant_option
@as_option
@as_json
def open_(
    name: str, starts_on: object, ends_on: object, contribution: int, slug: str,
    login: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Open a period."""
    with acting(slug, login) as ctx:
        period = open_period(ctx, name, starts_on, ends_on, contribution)  # type: ignore[arg-type]
        told = {"id": str(period.id), "name": period.name}
    give(told) if as_json else say("%(name)s", **told)


@mutual_aid.command("periods", help=_("List the periods, the newest first."))
@tenant_option
@as_option
@as_json
def periods(slug: str, login: str | None, as_json: bool) -> None:
    """List the periods."""
    with acting(slug, login) as ctx:
        found = [
            {"name": one.name, "starts_on": str(one.starts_on), "ends_on": str(one.ends_on),
             "contribution": format_yuan(one.contribution)}
            for one in list_periods(ctx)
        ]  # fmt: skip
    if as_json:
        give(found)
        return
    heads = (_("Period"), _("First day"), _("Last day"), _("Contribution (yuan)"))
    show_table(heads, [tuple(one.values()) for one in found])


@mutual_aid.command("import", help=_("Enrol the workers of FILE (xlsx or csv) for a period."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@period_option
@tenant_option
@as_option
@click.option("--check", is_flag=True, help=_("Only report, store nothing"))
@as_json
def bring_in(
    file: Path, name: str, slug: str, login: str | None, check: bool, as_json: bool
) -> None:
    """Enrol workers; exit code 1 when the workbook has faults."""
    with acting(slug, login) as ctx:
        source = str(find_period(ctx, name).id)
    bring(file, files.ENROLMENTS, source, slug, login, check=check, as_json=as_json)


@mutual_aid.command("units", help=_("List the work units of a period with their sums."))
@period_option
@tenant_option
@as_option
@as_json
def units(name: str, slug: str, login: str | None, as_json: bool) -> None:
    """List what each work unit contributed for how many workers."""
    with acting(slug, login) as ctx:
        found = list_employers(ctx, find_period(ctx, name))
    raised = sum(one.contribution for one in found)
    workers = sum(one.workers for one in found)
    if as_json:
        give({"units": [one._asdict() for one in found], "workers": workers, "raised": raised})
        return
    show_table(
        (_("Work unit"), _("Credit code"), _("Workers"), _("Contribution (yuan)")),
        [(one.employer, one.employer_code, one.workers, format_yuan(one.contribution))
         for one in found],
    )  # fmt: skip
    say(
        _("%(units)s units, %(workers)s workers, %(raised)s yuan"),
        units=len(found), workers=workers, raised=format_yuan(raised),
    )  # fmt: skip


@mutual_aid.command("pool", help=_("Tell how the pool of a period stands: balance, loss, reserve."))
@period_option
@tenant_option
@as_option
@as_json
def pool(name: str, slug: str, login: str | None, as_json: bool) -> None:
    """Tell how a pool stands; exit code 1 where claims in route ask for more than is left."""
    with acting(slug, login) as ctx:
        found = read_standing(ctx, find_period(ctx, name))
    told = {**asdict(found), "left": found.left, "reserve": found.reserve,
            "loss_ratio": found.loss_ratio}  # fmt: skip
    if as_json:
        give(told)
    else:
        ratio = "—" if found.loss_ratio is None else f"{found.loss_ratio / 10:.1f} %"
        reserve = "—" if found.reserve is None else format_yuan(found.reserve)
        say(
            _("received %(received)s yuan, reserved %(reserved)s, paid %(paid)s, left %(left)s; "
              "loss ratio %(ratio)s, reserve %(reserve)s"),
            received=format_yuan(found.received), reserved=format_yuan(found.reserved),
            paid=format_yuan(found.paid), left=format_yuan(found.left), ratio=ratio,
            reserve=reserve,
        )  # fmt: skip
    if found.asked > found.left:
        raise SystemExit(1)


@mutual_aid.command("receive", help=_("Book AMOUNT yuan that a work unit paid in for a period."))
@click.argument("amount", type=Yuan())
@period_option
@click.option("--unit", "employer", required=True, help=_("Work unit"))
@click.option("--code", "employer_code", required=True, help=_("Credit code"))
@click.option("--on", "received_on", type=Day(), required=True, help=_("Day"))
@click.option("--voucher", "reference", required=True, help=_("Number of the voucher"))
@tenant_option
@as_option
@as_json
def receive_(name: str, slug: str, login: str | None, as_json: bool, **told: Any) -> None:
    """Book a contribution."""
    with acting(slug, login) as ctx:
        made = receive(ctx, find_period(ctx, name).id, Receipt(**told))
        shown = {"id": str(made.id), "reference": made.reference, "amount": made.amount}
    give(shown) if as_json else say(_("Booked: %(reference)s"), **shown)


@mutual_aid.command("receive-file", help=_("Book the vouchers of FILE (xlsx or csv)."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@period_option
@tenant_option
@as_option
@click.option("--check", is_flag=True, help=_("Only report, store nothing"))
@as_json
def receive_file(
    file: Path, name: str, slug: str, login: str | None, check: bool, as_json: bool
) -> None:
    """Book contributions; exit code 1 when the workbook has faults."""
    with acting(slug, login) as ctx:
        source = str(find_period(ctx, name).id)
    bring(file, files.CONTRIBUTIONS, source, slug, login, check=check, as_json=as_json)


@mutual_aid.command("contributions", help=_("List by work unit what is owed and what came in."))
@period_option
@click.option("--unmatched", is_flag=True, help=_("Only what does not match"))
@tenant_option
@as_option
@as_json
def contributions(name: str, unmatched: bool, slug: str, login: str | None, as_json: bool) -> None:
    """List what is owed and received."""
    with acting(slug, login) as ctx:
        found = match_contributions(ctx, find_period(ctx, name), unmatched=unmatched)
    if as_json:
        give([{**one._asdict(), "missing": one.missing} for one in found])
        return
    show_table(
        (_("Work unit"), _("Credit code"), _("Workers"), _("Owed"), _("Received"),
         _("Still to come")),
        [(one.employer, one.employer_code, one.workers, format_yuan(one.due),
          format_yuan(one.received), format_yuan(one.missing)) for one in found],
    )  # fmt: skip


@mutual_aid.command("free", help=_("Enrol who has a major illness and is missing, a fund paying: "
                                    "propose, confirm or refuse."))  # fmt: skip
@click.argument("act", type=click.Choice(("propose", "confirm", "refuse")))
@period_option
@click.option("--fund", type=int, default=0, help=_("Number of the fund that pays"))
@click.option("--reason", default="", help=_("Why it is refused"))
@tenant_option
@as_option
@as_json
def free(
    act: str, name: str, fund: int, reason: str, slug: str, login: str | None, as_json: bool
) -> None:  # fmt: skip
    """Propose a free enrolment, or decide on the one that waits."""
    with acting(slug, login) as ctx:
        period = find_period(ctx, name)
        if act == "propose":
            chosen = [one["id"] for one in list_funds(ctx) if one["number"] == fund]
            if not chosen:
                raise NotFoundError(mark("There is no fund %(number)s."), number=fund)
            done = propose_free(ctx, period.id, chosen[0])
        else:
            waiting = [one for one in list_free(ctx, period) if one.state == "proposed"]
            if not waiting:
                raise NotFoundError(mark("No free enrolment waits for a second person."))
            done = (
                confirm_free(ctx, waiting[0].id)
                if act == "confirm"
                else refuse_free(ctx, waiting[0].id, reason)
            )
        told = {"state": done.state, "people": len(done.members), "amount": done.amount}
    give(told) if as_json else say(_("%(people)s people: %(state)s"), **told)


@mutual_aid.command("form", help=_("Write the blank workbook of enrolments."))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def form(out: Path) -> None:
    """Write the blank workbook."""
    out.write_bytes(write_rows(SHEET, COLUMNS, ()))
    say(str(out))
