"""What of the registry is in the text index: makers, brands and product names, each kept once however often it is used.

A product contains a word when its maker, its brand or its product name does, so the index stays small beside the
register, and an import of many products changes few documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from outreach.core.search.index import DocumentSource
from outreach.labels.models import Brand, Maker, ProductName

#: Ids asked for in one statement.
CHUNK = 5_000
#: Rows held at once when everything is read.
ROWS = 10_000


def _source(kind: str, key: InstrumentedAttribute[int], *texts: InstrumentedAttribute[str]) -> DocumentSource:
    """A document of each row of a table, whose text is the given columns."""

    def load(session: Session, ids: Sequence[int] | None) -> Iterator[tuple[int, str]]:
        for condition in _conditions(key, ids):
            rows = session.execute(
                sa.select(key, *texts).where(condition).order_by(key), execution_options={"yield_per": ROWS}
            )
            for row in rows:
                yield row[0], " ".join(row[1:])

    def count(session: Session) -> int:
        return session.scalar(sa.select(sa.func.count()).select_from(key.class_)) or 0

    return DocumentSource(kind, load, count)


def _conditions(key: InstrumentedAttribute[int], ids: Sequence[int] | None) -> Iterable[sa.ColumnElement[Any]]:
    if ids is None:
        return [sa.true()]
    return [key.in_(ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK)]


def _makers() -> DocumentSource:
    """Makers by their own names and by those of makers that were found to be them."""
    own = _source("label-maker", Maker.id, Maker.name, Maker.short_name)

    def load(session: Session, ids: Sequence[int] | None) -> Iterator[tuple[int, str]]:
        merged: dict[int | None, list[str]] = {}
        aliases = sa.select(Maker.merged_into_id, Maker.name, Maker.short_name).where(Maker.merged_into_id.is_not(None))
        for row in session.execute(aliases):
            merged.setdefault(row[0], []).extend(row[1:])
        for key, text in own.load(session, ids):
            yield key, " ".join([text, *merged.get(key, ())])

    return DocumentSource(own.kind, load, own.count)


DOCUMENTS = (
    _makers(),
    _source("label-brand", Brand.id, Brand.name),
    _source("label-product-name", ProductName.id, ProductName.name),
)
