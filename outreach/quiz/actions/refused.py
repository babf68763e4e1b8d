"""Counting refused calls, without a hot row and without anything about who called."""

from __future__ import annotations

import secrets
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import RefusedCall
from outreach.quiz.moments import china_day
from outreach.quiz.refusals import Refusal
from outreach.quiz.writing import insert

SHARDS: Final = 16


def count_refusal(session: Session, contest_id: int, reason: Refusal) -> None:
    """One more refused call of this kind today. A transaction of its own, after the refused one was undone."""
    statement = insert(session, RefusedCall).values(
        contest_id=contest_id, day=china_day(), kind=reason.value, shard=secrets.randbelow(SHARDS), count=1
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["contest_id", "day", "kind", "shard"], set_={"count": RefusedCall.count + 1}
        )
    )


def refused_calls(session: Session, contest_id: int) -> dict[str, int]:
    """How many calls were refused, by kind."""
    query = sa.select(RefusedCall.kind, sa.func.sum(RefusedCall.count)).where(RefusedCall.contest_id == contest_id)
    return {kind: int(count) for kind, count in session.execute(query.group_by(RefusedCall.kind))}
