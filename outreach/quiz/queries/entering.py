"""Who stands at the door of a contest: all that the opening minute asks, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import Attempt, Contest, ContestRound, ContestStatus, Participant, ParticipantSession, Ticket
from outreach.quiz.moments import moment
from outreach.quiz.queries.showing import SHOWN
from outreach.quiz.rules import deadlines
from outreach.quiz.writing import run, table_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A browser at the door of the contest ``id``; ``participant_id`` 0: it belongs to nobody there.

    ``is_newcomer``: the contest is open, and this participant has neither a paper of it nor an admission.
    """

    id: int
    starts_per_second: int
    participant_id: int
    is_newcomer: bool


def find_entry(session: Session, slug: str, token_hash: str) -> Entry | None:
    """The door of the public contest with this slug, as the browser with this token finds it."""
    row = run(session, _entry(), {"slug": slug, "token_hash": token_hash}).one_or_none()
    return None if row is None else Entry(row.id, row.starts_per_second, row.participant or 0, bool(row.is_newcomer))


def list_doors(session: Session) -> Sequence[Contest]:
    """Contests that are open now and have a waiting room."""
    is_waited = (Contest.starts_per_second > 0, Contest.status == ContestStatus.PUBLISHED, _is_open(table_of(Contest)))
    return session.scalars(sa.select(Contest).where(*is_waited)).all()


@cache
def _entry() -> sa.Select[Any]:
    contest, own, person = table_of(Contest), table_of(ParticipantSession), table_of(Participant)
    is_own = sa.and_(
        own.c.contest_id == contest.c.id,
        own.c.token_hash == sa.bindparam("token_hash"),
        own.c.expires_at > moment(),
    )
    is_here = sa.and_(person.c.id == own.c.participant_id, person.c.deleted_at.is_(None))
    return (
        sa.select(
            contest.c.id,
            contest.c.starts_per_second,
            person.c.id.label("participant"),
            sa.and_(_is_open(contest), ~_has_paper(contest, person), ~_has_admission(contest, person)).label(
                "is_newcomer"
            ),
        )
        .select_from(contest.outerjoin(own, is_own).outerjoin(person, is_here))
        .where(contest.c.slug == sa.bindparam("slug"), contest.c.status.in_(SHOWN))
    )


def _is_open(contest: sa.Table) -> sa.ColumnElement[bool]:
    table = table_of(ContestRound)
    is_round = (table.c.contest_id == contest.c.id, table.c.opens_at <= moment(), table.c.closes_at > moment())
    end = sa.func.coalesce(contest.c.extended_to, contest.c.closes_at)
    return sa.and_(
        contest.c.opens_at <= moment(), end > moment(), contest.c.paused_at.is_(None), sa.exists().where(*is_round)
    )


def _has_paper(contest: sa.Table, person: sa.Table) -> sa.ColumnElement[bool]:
    table = table_of(Attempt)
    return sa.exists().where(table.c.contest_id == contest.c.id, table.c.participant_id == person.c.id)


def _has_admission(contest: sa.Table, person: sa.Table) -> sa.ColumnElement[bool]:
    table = table_of(Ticket)
    return sa.exists().where(
        table.c.contest_id == contest.c.id,
        table.c.participant_id == person.c.id,
        table.c.admitted_at > moment(-deadlines.ADMISSION_SECONDS),
    )
