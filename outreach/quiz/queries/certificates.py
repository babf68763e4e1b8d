"""Certificates as organisers look for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import Certificate
from outreach.quiz.rules import tokens

PAGE: Final = 50


def list_certificates(session: Session, contest_id: int, words: str, *, page: int = 1) -> Sequence[Certificate]:
    """The newest first; ``words``: a code however it was typed, or the beginning of a name."""
    query = sa.select(Certificate).where(*_conditions(contest_id, words)).order_by(Certificate.id.desc())
    return session.scalars(query.offset((page - 1) * PAGE).limit(PAGE)).all()


def count_certificates(session: Session, contest_id: int, words: str) -> int:
    return session.scalars(sa.select(sa.func.count()).where(*_conditions(contest_id, words))).one()


def _conditions(contest_id: int, words: str) -> list[Any]:
    found: list[Any] = [Certificate.contest_id == contest_id]
    if words:
        found.append(
            sa.or_(Certificate.code == tokens.code_key(words), Certificate.name.startswith(words, autoescape=True))
        )
    return found
