"""What stands in the database itself: read out of its catalogue, for every table there is."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from core.migrations.guard import APPLICATION_ROLE, CONFINED, GRANTS
from core.migrations.run import downgrade, is_current, newest, upgrade
from core.migrations.tables import metadata
from tests.servers import Database

PLATFORM = {"tenants", "alembic_version"}
READABLE = (
    "(tenant_id = ANY (( SELECT (NULLIF(current_setting('bangfu.readable'::text, true), "
    "''::text))::uuid[] AS \"nullif\")::uuid[]))"
)
OWN = (
    "(tenant_id = ( SELECT (NULLIF(current_setting('bangfu.tenant'::text, true), "
    "''::text))::uuid AS \"nullif\"))"
)
APPLICATION = (
    "( SELECT (NULLIF(current_setting('bangfu.application'::text, true), ''::text))::uuid "
    'AS "nullif")'
)
UNCONFINED = f"({OWN} AND ({APPLICATION} IS NULL))"
ONE_APPLICATION = "({own} AND (({application} IS NULL) OR ({column} = {application})))"
COLUMNS = {"applications": "id", "steps": "application_id"}


@pytest.fixture
def catalogue(module_database: Database) -> Any:
    """Ask the database, as a superuser."""

    def ask(query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(module_database.superuser_url) as connection:
            return connection.execute(query.encode()).fetchall()

    return ask


def tables(catalogue: Any) -> set[str]:
    found = catalogue("select relname from pg_class where relkind in ('r', 'p') "
                      "and relnamespace = 'public'::regnamespace")  # fmt: skip
    return {name for (name,) in found}


def owned(catalogue: Any) -> list[str]:
    return sorted(tables(catalogue) - PLATFORM)


def test_every_table_belongs_to_tenants_but_those_of_the_platform(catalogue: Any) -> None:
    with_tenant = catalogue(
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid "
        "where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace "
        "and a.attname = 'tenant_id' and a.attnotnull"
    )
    assert {name for (name,) in with_tenant} == tables(catalogue) - PLATFORM
    assert tables(catalogue) == {*metadata.tables, "alembic_version"}


def test_row_level_security_is_on_and_forced_in_every_table(catalogue: Any) -> None:
    found = catalogue(
        "select relname, relrowsecurity, relforcerowsecurity from pg_class "
        "where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
    )
    assert {row for row in found if row[0] not in PLATFORM} == {
        (name, True, True) for name in owned(catalogue)
    }  # fmt: skip


def expected(name: str) -> set[tuple[str, str, str, str | None, str | None]]:
    """Return a table's four policies as the catalogue shows them."""
    change = UNCONFINED
    if name in COLUMNS:
        change = ONE_APPLICATION.format(own=OWN, application=APPLICATION, column=COLUMNS[name])
    add = f"({OWN} AND true)" if CONFINED.get(name) == "true" else change
    return {
        (name, f"{name}_read", "SELECT", READABLE, None),
        (name, f"{name}_insert", "INSERT", None, add),
        (name, f"{name}_update", "UPDATE", change, change),
        (name, f"{name}_delete", "DELETE", change, None),
    }


def test_every_table_has_exactly_the_four_policies(catalogue: Any) -> None:
    found = catalogue("select tablename, policyname, cmd, qual, with_check, permissive, roles::text"
                      " from pg_policies")  # fmt: skip
    assert {row[5:] for row in found} == {("PERMISSIVE", "{public}")}
    for name in owned(catalogue):
        assert {row[:5] for row in found if row[0] == name} == expected(name)
    assert len(found) == 4 * len(owned(catalogue))


def first_columns(catalogue: Any, kinds: str) -> list[tuple[str, str, str]]:
    return [tuple(row) for row in catalogue(
        "select c.relname, k.conname, a.attname from pg_constraint k "
        "join pg_class c on c.oid = k.conrelid "
        "join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1] "
        f"where k.contype in ({kinds}) and k.connamespace = 'public'::regnamespace"
    )]  # fmt: skip


def test_the_tenant_comes_first_in_every_key_and_reference(catalogue: Any) -> None:
    found = first_columns(catalogue, "'p', 'u', 'f'")
    assert len(found) > 60
    wrong = [row for row in found if row[0] not in PLATFORM and row[2] != "tenant_id"]
    assert wrong == []


def test_every_reference_carries_the_tenant_on_the_other_side_too(catalogue: Any) -> None:
    found = catalogue(
        "select c.relname, k.conname, a.attname, cardinality(k.confkey) from pg_constraint k "
        "join pg_class c on c.oid = k.conrelid "
        "join pg_attribute a on a.attrelid = k.confrelid and a.attnum = k.confkey[1] "
        "where k.contype = 'f' and k.connamespace = 'public'::regnamespace"
    )
    of_tenants = [row for row in found if row[0] not in PLATFORM]
    assert {row[2:] for row in of_tenants} == {("tenant_id", 2)}


def test_the_tenant_comes_first_in_every_unique_index(catalogue: Any) -> None:
    """A unique index over all tenants would tell one what another has."""
    found = catalogue(
        "select c.relname, i.indexrelid::regclass::text, a.attname from pg_index i "
        "join pg_class c on c.oid = i.indrelid "
        "left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0] "
        "where i.indisunique and c.relnamespace = 'public'::regnamespace"
    )
    assert [row for row in found if row[0] not in PLATFORM and row[2] != "tenant_id"] == []


def test_the_application_role_cannot_get_round_the_guard(catalogue: Any) -> None:
    role = catalogue(
        "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolcanlogin "
        f"from pg_roles where rolname = '{APPLICATION_ROLE}'"
    )
    assert role == [(False, False, False, False, False, True)]
    assert catalogue(
        f"select 1 from pg_auth_members where member = '{APPLICATION_ROLE}'::regrole"
    ) == []  # fmt: skip
    assert catalogue(
        f"select 1 from pg_class where relowner = '{APPLICATION_ROLE}'::regrole"
    ) == []  # fmt: skip
    assert catalogue(
        f"select has_schema_privilege('{APPLICATION_ROLE}', 'public', 'create')"
    ) == [(False,)]  # fmt: skip


def test_the_application_role_has_these_rights_and_no_others(catalogue: Any) -> None:
    """Not TRUNCATE above all, which no policy stops."""
    whole = catalogue(
        "select table_name, lower(privilege_type) from information_schema.table_privileges "
        f"where grantee = '{APPLICATION_ROLE}' and table_schema = 'public'"
    )
    wanted = {("tenants", "select"), ("alembic_version", "select")}
    for name in owned(catalogue):
        rights = GRANTS.get(name, "select, insert, update").split(", ")
        wanted |= {(name, right) for right in rights if right in RIGHTS}
    assert set(whole) == wanted


RIGHTS = {"select", "insert", "update", "delete"}


def test_sealed_things_can_be_changed_in_no_column_but_these(catalogue: Any) -> None:
    found = catalogue(
        "select table_name, column_name from information_schema.column_privileges "
        f"where grantee = '{APPLICATION_ROLE}' and privilege_type = 'UPDATE' "
        "and table_name in ('audit_records', 'audit_blocks', 'audit_checkpoints', 'transfers')"
    )
    assert set(found) == {
        ("audit_records", "block"), ("audit_records", "position"),
        ("audit_checkpoints", "countersigned_by"), ("audit_checkpoints", "countersignature"),
    }  # fmt: skip


def test_nothing_is_open_to_the_public(catalogue: Any) -> None:
    assert catalogue("select 1 from information_schema.table_privileges "
                     "where grantee = 'PUBLIC' and table_schema = 'public'") == []  # fmt: skip


def test_nothing_runs_with_the_rights_of_its_owner(catalogue: Any) -> None:
    """Views and SECURITY DEFINER functions of a superuser show every tenant: there are none."""
    assert catalogue("select relname from pg_class where relkind in ('v', 'm', 'f') "
                     "and relnamespace = 'public'::regnamespace") == []  # fmt: skip
    assert catalogue("select proname from pg_proc where prosecdef "
                     "and pronamespace not in ('pg_catalog'::regnamespace)") == []  # fmt: skip
    assert catalogue("select tgname from pg_trigger where not tgisinternal") == []
    assert (
        catalogue("select proname from pg_proc where pronamespace = 'public'::regnamespace") == []
    )


def schema(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything the migrations make, as the catalogue describes it."""
    queries = {
        "columns": "select table_name, column_name, data_type, is_nullable, column_default "
                   "from information_schema.columns where table_schema = 'public'",
        "constraints": "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
                       "from pg_constraint where connamespace = 'public'::regnamespace",
        "indexes": "select indexdef from pg_indexes where schemaname = 'public'",
        "policies": "select tablename, policyname, cmd, qual, with_check from pg_policies",
        "rights": "select relname, relacl::text, relrowsecurity, relforcerowsecurity "
                  "from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
        "column rights": "select attrelid::regclass::text, attname, attacl::text "
                         "from pg_attribute where attacl is not null and attrelid::regclass::text "
                         "not like 'pg_%'",
    }  # fmt: skip
    with psycopg.connect(url) as connection:
        return {
            name: sorted(connection.execute(query.encode()).fetchall(), key=str)
            for name, query in queries.items()
        }


def test_up_down_and_up_again_gives_the_same_schema(empty_database: Database) -> None:
    upgrade(empty_database.owner_url)
    once = schema(empty_database.superuser_url)
    assert len(once["columns"]) > 200
    downgrade(empty_database.owner_url)
    left = {row[0] for row in schema(empty_database.superuser_url)["columns"]}
    assert left == {"alembic_version"}
    upgrade(empty_database.owner_url)
    assert schema(empty_database.superuser_url) == once


def test_the_migrations_make_what_the_models_say(module_database: Database) -> None:
    """Nobody forgot a migration: the database has every column, with its type and nullness."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415
    from alembic.migration import MigrationContext  # noqa: PLC0415

    from core.db import make_engine  # noqa: PLC0415

    engine = make_engine(module_database.owner_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert [item for item in differences if "alembic_version" not in str(item)] == []


def test_any_role_can_tell_whether_the_schema_is_the_newest(
    empty_database: Database, module_database: Database
) -> None:
    assert newest() is not None
    assert is_current(module_database.url)
    assert not is_current(empty_database.url)
    upgrade(empty_database.owner_url)
    assert is_current(empty_database.url)
    upgrade(empty_database.owner_url)
    assert is_current(empty_database.owner_url)
