"""The generated rows written straight into the registry's tables, for sizes where an import would only cost patience.

The tables are the real ones and the standards are loaded; what an import adds beside (checks, remarks, the computed
grade) is left out, because no search looks at it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.flat import grade_value
from bench.register import Row
from outreach.core.clock import now
from outreach.core.db import Base
from outreach.core.search.outbox import record_reload, touch_generation
from outreach.core.search.text import code_key, fold
from outreach.labels.models import (
    Brand,
    Category,
    Edition,
    Grade,
    GradeCheck,
    ImportRun,
    Maker,
    MeasuredValue,
    Metric,
    ProductName,
    Registration,
    RegistrationStatus,
    Scheme,
)
from outreach.labels.rules.makers import short_name

BATCH = 20_000
TEXT_KINDS = ("label-maker", "label-brand", "label-product-name")


def insert_rows(session: Session, rows: Sequence[Row]) -> None:
    """Write all rows; the caller commits and rebuilds the index."""
    run_id = _insert_run(session, len(rows))
    makers = _insert_names(session, Maker, (row.maker for row in rows), lambda name: {"short_name": short_name(name)})
    brands = _insert_names(session, Brand, (row.brand for row in rows))
    names = _insert_names(session, ProductName, (row.name for row in rows))
    ids = {model: _ids_by_code(session, model) for model in (Scheme, Category, Edition, Metric)}
    grades = _grade_ids(session)
    written_at = now()

    def registration(row: Row) -> dict[str, Any]:
        key = code_key(row.model)
        return {
            "id": row.id,
            "number": row.number,
            "number_key": code_key(row.number),
            "scheme_id": ids[Scheme][row.scheme],
            "edition_id": ids[Edition][row.edition],
            "category_id": ids[Category][row.category],
            "maker_id": makers[row.maker],
            "brand_id": brands[row.brand],
            "product_name_id": names[row.name],
            "model": row.model,
            "model_key": key,
            "declared_grade_id": grades[grade_value(row)],
            "grade_check": GradeCheck.NOT_COMPUTABLE,
            "announced_on": row.announced_on,
            "status": RegistrationStatus(row.status),
            "water_use": row.water_use,
            "water_metric_id": None if row.water_use is None else ids[Metric][row.metric],
            "raw": {"number": row.number, "model": row.model, "maker": row.maker, "grade": row.grade},
            "run_id": run_id,
            "row_number": row.id + 1,
            "updated_at": written_at,
        }

    def measured(row: Row) -> dict[str, Any]:
        metric_id = ids[Metric][row.metric]
        return {"registration_id": row.id, "metric_id": metric_id, "value": row.value, "raw_text": str(row.value)}

    _insert(session, Registration, map(registration, rows))
    _insert(session, MeasuredValue, map(measured, rows))
    for kind in TEXT_KINDS:
        record_reload(session, kind)
    touch_generation(session, "labels")


def _insert(session: Session, model: type[Base], values: Iterable[dict[str, Any]]) -> None:
    for batch in _batches(values):
        session.execute(sa.insert(model).inline(), batch)


def _batches(values: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for value in values:
        batch.append(value)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _insert_names(
    session: Session,
    model: type[Base],
    names: Iterable[str],
    more: Callable[[str], dict[str, Any]] = lambda _name: {},
) -> dict[str, int]:
    """Write each name once; returns their ids."""
    ids = {name: number for number, name in enumerate(dict.fromkeys(names), 1)}
    rows = ({"id": id_, "name": name, "name_key": fold(name), **more(name)} for name, id_ in ids.items())
    _insert(session, model, rows)
    return ids


def _insert_run(session: Session, size: int) -> int:
    counts = {"rows_total": size, "rows_accepted": size, "registrations_added": size}
    zeros = ("rows_remarked", "rows_refused", "registrations_updated", "registrations_unchanged")
    run = ImportRun(
        source="outreach",
        file_name="generated",
        sha256="0" * 64,
        imported_at=now(),
        registrations_delisted=0,
        **counts,
        **dict.fromkeys(zeros, 0),
    )
    session.add(run)
    session.flush()
    return run.id


def _ids_by_code(session: Session, model: type[Any]) -> dict[str, int]:
    return {code: id_ for id_, code in session.execute(sa.select(model.id, model.code))}


def _grade_ids(session: Session) -> dict[str, int]:
    statement = sa.select(Grade.id, Edition.code, Grade.code).join(Edition, Edition.id == Grade.edition_id)
    return {f"{edition}:{grade}": id_ for id_, edition, grade in session.execute(statement)}
