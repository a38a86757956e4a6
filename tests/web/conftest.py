"""A person before the pages of a real installation: without a browser, and with a real one."""

from __future__ import annotations

import html
import os
import re
import shutil
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from core.installation import Installation
from core.outbox import OutboxEntry
from core.people import Actor
from core.sessions import open_login
from core.tenancy import TenantView
from tests import factories
from tests.factories import Tree
from web.app import create_app
from web.assets import FOLDER
from web.auth.login import COOKIE
from web.security import limiter
from worker.jobs import perform

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Visitor:
    """Someone with a cookie jar who fills in forms as a browser would, their token included."""

    client: FlaskClient
    actor: Actor | None = None

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **options)

    def read(self, path: str) -> str:
        """Return a page's text, which must be there."""
        response = self.get(path)
        assert response.status_code == 200, (path, response.status_code, response.text[:2000])
        return html.unescape(response.text)

    def post(self, path: str, form: str = "", **fields: Any) -> TestResponse:
        """Send a form with the token that the page at `form` carries."""
        token = TOKEN.search(self.client.get(form or "/login").text)
        data = {"csrf_token": token[1] if token else "", **fields}
        return self.client.post(path, data=data)


@dataclass
class Site:
    """A served installation with its federations, and visitors to it."""

    installation: Installation
    tree: Tree
    app: Flask

    def visitor(self) -> Visitor:
        """Return someone who is not signed in, speaking English."""
        client = self.app.test_client()
        client.set_cookie("language", "en")
        return Visitor(client)

    def sign_in(self, actor: Actor) -> Visitor:
        """Return a person's browser, signed in."""
        visitor = self.visitor()
        tenant = self.installation.tenant_by_id(actor.tenant_id or uuid.UUID(int=0))
        with self.installation.system(tenant) as ctx:
            token = open_login(ctx, actor.person_id or uuid.UUID(int=0))
        visitor.client.set_cookie(COOKIE, f"{tenant.id}:{token}")
        visitor.actor = actor
        return visitor

    def person(
        self, tenant: TenantView, *roles: str, unit: str = "", department: str = ""
    ) -> Visitor:
        """Return the browser of someone new with these roles."""
        hired = factories.hire(self.installation, tenant, *roles, unit=unit, department=department)
        return self.sign_in(hired)


def do_jobs(site: Site, tenant: TenantView) -> int:
    """Do what waits in a tenant's outbox, as the worker would; return how many jobs that were."""
    with site.installation.system(tenant) as ctx:
        query = select(OutboxEntry.id).where(OutboxEntry.state == "pending")
        waiting = list(ctx.session.scalars(query.where(OutboxEntry.tenant_id == tenant.id)))
    return sum(perform(site.installation, tenant.id, entry_id) for entry_id in waiting)


def as_demonstration(installation: Installation) -> Installation:
    """Return the same installation, declared a demonstration."""
    settings = installation.settings.model_copy(update={"demo": True})
    return replace(installation, settings=settings)


@pytest.fixture(scope="module")
def site(module_installation: Installation) -> Site:
    """A demonstration with a nation, a province and two cities."""
    tree = factories.found_tree(module_installation)
    demonstration = as_demonstration(module_installation)
    app = create_app(demonstration)
    # The modules of one process share a Valkey, and so what visitors may do within an hour.
    with app.app_context():
        limiter.reset()
    return Site(demonstration, tree, app)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real Chromium; in continuous integration it must be there."""
    path = next((path for path in CHROMIUM if Path(path).exists()), shutil.which("chromium"))
    if path is None or not (FOLDER / "manifest.json").exists():
        missing = "Chromium" if path is None else "the built front-end (npm run build in web/)"
        if os.environ.get("CI"):
            pytest.fail(f"{missing} is not there")
        pytest.skip(f"{missing} is not there")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    """Where the site answers real browsers."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def follow(target: Locator) -> None:
    """Click what leads to another page, and wait until that page is there."""
    with target.page.expect_navigation():
        target.click()


def open_page(
    browser: Browser, address: str, site: Site, actor: Actor | None, *, width: int = 1280
) -> Page:
    """Return a tab of a browser in which a person is signed in; Chinese, as most are."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="zh-CN", base_url=address
    )
    if actor is not None:
        tenant = site.installation.tenant_by_id(actor.tenant_id or uuid.UUID(int=0))
        with site.installation.system(tenant) as ctx:
            token = open_login(ctx, actor.person_id or uuid.UUID(int=0))
        context.add_cookies([{"name": COOKIE, "value": f"{tenant.id}:{token}", "url": address}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page
