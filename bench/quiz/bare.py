"""The bare writes of a paper, by the driver itself: the rows that must be there afterwards, and one commit each.

Nothing is asked, checked, drawn or marked: the values are made before the clock starts. Tables, indices, constraints
and settings of the connection are the site's own.

* start: the attempt's row, and the moment from which the participant's county is fixed (the first paper of each).
* save: the answers' rows, and the new receipt in the attempt.
* submit: the closed attempt with its marks, the score that counts for the participant, and the delta for the counts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy.engine import Engine

from bench.quiz.filling import PAPER_S, Filled, Template
from outreach.core.db import is_sqlite
from outreach.quiz.rules import receipts, tokens

_ATTEMPT: Final = (
    "public_id, contest_id, round_no, participant_id, attempt_no, day, day_no, state, seed, paper, started_at,"
    " deadline_at, paused_ms, is_extended, save_count, receipt, is_full, void_reason, voided_by"
)
_BEST: Final = (
    "contest_id, participant_id, attempt_id, centipoints, rank_ms, submitted_at, is_full, county_code,"
    " unit_code, bracket"
)
_DELTA: Final = (
    "contest_id, county_code, unit_code, bracket, attempts, participants, centipoints, full_marks, new_centipoints,"
    " new_second, at"
)


def _insert(table: str, columns: str) -> str:
    marks = ", ".join("?" for _name in columns.split(","))
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # constants of this module


INSERT_ATTEMPT: Final = _insert("quiz_attempt", _ATTEMPT) + " RETURNING id"
FIX_PARTICIPANT: Final = "UPDATE quiz_participant SET locked_at = ? WHERE id = ?"
INSERT_ANSWER: Final = _insert("quiz_answer", "attempt_id, position, sequence, value, saved_at")
LENGTHEN: Final = "UPDATE quiz_attempt SET receipt = ?, save_count = save_count + 1 WHERE id = ?"
CLOSE: Final = (
    "UPDATE quiz_attempt SET state = ?, elapsed_ms = ?, rank_ms = ?, centipoints = ?, is_full = ?, marks = ?,"
    " submitted_at = ? WHERE id = ?"
)
INSERT_BEST: Final = _insert("quiz_best_score", _BEST)
INSERT_DELTA: Final = _insert("quiz_score_delta", _DELTA)


@dataclass(slots=True)
class Paper:
    """One paper's way; ``attempt_id`` is known after the start."""

    participant_id: int
    county_code: str
    template: Template
    attempt_id: int = 0
    values: dict[str, list[Any]] = field(default_factory=dict)


class Bare:
    """One connection of the driver, with the site's settings. Call the steps of a paper in their order."""

    def __init__(self, engine: Engine, filled: Filled) -> None:
        self._pooled = engine.raw_connection()
        self._driver: Any = self._pooled.driver_connection
        self._is_sqlite = is_sqlite(engine)
        self._filled = filled
        if self._is_sqlite:
            self._cursor = self._driver.cursor()
        else:
            self._driver.rollback()
            self._cursor = self._driver.cursor()
            self._driver.prepare_threshold = 0

    def close(self) -> None:
        self._pooled.close()

    def paper(self, participant_id: int, number: int) -> Paper:
        """All values of a paper, made beforehand."""
        template = self._filled.templates[number % len(self._filled.templates)]
        paper = Paper(participant_id, self._filled.counties[number % len(self._filled.counties)], template)
        now = datetime.now(UTC)
        at, until, public_id = self._moment(now), self._moment(now + timedelta(seconds=PAPER_S)), tokens.new_public_id()
        contest, text = self._filled.contest_id, encode(template.paper)
        day = now.date().isoformat() if self._is_sqlite else now.date()
        first = [public_id, contest, 1, participant_id, 1, day, 1, "open", tokens.new_seed(), text, at, until, 0]
        paper.values["start"] = [
            *first,
            self._flag(False),
            0,
            receipts.first_link(public_id),
            self._flag(False),
            "",
            "",
        ]
        paper.values["fix"] = [at, participant_id]
        answers = enumerate(template.values)
        paper.values["answers"] = [[position, 1, encode(list(value)), at] for position, value in answers]
        total, full = sum(template.marks), self._flag(template.is_full)
        rank = 60_000 + number % 500_000
        paper.values["close"] = ["submitted", rank, rank, total, full, encode(template.marks), at]
        groups = [paper.county_code, "", ""]
        paper.values["best"] = [contest, participant_id, 0, total, rank, at, full, *groups]
        paper.values["delta"] = [contest, *groups, 1, 1, total, int(template.is_full), total, rank // 1000, at]
        return paper

    def start(self, paper: Paper) -> None:
        self._begin()
        self._run(INSERT_ATTEMPT, paper.values["start"])
        paper.attempt_id = self._cursor.fetchone()[0]
        self._run(FIX_PARTICIPANT, paper.values["fix"])
        self._commit()

    def save(self, paper: Paper, positions: slice) -> None:
        self._begin()
        rows = [[paper.attempt_id, *values] for values in paper.values["answers"][positions]]
        self._cursor.executemany(self._spelled(INSERT_ANSWER), rows)
        self._run(LENGTHEN, [paper.template.receipt, paper.attempt_id])
        self._commit()

    def submit(self, paper: Paper) -> None:
        self._begin()
        self._run(CLOSE, [*paper.values["close"], paper.attempt_id])
        best = paper.values["best"]
        self._run(INSERT_BEST, [*best[:2], paper.attempt_id, *best[3:]])
        self._run(INSERT_DELTA, paper.values["delta"])
        self._commit()

    def _begin(self) -> None:
        if self._is_sqlite:
            self._cursor.execute("BEGIN IMMEDIATE")

    def _run(self, statement: str, values: list[Any]) -> None:
        self._cursor.execute(self._spelled(statement), values)

    def _spelled(self, statement: str) -> str:
        return statement if self._is_sqlite else _with_percent(statement)

    def _commit(self) -> None:
        if self._is_sqlite:
            self._cursor.execute("COMMIT")
        else:
            self._driver.commit()

    def _moment(self, moment: datetime) -> Any:
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f") if self._is_sqlite else moment

    def _flag(self, value: bool) -> Any:  # the value itself
        return int(value) if self._is_sqlite else value


@cache
def _with_percent(statement: str) -> str:
    return statement.replace("?", "%s")


def encode(value: Any) -> str:
    """JSON as the site spells it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
