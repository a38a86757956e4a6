"""Server-rendered pages, one file a noun."""

from __future__ import annotations

from flask import Flask

from web import display
from web.pages import audit, filing, home, households, jobs, menu, policies

NOUNS = (home, households, filing, audit, jobs, policies)


def register(app: Flask) -> None:
    """Hang every page into an application."""
    display.install(app)
    menu.install(app)
    for noun in NOUNS:
        app.register_blueprint(noun.blueprint)
