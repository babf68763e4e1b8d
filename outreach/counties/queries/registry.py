"""The registry: one object per process that answers every page from memory.

Words and filters leave some rows of the snapshot (``selection``); the page is a slice of them in the asked order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from outreach.core.current import Current, OpenSession
from outreach.counties.forms import CountyQuery
from outreach.counties.queries.days import DayView, standing_of
from outreach.counties.queries.loading import DATA
from outreach.counties.queries.matching import pieces
from outreach.counties.queries.results import RegistryPage, Suggestion, UnitPage, UnitRow
from outreach.counties.queries.selection import Selection
from outreach.counties.queries.snapshot import ProvinceItem, UnitItem
from outreach.counties.queries.state import State, load_state
from outreach.counties.queries.totals import completeness

#: Near misses that are offered when nothing is found.
SIMILAR: Final = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """The registry of one generation: whatever one page asks comes from the same state of the data."""

    state: State

    def view(self, day: date | None) -> DayView:
        """All units on ``day``; None is the present."""
        return self.state.days.get(day)

    def search(self, query: CountyQuery) -> RegistryPage:
        """One page of the units that answer ``query``, with facets and near misses."""
        state = self.state
        selection = Selection(self.view(query.on), state.matcher, query)
        start = (query.page - 1) * query.per_page
        near = state.matcher.similar(query.text, SIMILAR) if query.text and not selection.total else []
        return RegistryPage(
            query=query,
            total=selection.total,
            rows=_rows(selection.view, selection.ordered()[start : start + query.per_page].tolist()),
            facets=selection.facets(),
            pages=max(1, -(-selection.total // query.per_page)),
            similar=_rows(selection.view, near),
            completeness=completeness(selection.view, query),
            generation=state.snapshot.generation,
        )

    def all(self, query: CountyQuery) -> Sequence[UnitRow]:
        """All units that answer ``query``, in its order, whatever its page."""
        selection = Selection(self.view(query.on), self.state.matcher, query)
        return _rows(selection.view, selection.ordered().tolist())

    def suggest(self, text: str, limit: int = 8) -> list[Suggestion]:
        """Provinces and units that ``text``, which is still being typed, may mean; the best first."""
        words = "".join(pieces(text))
        if not words:
            return []
        snapshot = self.state.snapshot
        selection = Selection(self.view(None), self.state.matcher, CountyQuery(text=text))
        provinces = [
            Suggestion(item.name, item, item.counties)
            for item in snapshot.provinces
            if item.name.startswith(words) or item.short_name == words
        ]
        units = [snapshot.units[row] for row in selection.ordered()[:limit].tolist()]
        return [*provinces, *(Suggestion(_asked(unit), unit, 0) for unit in units)][:limit]

    def find_unit(self, slug: str, day: date | None) -> UnitPage | None:
        """The unit at an address, with its neighbours and namesakes."""
        snapshot = self.state.snapshot
        unit = snapshot.by_slug.get(slug)
        if unit is None:
            return None
        view = self.view(day)
        others = [(row, item) for row, item in enumerate(snapshot.units) if item.id != unit.id]
        gone = snapshot.successors.get(unit.code, ()) if unit.code and not unit.is_current else ()
        return UnitPage(
            row=UnitRow(unit, standing_of(unit, day)),
            neighbours=_rows(view, [row for row, item in others if _is_beside(item, unit)]),
            namesakes=_rows(view, [row for row, item in others if item.name == unit.name]),
            successors=[item for item in gone if item.id != unit.id],
            generation=snapshot.generation,
        )

    def find_successors(self, code: str) -> Sequence[UnitItem]:
        """Units that go on where ``code`` was a division before."""
        return self.state.snapshot.successors.get(code, ())

    def find_province(self, code: str) -> ProvinceItem | None:
        """The province with this code."""
        return self.state.snapshot.province_by_code.get(code)


class CountyRegistry:
    """Gives the newest reading. Safe between threads; give every process its own."""

    def __init__(self, open_session: OpenSession | None = None) -> None:
        self.current = Current(load_state, DATA, open_session)

    def read(self, session: Session) -> Reading:
        """The newest generation that is in memory; ask once for whatever belongs together."""
        return Reading(self.current.get(session))

    def search(self, session: Session, query: CountyQuery) -> RegistryPage:
        """One page of the newest reading."""
        return self.read(session).search(query)


def _rows(view: DayView, rows: Sequence[int]) -> tuple[UnitRow, ...]:
    units, standings = view.snapshot.units, view.standings
    return tuple(UnitRow(units[row], standings[row]) for row in rows)


def rows_where(view: DayView, flags: np.ndarray) -> tuple[UnitRow, ...]:
    """The units of the flagged rows, in the order of the registry."""
    return _rows(view, np.flatnonzero(flags).tolist())


def _asked(unit: UnitItem) -> str:
    """Words that find this unit before all others."""
    return f"{unit.prefecture.name if unit.prefecture else unit.province.name}{unit.name}"


def _is_beside(one: UnitItem, unit: UnitItem) -> bool:
    """Whether two units lie in one prefecture; in municipalities, in one province without prefectures."""
    if one.province.id != unit.province.id:
        return False
    return (one.prefecture and one.prefecture.id) == (unit.prefecture and unit.prefecture.id)
