"""Running the migrations: up to the newest schema, or down for a test."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import ProgrammingError

from core.db import make_engine


def configure(owner_url: str) -> Config:
    """Return Alembic's configuration for the database at `owner_url`, the owner role's address."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = owner_url
    return config


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Bring the database up to a revision."""
    command.upgrade(configure(owner_url), revision)


def downgrade(owner_url: str, revision: str = "base") -> None:
    """Take the database back to a revision."""
    command.downgrade(configure(owner_url), revision)


def current(url: str) -> str | None:
    """Return the revision the database stands at, None for an empty one; any role may ask."""
    engine = make_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except ProgrammingError:
        # The table of revisions is there and this role may not read it: not migrated by us.
        return None
    finally:
        engine.dispose()


def newest() -> str | None:
    """Return the revision this version of the program needs."""
    return ScriptDirectory.from_config(configure("")).get_current_head()


def is_current(url: str) -> bool:
    """Return whether the database has the schema this version needs."""
    return current(url) == newest()
