"""Uploaded registers and imports as staff look at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, raiseload

from outreach.core.drafts import DraftState
from outreach.labels.forms_upkeep import RowsQuery
from outreach.labels.models import ImportRemark, ImportRun
from outreach.labels.models_upkeep import ImportDraft, ImportDraftRow

PAGE_SIZE: Final = 50
BATCH: Final = 1_000
#: States in which an upload still asks for something.
WAITING: Final = (DraftState.READING, DraftState.READY, DraftState.REFUSED, DraftState.APPLYING)
#: States in which the same file need not be uploaded once more.
UNDER_WAY: Final = (DraftState.READING, DraftState.READY, DraftState.APPLYING)


@dataclass(frozen=True, slots=True)
class DraftRows:
    """One page of a preview's rows."""

    rows: Sequence[ImportDraftRow]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class Remarks:
    """One page of an import's remarks."""

    rows: Sequence[ImportRemark]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class Runs:
    """One page of all imports, the newest first."""

    runs: Sequence[ImportRun]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def list_runs(session: Session, page: int) -> Runs:
    total = session.scalar(sa.select(sa.func.count()).select_from(ImportRun)) or 0
    page = min(page, max(1, -(-total // PAGE_SIZE)))
    query = sa.select(ImportRun).order_by(ImportRun.id.desc()).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return Runs(session.scalars(query).all(), total, page)


def list_waiting_drafts(session: Session) -> Sequence[ImportDraft]:
    """Uploads that are neither applied nor discarded, the newest first."""
    query = sa.select(ImportDraft).where(ImportDraft.state.in_(WAITING)).order_by(ImportDraft.id.desc())
    return session.scalars(query.limit(PAGE_SIZE)).all()


def find_same_draft(session: Session, source: str, sha256: str) -> ImportDraft | None:
    """An upload of the same bytes that is under way."""
    same = (ImportDraft.source == source, ImportDraft.sha256 == sha256, ImportDraft.state.in_(UNDER_WAY))
    return session.scalars(sa.select(ImportDraft).where(*same).order_by(ImportDraft.id.desc()).limit(1)).first()


def find_newest_run(session: Session, source: str) -> ImportRun | None:
    """The newest import of a source that stands."""
    stands = (ImportRun.source == source, ImportRun.undone_at.is_(None))
    return session.scalars(sa.select(ImportRun).where(*stands).order_by(ImportRun.id.desc()).limit(1)).first()


def search_draft_rows(session: Session, draft_id: int, query: RowsQuery) -> DraftRows:
    """The rows of a preview that fit."""
    fits = _fitting_rows(draft_id, query)
    total = session.scalar(sa.select(sa.func.count()).select_from(ImportDraftRow).where(*fits)) or 0
    page = min(query.page, max(1, -(-total // PAGE_SIZE)))
    wanted = sa.select(ImportDraftRow).where(*fits).order_by(ImportDraftRow.row_number, ImportDraftRow.id)
    return DraftRows(session.scalars(wanted.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all(), total, page)


def iter_draft_rows(session: Session, draft_id: int, query: RowsQuery) -> Iterator[ImportDraftRow]:
    """All rows of a preview that fit."""
    last = 0
    while True:
        wanted = sa.select(ImportDraftRow).where(*_fitting_rows(draft_id, query), ImportDraftRow.id > last)
        rows = session.scalars(wanted.order_by(ImportDraftRow.id).limit(BATCH)).all()
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1].id


def count_draft_rows(session: Session, draft_id: int) -> Mapping[str, int]:
    """How many rows have each outcome."""
    query = sa.select(ImportDraftRow.outcome, sa.func.count()).where(ImportDraftRow.draft_id == draft_id)
    return {row[0]: row[1] for row in session.execute(query.group_by(ImportDraftRow.outcome))}


def _fitting_rows(draft_id: int, query: RowsQuery) -> list[sa.ColumnElement[bool]]:
    fits: list[sa.ColumnElement[bool]] = [ImportDraftRow.draft_id == draft_id]
    if query.outcome:
        fits.append(ImportDraftRow.outcome == query.outcome)
    if query.remarked:
        fits.append(ImportDraftRow.has_remarks.is_(True))
    if query.words:
        number = ImportDraftRow.number.icontains(query.words, autoescape=True)
        fits.append(number | ImportDraftRow.remarks.icontains(query.words, autoescape=True))
    return fits


def search_remarks(session: Session, run_id: int, query: RowsQuery) -> Remarks:
    """The remarks of an import that fit; ``outcome``: refused or accepted."""
    fits = _fitting_remarks(run_id, query)
    total = session.scalar(sa.select(sa.func.count()).select_from(ImportRemark).where(*fits)) or 0
    page = min(query.page, max(1, -(-total // PAGE_SIZE)))
    wanted = sa.select(ImportRemark).where(*fits).order_by(ImportRemark.row_number, ImportRemark.id)
    found = session.scalars(wanted.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE).options(raiseload("*"))).all()
    return Remarks(found, total, page)


def iter_remarks(session: Session, run_id: int, query: RowsQuery) -> Iterator[ImportRemark]:
    """All remarks of an import that fit."""
    last = 0
    while True:
        wanted = sa.select(ImportRemark).where(*_fitting_remarks(run_id, query), ImportRemark.id > last)
        rows = session.scalars(wanted.order_by(ImportRemark.id).limit(BATCH)).all()
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1].id


def _fitting_remarks(run_id: int, query: RowsQuery) -> list[sa.ColumnElement[bool]]:
    fits: list[sa.ColumnElement[bool]] = [ImportRemark.run_id == run_id]
    if query.outcome:
        fits.append(ImportRemark.is_refused.is_(query.outcome == "refused"))
    if query.words:
        number = ImportRemark.number.icontains(query.words, autoescape=True)
        fits.append(number | ImportRemark.message.icontains(query.words, autoescape=True))
    return fits


def count_not_looked_at(session: Session) -> int:
    """Imports with remarks or refused rows that nobody has said to have looked at."""
    stands = (ImportRun.undone_at.is_(None), ImportRun.looked_at.is_(None), ImportRun.is_demo.is_(False))
    noted = (ImportRun.rows_remarked > 0) | (ImportRun.rows_refused > 0)
    return session.scalar(sa.select(sa.func.count()).select_from(ImportRun).where(*stands, noted)) or 0
