"""Running the migrations: up to the newest schema, or down for a test."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config


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
