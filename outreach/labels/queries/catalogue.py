"""The catalogue: one object per process that answers searches, exports and suggestions from memory and one statement.

Words are understood first (``understanding``); what they and the chosen filters leave is worked out on the snapshot's
columns (``selection``); only the records of the page come from the database (``cards``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from outreach.core.current import MAX_AGE, Current, OpenSession
from outreach.core.search.index import TextIndex
from outreach.labels.forms import CatalogueQuery
from outreach.labels.queries.cards import CardReader
from outreach.labels.queries.chips import list_chips
from outreach.labels.queries.corrections import other_words, similar_rows, without_unread
from outreach.labels.queries.facets import list_facets
from outreach.labels.queries.matching import TextMatcher
from outreach.labels.queries.paging import page_rows
from outreach.labels.queries.results import CataloguePage, Suggestion
from outreach.labels.queries.selection import Selection
from outreach.labels.queries.snapshot import Rows
from outreach.labels.queries.state import DATA, State, load_state
from outreach.labels.queries.suggestions import list_suggestions
from outreach.labels.queries.understanding import Understanding, understand


@dataclass(frozen=True, slots=True)
class _Answer:
    """A query as it was understood and what it left."""

    understanding: Understanding
    selection: Selection


class Catalogue:
    """Search over the published registrations. Safe between threads; give every process its own."""

    def __init__(self, index: TextIndex, open_session: OpenSession | None = None, max_age: float = MAX_AGE) -> None:
        self._index = index
        self.current = Current(load_state, DATA, open_session, max_age)

    def search(self, session: Session, query: CatalogueQuery) -> CataloguePage:
        """One page of the registrations that answer ``query``, with facets, chips and near misses."""
        page, read = self.find(session, query)
        return replace(page, items=read(session, page.item_ids), similar=read(session, page.similar_ids))

    def find(self, session: Session, query: CatalogueQuery) -> tuple[CataloguePage, CardReader]:
        """As ``search``, but the cards are read by the second part of the answer: for whom keeps those it showed."""
        state = self.current.get(session)
        snapshot = state.snapshot
        matcher = TextMatcher(self._index, session, snapshot)
        answer = _answer(state, query, matcher)
        selection = answer.selection
        rows = page_rows(selection, query.sort, (query.page - 1) * query.per_page, query.per_page)
        similar = _similar(state, query, answer, matcher)
        page = CataloguePage(
            query=query,
            total=selection.total,
            item_ids=tuple(snapshot.ids[rows].tolist()),
            facets=list_facets(selection, query),
            chips=list_chips(snapshot, query, answer.understanding),
            pages=max(1, -(-selection.total // query.per_page)),
            similar_ids=tuple(snapshot.ids[similar].tolist()),
            did_you_mean=_did_you_mean(state, query, answer, matcher),
            edition_codes=_edition_codes(selection),
            is_simple_search=matcher.is_simple,
            has_demo=snapshot.is_demo and selection.total > 0,
            generation=snapshot.generation,
        )
        return page, state.cards.reader(rows, similar)

    def ids(self, session: Session, query: CatalogueQuery) -> Sequence[int]:
        """Ids of all registrations that answer ``query``, in its order, whatever its page."""
        state = self.current.get(session)
        selection = _answer(state, query, TextMatcher(self._index, session, state.snapshot)).selection
        rows = page_rows(selection, query.sort, 0, selection.total)
        ids: list[int] = state.snapshot.ids[rows].tolist()
        return ids

    def suggest(self, session: Session, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """What ``text``, which is still being typed, may become."""
        state = self.current.get(session)
        return list_suggestions(session, state.snapshot, state.dictionary, text, limit)


def _answer(state: State, query: CatalogueQuery, matcher: TextMatcher) -> _Answer:
    """Understand the words and select. Filler that is found nowhere says nothing: then the filters alone count."""
    understanding = understand(query.text, state.dictionary)
    selection = _select(state, query, understanding, matcher)
    if understanding.is_filler_only and not selection.total:
        selection = _select(state, query, without_unread(understanding), matcher)
    return _Answer(understanding, selection)


def _select(state: State, query: CatalogueQuery, understanding: Understanding, matcher: TextMatcher) -> Selection:
    selection = Selection(state.snapshot)
    selection.choose(query)
    selection.add_words(understanding, matcher)
    return selection


def _similar(state: State, query: CatalogueQuery, answer: _Answer, matcher: TextMatcher) -> Rows:
    if answer.selection.total:
        return np.empty(0, np.int32)
    others = _select(state, query, without_unread(answer.understanding), matcher)
    return similar_rows(state.snapshot, answer.understanding, others)


def _did_you_mean(state: State, query: CatalogueQuery, answer: _Answer, matcher: TextMatcher) -> str:
    if answer.selection.total:
        return ""
    for text in other_words(answer.understanding, state.dictionary):
        if _answer(state, replace(query, text=text), matcher).selection.total:
            return text
    return ""


def _edition_codes(selection: Selection) -> tuple[str, ...]:
    """Editions among the answers, in their order."""
    classes, axis = selection.snapshot.classes, selection.snapshot.axes["editions"]
    codes = np.flatnonzero(np.bincount(classes.columns["editions"], weights=selection.kept_counts))
    return tuple(str(axis.values[code - 1]) for code in codes.tolist() if code)
