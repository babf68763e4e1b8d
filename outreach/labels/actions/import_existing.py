"""What the registry already holds under some numbers, in a form that a new row can be compared with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.labels.models import (
    Brand,
    GradeCheck,
    Maker,
    MeasuredValue,
    ProductName,
    Registration,
    RegistrationStatus,
)

#: Columns of ``Registration`` that a register's row decides, in the order of ``Content``.
CONTENT: Final = (
    "edition_id",
    "subtype_id",
    "maker_id",
    "brand_id",
    "product_name_id",
    "model",
    "declared_grade_id",
    "computed_grade_id",
    "grade_check",
    "announced_on",
)
Content = tuple[int, int | None, int, int | None, int | None, str, int | None, int | None, GradeCheck, date | None]


@dataclass(frozen=True, slots=True)
class Existing:
    """One registration as it is: ``names`` holds the words behind ids (maker, brand, product name).

    ``raw`` is its raw row as it is stored, not read: only whether it is the same matters.
    """

    id: int
    run_id: int
    status: RegistrationStatus
    content: Content
    names: Mapping[str, str]
    values: Mapping[int, float]
    raw: str = ""


def find_existing(session: Session, numbers: Iterable[str]) -> dict[str, Existing]:
    """The registrations with these numbers, by number."""
    query = (
        sa.select(
            Registration.number,
            Registration.id,
            Registration.run_id,
            Registration.status,
            *(getattr(Registration, name) for name in CONTENT),
            Maker.name.label("maker_name"),
            sa.func.coalesce(Brand.name, "").label("brand_name"),
            sa.func.coalesce(ProductName.name, "").label("product_name"),
            sa.type_coerce(Registration.raw, sa.Text).label("raw"),
        )
        .join(Maker, Maker.id == Registration.maker_id)
        .outerjoin(Brand, Brand.id == Registration.brand_id)
        .outerjoin(ProductName, ProductName.id == Registration.product_name_id)
        .where(Registration.number.in_(list(numbers)))
    )
    rows = session.execute(query).all()
    values = _values(session, [row.id for row in rows])
    return {row.number: _existing(row, values[row.id]) for row in rows}


def _existing(row: Any, values: Mapping[int, float]) -> Existing:
    names = {"maker": row.maker_name, "brand": row.brand_name, "product_name": row.product_name}
    content: Any = tuple(getattr(row, name) for name in CONTENT)
    return Existing(row.id, row.run_id, row.status, content, names, values, row.raw)


def _values(session: Session, ids: Sequence[int]) -> defaultdict[int, dict[int, float]]:
    found: defaultdict[int, dict[int, float]] = defaultdict(dict)
    query = sa.select(MeasuredValue.registration_id, MeasuredValue.metric_id, MeasuredValue.value)
    for owner, metric, value in session.execute(query.where(MeasuredValue.registration_id.in_(ids))) if ids else ():
        found[owner][metric] = value
    return found
