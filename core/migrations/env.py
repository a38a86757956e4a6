"""Alembic's environment: one transaction, the owner role, a short wait for locks."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from core.db import make_engine
from core.migrations.tables import metadata


def run() -> None:
    """Run the asked-for revisions in one transaction."""
    engine = make_engine(context.config.attributes["url"])
    with engine.begin() as connection:
        connection.execute(text("set local lock_timeout = '2s'"))
        context.configure(connection=connection, target_metadata=metadata)
        context.run_migrations()
    engine.dispose()


run()
