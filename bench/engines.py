"""Ours and raw FTS5 in one process on the same rows: times, whether they agree, and whether typing errors are found."""

from __future__ import annotations

import functools
import gc
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask

from bench.flat import FACET_VALUES_SHOWN
from bench.fts5 import Found, Fts5
from bench.measure import Times, percentile, timed
from bench.queries import BenchQuery
from bench.site import searcher
from outreach.labels.queries.results import CataloguePage

#: Facets whose values mean the same in both; makers and brands have numbers of their own in ours.
COMPARED_FACETS = ("category", "grade", "edition", "status", "year", "scheme")

Search = Callable[[BenchQuery], CataloguePage]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both engines over one set of queries. Shares are 0 to 1."""

    #: Ours with every bounded cache of the query modules emptied before each question.
    ours: Times
    fts5: Times
    #: Share of queries with the same total (typing errors left out: both find nothing and offer near misses).
    same_totals: float
    #: Share of facets with the same counts, over the queries without words.
    same_facets: float
    #: Share of typing errors whose model is among the near misses (or the hits, where only a hyphen was lost).
    typos_found: tuple[float, float]
    disagreements: tuple[str, ...]

    def by_kind(self, queries: Sequence[BenchQuery]) -> list[tuple[str, float, float, float, float]]:
        """Kind, ours p50 and slowest, FTS5 p50 and slowest."""
        kinds: dict[str, list[int]] = defaultdict(list)
        for place, query in enumerate(queries):
            kinds[query.kind].append(place)
        return [
            (kind, *_middle_and_worst(self.ours, places), *_middle_and_worst(self.fts5, places))
            for kind, places in kinds.items()
        ]


def _middle_and_worst(times: Times, places: Sequence[int]) -> tuple[float, float]:
    chosen = [times.warm[place] for place in places]
    return percentile(chosen, 50), max(chosen)


def compare(app: Flask, fts5: Fts5, queries: Sequence[BenchQuery]) -> Comparison:
    """Time both, one after the other, then compare what they found."""
    with app.app_context():
        search = searcher(app)
        search(queries[0])
        ours = timed(search, queries, before=forgetter())
        theirs = timed(fts5.search, queries)
        return Comparison(ours, theirs, *_agreement(search, fts5, queries))


def _agreement(search: Search, fts5: Fts5, queries: Sequence[BenchQuery]) -> tuple[Any, ...]:
    pairs = [(query, search(query), fts5.search(query)) for query in queries]
    plain = [(query, ours.total, theirs.total) for query, ours, theirs in pairs if query.kind != "typing error"]
    differing = tuple(f"{q.path} ours {ours} fts5 {theirs}" for q, ours, theirs in plain if ours != theirs)
    facets = [same for query, ours, theirs in pairs if not query.text for same in _same_facets(ours, theirs, fts5)]
    typos = [(query.target, ours, theirs) for query, ours, theirs in pairs if query.kind == "typing error"]
    ours_found = [target in {card.model for card in (*a.items, *a.similar)} for target, a, _theirs in typos]
    theirs_found = [target in {row[8] for row in (*b.rows, *b.similar)} for target, _ours, b in typos]
    return 1 - len(differing) / len(plain), _share(facets), (_share(ours_found), _share(theirs_found)), differing


def forgetter() -> Callable[[], None]:
    """A call that empties every bounded cache of the query modules, so that no answer or part of one is kept.

    What stays warm is what a worker always holds: the snapshot, the dictionary and the postings of the text index.
    """
    caches = [
        item
        for item in gc.get_objects()
        if isinstance(item, functools._lru_cache_wrapper) and _module(item).startswith("outreach.labels.queries")
    ]

    def forget() -> None:
        for cache in caches:
            cache.cache_clear()

    return forget


def _module(cache: Any) -> str:
    wrapped = cache.__wrapped__
    return str(getattr(wrapped.func if isinstance(wrapped, functools.partial) else wrapped, "__module__", ""))


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 1.0


def _same_facets(ours: CataloguePage, theirs: Found, fts5: Fts5) -> list[bool]:
    names = {code: value for (_facet, value), code in fts5.codes.items()}
    mine = {facet.parameter: {str(value.value): value.count for value in facet.values} for facet in ours.facets}
    return [
        _is_same({names[code]: count for code, count in theirs.facets[name]}, mine[name]) for name in COMPARED_FACETS
    ]


def _is_same(counted: dict[str, int], shown: dict[str, int]) -> bool:
    """The same counts; where the baseline lists only its commonest values, those."""
    found = {value: count for value, count in shown.items() if count}
    return all(found.get(value) == count for value, count in counted.items()) and (
        len(counted) > FACET_VALUES_SHOWN or len(found) == len(counted)
    )


def without_page(queries: Sequence[BenchQuery]) -> list[BenchQuery]:
    """The queries on their first page."""
    return [replace(query, page=1) for query in queries]
