"""What isolation means for one table, tried out as the application role: each way in and out.

Every table holds a real row of every tenant, so that whatever leaks is there to be seen. All is
tried on one connection, inside savepoints that are rolled back.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Connection,
    Table,
    delete,
    insert,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, ProgrammingError

from core.db import Scope
from core.migrations import tables
from core.migrations.guard import APPLICATION_ROLE
from core.tenancy import Tenant

OWNED = [table for table in tables.metadata.sorted_tables if "tenant_id" in table.c]
NAMES = sorted(table.name for table in OWNED)
OPERATIONS = ("read", "insert", "update", "delete")
APPLICATION_OF = {"applications": "id", "steps": "application_id"}
"""The column by which a row belongs to an application a province may decide on."""

TWINNED = ("accounts",)
"""Tables that others point into twice, at two different rows."""

Row = dict[str, Any]
CLAIMED = {
    "total": 10, "basic_insurance": 1, "illness_insurance": 2, "in_policy": 3, "out_of_policy": 4,
    "admitted_on": dt.date(2023, 5, 1), "discharged_on": dt.date(2023, 5, 9), "difference": "",
}  # fmt: skip
FIXED: dict[str, Row] = {
    "households": {"phase_out_until": None},
    "plans": {"starts_on": dt.date(2023, 1, 1), "ends_on": dt.date(2023, 12, 31)},
    "funds": {"budget": 100, "reserved": 1, "paid": 1},
    "payments": {"state": "failed", "goods": [], "claim_id": None, "month": None, "means": "bank"},
    "campaigns": {"starts_on": dt.date(2023, 1, 9), "ends_on": dt.date(2023, 1, 20)},
    "warmth_visits": {"money": 1, "goods": 1},
    "handovers": {"outcome": "handed_over", "state": "refused"},
    "claims": CLAIMED,
    "entitlements": {"starts_on": dt.date(2023, 5, 1), "reason": "by_hand", "state": "ended"},
    "owed_papers": {"state": "failed"},
    "free_enrolments": {"state": "refused"},
    "wrong_payments": {"state": "refused"},
    "mutual_aid_periods": {"starts_on": dt.date(2023, 1, 1), "ends_on": dt.date(2023, 12, 31)},
    "budget_changes": {"amount": 1, "state": "refused"},
    "monthly_incomes": {"month": dt.date(2023, 5, 1)},
    "verification_requests": {"state": "done"},
    "admissions": {"state": "withdrawn"},
    "discovery_proposals": {"state": "dismissed"},
}
"""Values that constraints over several columns ask for."""


@dataclass
class World:
    """A nation, two provinces and three cities, each with one row in every table."""

    nation: uuid.UUID = field(default_factory=uuid.uuid4)
    province: uuid.UUID = field(default_factory=uuid.uuid4)
    city_a: uuid.UUID = field(default_factory=uuid.uuid4)
    city_b: uuid.UUID = field(default_factory=uuid.uuid4)
    elsewhere: uuid.UUID = field(default_factory=uuid.uuid4)
    city_c: uuid.UUID = field(default_factory=uuid.uuid4)
    rows: dict[tuple[str, uuid.UUID], Row] = field(default_factory=dict)
    twins: dict[tuple[str, uuid.UUID], Row] = field(default_factory=dict)

    @property
    def tenants(self) -> tuple[uuid.UUID, ...]:
        """Everybody."""
        return (
            self.nation, self.province, self.city_a, self.city_b, self.elsewhere, self.city_c,
        )  # fmt: skip

    @property
    def city(self) -> Scope:
        """The scope of city A's people."""
        return Scope(self.city_a, (self.city_a,))

    @property
    def supervisor(self) -> Scope:
        """The scope of the province's people."""
        return Scope(self.province, (self.province, self.city_a, self.city_b))

    @property
    def decider(self) -> Scope:
        """The scope of the province's people while they decide on city A's application."""
        application = self.rows["applications", self.city_a]["id"]
        readable = (self.province, self.city_a, self.city_b)
        return Scope(self.city_a, readable, application)

    def populate(self, connection: Connection) -> None:
        """Put a row of every tenant into every table, as a superuser."""
        parents = (None, self.nation, self.province, self.province, self.nation, self.elsewhere)
        levels = ("nation", "province", "city", "city", "province", "city")
        for tenant, parent, level in zip(self.tenants, parents, levels, strict=True):
            connection.execute(insert(Tenant), {
                "id": tenant, "parent_id": parent, "slug": tenant.hex, "level": level,
                "name": "名", "name_en": "name", "pack": "city_2023", "division_code": "520000",
                "created_at": dt.datetime.now(dt.UTC),
            })  # fmt: skip
            for table in OWNED:
                row = self.make(table, tenant)
                connection.execute(insert(table), row)
                self.rows[table.name, tenant] = row
                if table.name in TWINNED:
                    self.twins[table.name, tenant] = self.make(table, tenant)
                    connection.execute(insert(table), self.twins[table.name, tenant])

    def make(self, table: Table, tenant: uuid.UUID) -> Row:
        """Return a row that satisfies the table's constraints, pointing at the tenant's own."""
        row = {column.name: _invent(table, column) for column in table.c}
        row["tenant_id"] = tenant
        pointed: set[str] = set()
        for constraint in table.foreign_key_constraints:
            name = constraint.referred_table.name
            target = (self.twins if name in pointed else self.rows).get((name, tenant))
            pointed.add(name)
            for element in constraint.elements:
                if element.parent.name != "tenant_id":
                    row[element.parent.name] = target["id"] if target else None
        return row | FIXED.get(table.name, {})


def find_faults(connection: Connection, world: World, table: Table) -> Iterator[str]:
    """Yield every sentence about the isolation of a table that does not hold."""
    for name, holds in Trial(connection, world, table).claims():
        if not holds():
            yield name


@dataclass
class Trial:
    """One table, tried in every scope."""

    connection: Connection
    world: World
    table: Table

    def claims(self) -> Iterator[tuple[str, Callable[[], bool]]]:
        """Yield each sentence with the way to find out whether it holds."""
        world, nobody = self.world, Scope(None)
        own, down = {world.city_a}, {world.province, world.city_a, world.city_b}
        yield "without a scope nothing is read", lambda: self.read(nobody) == set()
        yield "a city reads its own rows alone", lambda: self.read(world.city) == own
        yield (
            "a province reads its own and its cities'",
            lambda: self.read(world.supervisor) == down,
        )
        for operation in ("insert", "update", "delete"):
            yield from self.writing(operation)
        yield "no row moves to another tenant", lambda: not self.move(world.city, world.city_b)
        yield (
            "no row is taken from a city below",
            lambda: not self.move(world.supervisor, world.province, of=world.city_a),
        )

    def writing(self, operation: str) -> Iterator[tuple[str, Callable[[], bool]]]:
        """Yield the sentences on one way of writing."""
        world, act = self.world, getattr(self, operation)
        yield f"a city may {operation} its own", lambda: act(world.city, world.city_a)
        for name, scope, tenant in (
            ("without a scope", Scope(None), world.city_a),
            ("a city in its neighbour", world.city, world.city_b),
            ("a city in its province", world.city, world.province),
            ("a province in its city", world.supervisor, world.city_a),
            ("a province in a city elsewhere", world.supervisor, world.city_c),
            ("a reader of everything but owner of nothing",
             Scope(None, world.tenants), world.city_a),
            ("a decider in the neighbour", world.decider, world.city_b),
        ):  # fmt: skip
            yield f"no {operation}: {name}", partial(_refuses, act, scope, tenant)
        yield f"a decider's {operation} is confined", lambda: self.confined(operation)

    def confined(self, operation: str) -> bool:
        """Whether a decider may do to this table what he needs and nothing else."""
        scope, tenant = self.world.decider, self.world.city_a
        name = self.table.name
        if name in APPLICATION_OF:
            column = APPLICATION_OF[name]
            if operation == "insert":
                own = {column: scope.application}
                return self.insert(scope, tenant, **own) and not self.insert(
                    scope, tenant, **{column: uuid.uuid4()}
                )
            act = getattr(self, operation)
            other = Scope(tenant, scope.readable, uuid.uuid4())
            return bool(act(scope, tenant)) and not act(other, tenant)
        may = operation == "insert" and name in ("audit_records", "outbox")
        return getattr(self, operation)(scope, tenant) is may

    def read(self, scope: Scope) -> set[uuid.UUID]:
        """Return whose rows are read."""
        with self.acting(scope):
            found = self.connection.execute(text(f"select tenant_id from {self.table.name}"))
            return {row.tenant_id for row in found}

    def insert(self, scope: Scope, tenant: uuid.UUID, **values: Any) -> bool:
        """Return whether a new row gets in."""
        row = self.world.make(self.table, tenant) | values
        # An insert that is not refused gives a result, which is true; a refused one gives none.
        return self.passes(scope, lambda: self.connection.execute(insert(self.table), row))

    def update(self, scope: Scope, tenant: uuid.UUID) -> bool:
        """Return whether rows of a tenant are changed."""
        return self.move(scope, tenant, of=tenant)

    def delete(self, scope: Scope, tenant: uuid.UUID) -> bool:
        """Return whether rows of a tenant go."""
        statement = delete(self.table).where(self.table.c.tenant_id == tenant)
        return self.passes(scope, lambda: self.connection.execute(statement).rowcount)

    def move(self, scope: Scope, to: uuid.UUID, *, of: uuid.UUID | None = None) -> bool:
        """Return whether rows of a tenant are given to one, the scope's own by default."""
        owner = of or scope.tenant
        statement = update(self.table).where(self.table.c.tenant_id == owner).values(tenant_id=to)
        return self.passes(scope, lambda: self.connection.execute(statement).rowcount)

    def passes(self, scope: Scope, act: Callable[[], Any]) -> bool:
        """Return whether the policies let something through, whatever a constraint says then."""
        try:
            with self.acting(scope):
                return bool(act())
        except IntegrityError:
            return True
        except ProgrammingError as error:
            if "row-level security" not in str(error.orig):
                raise
            return False

    @contextmanager
    def acting(self, scope: Scope) -> Iterator[None]:
        """Be the application role in a scope, and undo everything at the end."""
        with undone(self.connection):
            statements = (f"set local role {APPLICATION_ROLE}", *scope.statements())
            self.connection.execute(text("; ".join(statements)))
            yield


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """Undo whatever happens inside."""
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        if savepoint.is_active:
            savepoint.rollback()


def _invent(table: Table, column: Column[Any]) -> Any:
    """Return a value no other row has, of the column's type and within its checks."""
    allowed = _allowed(table, column)
    if allowed:
        return allowed
    if isinstance(column.type, ARRAY):
        return []
    kind = column.type.python_type
    makers: dict[type, Callable[[], Any]] = {
        uuid.UUID: uuid.uuid4,
        str: lambda: secrets.token_hex(8),
        bytes: lambda: os.urandom(32),
        bool: lambda: False,
        int: lambda: secrets.randbelow(10**6) + 1,
        dt.datetime: lambda: dt.datetime.now(dt.UTC),
        dt.date: lambda: dt.date(2000, 1, 1) + dt.timedelta(days=secrets.randbelow(9000)),
        dict: dict,
        object: dict,
    }
    return makers[kind]()


def _allowed(table: Table, column: Column[Any]) -> str:
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            found = re.match(rf"{column.name} in \('(\w+)'", str(constraint.sqltext))
            if found:
                return found[1]
    return ""


def _refuses(act: Callable[[Scope, uuid.UUID], bool], scope: Scope, tenant: uuid.UUID) -> bool:
    return not act(scope, tenant)
