"""Addresses of the catalogue: a query as the arguments that ask it, and the same with one of them changed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import quote_plus

from outreach.labels.forms import FILTERS, CatalogueQuery

#: Places of the arguments in an address.
ORDER: Final = {
    name: place for place, name in enumerate(("q", *(name for _field, name in FILTERS), "sort", "per_page"))
}


@lru_cache(maxsize=8192)
def written(name: str, value: str) -> str:
    """One argument as an address writes it."""
    return f"{name}={quote_plus(value)}"


def arguments(query: CatalogueQuery) -> str:
    """The query as an address writes it, with its question mark; empty for the whole catalogue."""
    joined = "&".join(written(name, value) for name, value in query.args())
    return f"?{joined}" if joined else ""


class Around:
    """The address of a query but for one parameter, worked out once for all the values that it may take."""

    def __init__(self, base: str, before: str, after: str) -> None:
        kept = "&".join(filter(None, (before, after)))
        self.without = f"{base}?{kept}" if kept else base
        self._start = f"{base}?{before}&" if before else f"{base}?"
        self._end = f"&{after}" if after else ""

    def with_arguments(self, joined: str) -> str:
        """With ``name=value``, or several of them, in the parameter's place; without the parameter when empty."""
        return self._start + joined + self._end if joined else self.without


class Addresses:
    """What a page of results links to: its query, on the first page, with one parameter changed."""

    def __init__(self, query: CatalogueQuery, base: str) -> None:
        self.query = query
        self.base = base
        self._arguments = [(ORDER[name], written(name, value)) for name, value in query.args() if name != "page"]
        kept = "&".join(argument for _at, argument in self._arguments)
        self._first, self._mark = (f"{base}?{kept}", "&") if kept else (base, "?")

    def page(self, number: int) -> str:
        """The same result at another page."""
        return self._first if number == 1 else f"{self._first}{self._mark}page={number}"

    def around(self, parameter: str) -> Around:
        """All addresses that differ in ``parameter`` only."""
        place = ORDER[parameter]
        before = "&".join(argument for at, argument in self._arguments if at < place)
        after = "&".join(argument for at, argument in self._arguments if at > place)
        return Around(self.base, before, after)


def joined(parameter: str, values: Iterable[str | int]) -> str:
    """Several values of one parameter."""
    return "&".join(written(parameter, str(value)) for value in values)
