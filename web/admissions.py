"""Words of admission: whether the region in view asks for it, and what a person approves for."""

from __future__ import annotations

from flask import Flask

from core.access import departments
from core.admissions.earlier import PERMISSION
from web.request import context, identity
from web.shared_ledger import department_name


def has_admission() -> bool:
    """Return whether the region in view admits households by a route."""
    return identity() is not None and context().pack.admission is not None


def approving_departments() -> dict[str, str]:
    """Return the departments the person approves admissions for, each with its name."""
    ctx = context()
    admitting = set(ctx.pack.admitting.values())
    own = (code for code in departments(ctx, PERMISSION) if code in admitting)
    return {code: department_name(code) for code in own}


def install(app: Flask) -> None:
    """Give templates these words."""
    app.jinja_env.globals.update(
        has_admission=has_admission, approving_departments=approving_departments
    )
