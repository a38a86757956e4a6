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
    federations,
    filing,
    funds,
    home,
    households,
    imports,
    jobs,
    life,
    menu,
    notices,
    people,
    policies,
    programmes,
    public,
    queue,
    reports,
    units,
)

NOUNS = (
    home, queue, households, life, filing, imports, applications, applying, notices, public, funds,
    budgets, batches, reports, audit, policies, jobs, people, units, programmes,
    federations,
)  # fmt: skip


def register(app: Flask) -> None:
    """Hang every page into an application."""
    display.install(app)
    menu.install(app)
    for noun in NOUNS:
        app.register_blueprint(noun.blueprint)
