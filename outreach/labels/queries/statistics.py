"""Where a registration stands among those it may be compared with, answered from memory.

Comparable means: same edition, category and subtype, a figure of the same metric, and on the list today. The figures
of one such group are read once per generation and kept sorted, so a page costs two binary searches.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Final

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from outreach.labels.models import Better, ImportRun, MeasuredValue, Metric, Registration, RegistrationStatus
from outreach.labels.rules.distribution import Bin, Place, bins, place

#: Below this many comparable registrations no place is told.
FEWEST: Final = 5
BEST: Final = 5
#: Groups kept at once: every edition with all its subtypes fits.
KEPT_GROUPS: Final = 64


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What the members of a group have in common."""

    edition_id: int
    category_id: int
    subtype_id: int | None
    metric_id: int
    #: The metric is the members' main water figure, which stands in the registration itself.
    is_water_use: bool
    is_lower_better: bool
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one group in rising order, and the best registrations: id and figure, best first."""

    ordered: NDArray[np.float64]
    best: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A registration among its comparable ones. ``place`` is empty where there are too few to say anything."""

    total: int
    place: Place | None
    bins: tuple[Bin, ...]
    best: tuple[tuple[int, float], ...]


class Comparisons:
    """Groups by key, for one generation of the data at a time. Safe between threads.

    Data that was never written under a generation has none, and is read anew each time.
    """

    def __init__(self) -> None:
        self._generation = ""
        self._groups: OrderedDict[GroupKey, Group] = OrderedDict()
        self._lock = Lock()

    def standing(
        self, session: Session, registration: Registration, metric: Metric, value: float, generation: str
    ) -> Standing:
        """How the ``value`` that ``registration`` has of ``metric`` compares."""
        key = _key(registration, metric)
        group = self._group(session, key, generation)
        total = len(group.ordered)
        if total < FEWEST:
            return Standing(total, None, (), group.best)
        found = place(group.ordered, value, is_lower_better=key.is_lower_better)
        return Standing(total, found, bins(group.ordered, value), group.best)

    def _group(self, session: Session, key: GroupKey, generation: str) -> Group:
        with self._lock:
            if generation != self._generation:
                self._groups.clear()
                self._generation = generation
            if (group := self._groups.get(key)) is not None:
                self._groups.move_to_end(key)
                return group
        group = _read_group(session, key)
        with self._lock:
            if generation and generation == self._generation:
                self._groups[key] = group
                while len(self._groups) > KEPT_GROUPS:
                    self._groups.popitem(last=False)
        return group


def _key(registration: Registration, metric: Metric) -> GroupKey:
    return GroupKey(
        edition_id=registration.edition_id,
        category_id=registration.category_id,
        subtype_id=registration.subtype_id,
        metric_id=metric.id,
        is_water_use=metric.id == registration.water_metric_id,
        is_lower_better=metric.better is not Better.HIGHER,
        is_demo=registration.is_demo,
    )


def _members(key: GroupKey) -> sa.Select[int, float]:
    comparable = (
        Registration.edition_id == key.edition_id,
        Registration.category_id == key.category_id,
        Registration.subtype_id.is_(None) if key.subtype_id is None else Registration.subtype_id == key.subtype_id,
        Registration.status == RegistrationStatus.LISTED,
        Registration.is_demo.is_(key.is_demo),
    )
    if key.is_water_use:
        figure = sa.type_coerce(Registration.water_use, sa.Float)
        own = (Registration.water_metric_id == key.metric_id, Registration.water_use.is_not(None))
        return sa.select(Registration.id, figure).where(*comparable, *own)
    return (
        sa.select(Registration.id, MeasuredValue.value)
        .join(MeasuredValue, MeasuredValue.registration_id == Registration.id)
        .where(*comparable, MeasuredValue.metric_id == key.metric_id)
    )


def _read_group(session: Session, key: GroupKey) -> Group:
    rows = session.execute(_members(key)).all()
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    figures = np.array([row[1] for row in rows], dtype=np.float64)
    order = np.lexsort((-ids, figures if key.is_lower_better else -figures))[:BEST]
    return Group(np.sort(figures), tuple((int(ids[at]), float(figures[at])) for at in order))


@dataclass(frozen=True, slots=True)
class SourceRun:
    """The newest import of one source: what pages name as where their figures come from."""

    source: str
    as_of_on: date | None
    imported_at: datetime
    is_demo: bool


class Sources:
    """The newest import of each source, read once per generation of the data. Safe between threads."""

    def __init__(self) -> None:
        self._known: tuple[str, tuple[SourceRun, ...]] = ("", ())

    def newest(self, session: Session, generation: str) -> tuple[SourceRun, ...]:
        """The latest first. The demo counts only while there is no real register."""
        known, runs = self._known
        if not generation or generation != known:
            runs = _read_sources(session)
            self._known = (generation, runs)
        return runs


def _read_sources(session: Session) -> tuple[SourceRun, ...]:
    newest = sa.select(sa.func.max(ImportRun.id)).where(ImportRun.undone_at.is_(None)).group_by(ImportRun.source)
    columns = (ImportRun.source, ImportRun.as_of_on, ImportRun.imported_at, ImportRun.is_demo)
    query = sa.select(*columns).where(ImportRun.id.in_(newest)).order_by(ImportRun.id.desc())
    runs = tuple(SourceRun(*row) for row in session.execute(query))
    return tuple(run for run in runs if not run.is_demo) or runs
