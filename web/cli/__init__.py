"""The `bangfu` command. Its parts are loaded when they are asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import click

from core.errors import DomainError, InvalidError, NotFoundError, UnavailableError
from core.errors import _ as mark
from web.cli.console import complain
from web.cli.console import translate as _

FOUND_WRONG: Final = 1
MISUSE: Final = 2

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "web": ("web.cli.serve:web", _("Serve the pages and the API")),
    "worker": ("web.cli.serve:worker", _("Do the jobs of one queue")),
    "ticker": ("web.cli.serve:ticker", _("Do what is due by the clock, and find lost jobs")),
    "migrate": ("web.cli.migrate:migrate", _("Bring the database up to date")),
    "tenant": ("web.cli.tenants:tenant", _("Federations: add, list")),
    "unit": ("web.cli.tenants:unit", _("Units of a federation: add, rename, list")),
    "person": ("web.cli.people:person", _("People: add, grant and revoke roles, disable, enable")),
    "household": ("web.cli.households:household", _("Household files: list, show, export")),
    "import": ("web.cli.imports:import_group", _("Take in Excel or CSV files")),
    "verification": (
        "web.cli.verification:verification",
        _("Means verification: lists out, answers in, differences"),
    ),
    "discover": ("web.cli.verification:discover", _("Active discovery: match a list, screen")),
    "mutual-aid": (
        "web.cli.mutual_aid:mutual_aid",
        _("Medical mutual aid: periods and enrolments"),
    ),
    "claim": (
        "web.cli.claims:claim",
        _("Claims on mutual aid: enter, import, decide, settle, list"),
    ),
    "ledger": ("web.cli.ledger:ledger", _("The shared ledger of the departments")),
    "admission": (
        "web.cli.admissions:admission",
        _("Admission to help: list, begin, decide, withdraw, earlier"),
    ),
    "application": (
        "web.cli.applications:application",
        _("Applications: start, submit, decide, waiting"),
    ),
    "student": ("web.cli.follow_ups:student", _("Students who were helped: list, record")),
    "entitlement": (
        "web.cli.entitlements:entitlement",
        _("Aid that lasts: list, run a month, check, end"),
    ),
    "papers": (
        "web.cli.owed_papers:papers",
        _("Papers owed of aid that was paid first: list, hand in, check"),
    ),
    "campaign": (
        "web.cli.campaigns:campaign",
        _("Warmth visits: begin, choose, hand in, decide, record, settle"),
    ),
    "handover": (
        "web.cli.handovers:handover",
        _("Aid handed over in person: hold, record, confirm, refuse"),
    ),
    "fund": ("web.cli.funds:fund", _("Funds: add, list, raise, lower, confirm")),
    "batch": ("web.cli.payments:batch", _("Payment batches: make, send, file, result")),
    "wrong-payment": (
        "web.cli.wrong_payments:wrong_payment",
        _("Wrong payments: record, confirm, refuse, recover, list"),
    ),
    "report": ("web.cli.reports:report", _("Make reports through the worker")),
    "audit": ("web.cli.audit:audit", _("The audit trail: verify, prove, seal")),
    "jobs": ("web.cli.jobs:jobs", _("Jobs: list, try again")),
    "doctor": ("web.cli.doctor:doctor", _("Say what is here, what is missing, what to do")),
    "judge": ("web.cli.judge:judge_command", _("Judge a file of households without a server")),
    "reverify": ("web.cli.reverify:reverify", _("Judge a whole registry again")),
    "policy": (
        "web.cli.policy:policy",
        _("Region packs and decisions: show, test, replay, simulate"),
    ),
    "plugin": ("web.cli.plugins:plugin", _("Plugins: begin, check, sign, install, remove, list")),
    "programme": (
        "web.cli.programmes:programme",
        _("Programmes of a federation: list, offer, withhold"),
    ),
    "generate": ("web.cli.generate:generate_command", _("Make a synthetic registry")),
    "demo": ("web.cli.demo:demo", _("Demonstration data, accounts and clock")),
}


class Commands(click.Group):
    """A group that knows its commands by name and loads each only when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order people need them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command, None when there is no such name."""
        if cmd_name not in COMMANDS:
            return None
        module, _colon, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading any."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, text) for name, (_path, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what a user can mend is told in a sentence, never as a traceback."""
        try:
            return super().invoke(ctx)
        except DomainError as error:
            complain(error)
            misused = isinstance(error, InvalidError | NotFoundError)
            raise SystemExit(MISUSE if misused else FOUND_WRONG) from None
        except Exception as error:
            if not _is_server_away(error):
                raise
            complain(
                UnavailableError(
                    mark("The database or the queue server does not answer."),
                    remedy=mark("Run: bangfu doctor"),
                )
            )
            raise SystemExit(FOUND_WRONG) from None


def _is_server_away(error: Exception) -> bool:
    # By name: the libraries are loaded by the commands that need them, not for a help text.
    kind = type(error)
    return (kind.__module__, kind.__name__) in {
        ("sqlalchemy.exc", "OperationalError"),
        ("psycopg", "OperationalError"),
        ("redis.exceptions", "ConnectionError"),
    }


@click.group(cls=Commands, help=_("Bangfu: aid for workers in hardship."))
@click.version_option(package_name="bangfu", prog_name="bangfu")
def main() -> None:
    """Run one of the commands."""
