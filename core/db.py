"""The database: declarative base, column types, and the scope every transaction runs under."""

from __future__ import annotations

import datetime as dt
import select
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, LiteralString, cast
from weakref import WeakKeyDictionary

import uuid_utils
from psycopg import Connection as PsycopgConnection
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Engine,
    ForeignKeyConstraint,
    MetaData,
    Text,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import InvalidatePoolError, InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column

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


@dataclass
class Owed:
    """What a connection has been given but not sent: it goes with the next statement.

    `opening` begins the transaction and sets its scope; `statements` are prepared ones that
    nobody waits for.
    """

    opening: list[str] = field(default_factory=list)
    statements: list[tuple[str, Sequence[Any]]] = field(default_factory=list)


_OWED: WeakKeyDictionary[PsycopgConnection[Any], Owed] = WeakKeyDictionary()


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
        readable = ",".join(map(_literal, self.readable))
        settings = (
            f"SET LOCAL bangfu.tenant = '{_literal(self.tenant) if self.tenant else ''}'",
            f"SET LOCAL bangfu.readable = '{{{readable}}}'",
        )
        if self.application is None:
            return settings
        return (*settings, f"SET LOCAL bangfu.application = '{_literal(self.application)}'")


def _literal(value: uuid.UUID) -> str:
    return str(uuid.UUID(int=value.int))


def make_engine(url: str, *, pool_size: int = 8) -> Engine:
    """Return an engine on psycopg; connections are checked without a query each time.

    Transactions are begun here and not by the driver, so that beginning and scope are one message.
    """
    address = url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(address, pool_size=pool_size, max_overflow=pool_size, pool_timeout=10)
    event.listen(engine, "connect", _leave_beginning_to_us)
    event.listen(engine, "checkout", _refuse_dead)
    event.listen(engine, "begin", _owe_beginning)
    event.listen(engine, "do_execute", _execute_with_owed)
    event.listen(engine, "do_executemany", _send_owed_first)
    event.listen(engine, "checkin", _forget_owed)
    return engine


def driver(session: Session) -> PsycopgConnection[Any]:
    """Return the psycopg connection under a session, its scope already set."""
    raw = _under(session.connection())
    _send_owed(raw)
    return raw


def _under(connection: Connection) -> PsycopgConnection[Any]:
    return cast(PsycopgConnection[Any], connection.connection.driver_connection)


class ScopedSession(Session):
    """A session whose every transaction begins by setting its scope.

    Beginning and scope are one message; statements that were only owed travel with the commit.
    """

    def __init__(self, engine: Engine, scope: Scope) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.scope = scope

    def stand_still(self, *, read_only: bool = False) -> None:
        """Have the transaction see all as it is at one moment.

        InvalidRequestError where it has begun already: then it is too late.
        """
        owed = _OWED.get(_under(self.connection()))
        if owed is None or not owed.opening:
            raise InvalidRequestError("the transaction has begun under another isolation level")
        mode = "ISOLATION LEVEL REPEATABLE READ" + (", READ ONLY" if read_only else "")
        owed.opening.append(f"SET TRANSACTION {mode}")

    @contextmanager
    def within(self, scope: Scope) -> Iterator[None]:
        """Work under another scope for some statements, then under the session's own again.

        What is done belongs to the same transaction. Whoever uses it answers for what it shows.
        """
        self.flush()
        raw = driver(self)
        raw.execute("; ".join(scope.statements()), prepare=False)
        try:
            yield
        finally:
            if raw.info.transaction_status is not TransactionStatus.INERROR:
                raw.execute("; ".join(self.scope.statements()), prepare=False)

    def fetch(self, query: LiteralString, values: Mapping[str, Any]) -> list[Any]:
        """Return the rows of a prepared query, written for psycopg."""
        self.flush()
        return driver(self).execute(query, values, prepare=True).fetchall()

    def owe(self, query: LiteralString, values: Sequence[Any]) -> None:
        """Have a prepared statement, written for psycopg, sent before the next one or the commit.

        Nobody waits for it; an error of it is raised by what it is sent with.
        """
        _OWED.setdefault(_under(self.connection()), Owed()).statements.append((query, values))


@event.listens_for(ScopedSession, "after_begin")
def _owe_scope(
    session: ScopedSession, transaction: SessionTransaction, connection: Connection
) -> None:
    if not transaction.nested:
        _OWED[_under(connection)].opening.extend(session.scope.statements())


@event.listens_for(ScopedSession, "before_commit")
def _commit_with_owed(session: ScopedSession) -> None:
    """Send the commit with what is owed; SQLAlchemy then finds nothing left to commit."""
    if not session.in_transaction() or session.in_nested_transaction():
        return
    session.flush()
    raw = _under(session.connection())
    if raw in _OWED and _OWED[raw].statements:
        with _together(raw):
            raw.execute("COMMIT", prepare=True)


def _leave_beginning_to_us(raw: PsycopgConnection[Any], _record: Any) -> None:
    raw.autocommit = True


def _refuse_dead(raw: PsycopgConnection[Any], _record: Any, _proxy: Any) -> None:
    """Have the pool begin anew after a restart of the server, before a request suffers from it.

    A connection at rest has nothing to read, unless the server took leave on it.
    """
    watch = select.poll()
    if not raw.closed:
        watch.register(raw.fileno(), select.POLLIN)
    if raw.closed or watch.poll(0):
        raise InvalidatePoolError


def _owe_beginning(connection: Connection) -> None:
    _OWED[_under(connection)] = Owed(["BEGIN"])


def _execute_with_owed(cursor: Any, statement: str, parameters: Any, _context: Any) -> bool:
    if cursor.connection not in _OWED:
        return False
    with _together(cursor.connection):
        cursor.execute(statement, parameters)
    return True


def _send_owed_first(cursor: Any, _statement: str, _parameters: Any, _context: Any) -> None:
    _send_owed(cursor.connection)


def _send_owed(raw: PsycopgConnection[Any]) -> None:
    if raw in _OWED:
        with _together(raw):
            pass


@contextmanager
def _together(raw: PsycopgConnection[Any]) -> Iterator[None]:
    """Send what is owed before what is executed here; owed statements share its round trip."""
    owed = _OWED.pop(raw)
    if owed.opening:
        raw.execute("; ".join(owed.opening), prepare=False)
    with raw.pipeline() if owed.statements else nullcontext():
        for query, values in owed.statements:
            raw.execute(query, values, prepare=True)
        yield


def _forget_owed(raw: PsycopgConnection[Any] | None, _record: Any) -> None:
    if raw is not None:
        _OWED.pop(raw, None)


@contextmanager
def open_session(engine: Engine, scope: Scope) -> Iterator[ScopedSession]:
    """Yield a session under a scope; commit at the end, roll back on an error."""
    with ScopedSession(engine, scope) as session, session.begin():
        yield session
