"""No tenant sees or touches another's rows: tried in every table, with rows that could leak.

The second half takes the guard away, policy by policy, and shows that the first half would notice.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Table, create_engine, delete, insert, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from core.db import Scope, make_engine, open_session
from core.migrations.guard import APPLICATION_ROLE
from core.tenancy import Tenant
from tests.core.isolation import NAMES, OPERATIONS, OWNED, World, find_faults, undone
from tests.servers import Database

TABLES = {table.name: table for table in OWNED}
UNIQUE_BY_WHAT_IT_POINTS_AT = ("warmth_visits",)
"""Tables with nothing of their own that tells two rows apart: the row that is there makes room."""
INSTEAD = {("payments", "claim_id"): {"application_id": None, "household_id": None}}
"""What gives way to a reference, where a constraint lets only one of several be there."""


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def populated(module_database: Database, world: World) -> Iterator[Connection]:
    """A superuser's transaction with everybody's rows; grants do not stand before the policies."""
    address = module_database.superuser_url.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(address)
    with engine.connect() as connection:
        world.populate(connection)
        connection.execute(
            text(
                f"grant select, insert, update, delete on {', '.join(NAMES)} to {APPLICATION_ROLE}"
            )
        )
        connection.commit()
        connection.execute(text("select 1"))
        yield connection
        connection.rollback()
    engine.dispose()


@pytest.mark.parametrize("name", NAMES)
def test_a_table_keeps_tenants_apart(populated: Connection, world: World, name: str) -> None:
    assert list(find_faults(populated, world, TABLES[name])) == []


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("name", NAMES)
def test_a_policy_that_is_dropped_is_missed(
    populated: Connection, world: World, name: str, operation: str
) -> None:
    with undone(populated):
        populated.execute(text(f"drop policy {name}_{operation} on {name}"))
        assert any(find_faults(populated, world, TABLES[name]))


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("name", NAMES)
def test_a_policy_that_lets_everything_through_is_noticed(
    populated: Connection, world: World, name: str, operation: str
) -> None:
    with undone(populated):
        populated.execute(text(f"drop policy {name}_{operation} on {name}"))
        populated.execute(text(_open_policy(name, operation)))
        assert any(find_faults(populated, world, TABLES[name]))


@pytest.mark.parametrize("name", NAMES)
def test_a_table_without_row_level_security_is_noticed(
    populated: Connection, world: World, name: str
) -> None:
    with undone(populated):
        populated.execute(text(f"alter table {name} disable row level security"))
        assert any(find_faults(populated, world, TABLES[name]))


@pytest.mark.parametrize("name", NAMES)
def test_the_owner_of_the_tables_is_bound_too(
    populated: Connection, world: World, name: str
) -> None:
    seen = {}
    for forced in ("force", "no force"):
        with undone(populated):
            populated.execute(text(f"alter table {name} {forced} row level security"))
            populated.execute(text("set local role bangfu_owner"))
            seen[forced] = populated.scalar(text(f"select count(*) from {name}"))
    assert seen["force"] == 0
    assert seen["no force"] >= len(world.tenants)


def _open_policy(name: str, operation: str) -> str:
    command = "select" if operation == "read" else operation
    clause = {
        "select": "using (true)",
        "insert": "with check (true)",
        "update": "using (true) with check (true)",
        "delete": "using (true)",
    }[command]
    return f"create policy {name}_{operation} on {name} for {command} {clause}"


def _references() -> list[tuple[str, str]]:
    return sorted(
        (table.name, element.parent.name)
        for table in OWNED
        for constraint in table.foreign_key_constraints
        for element in constraint.elements
        if element.parent.name != "tenant_id"
    )


@pytest.mark.parametrize(("name", "column"), _references())
def test_no_row_points_into_another_tenant(
    populated: Connection, world: World, name: str, column: str
) -> None:
    """Foreign keys look past the policies, so they must carry the tenant themselves."""
    table: Table = TABLES[name]
    target = next(
        constraint.referred_table.name
        for constraint in table.foreign_key_constraints
        if column in constraint.columns
    )
    for owner, accepted in ((world.city_a, True), (world.city_b, False)):
        row = world.make(table, world.city_a) | INSTEAD.get((name, column), {})
        row[column] = world.rows[target, owner]["id"]
        assert _goes_in(populated, table, row) is accepted


def _goes_in(connection: Connection, table: Table, row: dict[str, object]) -> bool:
    try:
        with undone(connection):
            if table.name in UNIQUE_BY_WHAT_IT_POINTS_AT:
                connection.execute(delete(table))
            connection.execute(insert(table), row)
    except IntegrityError as error:
        return "foreign key" not in str(error.orig)
    return True


def test_a_scope_ends_with_its_transaction(
    populated: Connection, world: World, module_database: Database
) -> None:
    """PostgreSQL leaves a setting behind as an empty string: it must not read as anything."""
    engine = make_engine(module_database.url, pool_size=1)
    with open_session(engine, world.city) as session:
        assert session.scalar(text("select count(*) from units")) == 1
    with engine.connect() as connection:
        left = connection.scalar(text("select current_setting('bangfu.tenant', true)"))
        assert left == "", "the same connection, its setting gone"
        for name in NAMES:
            assert connection.scalar(text(f"select count(*) from {name}")) == 0
    engine.dispose()


def test_a_scope_nobody_used_is_not_left_for_the_next(
    populated: Connection, world: World, module_database: Database
) -> None:
    """A transaction that runs no statement, or whose first fails, leaves its connection clean."""
    engine = make_engine(module_database.url, pool_size=1)
    with open_session(engine, world.supervisor) as session:
        session.connection()
    with pytest.raises(ProgrammingError), open_session(engine, world.supervisor) as session:
        session.execute(text("select nonsense"))
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from units")) == 0
    with open_session(engine, world.city) as session:
        assert session.scalar(text("select count(*) from units")) == 1
    engine.dispose()


def test_a_scope_holds_on_after_a_savepoint_that_was_undone(
    populated: Connection, world: World, module_database: Database
) -> None:
    engine = make_engine(module_database.url, pool_size=1)
    with open_session(engine, world.city) as session:
        savepoint = session.begin_nested()
        session.execute(text("select 1"))
        savepoint.rollback()
        assert session.scalar(text("select count(*) from units")) == 1
    engine.dispose()


def test_who_there_is_is_known_but_cannot_be_changed(
    populated: Connection, world: World, module_database: Database
) -> None:
    engine = make_engine(module_database.url, pool_size=1)
    with open_session(engine, Scope(None)) as session:
        assert session.query(Tenant).count() == len(world.tenants)
    for statement in ("delete from tenants", "update tenants set name = ''", "truncate tenants"):
        with pytest.raises(Exception, match="permission denied"), engine.begin() as connection:
            connection.execute(text(f"reset role; {statement}"))
    engine.dispose()
