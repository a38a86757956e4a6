"""The demonstration's login: pick a person, be that person. Never reachable from elsewhere."""

from __future__ import annotations

import datetime as dt
import ipaddress
import uuid

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core import clock
from core.context import BEIJING
from core.errors import DomainError, NotFoundError
from core.errors import _ as mark
from core.notices.publication import close_due_notices
from core.sessions import list_accounts, open_login
from core.settings import Settings
from core.workdays import add_working_days
from web.auth.login import set_cookie
from web.request import installation, signed_in

blueprint = Blueprint("demo", __name__)


class DemoBindingError(DomainError):
    """A demonstration would listen where other machines reach it."""

    code = "demo_binding"

    def __init__(self, host: str) -> None:
        super().__init__(
            mark("A demonstration signs anybody in, so it may listen on this machine only, "
                 "not on %(host)s."),
            remedy=mark("Set BANGFU_HOST=127.0.0.1, or BANGFU_DEMO=false with a real login."),
            host=host,
        )  # fmt: skip


def check_binding(settings: Settings) -> None:
    """Raise DemoBindingError where a demonstration would be reachable from another machine."""
    if settings.demo and not is_loopback(settings.host):
        raise DemoBindingError(settings.host)


def is_loopback(host: str) -> bool:
    """Return whether a host name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@blueprint.before_request
def refuse_other_machines() -> None:
    """Be deaf to whoever comes from elsewhere, should the server be bound otherwise after all."""
    if not is_loopback(request.remote_addr or ""):
        raise NotFoundError


@blueprint.get("/login")
def choose() -> str:
    """Show who can be signed in, by tenant."""
    here = installation()
    found = []
    for tenant in here.tenants():
        with here.system(tenant) as ctx:
            found.append((tenant, list_accounts(ctx)))
    order = {"city": 0, "province": 1, "nation": 2}
    found.sort(key=lambda item: (order.get(item[0].level, 9), item[0].slug))
    return render_template("login_demo.html", tenants=found, next=_safe(request.args.get("next")))


@blueprint.post("/login")
def sign_in() -> Response:
    """Sign the chosen person in."""
    here = installation()
    tenant = here.tenant(request.form["tenant"])
    known = _person(request.form["person"])
    with here.system(tenant) as ctx:
        if known not in {account.person_id for account in list_accounts(ctx)}:
            raise NotFoundError
        token = open_login(ctx, known)
    response = make_response(redirect(_safe(request.form.get("next")), 303))
    set_cookie(response, tenant.id, token, secure=request.is_secure)
    return response


@blueprint.post("/demo/next-day")
def next_day() -> ResponseReturnValue:
    """Put the clock ahead to the next working day."""
    signed_in()
    settings = installation().settings
    today = clock.now(settings).astimezone(BEIJING).date()
    clock.advance(settings, (add_working_days(today, 1) - today).days)
    _close_notices()
    moved: dt.date = clock.now(settings).astimezone(BEIJING).date()
    flash(_("The demonstration's clock now says %(day)s.", day=moved.isoformat()))
    return redirect(_safe(request.form.get("next")), 303)


def _close_notices() -> None:
    """Do at once what the ticker would do within a minute, so that nobody wonders."""
    here = installation()
    for tenant in here.tenants():
        with here.system(tenant) as ctx:
            close_due_notices(ctx)


@blueprint.post("/demo/today")
def real_day() -> ResponseReturnValue:
    """Set the clock back to the real day."""
    signed_in()
    clock.reset(installation().settings)
    flash(_("The demonstration's clock shows the real day again."))
    return redirect(_safe(request.form.get("next")), 303)


def _person(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFoundError from None


def _safe(target: str | None) -> str:
    # Only a path of this site: "//elsewhere" and "/\elsewhere" lead away.
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return "/"
    return target
