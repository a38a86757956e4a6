"""Logins: who stands behind a token, for how long, and who could sign in at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from dataclasses import dataclass, replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.audit.records import record
from core.context import Context
from core.db import Scope, new_id, open_session
from core.errors import NotFoundError
from core.installation import Installation
from core.people import Actor, Grant, LoginSession, Person, RoleGrant
from core.tenancy import TenantView, Unit

TOKEN_BYTES = 32


@dataclass(frozen=True)
class Account:
    """Someone who can sign in, as a login page names him: roles with the unit they hold over."""

    person_id: uuid.UUID
    login: str
    name: str
    roles: tuple[tuple[str, str], ...]


def find_actor(session: Session, tenant: TenantView, person_id: uuid.UUID) -> Actor:
    """Return an active person with the grants he holds now; NotFoundError when there is none."""
    person = session.get(Person, (tenant.id, person_id))
    if person is None or not person.active:
        raise NotFoundError
    rows = session.execute(
        select(RoleGrant.role, Unit.id, Unit.path, RoleGrant.department)
        .join(Unit, (Unit.tenant_id == RoleGrant.tenant_id) & (Unit.id == RoleGrant.unit_id))
        .where(RoleGrant.tenant_id == tenant.id, RoleGrant.person_id == person_id)
        .order_by(Unit.path, RoleGrant.role, RoleGrant.department)
    )
    grants = tuple(Grant(*row) for row in rows)
    return Actor(tenant.id, person.id, person.login, person.name, grants)


def open_login(ctx: Context, person_id: uuid.UUID) -> str:
    """Sign a person in and return the token he carries; only its hash is kept.

    It stands in the trail as his own act. Raises NotFoundError where he is unknown or disabled.
    """
    actor = find_actor(ctx.session, ctx.tenant, person_id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    hours = ctx.installation.settings.session_hours
    moment = dt.datetime.now(dt.UTC)
    login = LoginSession(
        tenant_id=ctx.tenant_id,
        id=new_id(),
        person_id=person_id,
        token_hash=hash_token(token),
        created_at=moment,
        expires_at=moment + dt.timedelta(hours=hours),
    )
    ctx.session.add(login)
    ctx.session.flush()
    record(replace(ctx, actor=actor), "login.opened", login, after={"login": actor.login})
    return token


def close_login(ctx: Context, token: str) -> None:
    """Sign out: the token opens nothing from now on."""
    moment = dt.datetime.now(dt.UTC)
    login = ctx.session.scalar(
        update(LoginSession)
        .where(LoginSession.tenant_id == ctx.tenant_id)
        .where(LoginSession.token_hash == hash_token(token), LoginSession.revoked_at.is_(None))
        .values(revoked_at=moment)
        .returning(LoginSession)
    )
    if login is not None:
        record(ctx, "login.closed", login, after={"login": ctx.actor.login})


def find_login(installation: Installation, tenant: TenantView, token: str) -> Actor | None:
    """Return who a token stands for, or None when it is unknown, expired or revoked."""
    moment = dt.datetime.now(dt.UTC)
    with open_session(installation.engine, Scope(tenant.id, (tenant.id,))) as session:
        person_id = session.scalar(
            select(LoginSession.person_id).where(
                LoginSession.tenant_id == tenant.id,
                LoginSession.token_hash == hash_token(token),
                LoginSession.expires_at > moment,
                LoginSession.revoked_at.is_(None),
            )
        )
        if person_id is None:
            return None
        try:
            return find_actor(session, tenant, person_id)
        except NotFoundError:
            return None


def list_accounts(ctx: Context) -> list[Account]:
    """Return the active people of a tenant who hold a role, those of the highest unit first."""
    rows = ctx.session.execute(
        select(Person, RoleGrant.role, Unit.name)
        .join(RoleGrant, (RoleGrant.tenant_id == Person.tenant_id)
              & (RoleGrant.person_id == Person.id))
        .join(Unit, (Unit.tenant_id == RoleGrant.tenant_id) & (Unit.id == RoleGrant.unit_id))
        .where(Person.tenant_id == ctx.tenant_id, Person.active)
        .order_by(Unit.path, Person.login, RoleGrant.role)
    )  # fmt: skip
    found: dict[uuid.UUID, Account] = {}
    for person, role, unit in rows:
        before = found.get(person.id)
        roles = (*(before.roles if before else ()), (role, unit))
        found[person.id] = Account(person.id, person.login, person.name, roles)
    return list(found.values())


def hash_token(token: str) -> bytes:
    """Return the SHA-256 under which a token is kept."""
    return hashlib.sha256(token.encode()).digest()
