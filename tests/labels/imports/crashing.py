"""A process that imports one register after another in children, and kills each child at a random moment.

``python -m tests.labels.imports.crashing FOLDER MOMENTS ROWS SEED``; the site comes from ``OUTREACH_*``. Files are
numbered; each is a newer state of the same register. Prints one JSON line for each moment, and one for the last,
undisturbed import.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from outreach import create_app
from outreach.core.db import Base, db, is_sqlite
from outreach.core.search.indexer import catch_up, differences
from outreach.labels.actions import imports
from outreach.labels.imports.importing import ImportRequest, run_import
from outreach.labels.imports.sources import SOURCES
from outreach.labels.models import ImportRun, MeasuredValue, Registration, RegistrationEvent
from tests.labels.imports.registers import filings, write

#: So that even a small register is written in many pieces.
CHUNK = 500
#: Figures in every row of ``filings``.
FIGURES = 7


def make_file(folder: Path, number: int, rows: int) -> Path:
    """State ``number`` of the register: a tenth is new, a tenth is gone, a tenth has changed. Every third is XLSX."""
    step = rows // 10
    listed = filings(rows + number * step)[number * step :]
    for row in listed[number % 10 :: 10]:
        row["Water Consumption (L)"] = str(8 + number / 10)
    suffix = "xlsx" if number % 3 == 2 else "csv"
    return write(folder / f"register-2026-{number // 28 + 1:02}-{number % 28 + 1:02}.{suffix}", listed)


def import_in_child(app: Flask, path: Path) -> int:
    """Fork; the child imports ``path`` and ends. Returns its process id."""
    child = os.fork()
    if child:
        return child
    try:
        with app.app_context():
            run_import(db.session, ImportRequest(path, SOURCES["cn-waterlabel"]))
            db.session.commit()
            db.session.close()
        os._exit(0)
    except BaseException as error:  # noqa: BLE001  # the child must never go on as a second parent
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(1)


def kill_after(child: int, seconds: float) -> tuple[int, float]:
    """Kill ``child`` after ``seconds`` unless it has ended by itself. Returns its status and how long it lived."""
    started = time.monotonic()
    while (lived := time.monotonic() - started) < seconds:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return status, lived
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1], lived


def state(app: Flask) -> dict[str, Any]:
    """A digest of everything, and what must fit together."""
    with app.app_context(), db.engine.connect() as connection:
        digest = hashlib.sha256()
        for table in Base.metadata.sorted_tables:
            rows = connection.exec_driver_sql(f'SELECT * FROM "{table.name}"')  # raw: nothing needs decoding
            digest.update("".join(sorted(map(repr, rows))).encode())
        newest = connection.execute(sa.select(ImportRun.__table__).order_by(ImportRun.id.desc()).limit(1)).first()
        registrations = _count(connection, Registration.id)
        found = {
            "digest": digest.hexdigest(),
            "runs": _count(connection, ImportRun.id),
            "registrations": registrations,
            "on_newest_run": _count(connection, Registration.id, Registration.run_id == (newest.id if newest else 0)),
            "rows_of_newest_run": newest.rows_total if newest else 0,
            "values_fit": _count(connection, MeasuredValue.value) == FIGURES * registrations,
            "all_have_events": registrations
            == connection.scalar(sa.select(sa.func.count(sa.distinct(RegistrationEvent.registration_id)))),
        }
        if is_sqlite(connection):
            found["integrity"] = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            found["foreign_keys"] = connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    with app.app_context():
        db.engine.dispose()
    return found


def _count(connection: sa.Connection, column: Any, *conditions: Any) -> int:
    return connection.scalar(sa.select(sa.func.count(column)).where(*conditions)) or 0


def main(folder: Path, moments: int, rows: int, seed: int) -> None:
    imports.CHUNK = CHUNK
    app, chance = create_app(), random.Random(seed)
    started = time.monotonic()
    os.waitpid(import_in_child(app, make_file(folder, 0, rows)), 0)
    duration = time.monotonic() - started
    number, before = 1, state(app)
    for moment in range(moments):
        path = make_file(folder, number, rows)
        child = import_in_child(app, path)
        status, lasted = kill_after(child, duration * (moment + chance.random()) / moments)
        duration = duration if os.WIFSIGNALED(status) else min(duration, lasted)
        after = state(app)
        is_before = after["digest"] == before["digest"]
        tell({"was_killed": os.WIFSIGNALED(status), "is_before": is_before, "runs_before": before["runs"], **after})
        number += not is_before
        before = after
    _pid, status = os.waitpid(import_in_child(app, make_file(folder, number, rows)), 0)
    with app.app_context():
        catch_up()
        tell({"exit": status, "index_differences": len(list(differences())), **state(app)})


def tell(facts: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
