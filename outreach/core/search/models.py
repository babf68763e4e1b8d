"""Tables behind the search: what changed (outbox), the generation that pages are cached by, and PostgreSQL's index."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from outreach.core.db import Base, Code, IntPk


class OutboxOperation(StrEnum):
    """What the indexer has to do with an object."""

    UPSERT = "upsert"
    DELETE = "delete"
    #: Everything of this kind changed: rebuild instead of following single objects.
    RELOAD = "reload"


class SearchOutbox(Base):
    """One changed object, written in the same transaction as the change; the indexer reads it in order of ``seq``."""

    __tablename__ = "search_outbox"
    __table_args__ = ({"sqlite_autoincrement": True},)

    seq: Mapped[IntPk]
    kind: Mapped[Code]
    object_id: Mapped[int]
    operation: Mapped[OutboxOperation]
    created_at: Mapped[datetime]


class DataGeneration(Base):
    """The state of one body of data. ``token`` is random and new after every write: caches and ETags hang on it."""

    __tablename__ = "data_generation"

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(32))
    changed_at: Mapped[datetime]


class SearchEpoch(Base):
    """The database's own identity. A restore changes it, so that an index made from another history is discarded."""

    __tablename__ = "search_epoch"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[str] = mapped_column(sa.String(32))


class SearchIndexState(Base):
    """PostgreSQL's text index as a whole: missing until it was built, with a token that changes with its content."""

    __tablename__ = "search_index_state"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    schema_version: Mapped[int]
    documents: Mapped[int]
    token: Mapped[str] = mapped_column(sa.String(32))
    built_at: Mapped[datetime]


class SearchText(Base):
    """PostgreSQL's text index: one document with its terms. Empty and unused on SQLite, where Whoosh does this."""

    __tablename__ = "search_text"
    __table_args__ = (sa.Index("ix_search_text_vector", "vector", postgresql_using="gin").ddl_if(dialect="postgresql"),)

    kind: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    vector: Mapped[str] = mapped_column(sa.Text().with_variant(TSVECTOR(), "postgresql"))
