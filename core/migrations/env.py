"""Alembic's environment: one transaction, the owner role, a short wait for locks."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from core.db import make_engine
from core.migrations.guard import APPLICATION_ROLE
from core.migrations.tables import metadata

MIGRATING = 4_201_001


def run() -> None:
    """Run the asked-for revisions in one transaction, one process at a time."""
    engine = make_engine(context.config.attributes["url"])
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
        connection.execute(text("set local lock_timeout = '2s'"))
        context.configure(connection=connection, target_metadata=metadata)
        context.run_migrations()
        connection.execute(text(f"grant select on alembic_version to {APPLICATION_ROLE}"))
    engine.dispose()


run()
