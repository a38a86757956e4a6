"""Settings of one installation, read from the environment (or a `.env` file) once at start."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting with its meaning; names are environment variables, `BANGFU_` in front.

    `DATABASE_URL` (the application role), `DATABASE_OWNER_URL` (the role that owns the tables,
    held by migrations alone) and `REDIS_URL` have no prefix, as operators know them.
    """

    model_config = SettingsConfigDict(env_prefix="BANGFU_", env_file=".env", extra="ignore")

    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    database_owner_url: str = Field(default="", validation_alias="DATABASE_OWNER_URL")
    redis_url: str = Field(default="", validation_alias="REDIS_URL")
    storage: Path = Path(".local/storage")
    checkpoints: Path = Path(".local/checkpoints")
    audit_keys: Path | None = None
    secret_key: str = ""
    master_key: str = ""
    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 8300
    language: str = "zh"
    pool_size: int = 8
    upload_bytes: int = 20 * 1024 * 1024
    session_hours: int = 12
    plugins: Path = Path(".local/plugins")
    plugin_keys: Path | None = None

    @property
    def audit_key_folder(self) -> Path:
        """Where the keys lie that sign the audit trail: beside its checkpoints unless told."""
        return self.audit_keys or self.checkpoints.with_name("audit-keys")
