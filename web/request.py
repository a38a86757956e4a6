"""The spine of every request: one Context, opened when first asked for, one commit at the edge."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask, Response, current_app, g, request

from core.context import Context
from core.db import ScopedSession, new_id
from core.errors import DomainError, NotFoundError, _
from core.installation import Installation
from core.people import Actor
from core.tenancy import TenantView
from web.auth.login import Identity, identify
from web.translation import language
from worker import queue

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
FIRST_ERROR_STATUS = 400
NOBODY = uuid.UUID(int=0)


class SignInError(DomainError):
    """Nobody is signed in, or the login has run out."""

    code = "unauthenticated"
    status = 401

    def __init__(self) -> None:
        super().__init__(_("You are not signed in."), remedy=_("Sign in and try again."))


@dataclass
class Work:
    """What this request is doing: its id, who asks, and the Context once there is one."""

    request_id: str
    identity: Identity | None = None
    asked: bool = False
    contexts: list[Context] = field(default_factory=list)


def installation() -> Installation:
    """Return the installation this application serves."""
    return cast(Installation, current_app.extensions["bangfu"])


def work() -> Work:
    """Return the state of the present request."""
    if "work" not in g:
        given = request.headers.get("X-Request-Id", "")
        g.work = Work(given if REQUEST_ID.fullmatch(given) else str(new_id()))
    return cast(Work, g.work)


def identity() -> Identity | None:
    """Return who asks, or None; looked up once a request."""
    state = work()
    if not state.asked:
        state.identity, state.asked = identify(request), True
    return state.identity


def signed_in() -> Identity:
    """Return who asks; SignInError when nobody is signed in."""
    found = identity()
    if found is None:
        raise SignInError
    return found


def tenant_in_view() -> TenantView:
    """Return the tenant the request is about: the one in the address, else the person's own.

    NotFoundError when it is neither his own nor below it.
    """
    own = signed_in().tenant
    slug = g.get("tenant_slug")
    if slug is None or slug == own.slug:
        return own
    other = installation().tenant(slug)
    if other.id not in own.descendants:
        raise NotFoundError
    return other


def stay_home() -> None:
    """Speak of the person's own tenant where the address names one he may not see."""
    if identity() is None:
        return
    try:
        tenant_in_view()
    except NotFoundError:
        g.tenant_slug = None


def context() -> Context:
    """Return the request's Context: on the tenant in view, for the person signed in.

    Someone of another tenant than the one in view may write only to the application that the
    address names; with none named he may write nothing.
    """
    state = work()
    if not state.contexts:
        tenant, actor = tenant_in_view(), signed_in().actor
        state.contexts.append(_open(tenant, actor, _confinement(tenant, actor)))
    return state.contexts[0]


def public_context(tenant: TenantView) -> Context:
    """Return a Context in which nobody is signed in: it holds no right at all."""
    state = work()
    if not state.contexts:
        actor = Actor(tenant_id=None, person_id=NOBODY, login="public", name="public")
        state.contexts.append(_open(tenant, actor, None))
    return state.contexts[0]


def any_context() -> Context:
    """Return the Context this request has, whoever opened it, or the person's own."""
    state = work()
    return state.contexts[0] if state.contexts else context()


def _confinement(tenant: TenantView, actor: Actor) -> uuid.UUID | None:
    if actor.tenant_id == tenant.id:
        return None
    named = (request.view_args or {}).get("application_id")
    return named if isinstance(named, uuid.UUID) else NOBODY


def _open(tenant: TenantView, actor: Actor, application: uuid.UUID | None) -> Context:
    here = installation()
    session = ScopedSession(here.engine, here.scope(tenant, actor, application))
    return here.context_of(session, tenant, actor, work().request_id, language())


def abandon() -> None:
    """Undo whatever this request did to the database: it ends in an error."""
    for ctx in work().contexts:
        ctx.session.rollback()
        ctx.to_hint.clear()


def finish(response: Response) -> Response:
    """Commit once when all went well, roll back otherwise, then hint at the jobs to do."""
    state = work()
    response.headers["X-Request-Id"] = state.request_id
    for ctx in state.contexts:
        if response.status_code >= FIRST_ERROR_STATUS:
            ctx.session.rollback()
            continue
        ctx.session.commit()
        _hint(ctx)
    return response


def _hint(ctx: Context) -> None:
    # The outbox holds the jobs already; a queue server that is away loses nothing.
    if ctx.to_hint:
        queue.hint(ctx.installation, ctx.to_hint)


def close(_error: BaseException | None = None) -> None:
    """Give the connection back, whatever happened."""
    if "work" in g:
        for ctx in cast(Work, g.work).contexts:
            ctx.session.close()


def keep_tenant(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the tenant out of the address, so that views need not carry it."""
    if values and "tenant" in values:
        g.tenant_slug = values.pop("tenant")


def install(app: Flask, served: Installation) -> None:
    """Make an application work this way."""
    app.extensions["bangfu"] = served
    app.url_value_preprocessor(keep_tenant)
    app.after_request(finish)
    app.teardown_request(close)
