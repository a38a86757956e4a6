"""Server-rendered pages, one file a noun."""

from __future__ import annotations

from flask import Flask

from web import display
from web.pages import (
    applications,
    applying,
    audit,
    batches,
    budgets,
    filing,
    funds,
    home,
    households,
    imports,
    jobs,
    menu,
    notices,
    policies,
    public,
    queue,
    reports,
)

NOUNS = (
    home, queue, households, filing, imports, applications, applying, notices, public, funds,
    budgets,    batches, reports, audit, policies, jobs,
)  # fmt: skip


def register(app: Flask) -> None:
    """Hang every page into an application."""
    display.install(app)
    menu.install(app)
    for noun in NOUNS:
        app.register_blueprint(noun.blueprint)
