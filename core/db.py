"""The database: declarative base, column types, and the scope every transaction runs under."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, LiteralString, cast

import uuid_utils
from psycopg import Connection as PsycopgConnection
from sqlalchemy import (
    BigInteger,
    DateTime,
    Engine,
    ForeignKeyConstraint,
    MetaData,
    Text,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

Fen = Annotated[int, mapped_column(BigInteger)]
Moment = Annotated[dt.datetime, mapped_column(DateTime(timezone=True))]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]
JsonList = Annotated[list[Any], mapped_column(JSONB)]
Cipher = Annotated[bytes, mapped_column()]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> uuid.UUID:
    """Return a UUIDv7: ordered by time, made in the application."""
    return uuid.UUID(int=uuid_utils.uuid7().int)


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {str: Text()}


class TenantOwned(Base):
    """Base of every table that belongs to a tenant: the tenant comes first in the key."""

    __abstract__ = True
    tenant_id: Mapped[uuid.UUID] = mapped_column(primary_key=True, sort_order=-2)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)


def refer(table: str, column: str, *, on_delete: str | None = None) -> ForeignKeyConstraint:
    """Return a foreign key that carries the tenant, so that no row can point into another one."""
    return ForeignKeyConstraint(
        ["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=on_delete
    )


@dataclass(frozen=True)
class Scope:
    """Whose rows a transaction may write (`tenant`) and read (`readable`).

    With `application` set, writing is confined to that one application: this is how a province
    decides on a city's application and touches nothing else.
    """

    tenant: uuid.UUID | None
    readable: tuple[uuid.UUID, ...] = ()
    application: uuid.UUID | None = None

    def statements(self) -> tuple[str, ...]:
        """Return the `SET LOCAL` statements; UUID objects make the literals safe."""
        tenant = str(uuid.UUID(int=self.tenant.int)) if self.tenant else ""
        readable = ",".join(str(uuid.UUID(int=item.int)) for item in self.readable)
        settings = (
            f"SET LOCAL bangfu.tenant = '{tenant}'",
            f"SET LOCAL bangfu.readable = '{{{readable}}}'",
        )
        if self.application is None:
            return settings
        application = uuid.UUID(int=self.application.int)
        return (*settings, f"SET LOCAL bangfu.application = '{application}'")


def make_engine(url: str, *, pool_size: int = 8) -> Engine:
    """Return an engine on psycopg; connections are checked by TCP, not by a query each time."""
    address = url.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(address, pool_size=pool_size, max_overflow=pool_size, pool_timeout=10)


def driver(session: Session) -> PsycopgConnection[Any]:
    """Return the psycopg connection under a session, its scope already set."""
    return cast(PsycopgConnection[Any], session.connection().connection.driver_connection)


class ScopedSession(Session):
    """A session whose every transaction begins by setting its scope, in one round trip."""

    def __init__(self, engine: Engine, scope: Scope) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.scope = scope
        self._owed: tuple[str, ...] = ()
        self._deferring = False

    def fetch(self, query: LiteralString, values: Mapping[str, Any]) -> list[Any]:
        """Return the rows of a prepared query, written for psycopg.

        As the first of a transaction it travels together with the beginning and the scope: one
        round trip for all three.
        """
        self.flush()
        self._deferring = True
        try:
            raw = driver(self)
        finally:
            self._deferring = False
        with raw.pipeline():
            self._send_scope(raw)
            cursor = raw.execute(query, values, prepare=True)
        return cursor.fetchall()

    def begin_on(self, raw: PsycopgConnection[Any]) -> None:
        """Set the scope on a connection that has just begun, or leave it to `fetch`."""
        self._owed = self.scope.statements()
        if not self._deferring:
            with raw.pipeline():
                self._send_scope(raw)

    def _send_scope(self, raw: PsycopgConnection[Any]) -> None:
        for statement in self._owed:
            raw.execute(statement, prepare=False)
        self._owed = ()


@event.listens_for(ScopedSession, "after_begin")
def _set_scope(session: ScopedSession, _transaction: Any, connection: Any) -> None:
    session.begin_on(connection.connection.driver_connection)


@contextmanager
def open_session(engine: Engine, scope: Scope) -> Iterator[ScopedSession]:
    """Yield a session under a scope; commit at the end, roll back on an error."""
    with ScopedSession(engine, scope) as session, session.begin():
        yield session
