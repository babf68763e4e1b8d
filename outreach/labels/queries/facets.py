"""The filters beside a result, each with exact counts that ignore the filter's own choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from outreach.labels.forms import FILTERS, CatalogueQuery
from outreach.labels.queries.results import Facet, FacetValue
from outreach.labels.queries.selection import Selection
from outreach.labels.queries.snapshot import CLASS_FIELDS, UNIT_FIELDS, Axis

#: Makers and brands that are listed beside the chosen ones.
MOST_UNITS: Final = 20
NO_GROUP: Final = ("", "")

Counts = NDArray[np.int64]


def list_facets(selection: Selection, query: CatalogueQuery) -> tuple[Facet, ...]:
    """All facets in the order of ``FILTERS``; choices without a hit are left out unless they are chosen."""
    counts = dict(zip(CLASS_FIELDS, _count_classes(selection, selection.kept_counts), strict=True))
    return tuple(_facet(selection, query, field, name, counts) for field, name in FILTERS)


def _facet(
    selection: Selection, query: CatalogueQuery, field: str, parameter: str, class_counts: Mapping[str, Counts]
) -> Facet:
    axis = selection.snapshot.axes[field]
    chosen = set(axis.find(getattr(query, field)))
    if field in UNIT_FIELDS:
        counts = _count_units(selection, field)
        shown, hidden = _most_frequent(counts, chosen)
    else:
        counts = class_counts[field]
        if selection.has_filter(field):
            kept = np.where(selection.classes(without=field), selection.class_counts, 0)
            counts = _count_classes(selection, kept)[CLASS_FIELDS.index(field)]
        shown = [(code, count) for code, count in enumerate(counts.tolist()) if code and (count or code in chosen)]
        hidden = 0
    return Facet(field, parameter, _values(axis, query, field, shown, chosen), hidden)


def _values(
    axis: Axis, query: CatalogueQuery, field: str, shown: Iterable[tuple[int, int]], chosen: set[int]
) -> tuple[FacetValue, ...]:
    values, labels, groups = axis.values, axis.labels, axis.groups
    return tuple(
        [  # a list first: generators take half as long again, and every page makes a hundred values
            FacetValue(
                values[code - 1],
                *labels[code - 1],
                count,
                code in chosen,
                query,
                field,
                *(groups[code - 1] if groups else NO_GROUP),
            )
            for code, count in shown
        ]
    )


def _count_classes(selection: Selection, kept: Counts) -> list[Counts]:
    """Rows of each value of every class column, for so many rows of each class."""
    places = np.flatnonzero(kept)
    weights = kept[places]
    axes, columns = selection.snapshot.axes, selection.snapshot.classes.columns
    return [
        np.bincount(columns[field][places], weights=weights, minlength=len(axes[field].values) + 1).astype(np.int64)
        for field in CLASS_FIELDS
    ]


def _count_units(selection: Selection, field: str) -> Counts:
    """Rows of each maker or brand."""
    rows = selection.rows(without=field) if selection.has_filter(field) else selection.all_rows
    if rows is None:
        return selection.snapshot.by_class[field].counts(selection.all_classes)
    units = selection.snapshot.units[field]
    return np.bincount(units.codes[selection.answers(rows)], minlength=len(units.counts))


def _most_frequent(counts: Counts, chosen: set[int]) -> tuple[list[tuple[int, int]], int]:
    """The commonest values and the chosen ones with their counts, most first; and how many others have hits."""
    present = np.flatnonzero(counts[1:]) + 1
    listed = present
    if len(present) > MOST_UNITS:
        # Equal counts keep the order of the codes, so every process lists the same ones.
        rank = counts[present] * len(counts) - present
        listed = present[np.argpartition(rank, -MOST_UNITS)[-MOST_UNITS:]]
    shown: dict[int, int] = dict(zip(listed.tolist(), counts[listed].tolist(), strict=True))
    hidden = len(present) - len(shown)
    for code in chosen - shown.keys():
        shown[code] = int(counts[code])
        hidden -= shown[code] > 0
    return sorted(shown.items(), key=lambda item: (-item[1], item[0])), hidden
