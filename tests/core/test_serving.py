"""Serving: what an operator is told at start, how the log is kept short, and how the process ends."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path

import pytest
from flask import Flask

from outreach.core import serving
from outreach.core.db import db
from tests.servers import running_site
from tests.sites import SiteMaker


def events(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    return {line["event"]: line for line in lines}


@pytest.mark.parametrize(("version", "is_warned"), [((3, 51, 2), True), ((3, 51, 3), False)])
def test_o10_an_sqlite_with_the_log_fault_is_named_with_what_is_done_about_it(
    make_site: SiteMaker,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    version: tuple[int, int, int],
    is_warned: bool,
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    serving.begin(make_site()).set()
    warning = events(capsys).get("sqlite_has_wal_reset_fault")
    assert (warning is not None) == is_warned
    if warning:
        assert warning["fixed_in"] == "3.51.3"
        assert "one process at a time" in warning["measure"]


def test_o10_a_pending_migration_is_named(make_site: SiteMaker, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site()
    serving.begin(site).set()
    assert "db upgrade" in events(capsys)["schema_differs"]["remedy"]
    with site.app_context():
        site.test_cli_runner().invoke(args=["db", "upgrade"])
    capsys.readouterr()
    serving.begin(site).set()
    assert "schema_differs" not in events(capsys)


def test_a_long_log_is_folded_into_the_database(make_site: SiteMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "CHECKPOINT_SECONDS", 0.05)
    monkeypatch.setattr(serving, "CHECKPOINT_BYTES", 50_000)
    site = make_site()
    with site.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE note (text VARCHAR)")
        connection.exec_driver_sql("INSERT INTO note VALUES (?)", ("x" * 400_000,))
    log = _log_of(site)
    assert log.stat().st_size > 400_000
    stopped = serving.begin(site)
    deadline = time.monotonic() + 10
    while log.stat().st_size and time.monotonic() < deadline:
        time.sleep(0.05)
    stopped.set()
    assert log.stat().st_size == 0


def _log_of(site: Flask) -> Path:
    with site.app_context():
        return Path(f"{db.engine.url.database}-wal")


@pytest.mark.parametrize(
    ("head", "is_refused"),
    [
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n", False),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n", False),
        (b"POST / HTTP/1.1\r\nHost: a\r\nX-Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", False),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n", True),
        (b"POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: chunked\r\nCONTENT-LENGTH: 1\r\n", True),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n", True),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", True),
    ],
)
def test_h06_a_body_with_two_lengths_is_refused(head: bytes, is_refused: bool) -> None:
    from waitress.adjustments import Adjustments

    parser = serving.StrictParser(Adjustments())
    if is_refused:
        with pytest.raises(serving.ParsingError, match="Ambiguous"):
            parser.parse_header(head)
    else:
        parser.parse_header(head)
        assert parser.body_rcv is not None


def test_a_second_start_has_nothing_to_prepare_and_sigterm_ends_it_in_order(tmp_path: Path) -> None:
    with running_site(tmp_path) as first:
        first.get("/labels/")
    assert first.process.returncode == 0
    secret = (first.data_path / "secret").read_bytes()
    with running_site(tmp_path) as second:
        assert second.get("/labels/").status == 200
        log = second.log()
    assert second.process.returncode == 0
    assert "Running upgrade" not in log
    assert "assets_built" not in log
    assert "已载入演示数据" not in log
    assert (second.data_path / "secret").read_bytes() == secret
