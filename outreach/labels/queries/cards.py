"""The lines of a result list: one statement for what memory does not hold, the rest from the snapshot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.labels.models import GradeCheck, ProductName, Registration
from outreach.labels.queries.registry import STATUSES, MetricItem
from outreach.labels.queries.results import ProductCard
from outreach.labels.queries.snapshot import CatalogueSnapshot, Rows

_RECORDS: Final = sa.select(
    Registration.id,
    Registration.number,
    Registration.model,
    ProductName.name,
    Registration.computed_grade_id,
    Registration.grade_check,
    Registration.water_use,
    Registration.water_metric_id,
).outerjoin(ProductName, ProductName.id == Registration.product_name_id)

#: Reads the cards of these registrations, in their order; those that are gone since are left out.
CardReader = Callable[[Session, Sequence[int]], tuple[ProductCard, ...]]
#: What every registration of a class shares, ready to print; what every figure of a metric shares.
Shared = dict[str, Any]


class CardMaker:
    """Makes the cards of one snapshot, and keeps what many of them share."""

    def __init__(self, snapshot: CatalogueSnapshot) -> None:
        self._snapshot = snapshot
        self._classes: dict[int, Shared] = {}
        self._statements: dict[tuple[str, int], tuple[str, tuple[str, ...]]] = {}
        self._metrics: dict[int | None, Shared] = {None: _metric(None)}
        for metric in snapshot.registry.metrics.all:
            self._metrics[metric.id] = _metric(metric)

    def reader(self, *parts: Rows) -> CardReader:
        """A call that reads cards of these rows by their registrations' ids, in the order that is asked for."""
        rows = np.concatenate(parts)

        def read(session: Session, ids: Sequence[int]) -> tuple[ProductCard, ...]:
            places = dict(zip(self._snapshot.ids[rows].tolist(), rows.tolist(), strict=True))
            return self.cards(session, np.array([places[number] for number in ids], np.int32))

        return read

    def cards(self, session: Session, rows: Rows) -> tuple[ProductCard, ...]:
        """Cards of ``rows`` in their order; a registration that was deleted since the snapshot is left out."""
        if not len(rows):
            return ()
        ids: list[int] = self._snapshot.ids[rows].tolist()
        records = {record[0]: record for record in self._records(session.connection(), ids)}
        snapshot = self._snapshot
        columns: list[list[int]] = [
            column[rows].tolist()
            for column in (
                snapshot.days,
                snapshot.classes.row_class,
                snapshot.units["makers"].codes,
                snapshot.units["brands"].codes,
            )
        ]
        return tuple(
            self._card(records[number], *codes)
            for number, *codes in zip(ids, *columns, strict=True)
            if number in records
        )

    def _records(self, connection: sa.Connection, ids: list[int]) -> Sequence[Any]:
        """The records with these ids. The statement is kept as text: to build it again costs as much as to run it."""
        key = (connection.dialect.name, len(ids))
        if key not in self._statements:
            query = _RECORDS.where(Registration.id.in_(ids))
            compiled = query.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
            self._statements[key] = (str(compiled), () if compiled.positional else tuple(compiled.params))
        sql, names = self._statements[key]
        parameters: Any = dict(zip(names, ids, strict=True)) if names else tuple(ids)
        return connection.exec_driver_sql(sql, parameters).all()

    def _card(self, record: Sequence[Any], day: int, place: int, maker: int, brand: int) -> ProductCard:
        registration_id, number, model, name, computed, check, water_use, metric = record
        snapshot = self._snapshot
        grades = snapshot.registry.grades
        differs = check == GradeCheck.DIFFERS and computed in grades.by_id
        maker_id, maker_name, short_name = snapshot.maker_names[maker - 1]
        return ProductCard(
            id=registration_id,
            number=number,
            model=model,
            product_name=name or "",
            maker_id=maker_id,
            maker_name=maker_name,
            maker_short_name=short_name,
            brand_name=snapshot.axes["brands"].labels[brand - 1][0] if brand else "",
            differing_grade=grades[grades.by_id[computed]].label if differs else None,
            announced_on=date.fromordinal(day) if day else None,
            water_use=water_use,
            is_demo=snapshot.is_demo,
            **self._shared(place),
            **self._metrics.get(metric, self._metrics[None]),
        )

    def _shared(self, place: int) -> Shared:
        if place not in self._classes:
            self._classes[place] = _class(self._snapshot, place)
        return self._classes[place]


def _class(snapshot: CatalogueSnapshot, place: int) -> Shared:
    """The small tables' words for the rows of a class."""
    codes = {field: int(column[place]) for field, column in snapshot.classes.columns.items()}
    registry = snapshot.registry
    category = registry.categories[codes["categories"]]
    scheme = registry.schemes[codes["schemes"]]
    edition = registry.editions[codes["editions"]]
    return {
        "category_code": category.code,
        "category_name": category.name,
        "category_name_en": category.name_en,
        "scheme_code": scheme.code,
        "scheme_name": scheme.name,
        "scheme_name_en": scheme.name_en,
        "edition_code": edition.code,
        "standard_no": edition.standard_no,
        "declared_grade": registry.grades[codes["grades"]].label if codes["grades"] else None,
        "status": STATUSES[codes["statuses"] - 1].value,
    }


def _metric(metric: MetricItem | None) -> Shared:
    return {
        "water_metric_code": metric.code if metric else "",
        "water_metric_name": metric.name if metric else "",
        "water_metric_name_en": metric.name_en if metric else "",
        "water_unit": metric.unit if metric else "",
        "water_unit_en": metric.unit_en if metric else "",
        "water_decimals": metric.decimals if metric else 0,
    }
