"""The start page: what waits, what runs, how many files there are; language; signing out."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from core.applications.listing import waiting_for_me
from core.context import Context
from core.households.counts import count_by_category
from core.outbox import list_jobs
from core.sessions import close_login
from core.tenancy import TenantView
from web.auth.login import COOKIE, Logins
from web.display import may
from web.request import context, installation, signed_in
from web.translation import COOKIE as LANGUAGE_COOKIE
from web.translation import LANGUAGES

blueprint = Blueprint("home", __name__)
A_YEAR = 31_536_000
SHOWN = 8
DECIDING = ("step.investigation", "step.review", "step.approval")


@blueprint.get("/")
def start() -> str:
    """Show the overview."""
    ctx = context()
    files, deciding = may("household.read"), any(may(name) for name in DECIDING)
    waiting = waiting_for_me(ctx) if deciding else []
    return render_template(
        "home.html", ctx=ctx, counts=count_by_category(ctx) if files else None,
        queue=waiting[:SHOWN] if deciding else None, queue_total=len(waiting), short=True,
        jobs=list_jobs(ctx, state="running") if may("job.read") else None, below=_below(ctx),
    )  # fmt: skip


def _below(ctx: Context) -> list[TenantView]:
    tenants = [installation().tenant_by_id(item) for item in ctx.tenant.descendants]
    return sorted(tenants, key=lambda tenant: tenant.slug)


@blueprint.get("/language/<code>")
def speak(code: str) -> ResponseReturnValue:
    """Speak another language from now on."""
    response = make_response(redirect(safe_path(request.args.get("next")), 303))
    if code in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, code, max_age=A_YEAR, samesite="Lax", httponly=True,
                            secure=request.is_secure)  # fmt: skip
    return response


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the login, here and in the database."""
    identity = signed_in()
    with installation().context(identity.tenant, identity.actor) as ctx:
        close_login(ctx, identity.token)
    logins: Logins = current_app.extensions["bangfu_logins"]
    logins.forget(identity)
    response = make_response(redirect("/login", 303))
    response.delete_cookie(COOKIE)
    return response


def safe_path(target: str | None) -> str:
    """Return a path of this site, or the start page: "//elsewhere" and "/\\elsewhere" lead away."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return "/"
    return target
