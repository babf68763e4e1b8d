"""Read the published registrations into a ``CatalogueSnapshot``: three passes over the table, in pieces."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from outreach.core.search.outbox import generation
from outreach.labels.models import Registration, RegistrationStatus
from outreach.labels.queries.axes import class_axes, list_maker_aliases, list_maker_names, unit_axes
from outreach.labels.queries.columns import Column, Columns, UnknownCode, list_rows_by_id, read_columns, read_keys
from outreach.labels.queries.published import is_demo_shown
from outreach.labels.queries.registry import STATUSES, Registry, load_registry
from outreach.labels.queries.snapshot import (
    CLASS_FIELDS,
    UNIT_FIELDS,
    CatalogueSnapshot,
    Classes,
    ClassSorted,
    Codes,
    Rows,
    Units,
)

#: How often the load starts again when somebody writes meanwhile, before it takes what it has.
ATTEMPTS: Final = 3
#: Rank of what has no grade: behind every grade.
NO_RANK: Final = 99


def load_snapshot(session: Session) -> CatalogueSnapshot:
    """Read everything. Not every database shows one moment to all statements, so a write meanwhile starts it again.

    The snapshot carries the token from before its load: when in doubt it counts as stale and is read again.
    """
    for _attempt in range(ATTEMPTS - 1):
        token = generation(session, "labels")
        with suppress(UnknownCode):
            snapshot = _load(session, token)
            if generation(session, "labels") == token:
                return snapshot
    return _load(session, generation(session, "labels"))


def _load(session: Session, token: str) -> CatalogueSnapshot:
    registry = load_registry(session)
    is_demo = is_demo_shown(session)
    columns = read_columns(session, registry, is_demo=is_demo)
    order = _by_relevance(columns, registry)
    columns = {name: column[order] for name, column in columns.items()}
    row_by_id = list_rows_by_id(columns["ids"])
    units = {field: _units(columns[field]) for field in ("makers", "brands", "names")}
    models = read_keys(session, Registration.model_key, row_by_id)
    years, columns["years"] = _years(columns["days"])
    maker_names = list_maker_names(session, units["makers"])
    classes = _classes(columns)
    axes = class_axes(registry, years) | unit_axes(session, units, maker_names)
    return CatalogueSnapshot(
        generation=token,
        is_demo=is_demo,
        registry=registry,
        axes=axes,
        ids=columns["ids"],
        maker_names=maker_names,
        classes=classes,
        days=columns["days"],
        units=units,
        by_class={field: ClassSorted(units[field].codes, classes, len(units[field].counts)) for field in UNIT_FIELDS},
        orders=_orders(columns, registry) | {"model": models.rows},
        models=models,
        chinese_models=models.chinese(),
        numbers=read_keys(session, Registration.number_key, row_by_id),
        maker_aliases=list_maker_aliases(session, units["makers"]),
    )


def _ranks(columns: Columns, registry: Registry) -> NDArray[np.int64]:
    ranks = np.full(registry.grades.size, NO_RANK, np.int64)
    for code, grade in enumerate(registry.grades.all, 1):
        ranks[code] = grade.label.rank
    return ranks[columns["grades"]]


def _by_relevance(columns: Columns, registry: Registry) -> NDArray[np.intp]:
    """Listed first, then the better grade of its own edition, then the newest, then the lower id."""
    is_unlisted = columns["statuses"] != STATUSES.index(RegistrationStatus.LISTED) + 1
    return np.lexsort((-columns["days"], _ranks(columns, registry), is_unlisted))


def _orders(columns: Columns, registry: Registry) -> dict[str, Rows]:
    """Ties keep the order of relevance. Rows without the figure stand last."""
    water = columns["water"]
    by_water = np.lexsort((water, columns["metrics"], columns["categories"], np.isnan(water)))
    by_grade = np.lexsort((_ranks(columns, registry), columns["editions"]))
    by_day = np.argsort(-columns["days"], kind="stable")
    by_relevance = np.arange(len(water), dtype=np.int32)
    return {"relevance": by_relevance, "water": _rows(by_water), "grade": _rows(by_grade), "date": _rows(by_day)}


def _rows(order: NDArray[np.intp]) -> Rows:
    return order.astype(np.int32)


def _smallest(codes: Column, size: int) -> Codes:
    smallest: Codes = codes.astype(np.min_scalar_type(size))
    return smallest


def _units(ids: Column) -> Units:
    distinct, places = np.unique(ids, return_inverse=True)
    has_none = len(distinct) > 0 and distinct[0] == 0
    codes = places if has_none else places + 1
    return Units(distinct[int(has_none) :].astype(np.int64), _smallest(codes, len(distinct) + 1))


def _years(days: Column) -> tuple[list[int], Codes]:
    """The years that occur, newest first, and each row's code."""
    distinct, places = np.unique(days, return_inverse=True)
    year_of_day = np.array([date.fromordinal(day).year if day else 0 for day in distinct.tolist()], np.int32)
    years = sorted({int(year) for year in year_of_day} - {0}, reverse=True)
    codes = {year: code for code, year in enumerate(years, 1)} | {0: 0}
    code_of_day = np.array([codes[int(year)] for year in year_of_day], np.intp)
    return years, _smallest(code_of_day[places] if len(distinct) else code_of_day, len(years) + 1)


def _classes(columns: Columns) -> Classes:
    key = np.zeros(len(columns["ids"]), np.int64)
    sizes = [int(columns[field].max(initial=0)) + 1 for field in CLASS_FIELDS]
    for field, size in zip(CLASS_FIELDS, sizes, strict=True):
        key = key * size + columns[field]
    distinct, places, counts = np.unique(key, return_inverse=True, return_counts=True)
    codes = np.unravel_index(distinct, sizes)
    return Classes(dict(zip(CLASS_FIELDS, codes, strict=True)), counts, _smallest(places, len(distinct)))
