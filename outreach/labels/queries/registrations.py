"""Registrations as staff list them: of every state, real and fictional, straight from the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, raiseload

from outreach.core.search.text import code_key
from outreach.labels.forms_upkeep import RegistrationQuery
from outreach.labels.models import Edition, GradeCheck, ImportRemark, ImportRun, Maker, Registration
from outreach.labels.models_upkeep import Correction

PAGE_SIZE: Final = 50
#: Registrations that one export holds at most; the command writes the whole register.
MOST_EXPORTED: Final = 200_000


@dataclass(frozen=True, slots=True)
class RegistrationPage:
    """One page of the list."""

    registrations: Sequence[Registration]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def search_registrations(session: Session, query: RegistrationQuery) -> RegistrationPage:
    """The registrations that fit, one page of them."""
    fitting = _fitting(query)
    total = session.scalar(sa.select(sa.func.count()).select_from(Registration).where(*fitting)) or 0
    page = min(query.page, max(1, -(-total // PAGE_SIZE)))
    whole = (
        joinedload(Registration.maker),
        joinedload(Registration.edition),
        joinedload(Registration.declared_grade),
        joinedload(Registration.computed_grade),
        joinedload(Registration.run),
        raiseload("*"),
    )
    wanted = sa.select(Registration).where(*fitting).order_by(*_order(query.sort)).options(*whole)
    found = session.scalars(wanted.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).unique().all()
    return RegistrationPage(found, total, page)


def list_fitting_ids(session: Session, query: RegistrationQuery) -> Sequence[int]:
    """Ids of everything that fits, in the order of the list, at most ``MOST_EXPORTED``."""
    wanted = sa.select(Registration.id).where(*_fitting(query)).order_by(*_order(query.sort))
    return session.scalars(wanted.limit(MOST_EXPORTED)).all()


def list_by_numbers(session: Session, numbers: Sequence[str]) -> Sequence[Registration]:
    """The registrations with these numbers that exist, by number."""
    query = sa.select(Registration).where(Registration.number.in_(numbers)).order_by(Registration.number)
    whole = (joinedload(Registration.maker), joinedload(Registration.edition), raiseload("*"))
    return session.scalars(query.options(*whole)).unique().all()


def remarked_numbers(session: Session, registrations: Sequence[Registration]) -> frozenset[str]:
    """Those of the registrations whose row of the newest file bears a remark."""
    numbers = [one.number for one in registrations]
    query = sa.select(Registration.number).where(Registration.number.in_(numbers), _is_remarked())
    return frozenset(session.scalars(query))


def corrected_ids(session: Session, registrations: Sequence[Registration]) -> frozenset[int]:
    """Ids of those that a correction holds for."""
    ids = [one.id for one in registrations]
    query = sa.select(Correction.registration_id).where(
        Correction.registration_id.in_(ids), Correction.ended_at.is_(None)
    )
    return frozenset(session.scalars(query))


def list_editions_in_use(session: Session) -> Sequence[tuple[str, str]]:
    """Code and printed number of every edition."""
    query = sa.select(Edition.code, Edition.standard_no).order_by(Edition.standard_no, Edition.code)
    return [(row[0], row[1]) for row in session.execute(query)]


def _is_remarked() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        ImportRemark.run_id == Registration.run_id,
        ImportRemark.row_number == Registration.row_number,
        ImportRemark.is_refused.is_(False),
    )


def _fitting(query: RegistrationQuery) -> list[sa.ColumnElement[bool]]:
    return [*_words(query), *_flags(query)]


def _words(query: RegistrationQuery) -> Iterator[sa.ColumnElement[bool]]:
    if query.words:
        key = code_key(query.words)
        makers = sa.select(Maker.id).where(Maker.name.icontains(query.words, autoescape=True))
        same: list[sa.ColumnElement[bool]] = [Registration.maker_id.in_(makers)]
        if key:
            same += [
                Registration.number_key.contains(key, autoescape=True),
                Registration.model_key.contains(key, autoescape=True),
            ]
        else:
            same += [Registration.model.icontains(query.words, autoescape=True)]
        yield sa.or_(*same)
    if query.maker:
        name = Maker.name.icontains(query.maker, autoescape=True)
        short = Maker.short_name.icontains(query.maker, autoescape=True)
        merged = sa.select(Maker.merged_into_id).where(name, Maker.merged_into_id.is_not(None))
        yield Registration.maker_id.in_(sa.select(Maker.id).where(name | short)) | Registration.maker_id.in_(merged)
    if query.edition:
        yield Registration.edition_id.in_(sa.select(Edition.id).where(Edition.code == query.edition))


def _flags(query: RegistrationQuery) -> Iterator[sa.ColumnElement[bool]]:
    if query.status:
        yield Registration.status == query.status
    if query.source:
        yield Registration.run_id.in_(sa.select(ImportRun.id).where(ImportRun.source == query.source))
    if query.run:
        yield Registration.run_id == query.run
    if query.differs:
        yield Registration.grade_check == GradeCheck.DIFFERS
    if query.remarked:
        yield _is_remarked()
    if query.corrected:
        yield sa.exists().where(Correction.registration_id == Registration.id, Correction.ended_at.is_(None))
    if query.kind:
        yield Registration.is_demo.is_(query.kind == "demo")


def _order(sort: str) -> Sequence[Any]:
    column = {
        "number": Registration.number,
        "announced": Registration.announced_on,
        "updated": Registration.updated_at,
        "model": Registration.model_key,
    }[sort.lstrip("-")]
    if sort.startswith("-"):
        return (column.desc().nulls_last(), Registration.id.desc())
    return (column.asc().nulls_last(), Registration.id)
