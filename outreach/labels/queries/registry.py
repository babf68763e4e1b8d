"""The registry's small tables (schemes to grades), held in memory. A *code* is a row's place from 1; 0 is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.labels.models import Category, Edition, Grade, Metric, RegistrationStatus, Scheme
from outreach.labels.queries.results import GradeLabel

#: States in the order of the page, with their names.
STATUS_NAMES: Final[Mapping[RegistrationStatus, tuple[str, str]]] = {
    RegistrationStatus.LISTED: ("在册", "Listed"),
    RegistrationStatus.SUPERSEDED: ("已有新备案", "Superseded by a newer filing"),
    RegistrationStatus.DELISTED: ("已不在名录", "No longer in the register"),
    RegistrationStatus.EXPIRED: ("已到期", "Expired"),
    RegistrationStatus.SUSPENDED: ("已暂停", "Suspended"),
    RegistrationStatus.WITHDRAWN: ("已撤销", "Withdrawn"),
}
STATUSES: Final = tuple(STATUS_NAMES)


class Coded(Protocol):
    """A row with an id and the code that addresses use."""

    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...


Item = TypeVar("Item", bound=Coded)


@dataclass(frozen=True, slots=True)
class NamedItem:
    """A category or a scheme."""

    id: int
    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class EditionItem:
    """One edition of a standard; ``scheme`` and ``category`` are codes (places) of their tables."""

    id: int
    code: str
    standard_no: str
    scheme: int
    category: int
    valid_from: date | None


@dataclass(frozen=True, slots=True)
class GradeItem:
    """One grade of an edition. ``code`` is the filter's value ``<edition>:<grade>``."""

    id: int
    code: str
    edition: int
    label: GradeLabel


@dataclass(frozen=True, slots=True)
class MetricItem:
    """A measured quantity as result lists print it."""

    id: int
    code: str
    name: str
    name_en: str
    unit: str
    unit_en: str
    decimals: int


class Items(Generic[Item]):
    """A small table in its order; ``items[code]`` is a row, codes begin at 1."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.all: Sequence[Item] = tuple(items)
        self.by_id = {item.id: place for place, item in enumerate(self.all, 1)}
        self.by_code = {item.code: place for place, item in enumerate(self.all, 1)}

    def __getitem__(self, code: int) -> Item:
        return self.all[code - 1]

    @property
    def size(self) -> int:
        """One more than the highest code."""
        return len(self.all) + 1


@dataclass(frozen=True, slots=True)
class Registry:
    """All small tables. Editions stand by category and scheme, newest first; grades by edition, best first."""

    categories: Items[NamedItem]
    schemes: Items[NamedItem]
    editions: Items[EditionItem]
    grades: Items[GradeItem]
    metrics: Items[MetricItem]


def load_registry(session: Session) -> Registry:
    """Read the small tables: five statements."""
    categories = _named(session, Category)
    schemes = _named(session, Scheme)
    editions = _editions(session, categories, schemes)
    metrics = Items(
        MetricItem(*row)
        for row in session.execute(
            sa.select(
                Metric.id, Metric.code, Metric.name, Metric.name_en, Metric.unit, Metric.unit_en, Metric.decimals
            ).order_by(Metric.position, Metric.id)
        )
    )
    return Registry(categories, schemes, editions, _grades(session, editions), metrics)


def _named(session: Session, model: type[Category] | type[Scheme]) -> Items[NamedItem]:
    query = sa.select(model.id, model.code, model.name, model.name_en).order_by(model.position, model.id)
    return Items(NamedItem(*row) for row in session.execute(query))


def _editions(session: Session, categories: Items[NamedItem], schemes: Items[NamedItem]) -> Items[EditionItem]:
    query = sa.select(
        Edition.id, Edition.code, Edition.standard_no, Edition.scheme_id, Edition.category_id, Edition.valid_from
    )
    items = [
        EditionItem(row[0], row[1], row[2], schemes.by_id[row[3]], categories.by_id[row[4]], row[5])
        for row in session.execute(query)
    ]

    def order(item: EditionItem) -> tuple[Any, ...]:
        return (item.category, item.scheme, -(item.valid_from or date.min).toordinal(), item.code)

    return Items(sorted(items, key=order))


def _grades(session: Session, editions: Items[EditionItem]) -> Items[GradeItem]:
    query = sa.select(Grade.id, Grade.edition_id, Grade.code, Grade.name, Grade.name_en, Grade.rank)
    rows = [(editions.by_id[row[1]], row[5], row) for row in session.execute(query)]
    steps = [0] * editions.size
    for edition, _rank, _row in rows:
        steps[edition] += 1
    found = []
    for edition, rank, row in sorted(rows, key=lambda item: (item[0], item[1], item[2][2])):
        parent = editions[edition]
        label = GradeLabel(row[2], row[3], row[4], rank, steps[edition], parent.code, parent.standard_no)
        found.append(GradeItem(row[0], f"{parent.code}:{row[2]}", edition, label))
    return Items(found)
