"""The text index in PostgreSQL: the same terms as in Whoosh, in a ``tsvector`` with a GIN index.

Vectors are made from our own terms (``array_to_tsvector``) and questions are quoted terms, so no text-search parser
or dictionary of the server has a say. The index lives in the database it mirrors: content and outbox change in one
transaction, rows that were taken in are deleted, and readers see the old index until a rebuild commits.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, Session

from outreach.core.clock import now
from outreach.core.db import db
from outreach.core.search import pending
from outreach.core.search.index import SCHEMA_VERSION, Ids, IndexBusy, IndexUnavailable
from outreach.core.search.maintained import (
    Health,
    MaintainedIndex,
    Progress,
    Sources,
    Verdict,
    all_documents,
    changed_documents,
    fingerprint,
)
from outreach.core.search.models import SearchIndexState, SearchOutbox, SearchText
from outreach.core.search.text import terms

#: Readers ask this often whether the index changed; changes of this very object are seen at once.
LOOK_SECONDS = 0.25
#: Documents sent to the database in one statement.
CHUNK = 5_000
#: The advisory locks of the index: a class of our own ("srch"), and one number for each.
LOCK_CLASS, WRITING, REBUILDING = 0x73726368, 1, 2

_INSERT = sa.text(
    "INSERT INTO search_text (kind, object_id, vector) "
    "SELECT given.kind, given.object_id, array_to_tsvector(string_to_array(given.terms, ' ')) "
    "FROM unnest(:kinds, :ids, :terms) AS given (kind, object_id, terms)"
).bindparams(
    sa.bindparam("kinds", type_=postgresql.ARRAY(sa.Text)),
    sa.bindparam("ids", type_=postgresql.ARRAY(sa.Integer)),
    sa.bindparam("terms", type_=postgresql.ARRAY(sa.Text)),
)
_HOLDS_LOCK = sa.text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = :class AND objid = :number "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class PostgresqlIndex(MaintainedIndex):
    """The index in the site's own database, shared by all machines."""

    def __init__(self, sources: Sources) -> None:
        super().__init__()
        self._sources = sources
        self._token = ""
        self._looked_at = 0.0

    def version(self) -> str:
        if not self._token or time.monotonic() - self._looked_at >= LOOK_SECONDS:
            current = SearchIndexState.schema_version == SCHEMA_VERSION
            tokens = _ask(sa.select(SearchIndexState.token).where(current))
            if not tokens:
                raise IndexUnavailable("there is no index yet")
            self._token = str(tokens[0][0])
            self._looked_at = time.monotonic()
        return self._token

    def read(self, kind: str, term: str, *, is_prefix: bool) -> Ids:
        question = sa.cast(f"'{term}':*" if is_prefix else f"'{term}'", postgresql.TSQUERY)
        holds = SearchText.vector.bool_op("@@")(question)
        rows = _ask(sa.select(SearchText.object_id).where(SearchText.kind == kind, holds))
        return np.sort(np.fromiter((row[0] for row in rows), np.int64, len(rows)))

    def verdict(self) -> Verdict:
        with pending.snapshot() as session:
            state = session.get(SearchIndexState, 1)
            if state is None or state.schema_version != SCHEMA_VERSION:
                return Verdict(Health.UNUSABLE, "the index has another schema version" if state else "no index yet")
            backlog = pending.backlog(session, 0, state.documents)
        health = Health.OUTDATED if backlog.wants_rebuild else Health.BEHIND if backlog.count else Health.FRESH
        return Verdict(health, lag=backlog.count, lag_seconds=backlog.seconds)

    def apply(self) -> int:
        with db.sessionmaker.begin() as session:
            _lock(session, WRITING)
            changes = pending.list_changes(session, 0)
            if not changes:
                return 0
            changed = pending.group_by_kind(changes)
            removed = sum(_delete(session, kind, ids) for kind, ids in changed.items())
            added = _insert(session, changed_documents(session, self._sources(), changed))
            taken = _is_any(SearchOutbox.seq, [change.seq for change in changes])
            session.execute(sa.delete(SearchOutbox).where(taken))
            documents = SearchIndexState.documents + added - removed
            session.execute(sa.update(SearchIndexState).values(token=_new_token(), documents=documents))
        self._token = ""
        return len(changes)

    def rebuild(self, progress: Progress | None = None) -> int:
        with db.sessionmaker.begin() as session:
            _lock(session, REBUILDING)
            session.execute(sa.text("SET LOCAL statement_timeout = 0"))
            session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK_CLASS, WRITING)))
            session.execute(sa.delete(SearchOutbox))  # before the reading, which so sees at least these changes
            session.execute(sa.delete(SearchText))
            count = _insert(session, all_documents(session, self._sources(), progress))
            session.execute(sa.delete(SearchIndexState))
            session.add(
                SearchIndexState(
                    id=1, schema_version=SCHEMA_VERSION, documents=count, token=_new_token(), built_at=now()
                )
            )
        self._token = ""
        return count

    def is_rebuilding(self) -> bool:
        with pending.snapshot() as session:
            return bool(session.scalar(_HOLDS_LOCK, {"class": LOCK_CLASS, "number": REBUILDING}))

    def prune(self) -> None:
        """Nothing: what was taken in is deleted at once."""

    def fingerprints(self, kind: str) -> dict[int, int]:
        self.version()  # raises without an index
        words = sa.func.tsvector_to_array(SearchText.vector, type_=postgresql.ARRAY(sa.Text))
        documents = sa.select(SearchText.object_id, words).where(SearchText.kind == kind)
        with pending.snapshot() as session:
            rows = session.execute(documents, execution_options={"yield_per": CHUNK})
            return {object_id: fingerprint(found) for object_id, found in rows}


def _ask(statement: sa.Select[*tuple[object, ...]]) -> Sequence[sa.Row[*tuple[object, ...]]]:
    """Rows through the request's session; a failure costs the index, never the transaction around it."""
    try:
        with db.session.begin_nested():
            return db.session.execute(statement).all()
    except SQLAlchemyError as error:
        raise IndexUnavailable("the index cannot be read") from error


def _new_token() -> str:
    return secrets.token_hex(16)


def _lock(session: Session, number: int) -> None:
    """Hold an advisory lock until the transaction ends. Raises IndexBusy."""
    if not session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(LOCK_CLASS, number))):
        raise IndexBusy(number)


def _delete(session: Session, kind: str, ids: Sequence[int]) -> int:
    gone = sa.delete(SearchText).where(SearchText.kind == kind, _is_any(SearchText.object_id, ids))
    return session.execute(gone).rowcount  # type: ignore[attr-defined,no-any-return]  # a DELETE has a cursor


def _insert(session: Session, documents: Iterable[tuple[str, int, str]]) -> int:
    """Write documents in pieces; returns how many."""
    count = 0
    for piece in _pieces(documents):
        kinds, ids, texts = zip(*piece, strict=True)
        joined = [" ".join(terms(text)) for text in texts]
        session.execute(_INSERT, {"kinds": list(kinds), "ids": list(ids), "terms": joined})
        count += len(piece)
    return count


def _pieces(documents: Iterable[tuple[str, int, str]]) -> Iterator[list[tuple[str, int, str]]]:
    rows = iter(documents)
    while piece := list(islice(rows, CHUNK)):
        yield piece


def _is_any(column: InstrumentedAttribute[int], values: Sequence[int]) -> sa.ColumnElement[bool]:
    """``column`` is one of ``values``, which travel as one array however many they are."""
    return column == sa.any_(sa.literal(list(values), postgresql.ARRAY(sa.Integer)))
