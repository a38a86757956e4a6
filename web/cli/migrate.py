"""`bangfu migrate`: the schema brought up to date, by the role that owns it."""

from __future__ import annotations

import click

from core.errors import UnavailableError
from core.errors import _ as mark
from web.cli.console import as_json, give, say
from web.cli.console import translate as _
from web.cli.environment import prepare


@click.command(help=_("Bring the database up to the schema this version needs."))
@as_json
def migrate(as_json: bool) -> None:
    """Run the migrations that are missing."""
    from core.migrations.run import current, upgrade  # noqa: PLC0415 (slow, not for help texts)

    settings = prepare()
    if not settings.database_owner_url:
        raise UnavailableError(
            mark("%(name)s is not set."),
            remedy=mark("Set it in the environment or in a file .env beside the command."),
            name="DATABASE_OWNER_URL",
        )
    before = current(settings.database_owner_url)
    upgrade(settings.database_owner_url)
    after = current(settings.database_owner_url)
    if as_json:
        give({"before": before, "after": after})
    elif before == after:
        say(_("✓ the database is up to date (%(revision)s)"), revision=after)
    else:
        say(_("✓ the database was brought to revision %(revision)s"), revision=after)
