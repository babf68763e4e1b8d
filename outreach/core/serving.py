"""What a process does before and while it serves, and the built-in server for one machine without a proxy."""

from __future__ import annotations

import atexit
import re
import signal
import sqlite3
import threading
from collections.abc import Sequence
from typing import Any, NoReturn

import structlog
from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask

from outreach.config import Settings
from outreach.core import chores, migrations, security
from outreach.core.db import SQLITE_SAFE_WAL, checkpoint, db
from outreach.core.jobs.worker import Worker

THREADS = 8
CONNECTIONS = 500
IDLE_SECONDS = 60
#: The server refuses longer bodies before it reads them; shorter ones get the application's page.
LONGEST_READ_BODY = 16 * 1024 * 1024
CHECKPOINT_SECONDS = 30
#: A log below this is not worth a checkpoint.
CHECKPOINT_BYTES = 4 * 1024 * 1024

_TRANSFER_ENCODING = re.compile(rb"(?im)^transfer-encoding[ \t]*:(.*)$")
_CONTENT_LENGTH = re.compile(rb"(?im)^content-length[ \t]*:")

log = structlog.get_logger("outreach.serving")


class Housekeeping(threading.Event):
    """What runs beside the requests of a process; setting the event ends it, and gives the job in hand back."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self._chores = chores.chores(app)
        self._worker = Worker(app)

    def start(self) -> None:
        """Begin with chores and jobs. A process that ends in order stops them first."""
        self._chores.start()
        self._worker.start()
        atexit.register(self.set)

    def set(self) -> None:
        atexit.unregister(self.set)
        super().set()
        self._chores.stop()
        self._worker.stop()


def begin(app: Flask) -> threading.Event:
    """Say what an operator must know, and start the housekeeping of a serving process; setting the event ends it."""
    stopped = Housekeeping(app)
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        engine = db.engine
        if not migrations.is_current(engine):
            log.warning("schema_differs", remedy="flask --app app db upgrade")
    stopped.start()
    if not settings.is_sqlite:
        return stopped
    if sqlite3.sqlite_version_info < SQLITE_SAFE_WAL:
        log.warning(
            "sqlite_has_wal_reset_fault",
            version=sqlite3.sqlite_version,
            fixed_in=".".join(map(str, SQLITE_SAFE_WAL)),
            measure="automatic checkpoints are off; one process at a time folds the log, behind a file lock",
        )

    def keep_log_short() -> None:
        path = settings.data_path / f"{engine.url.database}-wal"
        while not stopped.wait(CHECKPOINT_SECONDS):
            if path.exists() and path.stat().st_size > CHECKPOINT_BYTES:
                _fold_log(engine, settings)

    threading.Thread(target=keep_log_short, name="checkpoints", daemon=True).start()
    return stopped


def _fold_log(engine: Any, settings: Settings) -> None:
    try:
        checkpoint(engine, settings.data_path)
    except Exception:  # the next turn tries again; the thread must not end
        log.exception("checkpoint_failed")


class StrictParser(HTTPRequestParser):
    """Refuses a body whose end can be read in two ways: a proxy may have read the other one."""

    def parse_header(self, header_plus: bytes) -> None:
        codings = _TRANSFER_ENCODING.findall(header_plus)
        is_ambiguous = len(codings) > 1 or any(b"," in coding for coding in codings)
        if is_ambiguous or (codings and _CONTENT_LENGTH.search(header_plus)):
            raise ParsingError("Ambiguous length")
        super().parse_header(header_plus)  # type: ignore[no-untyped-call]  # waitress has no types


def channel_with(headers: Sequence[tuple[str, str]]) -> type[HTTPChannel]:
    """Connections whose refusals of what cannot even be parsed carry the headers of every other answer."""

    class PlainRefusal(ErrorTask):
        def execute(self) -> None:
            self.response_headers.extend([*headers, ("Cache-Control", "no-store")])
            super().execute()  # type: ignore[no-untyped-call]  # waitress has no types

    class Channel(HTTPChannel):
        parser_class = StrictParser
        error_task_class = PlainRefusal

    return Channel


def serve(app: Flask, *, hosts: Sequence[str], port: int) -> None:
    """Serve until SIGTERM or Ctrl-C; requests in hand are finished."""
    settings: Settings = app.config["SETTINGS"]
    begin(app)
    servers: dict[int, Any] = {}
    server = create_server(
        app,
        map=servers,
        listen=" ".join(f"{host}:{port}" for host in hosts),
        threads=THREADS,
        connection_limit=CONNECTIONS,
        channel_timeout=IDLE_SECONDS,
        max_request_body_size=LONGEST_READ_BODY,
        clear_untrusted_proxy_headers=settings.trusted_proxies == "0",
        ident="",
        asyncore_use_poll=True,
    )
    for one in servers.values():
        if isinstance(one, BaseWSGIServer):
            one.channel_class = channel_with(security.headers(settings))
    signal.signal(signal.SIGTERM, _stop)
    log.info("serving", addresses=[f"http://{host}:{port}" for host in hosts])
    server.run()


def _stop(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(0)
