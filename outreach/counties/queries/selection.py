"""The rows that words and filters leave, their order, and the counts of every filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from outreach.counties.forms import FILTERS, CountyQuery
from outreach.counties.queries.days import STATES, DayView
from outreach.counties.queries.loading import REGIONS
from outreach.counties.queries.matching import Matcher
from outreach.counties.queries.results import Facet, FacetValue
from outreach.counties.queries.snapshot import Codes, Flags, Rows

#: Values of each filter in their printed order, and the column of their codes (place plus 1).
AXES: Final[dict[str, Callable[[DayView], tuple[Sequence[str | int], Codes]]]] = {
    "states": lambda view: ([state.value for state in STATES], view.state_codes),
    "regions": lambda view: (REGIONS, view.snapshot.region_codes),
    "batches": lambda view: ([batch.number for batch in view.snapshot.batches], view.batch_codes),
    "years": lambda view: (view.years, view.year_codes),
    "provinces": lambda view: ([item.code for item in view.snapshot.provinces], view.snapshot.province_codes),
}


class Selection:
    """The answer to one query as rows of a day's view."""

    def __init__(self, view: DayView, matcher: Matcher, query: CountyQuery) -> None:
        self.view = view
        self.query = query
        fits = matcher.match(query.text) if query.text else None
        self._fits = fits.fits if fits else None
        self._by_words: Flags = fits.flags if fits else np.ones(view.snapshot.size, np.bool_)
        self._axes = {field: AXES[field](view) for field, _name in FILTERS}
        self._by_filter = {field: self._flags(field) for field, _name in FILTERS if getattr(query, field)}

    @property
    def flags(self) -> Flags:
        """Which rows answer the query."""
        return self._flags_without("")

    @property
    def total(self) -> int:
        return int(self.flags.sum())

    def ordered(self) -> Rows:
        """The rows that answer, in the order of the query; among words the best fits come first in the usual one."""
        order = self.view.orders[self.query.sort]
        rows = order[self.flags[order]]
        if self._fits is not None and self.query.sort == "code":
            rows = rows[np.argsort(self._fits[rows], kind="stable")]
        return rows

    def facets(self) -> tuple[Facet, ...]:
        """All filters with their counts; choices without a hit are left out unless they are chosen."""
        return tuple(Facet(field, name, self._values(field)) for field, name in FILTERS)

    def _flags(self, field: str) -> Flags:
        values, codes = self._axes[field]
        wanted = np.zeros(len(values) + 1, np.bool_)
        wanted[[place for place, value in enumerate(values, 1) if value in getattr(self.query, field)]] = True
        return wanted[codes]

    def _flags_without(self, left_out: str) -> Flags:
        flags = self._by_words
        for field, some in self._by_filter.items():
            if field != left_out:
                flags = flags & some
        return flags

    def _values(self, field: str) -> tuple[FacetValue, ...]:
        values, codes = self._axes[field]
        counts = np.bincount(codes[self._flags_without(field)], minlength=len(values) + 1).tolist()
        chosen = getattr(self.query, field)
        return tuple(
            FacetValue(value, count, value in chosen)
            for value, count in zip(values, counts[1:], strict=True)
            if count or value in chosen
        )
