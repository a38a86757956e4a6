"""`bangfu demo`: data to begin with, who can sign in, and the clock that runs ahead."""

from __future__ import annotations

from typing import Any

import click

from core import clock
from core.demo.seed import seed as make_demonstration
from core.installation import Installation
from core.sessions import list_accounts
from web.cli.console import as_json, give, progress, say, show_table
from web.cli.console import translate as _
from web.cli.environment import open_installation
from worker.queue import hint

LEVELS = ("city", "province", "nation")


@click.group(help=_("Demonstration data, accounts and clock."))
def demo() -> None:
    """Hold the commands of a demonstration."""


@demo.command(help=_("Make the demonstration's federations, files and applications, once."))
@as_json
def seed(as_json: bool) -> None:
    """Make what is not there yet."""
    installation = open_installation()
    with progress(_("Demonstration"), quiet=as_json) as moved:
        made = make_demonstration(installation, moved)
    hint(installation, made.reports)
    told = {
        "households": made.households,
        "applications": made.applications,
        "reports": len(made.reports),
    }
    if as_json:
        give(told)
    else:
        say(_("✓ made now: %(households)s household files, %(applications)s applications, "
              "%(reports)s reports asked for"), **told)  # fmt: skip


@demo.command(help=_("Print the address and who can sign in."))
@as_json
def accounts(as_json: bool) -> None:
    """List the people of every federation, cities first."""
    installation = open_installation()
    settings = installation.settings
    address = f"http://{settings.host}:{settings.port}/"
    found = find_accounts(installation)
    if as_json:
        give({"address": address, "accounts": found})
        return
    say(_("Address: %(address)s"), address=address)
    rows = [
        (one["name"], one["tenant"], one["login"], one["person"], "、".join(one["roles"]))
        for one in found
    ]
    titles = (_("Federation"), _("Short name"), _("Login"), _("Name"), _("Roles"))
    show_table(titles, rows)
    say(_("This is a demonstration: no passwords, and no other machine reaches it."))


@demo.command("clock", help=_("Show the demonstration's clock, or put it ahead by DAYS."))
@click.option("--ahead", "days", type=click.IntRange(min=1), help=_("Days to put it ahead"))
@click.option("--reset", is_flag=True, help=_("Set it back to the real day"))
@as_json
def set_clock(days: int | None, reset: bool, as_json: bool) -> None:
    """Move the clock of this demonstration alone."""
    settings = open_installation().settings
    if reset:
        clock.reset(settings)
    if days:
        clock.advance(settings, days)
    ahead = clock.days_ahead(settings)
    if as_json:
        give({"days_ahead": ahead, "now": clock.now(settings)})
    else:
        say(_("The clock is %(days)s days ahead: %(now)s"), days=ahead, now=clock.now(settings))


def find_accounts(installation: Installation) -> list[dict[str, Any]]:
    """Return everybody who can sign in, cities first, then those above."""
    tenants = installation.tenants()
    found = []
    for tenant in sorted(tenants, key=lambda one: (LEVELS.index(one.level), one.slug)):
        with installation.system(tenant) as ctx:
            found += [
                {
                    "tenant": tenant.slug,
                    "name": tenant.name,
                    "login": account.login,
                    "person": account.name,
                    "roles": sorted({role for role, _unit in account.roles}),
                }
                for account in list_accounts(ctx)
            ]
    return found
