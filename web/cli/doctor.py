"""`bangfu doctor`: looks at everything the system needs and says what to do about what is wrong."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import redis
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.db import make_engine
from core.errors import DomainError
from core.migrations.run import is_current
from core.outbox import QUEUES
from core.settings import Settings
from web.cli.console import as_json, give, say, tell
from web.cli.console import translate as _
from web.cli.environment import prepare
from worker.queue import connect, is_ticking, workers_of

FOUND_WRONG = 1


@dataclass(frozen=True)
class Look:
    """What was looked at, whether it is well, what was seen, and what to do if it is not."""

    name: str
    well: bool
    seen: str
    remedy: str = ""


@click.command(help=_("Say what is here, what is missing, and what to do about it."))
@as_json
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Look at everything; exit code 1 when something is wrong."""
    looks = list(examine(prepare()))
    if as_json:
        give([vars(look) for look in looks])
    for look in () if as_json else looks:
        say(f"{'✓' if look.well else '✗'} {look.name}: {look.seen}")
        if not look.well:
            say(f"  {look.remedy}")
    if not all(look.well for look in looks):
        ctx.exit(FOUND_WRONG)


def examine(settings: Settings) -> Iterator[Look]:
    """Look at everything, one thing after the other."""
    database = _database(settings)
    yield database
    yield _folder(_("stored files"), settings.storage)
    yield _folder(_("exported checkpoints"), settings.checkpoints)
    yield _queue_server(settings)
    yield from _programmes()
    if not database.well:
        return
    yield _schema(settings)
    yield _role(settings)
    yield from _workers(settings)
    yield _ticker(settings)


def _database(settings: Settings) -> Look:
    remedy = _("Check DATABASE_URL and that the server runs.")
    return _try(_("database"), remedy, lambda: _ask(settings.database_url, "show server_version"))


def _schema(settings: Settings) -> Look:
    current = is_current(settings.database_url)
    seen = _("up to date") if current else _("not the one this version needs")
    return Look(_("schema"), current, seen, _("Run: bangfu migrate"))


def _role(settings: Settings) -> Look:
    query = (
        "select rolsuper or rolbypassrls or exists (select 1 from pg_class "
        "where relowner = pg_roles.oid) from pg_roles where rolname = current_user"
    )
    free = _ask(settings.database_url, query) == "True"
    seen = _("it can get round the walls between tenants") if free else _("bound to its tenant")
    return Look(_("application role"), not free, seen,
                _("Connect as a role that owns nothing and bypasses nothing."))  # fmt: skip


def _queue_server(settings: Settings) -> Look:
    remedy = _("Check REDIS_URL and that the server runs. Until then jobs wait in the outbox.")

    def look() -> str:
        told = connect(settings.redis_url).info("server")
        return str(told.get("valkey_version") or told["redis_version"])

    return _try(_("queue server"), remedy, look)


def _workers(settings: Settings) -> Iterator[Look]:
    for queue in QUEUES:
        count = workers_of(settings.redis_url, queue)
        yield Look(_("workers of %(queue)s") % {"queue": queue}, count > 0, str(count),
                   _("Run: bangfu worker %(queue)s") % {"queue": queue})  # fmt: skip


def _ticker(settings: Settings) -> Look:
    engine = make_engine(settings.database_url, pool_size=1)
    with engine.connect() as connection:
        runs = is_ticking(connection)
    engine.dispose()
    seen = _("runs") if runs else _("does not run")
    return Look(_("ticker"), runs, seen, _("Run: bangfu ticker"))


def _programmes() -> Iterator[Look]:
    from core.catalogue import Catalogue  # noqa: PLC0415 (loads every plugin)
    from core.policies import Policies  # noqa: PLC0415

    for entry in Catalogue.load().entries():
        seen = entry.version if entry.problem is None else tell(entry.problem)
        yield Look(_("programme %(name)s") % {"name": entry.name}, entry.is_available, seen,
                   _("Install a version of it that fits, or remove it."))  # fmt: skip
    try:
        packs = ", ".join(pack.slug for pack in Policies.load().packs)
        yield Look(_("region packs"), bool(packs), packs, _("Install the region packs."))
    except DomainError as error:
        yield Look(_("region packs"), False, tell(error.message), tell(error.remedy))


def _folder(name: str, path: Path) -> Look:
    remedy = _("Make the folder writable for the user of the system.")

    def write() -> str:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return os.fspath(path)

    return _try(name, remedy, write)


def _try(name: str, remedy: str, look: Callable[[], str]) -> Look:
    try:
        return Look(name, True, look())
    except (SQLAlchemyError, redis.RedisError, OSError, ValueError) as error:
        return Look(name, False, type(error).__name__, remedy)


def _ask(url: str, query: str) -> str:
    engine = make_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            return str(connection.scalar(text(query)))
    finally:
        engine.dispose()
