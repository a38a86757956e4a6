"""The start page: what waits, what runs, how many files there are; language; signing out."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping

from flask import Blueprint, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from core.admissions.listing import count_waiting
from core.applications.listing import waiting_for_me
from core.claims.waiting import count_waiting as count_claims
from core.context import Context
from core.households.counts import count_below, count_by_category
from core.households.listing import UNJUDGED
from core.outbox import list_jobs
from core.owed_papers.queries import waiting_for_me as papers_waiting_for_me
from core.routes import KINDS
from core.sessions import close_login
from core.tenancy import TenantView
from web.admissions import has_admission
from web.auth.login import COOKIE, Logins
from web.campaigns import campaigns_of
from web.display import may
from web.owed_papers import PAPERS, has_urgent_route
from web.request import context, installation, signed_in
from web.translation import COOKIE as LANGUAGE_COOKIE
from web.translation import LANGUAGES

blueprint = Blueprint("home", __name__)
A_YEAR = 31_536_000
SHOWN = 8
NONE = "none"
ADMITTING = tuple(f"admission.{kind}" for kind in KINDS)
DECIDING = ("step.investigation", "step.review", "step.approval")


@blueprint.get("/")
def start() -> str:
    """Show the overview."""
    ctx = context()
    files, deciding = may("household.read"), any(may(name) for name in DECIDING)
    waiting = waiting_for_me(ctx) if deciding else []
    below = count_below(ctx) if files else {}
    own = count_by_category(ctx) if files else None
    counts = None if own is None else _add_up([own, *below.values()])
    return render_template(
        "home.html", ctx=ctx, counts=counts, order=_order(ctx, counts or {}),
        queue=waiting[:SHOWN] if deciding else None, queue_total=len(waiting), short=True,
        admissions=count_waiting(ctx) if has_admission() and any(map(may, ADMITTING)) else None,
        claims=count_claims(ctx), below=_below(below), campaigns=campaigns_of(ctx),
        jobs=list_jobs(ctx, state="running") if may("job.read") else None,
        owed=_count_owed(ctx),
    )  # fmt: skip


def _count_owed(ctx: Context) -> int | None:
    """Return how many papers wait for the person; None where none ever do."""
    mine = has_urgent_route() and any(map(may, PAPERS))
    return len(papers_waiting_for_me(ctx)) if mine else None


def _order(ctx: Context, counts: Mapping[str, int]) -> list[str]:
    """Return the categories to be shown: the region's own, those that federations below count by
    besides, then files in none of them and files not judged."""
    own = dict.fromkeys(one.code for one in ctx.pack.categories)
    others = sorted(set(counts) - {*own, NONE, UNJUDGED})
    return [*own, *others, NONE, UNJUDGED]


def _add_up(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total


def _below(counts: Mapping[uuid.UUID, Mapping[str, int]]) -> list[tuple[TenantView, Counter[str]]]:
    """Return the federations below that can have files, each with its numbers."""
    found = [(installation().tenant_by_id(one), Counter(own)) for one, own in counts.items()]
    cities = [item for item in found if not item[0].descendants or item[1].total()]
    return sorted(cities, key=lambda item: item[0].slug)


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
