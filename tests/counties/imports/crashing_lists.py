"""A process that imports one batch list after another in children, and kills each child at a random moment.

``python -m tests.counties.imports.crashing_lists FOLDER MOMENTS SEED``; the site comes from ``OUTREACH_*``. Each list
names some hundred counties and asks some questions. Prints one JSON line for each moment, and one for the last,
undisturbed import.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from outreach import create_app
from outreach.core.db import Base, db
from outreach.counties.imports.importing import ImportRequest, run_import
from outreach.counties.models import Batch, CountyImportRun, CountyUnit, NameReview, StageEvent, UnitKind
from tests.counties.imports.lists import line, write
from tests.labels.imports.crashing import kill_after

#: Counties in each list, and rows that nobody can place.
NAMED, ASKED = 200, 20


def make_file(app: Flask, folder: Path, number: int) -> Path:
    """List ``number``: counties that no other list names, in a batch of its own, and questions."""
    with app.app_context():
        named = sa.select(StageEvent.unit_id)
        query = sa.select(CountyUnit).where(
            CountyUnit.id.not_in(named), CountyUnit.kind == UnitKind.COUNTY, CountyUnit.prefecture_id.is_not(None)
        )
        units = db.session.scalars(query.order_by(CountyUnit.code).limit(NAMED)).all()
        places = [(unit.prefecture.name + unit.name, unit.province.name) for unit in units if unit.prefecture]
        db.session.close()
    rows = [line(name, province, str(10 + number)) for name, province in places]
    rows += [line(f"火星{index}县", "河北省", str(10 + number)) for index in range(ASKED)]
    return write(folder / f"list-{number}.{'xlsx' if number % 3 == 2 else 'csv'}", rows)


def import_in_child(app: Flask, path: Path) -> int:
    """Fork; the child imports ``path`` and ends. Returns its process id."""
    child = os.fork()
    if child:
        return child
    try:
        with app.app_context():
            run_import(db.session, ImportRequest(path))
            db.session.commit()
            db.session.close()
        os._exit(0)
    except BaseException as error:  # noqa: BLE001  # the child must never go on as a second parent
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(1)


def state(app: Flask) -> dict[str, Any]:
    """A digest of everything, and what must fit together."""
    with app.app_context(), db.engine.connect() as connection:
        digest = hashlib.sha256()
        for table in Base.metadata.sorted_tables:
            rows = connection.exec_driver_sql(f'SELECT * FROM "{table.name}"')  # raw: nothing needs decoding
            digest.update("".join(sorted(map(repr, rows))).encode())
        imported = StageEvent.import_run_id.is_not(None)
        found = {
            "digest": digest.hexdigest(),
            "runs": connection.scalar(sa.select(sa.func.count(CountyImportRun.id))),
            "events": connection.scalar(sa.select(sa.func.count(StageEvent.id)).where(imported)),
            "reviews": connection.scalar(sa.select(sa.func.count(NameReview.id))),
            "batches": connection.scalar(sa.select(sa.func.count(Batch.id)).where(Batch.number >= 10)),
        }
    with app.app_context():
        db.engine.dispose()
    return found


def main(folder: Path, moments: int, seed: int) -> None:
    app, chance = create_app(), random.Random(seed)
    started = time.monotonic()
    os.waitpid(import_in_child(app, make_file(app, folder, 0)), 0)
    duration = time.monotonic() - started
    number, before = 1, state(app)
    for moment in range(moments):
        path = make_file(app, folder, number)
        with app.app_context():
            db.engine.dispose()
        status, lasted = kill_after(import_in_child(app, path), duration * (moment + chance.random()) / moments)
        duration = duration if os.WIFSIGNALED(status) else min(duration, lasted)
        after = state(app)
        is_before = after["digest"] == before["digest"]
        tell({"was_killed": os.WIFSIGNALED(status), "is_before": is_before, "runs_before": before["runs"], **after})
        number += not is_before
        before = after
    path = make_file(app, folder, number)
    with app.app_context():
        db.engine.dispose()
    _pid, status = os.waitpid(import_in_child(app, path), 0)
    tell({"exit": status, **state(app)})


def tell(facts: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
