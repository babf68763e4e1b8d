"""The database: declarative base, column vocabulary, and how connections to SQLite and PostgreSQL behave.

SQLite runs in WAL mode with foreign keys on. Safe requests open deferred transactions; everything else opens
``BEGIN IMMEDIATE``, because a transaction that reads first and then writes fails at once under contention.
SQLite before 3.51.3 can corrupt the log when two connections checkpoint together, so automatic checkpoints are off
and ``checkpoint`` is the only one, behind a file lock.
"""

from __future__ import annotations

import fcntl
import inspect
import json
import sqlite3
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
import structlog
from flask.sansio.app import App
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_MS = 5000
#: First SQLite release without the WAL-reset fault.
SQLITE_SAFE_WAL = (3, 51, 3)

#: ``IMMEDIATE`` or ``DEFERRED``: how the next SQLite transaction begins. Safe requests set ``DEFERRED``.
transaction_mode: ContextVar[str] = ContextVar("transaction_mode", default="IMMEDIATE")
#: Longest statement on PostgreSQL, in seconds; 0: no limit. Requests set it, commands do not.
statement_seconds: ContextVar[int] = ContextVar("statement_seconds", default=0)
#: Longest wait for a lock on PostgreSQL while a visitor waits, in milliseconds.
LOCK_TIMEOUT_MS = 2000
CONNECT_TIMEOUT_S = 3

log = structlog.get_logger("outreach.db")


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """Aware UTC moments on every database (SQLite itself stores them without a zone)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


#: Made once: ``json.dumps`` with other than its own settings makes an encoder for every value.
_encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class JsonText(sa.types.TypeDecorator[Any]):
    """A small JSON value kept as text in the same spelling on every database: keys in order, Chinese readable."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else _encode_json(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        return None if value is None else json.loads(value)


def ordered_text(length: int) -> sa.types.TypeEngine[str]:
    """Text that sorts and ranges by code point on every database, for keys that are searched by prefix."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


class Base(DeclarativeBase):
    """Parent of all models: naming of constraints, and how Python types become columns."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UtcDateTime,
        date: sa.Date,
        Enum: sa.Enum(Enum, native_enum=False, length=32, values_callable=lambda kind: [item.value for item in kind]),
        dict[str, Any]: JsonText,
        list[Any]: JsonText,
    }


IntPk = Annotated[int, mapped_column(primary_key=True)]
Code = Annotated[str, mapped_column(sa.String(64))]
Name = Annotated[str, mapped_column(sa.String(300))]
LongText = Annotated[str, mapped_column(sa.Text)]


class Database(SQLAlchemy):
    """Flask-SQLAlchemy-Lite without its asynchronous half, which starts a thread at the end of every request."""

    def init_app(self, app: App) -> None:
        super().init_app(app)
        app.teardown_appcontext_funcs = [
            patient(close) for close in app.teardown_appcontext_funcs if not inspect.iscoroutinefunction(close)
        ]


def patient(close: Callable[[BaseException | None], Any]) -> Callable[[BaseException | None], Any]:
    """``close``, which takes nothing from an answer that is ready: the connection may break after the last statement.

    What was to be kept is committed by then, and the pool has thrown the connection away.
    """

    def close_patiently(error: BaseException | None) -> None:
        try:
            close(error)
        except sa.exc.DBAPIError as broken:
            if not broken.connection_invalidated:
                raise
            log.warning("connection_lost_after_answer", reason=type(broken.orig).__name__)

    return close_patiently


db = Database()


def is_sqlite(engine: Engine | Connection) -> bool:
    return engine.dialect.name == "sqlite"


def engine_options(url: str) -> dict[str, Any]:
    """How to create the engine of a database address. Parameters stay out of error texts and so out of the logs."""
    options: dict[str, Any] = {"url": url, "hide_parameters": True}
    if not url.startswith("sqlite"):
        patience = {"connect_timeout": CONNECT_TIMEOUT_S, "keepalives_idle": 10, "tcp_user_timeout": 10_000}
        options |= {"pool_pre_ping": True, "pool_size": 10, "pool_timeout": CONNECT_TIMEOUT_S, "connect_args": patience}
    return options


def prepare_engine(engine: Engine) -> None:
    """Attach the connection rules above to a new engine. Call once per engine, before the first connection."""
    (_prepare_sqlite if is_sqlite(engine) else _prepare_postgresql)(engine)


def _prepare_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "checkout")
    def _limit(connection: Any, record: Any, _proxy: object) -> None:
        seconds = statement_seconds.get()
        if record.info.get("statement_seconds", 0) == seconds:
            return
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {int(seconds) * 1000}")
            cursor.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS if seconds else 0}")
        connection.commit()
        record.info["statement_seconds"] = seconds


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
            "synchronous=FULL",
            "temp_store=MEMORY",
            "cache_size=-65536",
            "wal_autocheckpoint=0",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        statement = f"BEGIN {transaction_mode.get()}"
        try:
            # The driver's own call is ten times as fast as SQLAlchemy's.
            connection.connection.driver_connection.execute(statement)  # type: ignore[union-attr]  # is open here
        except sqlite3.OperationalError as error:
            raise sa.exc.OperationalError(statement, None, error) from error


def checkpoint(engine: Engine, data_path: Path) -> bool:
    """Fold SQLite's log into the database file. False when another process is doing it (nothing lost then)."""
    if not is_sqlite(engine):
        return True
    data_path.mkdir(parents=True, exist_ok=True)
    with (data_path / "checkpoint.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        connection = engine.raw_connection()  # the driver's own: SQLAlchemy would begin a transaction first
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
    return True
