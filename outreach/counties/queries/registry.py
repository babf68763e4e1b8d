"""The registry: one object per process that answers every page from memory.

Words and filters leave some rows of the snapshot (``selection``); the page is a slice of them in the asked order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from outreach.counties.forms import CountyQuery
from outreach.counties.queries.days import DayView, standing_of
from outreach.counties.queries.matching import pieces
from outreach.counties.queries.results import RegistryPage, Suggestion, UnitPage, UnitRow
from outreach.counties.queries.selection import Selection
from outreach.counties.queries.snapshot import ProvinceItem, UnitItem
from outreach.counties.queries.state import Current, OpenSession, Session, State
from outreach.counties.queries.totals import completeness

#: Near misses that are offered when nothing is found.
SIMILAR: Final = 12


class CountyRegistry:
    """Search over the units, and their pages. Safe between threads; give every process its own."""

    def __init__(self, open_session: OpenSession | None = None) -> None:
        self.current = Current(open_session)

    def state(self, session: Session) -> State:
        """The newest generation that is in memory."""
        return self.current.get(session)

    def view(self, session: Session, day: date | None) -> DayView:
        """All units on ``day``; None is the present."""
        return self.state(session).days.get(day)

    def search(self, session: Session, query: CountyQuery) -> RegistryPage:
        """One page of the units that answer ``query``, with facets and near misses."""
        state = self.state(session)
        selection = Selection(state.days.get(query.on), state.matcher, query)
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

    def all(self, session: Session, query: CountyQuery) -> Sequence[UnitRow]:
        """All units that answer ``query``, in its order, whatever its page."""
        state = self.state(session)
        selection = Selection(state.days.get(query.on), state.matcher, query)
        return _rows(selection.view, selection.ordered().tolist())

    def suggest(self, session: Session, text: str, limit: int = 8) -> list[Suggestion]:
        """Provinces and units that ``text``, which is still being typed, may mean; the best first."""
        if not pieces(text):
            return []
        state = self.state(session)
        selection = Selection(state.days.get(None), state.matcher, CountyQuery(text=text))
        rows = selection.ordered()[:limit].tolist()
        words = "".join(pieces(text))
        provinces = [
            Suggestion(item.name, item, item.counties)
            for item in state.snapshot.provinces
            if words and (item.name.startswith(words) or item.short_name == words)
        ]
        units = [state.snapshot.units[row] for row in rows]
        return [*provinces, *(Suggestion(_asked(unit), unit, 0) for unit in units)][:limit]

    def find_unit(self, session: Session, slug: str, day: date | None) -> UnitPage | None:
        """The unit at an address, with its neighbours and namesakes."""
        state = self.state(session)
        unit = state.snapshot.by_slug.get(slug)
        if unit is None:
            return None
        view = state.days.get(day)
        others = [row for row in _rows(view, range(state.snapshot.size)) if row.unit.id != unit.id]
        return UnitPage(
            row=UnitRow(unit, standing_of(unit, day)),
            neighbours=[row for row in others if _is_beside(row.unit, unit)],
            namesakes=[row for row in others if row.unit.name == unit.name],
            successors=[item for item in state.snapshot.successors.get(unit.code, ()) if item.id != unit.id]
            if unit.code and not unit.is_current
            else [],
            generation=state.snapshot.generation,
        )

    def find_successors(self, session: Session, code: str) -> Sequence[UnitItem]:
        """Units that go on where ``code`` was a division before."""
        return self.state(session).snapshot.successors.get(code, ())

    def find_province(self, session: Session, code: str) -> ProvinceItem | None:
        """The province with this code."""
        return next((item for item in self.state(session).snapshot.provinces if item.code == code), None)


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
