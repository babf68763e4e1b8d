"""Whole registrations as plain data, many at once: what the JSON downloads and the product's own JSON hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from outreach.labels.models import (
    Brand,
    Category,
    Edition,
    Grade,
    ImportRun,
    Maker,
    MeasuredValue,
    Metric,
    ProductName,
    Registration,
    Scheme,
    Subtype,
)

#: Registrations read by one pair of statements.
CHUNK: Final = 500

Record = dict[str, Any]


def list_records(session: Session, ids: Sequence[int]) -> Iterator[Record]:
    """The registrations with these ids, in the order given; ids that are gone are left out."""
    for start in range(0, len(ids), CHUNK):
        chunk = [int(number) for number in ids[start : start + CHUNK]]
        values = _values(session, chunk)
        rows = {row[0]: row for row in session.execute(_rows().where(Registration.id.in_(chunk)))}
        yield from (_record(rows[number], values[number]) for number in chunk if number in rows)


def _rows() -> sa.Select[*tuple[Any, ...]]:
    declared, computed, water = aliased(Grade), aliased(Grade), aliased(Metric)
    return (
        sa.select(
            Registration.id,
            Registration.number,
            Scheme.code.label("scheme"),
            Category.code.label("category"),
            Category.name.label("category_name"),
            Subtype.code.label("subtype"),
            Maker.name.label("maker"),
            Brand.name.label("brand"),
            ProductName.name.label("product_name"),
            Registration.model,
            Edition.code.label("edition"),
            Edition.standard_no,
            declared.code.label("declared_grade"),
            computed.code.label("computed_grade"),
            Registration.grade_check,
            Registration.announced_on,
            Registration.status,
            Registration.water_use,
            water.unit.label("water_unit"),
            ImportRun.source,
            ImportRun.file_name.label("source_file"),
            ImportRun.as_of_on.label("source_as_of_on"),
            Registration.row_number.label("source_row"),
            Registration.is_demo,
        )
        .join(Scheme, Scheme.id == Registration.scheme_id)
        .join(Category, Category.id == Registration.category_id)
        .join(Edition, Edition.id == Registration.edition_id)
        .join(Maker, Maker.id == Registration.maker_id)
        .join(ImportRun, ImportRun.id == Registration.run_id)
        .outerjoin(Subtype, Subtype.id == Registration.subtype_id)
        .outerjoin(Brand, Brand.id == Registration.brand_id)
        .outerjoin(ProductName, ProductName.id == Registration.product_name_id)
        .outerjoin(declared, declared.id == Registration.declared_grade_id)
        .outerjoin(computed, computed.id == Registration.computed_grade_id)
        .outerjoin(water, water.id == Registration.water_metric_id)
    )


def _values(session: Session, ids: Sequence[int]) -> defaultdict[int, Record]:
    """Measured values by registration, then by metric, in the order of the metrics."""
    query = (
        sa.select(
            MeasuredValue.registration_id,
            Metric.code,
            Metric.name,
            MeasuredValue.value,
            Metric.unit,
            MeasuredValue.raw_text,
        )
        .join(Metric, Metric.id == MeasuredValue.metric_id)
        .where(MeasuredValue.registration_id.in_(ids))
        .order_by(MeasuredValue.registration_id, Metric.position, Metric.id)
    )
    found: defaultdict[int, Record] = defaultdict(dict)
    for owner, code, name, value, unit, raw_text in session.execute(query):
        found[owner][code] = {"name": name, "value": value, "unit": unit, "raw_text": raw_text}
    return found


def _record(row: sa.Row[*tuple[Any, ...]], values: Record) -> Record:
    return {**{key: value for key, value in row._mapping.items() if key != "id"}, "values": values}


def list_metrics(session: Session) -> list[Metric]:
    """All metrics in their order."""
    return list(session.scalars(sa.select(Metric).order_by(Metric.position, Metric.id)))
