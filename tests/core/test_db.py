"""How connections behave: who may write, for how long a statement may run, and what errors tell."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from outreach.core.db import db, patient, statement_seconds, transaction_mode
from tests.sites import SiteMaker


@pytest.fixture(autouse=True)
def _as_a_command() -> None:
    """Other tests' requests leave this thread as a request needs it."""
    transaction_mode.set("IMMEDIATE")
    statement_seconds.set(0)


@pytest.fixture
def sqlite_engine(make_site: SiteMaker) -> sa.Engine:
    with make_site().app_context():
        engine = db.engine
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE note (text VARCHAR)")
        return engine


def test_a_reader_does_not_wait_for_a_writer(sqlite_engine: sa.Engine) -> None:
    with sqlite_engine.begin() as writer:
        writer.exec_driver_sql("INSERT INTO note VALUES ('new')")
        transaction_mode.set("DEFERRED")
        with sqlite_engine.connect() as reader:
            assert reader.exec_driver_sql("SELECT count(*) FROM note").scalar() == 0


def test_a_writer_takes_its_turn_before_it_reads(sqlite_engine: sa.Engine) -> None:
    path = str(sqlite_engine.url.database)
    with (
        sqlite_engine.begin(),
        closing(sqlite3.connect(path, timeout=0)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("wal_autocheckpoint", 0)])
def test_every_sqlite_connection_has_the_settings(sqlite_engine: sa.Engine, pragma: str, value: object) -> None:
    with sqlite_engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_requests_set_how_transactions_begin(make_site: SiteMaker) -> None:
    seen: list[str] = []
    site = make_site()
    site.add_url_rule("/mode", "mode", lambda: seen.append(transaction_mode.get()) or "", methods=["GET", "POST"])
    site.test_client().get("/mode")
    site.test_client().head("/mode")
    site.test_client().post("/mode")
    assert seen == ["DEFERRED", "DEFERRED", "IMMEDIATE"]


def test_an_error_text_does_not_hold_what_was_stored(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection, pytest.raises(Exception, match="hidden") as refusal:
        connection.execute(sa.text("SELECT * FROM no_such_table WHERE phone = :phone"), {"phone": "13812345678"})
    assert "13812345678" not in str(refusal.value)


def test_a_statement_ends_after_its_time_where_a_visitor_waits(postgresql_url: str, make_site: SiteMaker) -> None:
    site = make_site(database_url=postgresql_url)
    with site.app_context():
        statement_seconds.set(1)
        with db.engine.connect() as connection, pytest.raises(OperationalError, match="timeout"):
            connection.exec_driver_sql("SELECT pg_sleep(5)")
        statement_seconds.set(0)
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "0"


def test_a_connection_that_breaks_after_the_last_statement_takes_nothing_from_the_answer(
    postgresql_url: str, make_site: SiteMaker
) -> None:
    site = make_site(database_url=postgresql_url)

    def read() -> str:
        process = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
        with db.engine.connect() as other:
            other.execute(sa.text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})
        return "read"

    site.add_url_rule("/read", "read", read)
    client = site.test_client()
    assert [client.get("/read").get_data(as_text=True) for _turn in range(3)] == ["read"] * 3


def test_other_faults_at_the_end_of_a_request_are_not_hidden() -> None:
    def close(_error: BaseException | None) -> None:
        raise OperationalError("ROLLBACK", {}, Exception("of another kind"))

    with pytest.raises(OperationalError):
        patient(close)(None)
