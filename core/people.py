"""People of a tenant, the roles they hold, and their sessions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Moment, TenantOwned, refer


class Person(TenantOwned):
    """Someone who works with the system. `login` is unique within the tenant."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("tenant_id", "login"),)
    login: Mapped[str]
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]


class RoleGrant(TenantOwned):
    """A role held by a person over a unit and everything below it.

    `department` is the code of the region's department it is held for, empty for the union's own
    roles.
    """

    __tablename__ = "role_grants"
    __table_args__ = (
        refer("people", "person_id"),
        refer("units", "unit_id"),
        UniqueConstraint("tenant_id", "person_id", "role", "unit_id", "department"),
    )
    person_id: Mapped[uuid.UUID]
    role: Mapped[str]
    unit_id: Mapped[uuid.UUID]
    department: Mapped[str] = mapped_column(default="", server_default="")
    granted_by: Mapped[uuid.UUID | None]
    granted_at: Mapped[Moment]


class LoginSession(TenantOwned):
    """A login in a browser; only the hash of its token is kept."""

    __tablename__ = "login_sessions"
    __table_args__ = (refer("people", "person_id"), UniqueConstraint("tenant_id", "token_hash"))
    person_id: Mapped[uuid.UUID]
    token_hash: Mapped[bytes]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]


@dataclass(frozen=True)
class Grant:
    """A role over the subtree whose path begins with `unit_path`, held for a `department`.

    The union's own people hold theirs for none.
    """

    role: str
    unit_id: uuid.UUID
    unit_path: str
    department: str = ""


@dataclass(frozen=True)
class Actor:
    """Who acts: a person of `tenant_id` with grants, or the system itself (`person_id` None)."""

    tenant_id: uuid.UUID | None
    person_id: uuid.UUID | None
    login: str
    name: str
    grants: tuple[Grant, ...] = ()

    @property
    def is_system(self) -> bool:
        """Whether no person stands behind this: a job, a tick, a command of the operator."""
        return self.person_id is None


SYSTEM = Actor(tenant_id=None, person_id=None, login="system", name="system")
