"""The published registrations as columns in memory: immutable, one object per generation of the data.

A *row* is a registration's place in the order of relevance (listed first, then grade, then newest), so rows in rising
order are already sorted. A *code* numbers the values of a column from 1; 0 is none. Category, grade, edition, status,
year and scheme take few combinations: each row has the number of its combination (its *class*), and questions about
those six columns are answered on the classes alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from outreach.labels.queries.keys import KeyTable
from outreach.labels.queries.registry import Registry

Flags = NDArray[np.bool_]
Rows = NDArray[np.int32]
Codes = NDArray[np.unsignedinteger]

#: Filter fields that make a class.
CLASS_FIELDS: Final = ("categories", "grades", "editions", "statuses", "years", "schemes")
#: Filter fields with a column of their own.
UNIT_FIELDS: Final = ("makers", "brands")
#: From so many values on one pass over all rows is cheaper than a slice for each value.
_MANY: Final = 32


@dataclass(frozen=True, slots=True)
class Axis:
    """The choices of one filter: what addresses call each, and its printed words. Places are code minus 1."""

    values: Sequence[str | int]
    labels: Sequence[tuple[str, str]]
    #: Codes that a value of an address stands for: a grade without an edition stands for several.
    codes: Mapping[str | int, Sequence[int]]
    #: Heading of each choice, where choices have headings.
    groups: Sequence[tuple[str, str]] = ()

    def find(self, values: Iterable[str | int]) -> list[int]:
        """Codes of ``values``; what does not exist is left out."""
        return [code for value in values for code in self.codes.get(value, ())]


class Units:
    """Makers, brands or product names: which each row has, and which rows have each."""

    def __init__(self, ids: NDArray[np.int64], codes: Codes) -> None:
        """``ids`` are distinct and rising: the id of code ``c`` is ``ids[c - 1]``. ``codes`` has one code per row."""
        self.ids = ids
        self.codes = codes
        self.counts = np.bincount(codes, minlength=len(ids) + 1)
        self._rows = np.argsort(codes, kind="stable").astype(np.int32)
        self._starts = np.concatenate(([0], np.cumsum(self.counts)))

    def find(self, ids: Iterable[int]) -> list[int]:
        """Codes of the ids that are known; the others are left out."""
        wanted = np.fromiter(ids, np.int64)
        if not len(self.ids) or not len(wanted):
            return []
        places = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        found: list[int] = (places[self.ids[places] == wanted] + 1).tolist()
        return found

    def rows(self, codes: Iterable[int]) -> Rows:
        """Rows that have one of ``codes``, in rising order."""
        parts = [self._rows[self._starts[code] : self._starts[code + 1]] for code in set(codes)]
        if not parts:
            return np.empty(0, np.int32)
        return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))

    def mark(self, flags: Flags, codes: Sequence[int]) -> None:
        """Set the flags of the rows that have one of ``codes``."""
        if len(codes) < _MANY:
            for code in codes:
                flags[self._rows[self._starts[code] : self._starts[code + 1]]] = True
            return
        wanted = np.zeros(len(self.counts), np.bool_)
        wanted[codes] = True
        flags |= wanted[self.codes]


@dataclass(frozen=True, slots=True)
class Classes:
    """The combinations that occur: for each field the code of every class, and how many rows are in it."""

    columns: Mapping[str, NDArray[np.intp]]
    counts: NDArray[np.int64]
    row_class: Codes

    @property
    def size(self) -> int:
        return len(self.counts)

    def with_codes(self, field: str, codes: Iterable[int]) -> Flags:
        """Which classes have one of ``codes`` in ``field``."""
        column = self.columns[field]
        wanted = np.zeros(int(column.max(initial=0)) + 1, np.bool_)
        wanted[[code for code in codes if code < len(wanted)]] = True
        return wanted[column]


class ClassSorted:
    """A row column with its values class by class, so that what some classes hold is a few slices.

    Classes are in the order of their fields, category first: what people ask for most is one slice.
    """

    def __init__(self, column: Codes, classes: Classes, size: int) -> None:
        """``column`` holds values below ``size``."""
        self._values = column[np.argsort(classes.row_class, kind="stable")]
        self._sizes = classes.counts
        self._starts = np.concatenate(([0], np.cumsum(classes.counts)))
        self._all = np.bincount(column, minlength=size)

    def counts(self, flags: Flags) -> NDArray[np.int64]:
        """How often each value occurs in the classes flagged; the smaller side is counted."""
        kept = int(self._sizes[flags].sum())
        if kept * 2 > len(self._values):
            return self._all - self._counted(~flags)
        return self._counted(flags)

    def _counted(self, flags: Flags) -> NDArray[np.int64]:
        padded = np.zeros(len(flags) + 2, np.bool_)
        padded[1:-1] = flags
        places = self._starts[np.flatnonzero(padded[1:] != padded[:-1])].tolist()
        parts = [self._values[start:end] for start, end in zip(places[::2], places[1::2], strict=True)]
        values = parts[0] if len(parts) == 1 else np.concatenate([self._values[:0], *parts])
        return np.bincount(values, minlength=len(self._all))


@dataclass(frozen=True, slots=True)
class CatalogueSnapshot:
    """All published registrations of one generation."""

    generation: str
    is_demo: bool
    registry: Registry
    axes: Mapping[str, Axis]
    ids: Rows
    #: Id, name and short name of each maker, by code minus 1.
    maker_names: Sequence[tuple[int, str, str]]
    classes: Classes
    #: Announcement days as ordinals; 0 without one.
    days: NDArray[np.int32]
    #: ``makers``, ``brands`` and ``names``.
    units: Mapping[str, Units]
    #: The codes of ``makers`` and ``brands`` once more, class by class.
    by_class: Mapping[str, ClassSorted]
    #: Rows in the order of each sort; relevance is their own.
    orders: Mapping[str, Rows]
    models: KeyTable
    #: Those of the models that hold Chinese characters.
    chinese_models: KeyTable
    numbers: KeyTable
    #: What registers called makers that were found to be another one: id of that one, name, short name.
    maker_aliases: Sequence[tuple[int, str, str]] = ()

    @property
    def size(self) -> int:
        """How many registrations there are."""
        return len(self.ids)
