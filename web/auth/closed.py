"""The door of an installation in which no way to sign in is set up."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("closed", __name__)
UNAVAILABLE = 503


@blueprint.get("/login")
def explain() -> tuple[str, int]:
    """Say that nobody can sign in yet, and who can change that."""
    return render_template("login_none.html"), UNAVAILABLE
