"""What participants and the sweep ask is answered by an index, however many papers are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from outreach.core.db import Base
from outreach.quiz.actions.closing import overdue_ids
from outreach.quiz.queries.integrity import count_void, integrity_counts, list_appeals
from outreach.quiz.queries.organising import list_attempts_of
from outreach.quiz.queries.showing import list_attempts
from tests.quiz.racing import make_engine

LIMITS = "sqlite_autoindex_quiz_attempt"
VOID = "ix_quiz_attempt_void_contest_id"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Session]:
    """An empty database file: plans do not depend on rows there, since nobody collects statistics."""
    engine = make_engine(f"sqlite:///{tmp_path / 'plans.db'}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.mark.parametrize(
    ("ask", "indices"),
    [
        (lambda session: list_attempts(session, 1), [LIMITS]),
        (lambda session: list_attempts_of(session, 1), [LIMITS]),
        (lambda session: count_void(session, 1), [VOID]),
        (lambda session: integrity_counts(session, 1), [VOID, "PRIMARY KEY"]),
        (lambda session: list_appeals(session, 1), ["PRIMARY KEY"]),
        (lambda session: overdue_ids(session, 50), ["ix_quiz_attempt_open_deadline_at"]),
    ],
    ids=["own papers", "papers of a participant", "void papers", "published counts", "appeals", "overdue papers"],
)
def test_papers_are_found_by_an_index(empty: Session, ask: Callable[[Session], object], indices: list[str]) -> None:
    steps = [step for step in _plan(empty, ask) if "quiz_attempt" in step]
    assert steps
    assert all(step.startswith("SEARCH") and any(index in step for index in indices) for step in steps)


def _plan(session: Session, ask: Callable[[Session], object]) -> list[str]:
    """How the database answers what ``ask`` asks."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        asked.append((statement, values))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    ask(session)
    event.remove(connection, "before_cursor_execute", note)
    driver: Any = connection.connection.driver_connection
    plans = [driver.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall() for statement, values in asked]
    return [row[3] for plan in plans for row in plan]
