"""Fill our site with the generated register: through the real import, or straight into the tables when it is huge."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask

from bench.bulk import insert_rows
from bench.measure import stopwatch
from bench.register import Row
from bench.site import command, new_site
from outreach.core.db import checkpoint, db

#: Above this many rows the tables are filled directly: only search, memory and the rebuild are measured there.
IMPORTED_ROWS = 200_000
_FIELDS = ("number", "maker", "brand", "product_name", "model", "edition", "declared_grade", "announced_on", "status")


def load(folder: Path, rows: Sequence[Row]) -> tuple[Flask, dict[str, Any]]:
    """A site that holds ``rows`` with its index, and what filling it took."""
    app = new_site(folder)
    figures = _import(app, folder, rows) if len(rows) <= IMPORTED_ROWS else _insert(app, rows)
    with app.app_context():
        checkpoint(db.engine, folder)
    with stopwatch() as rebuilding:
        command(app, "search", "rebuild")
    figures["rebuild_s"] = rebuilding.seconds
    figures["site_mb"] = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    return app, figures


def _import(app: Flask, folder: Path, rows: Sequence[Row]) -> dict[str, Any]:
    """Import a file of the exchange format, and bring the index up to date with it."""
    file = folder / "register.csv"
    write_exchange_file(file, rows)
    with stopwatch() as importing:
        command(app, "labels", "import", str(file), "--source", "outreach")
    with stopwatch() as indexing:
        command(app, "search", "rebuild", "--if-needed")
    return {
        "import_s": importing.seconds,
        "index_s": indexing.seconds,
        "import_rows_per_s": len(rows) / (importing.seconds + indexing.seconds),
    }


def _insert(app: Flask, rows: Sequence[Row]) -> dict[str, Any]:
    with app.app_context(), stopwatch() as inserting:
        insert_rows(db.session, rows)
        db.session.commit()
    return {"bulk_insert_s": inserting.seconds}


def write_exchange_file(file: Path, rows: Sequence[Row]) -> None:
    """The rows in our exchange format, with one figure each in the column of its metric."""
    metrics = sorted({row.metric for row in rows})
    with file.open("w", encoding="utf-8", newline="") as output:
        writer = csv.writer(output)
        writer.writerow((*_FIELDS, *metrics))
        for row in rows:
            figures = [row.value if metric == row.metric else "" for metric in metrics]
            day = row.announced_on.isoformat()
            fields = (row.number, row.maker, row.brand, row.name, row.model, row.edition, row.grade, day, row.status)
            writer.writerow((*fields, *figures))
