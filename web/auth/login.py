"""Who is asking: the cookie of a browser, or the bearer token of a program."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass

from flask import Flask, Request, Response, current_app

from core.errors import NotFoundError
from core.installation import Installation
from core.people import Actor
from core.sessions import find_login, hash_token
from core.tenancy import TenantView

COOKIE = "bangfu_login"
REMEMBERED_SECONDS = 4.0
REMEMBERED_LOGINS = 10_000


@dataclass(frozen=True)
class Identity:
    """A person signed in, the tenant he belongs to, and the token he came with."""

    tenant: TenantView
    actor: Actor
    token: str


class Logins:
    """Finds identities by their tokens; remembers each for a few seconds, so that a sign-out
    in another process holds here within them too."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._remembered: dict[bytes, tuple[float, Identity]] = {}

    def find(self, credential: str) -> Identity | None:
        """Return who carries `tenant id:token`, or None."""
        tenant_id, _, token = credential.partition(":")
        if not token:
            return None
        key = hash_token(credential)
        until, identity = self._remembered.get(key, (0.0, None))
        if identity is not None and until > time.monotonic():
            return identity
        return self._look_up(key, tenant_id, token)

    def forget(self, identity: Identity) -> None:
        """Forget a login that has just been closed here."""
        self._remembered.pop(hash_token(credential_of(identity)), None)

    def _look_up(self, key: bytes, tenant_id: str, token: str) -> Identity | None:
        self._remembered.pop(key, None)
        try:
            tenant = self._installation.tenant_by_id(uuid.UUID(tenant_id))
        except (ValueError, NotFoundError):
            return None
        actor = find_login(self._installation, tenant, token)
        if actor is None:
            return None
        identity = Identity(tenant, actor, token)
        if len(self._remembered) >= REMEMBERED_LOGINS:
            self._remembered.clear()
        self._remembered[key] = (time.monotonic() + REMEMBERED_SECONDS, identity)
        return identity


def credential_of(identity: Identity) -> str:
    """Return what a browser's cookie or a program's bearer token holds."""
    return f"{identity.tenant.id}:{identity.token}"


def identify(request: Request) -> Identity | None:
    """Return who asks. Below /api only a bearer token counts, so no other site can forge one."""
    logins: Logins = current_app.extensions["bangfu_logins"]
    if request.path.startswith("/api/"):
        scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
        return logins.find(credential.strip()) if scheme.lower() == "bearer" else None
    return logins.find(request.cookies.get(COOKIE, ""))


def set_cookie(response: Response, tenant_id: uuid.UUID, token: str, *, secure: bool) -> None:
    """Hand the browser its login: unreadable by scripts, sent to this site alone."""
    response.set_cookie(
        COOKIE, f"{tenant_id}:{token}", httponly=True, samesite="Lax", secure=secure, path="/"
    )


def install(app: Flask, installation: Installation) -> None:
    """Give an application its memory of logins."""
    app.extensions["bangfu_logins"] = Logins(installation)
