"""A real installation for the benchmarks: durable servers, a city, files, an application."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from core.installation import Installation
from core.people import Actor
from core.sessions import open_login
from core.tenancy import TenantView
from deploy import local
from tests import factories
from tests.servers import Database, Databases, start_installation
from web.app import create_app

FILES = 300


@dataclass(frozen=True)
class Scene:
    """What a benchmark needs: the installation, a tenant, a clerk with a token, files."""

    installation: Installation
    database: Database
    tenant: TenantView
    clerk: Actor
    credential: str
    households: tuple[factories.Filed, ...]
    app: Flask


@contextmanager
def stage(files: int = FILES) -> Iterator[Scene]:
    """Yield a scene on servers that write durably, as in production; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bangfu-bench-") as folder:
        state = Path(folder) / "state"
        try:
            databases = Databases(local.start(state, durable=True))
            yield _furnish(databases.migrated(), Path(folder), files)
        finally:
            local.remove(state)


def _furnish(database: Database, folder: Path, files: int) -> Scene:
    installation = start_installation(database, folder)
    tenant = factories.found_tree(installation).city_a
    clerk = factories.hire(installation, tenant, "clerk")
    households = tuple(factories.file_household(installation, tenant) for _ in range(files))
    with installation.system(tenant) as ctx:
        token = open_login(ctx, clerk.person_id)  # type: ignore[arg-type]
    return Scene(
        installation,
        database,
        tenant,
        clerk,
        f"{tenant.id}:{token}",
        households,
        create_app(installation),
    )


def call(app: Flask, path: str, headers: dict[str, str] | None = None) -> bytes:
    """Send one GET through the whole application, without a network, and return the body."""
    environ = EnvironBuilder(path=path, headers=(headers or {}).items()).get_environ()
    body, status, _ = run_wsgi_app(app.wsgi_app, environ)
    text = b"".join(body)
    if not status.startswith("200"):
        raise AssertionError(f"{path}: {status} {text[:300]!r}")
    return text
