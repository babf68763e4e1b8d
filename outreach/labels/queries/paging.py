"""From the rows that answer a query to one page of them, in the order that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from outreach.labels.queries.selection import Selection
from outreach.labels.queries.snapshot import Flags, Rows

#: Rows looked at in the first step along an order; each further step is twice as long.
_STEP: Final = 4096


def page_rows(selection: Selection, sort: str, start: int, size: int) -> Rows:
    """``size`` answers from place ``start`` on. Every order is total, so pages neither repeat nor miss a row."""
    if start >= selection.total:
        return np.empty(0, np.int32)
    order, rows = selection.snapshot.orders[sort], selection.all_rows
    if sort != "relevance" or (rows is None and selection.fits is None):
        return _along(order, _test(selection), start, size)
    answers = selection.answers(order if rows is None else rows)
    if selection.fits is not None:
        answers = answers[np.argsort(selection.fits[answers], kind="stable")]
    return answers[start : start + size]


def _test(selection: Selection) -> Callable[[Rows], Flags]:
    """Whether rows answer the query."""
    classes, row_class = selection.all_classes, selection.snapshot.classes.row_class
    rows = selection.all_rows
    if rows is None:
        return lambda some: classes[row_class[some]]
    flags = np.zeros(selection.snapshot.size, np.bool_)
    flags[selection.answers(rows)] = True
    return lambda some: flags[some]


def _along(order: Rows, test: Callable[[Rows], Flags], start: int, size: int) -> Rows:
    """Walk along ``order`` until the page is full."""
    found: list[Rows] = []
    skipped = taken = place = 0
    step = _STEP
    while place < len(order) and taken < size:
        hits = order[place : place + step]
        hits = hits[test(hits)]
        part = hits[max(start - skipped, 0) :][: size - taken]
        skipped += len(hits) - len(part)
        taken += len(part)
        found.append(part)
        place += step
        step *= 2
    return np.concatenate(found) if found else order[:0]
