"""Transactions under a scope: what travels together, what is owed, one moment for all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import CheckViolation, DivisionByZero, ReadOnlySqlTransaction
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, InternalError, InvalidRequestError

from core.db import Scope, ScopedSession, driver, make_engine, open_session
from tests.servers import Databases

TENANT = UUID(int=7)
SCOPE = Scope(TENANT, (TENANT, UUID(int=8)))
ADD: LiteralString = "insert into notes values (%s)"


@pytest.fixture(scope="module")
def engine(databases: Databases) -> Iterator[Engine]:
    """A database with one table that the application role may use."""
    database = databases.empty()
    owner = make_engine(database.owner_url)
    with owner.begin() as connection:
        connection.execute(text("create table notes (word text check (word <> 'forbidden'))"))
        connection.execute(text("grant select, insert, delete on notes to bangfu_app"))
    owner.dispose()
    engine = make_engine(database.url)
    yield engine
    engine.dispose()
    databases.drop(database)


@pytest.fixture(autouse=True)
def _no_notes(engine: Engine) -> None:
    with open_session(engine, SCOPE) as session:
        session.execute(text("delete from notes"))


def words(engine: Engine) -> list[str]:
    """Return what is committed, as another transaction sees it."""
    with open_session(engine, SCOPE) as session:
        return list(session.scalars(text("select word from notes order by word")))


def setting(session: ScopedSession, name: str) -> str:
    """Return one setting of the transaction."""
    return str(session.scalar(text(f"select coalesce(current_setting('bangfu.{name}', true), '')")))


class TestScope:
    def test_the_first_statement_runs_under_it_already(self, engine: Engine) -> None:
        with open_session(engine, SCOPE) as session:
            assert setting(session, "tenant") == str(TENANT)
            assert setting(session, "readable") == f"{{{TENANT},{UUID(int=8)}}}"
            assert setting(session, "application") == ""

    def test_one_application_confines_it(self, engine: Engine) -> None:
        with open_session(engine, Scope(TENANT, (), UUID(int=9))) as session:
            assert setting(session, "application") == str(UUID(int=9))

    def test_nothing_of_it_is_left_for_the_next(self, engine: Engine) -> None:
        with open_session(engine, Scope(TENANT, (TENANT,), UUID(int=9))) as session:
            setting(session, "tenant")
        with open_session(engine, Scope(None)) as session:
            found = [setting(session, name) for name in ("tenant", "readable", "application")]
        assert found == ["", "{}", ""]

    def test_the_driver_has_it_too(self, engine: Engine) -> None:
        with open_session(engine, SCOPE) as session:
            row = driver(session).execute("select current_setting('bangfu.tenant')").fetchone()
        assert row == (str(TENANT),)


class TestOwed:
    def test_it_is_committed_though_nothing_else_happened(self, engine: Engine) -> None:
        with open_session(engine, SCOPE) as session:
            session.owe(ADD, ["alone"])
        assert words(engine) == ["alone"]

    def test_whatever_comes_next_sees_it(self, engine: Engine) -> None:
        with open_session(engine, SCOPE) as session:
            session.owe(ADD, ["first"])
            assert session.scalar(text("select count(*) from notes")) == 1
            session.owe(ADD, ["second"])
            assert session.fetch("select count(*) from notes", {}) == [(2,)]
            session.owe(ADD, ["third"])
            assert driver(session).execute("select count(*) from notes").fetchone() == (3,)
        assert words(engine) == ["first", "second", "third"]

    def test_an_error_undoes_it(self, engine: Engine) -> None:
        with pytest.raises(RuntimeError), open_session(engine, SCOPE) as session:
            session.owe(ADD, ["lost"])
            raise RuntimeError
        assert words(engine) == []

    def test_it_is_forgotten_with_a_rollback(self, engine: Engine) -> None:
        with ScopedSession(engine, SCOPE) as session:
            session.owe(ADD, ["lost"])
            session.rollback()
            session.owe(ADD, ["kept"])
            session.commit()
        assert words(engine) == ["kept"]

    def test_a_savepoint_takes_it_back_or_keeps_it(self, engine: Engine) -> None:
        with open_session(engine, SCOPE) as session:
            session.owe(ADD, ["before"])
            savepoint = session.begin_nested()
            session.owe(ADD, ["lost"])
            savepoint.rollback()
            with session.begin_nested():
                session.owe(ADD, ["within"])
            session.owe(ADD, ["after"])
        assert words(engine) == ["after", "before", "within"]

    def test_its_failure_fails_the_commit(self, engine: Engine) -> None:
        with (
            pytest.raises(CheckViolation, match="notes_word_check"),
            open_session(engine, SCOPE) as session,
        ):
            session.execute(text("insert into notes values ('lost')"))
            session.owe(ADD, ["forbidden"])
        assert words(engine) == []

    def test_its_failure_fails_the_next_statement(self, engine: Engine) -> None:
        with open_session(engine, SCOPE) as session:
            session.owe(ADD, ["forbidden"])
            with pytest.raises(IntegrityError, match="notes_word_check"):
                session.execute(text("select 1"))
            session.rollback()
        assert words(engine) == []

    def test_a_failed_statement_is_still_named(self, engine: Engine) -> None:
        with pytest.raises(DivisionByZero), open_session(engine, SCOPE) as session:
            session.owe(ADD, ["lost"])
            session.fetch("select 1 / 0", {})
        assert words(engine) == []

    def test_a_session_may_go_on_after_its_commit(self, engine: Engine) -> None:
        with ScopedSession(engine, SCOPE) as session:
            session.owe(ADD, ["one"])
            session.commit()
            assert setting(session, "tenant") == str(TENANT)
            session.owe(ADD, ["two"])
            session.commit()
        assert words(engine) == ["one", "two"]


class TestStandingStill:
    def test_what_others_commit_meanwhile_is_not_seen(self, engine: Engine) -> None:
        with open_session(engine, SCOPE) as session:
            session.stand_still()
            assert session.scalar(text("select count(*) from notes")) == 0
            with open_session(engine, SCOPE) as other:
                other.owe(ADD, ["meanwhile"])
            assert session.scalar(text("select count(*) from notes")) == 0

    def test_the_next_transaction_moves_again(self, engine: Engine) -> None:
        with open_session(engine, SCOPE) as session:
            session.stand_still(read_only=True)
            session.execute(text("select 1"))
        with open_session(engine, SCOPE) as session:
            assert session.scalar(text("show transaction_isolation")) == "read committed"
            session.execute(text("insert into notes values ('written')"))
        assert words(engine) == ["written"]

    def test_read_only_means_it(self, engine: Engine) -> None:
        with pytest.raises(InternalError) as caught, open_session(engine, SCOPE) as session:
            session.stand_still(read_only=True)
            session.execute(text("insert into notes values ('refused')"))
        assert isinstance(caught.value.orig, ReadOnlySqlTransaction)

    @pytest.mark.filterwarnings("ignore:Connection is already established")
    def test_it_is_too_late_once_begun(self, engine: Engine) -> None:
        with open_session(engine, SCOPE) as session:
            session.execute(text("select 1"))
            with pytest.raises(InvalidRequestError):
                session.stand_still()


def test_a_server_that_took_leave_meanwhile_is_noticed_before_anyone_suffers(
    engine: Engine, databases: Databases
) -> None:
    with open_session(engine, SCOPE) as one, open_session(engine, SCOPE) as other:
        backends = [session.scalar(text("select pg_backend_pid()")) for session in (one, other)]
    with psycopg.connect(databases.servers.superuser_url, autocommit=True) as superuser:
        for backend in backends:
            superuser.execute("select pg_terminate_backend(%s, 5000)", [backend])
    with open_session(engine, SCOPE) as session:
        session.owe(ADD, ["after"])
    assert words(engine) == ["after"]
