"""What participants were told, held against the database: nothing lost, nothing twice, ranking = recount."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bench.load_quiz.machines import ROOT, without_settings
from bench.load_quiz.papers import Written
from bench.load_quiz.stage import Scene
from outreach.quiz.rules import receipts

CLOSED: Final = "submitted"


def faults(engine: Engine, scene: Scene, ledger: Sequence[Written]) -> dict[str, int]:
    """How often each promise was broken, by the raw rows."""
    with engine.connect() as connection:
        attempts = _attempts(connection, scene.contest_id)
        stored = _answers(connection, scene.contest_id)
        doubles = _doubles(connection, scene.contest_id)
    return {
        "answers lost": sum(_lost_answers(one, stored.get(one.public_id, {})) for one in ledger),
        "submissions lost": sum(not _is_stored(one, attempts.get(one.public_id)) for one in ledger),
        "submissions that two calls were told to have made": sum(one.created > 1 for one in ledger),
        **doubles,
        "papers of nobody": len(set(attempts) - {one.public_id for one in ledger}),
    }


def _lost_answers(one: Written, stored: Mapping[int, tuple[int, Any]]) -> int:
    """Answers confirmed by a receipt that are not what is stored; nobody wrote a newer one."""
    return sum(stored.get(position) != (sequence, value) for position, (sequence, value) in one.saved.items())


def _is_stored(one: Written, row: Mapping[str, Any] | None) -> bool:
    """Whether what handing in answered is what is stored."""
    if row is None or row["state"] != CLOSED:
        return False
    told = (one.result["state"], one.result["centipoints"], one.result["elapsed_ms"], one.result["receipt"])
    return told == (row["state"], row["centipoints"], row["elapsed_ms"], receipts.short(row["receipt"]))


def _attempts(connection: Connection, contest_id: int) -> dict[str, Mapping[str, Any]]:
    query = "SELECT public_id, state, centipoints, elapsed_ms, receipt FROM quiz_attempt WHERE contest_id = :contest"
    rows = connection.execute(sa.text(query), {"contest": contest_id}).mappings()
    return {row["public_id"]: row for row in rows}


def _answers(connection: Connection, contest_id: int) -> dict[str, dict[int, tuple[int, Any]]]:
    query = (
        "SELECT a.public_id, b.position, b.sequence, b.value FROM quiz_answer b"
        " JOIN quiz_attempt a ON a.id = b.attempt_id WHERE a.contest_id = :contest"
    )
    found: dict[str, dict[int, tuple[int, Any]]] = {}
    for public_id, position, sequence, value in connection.execute(sa.text(query), {"contest": contest_id}):
        found.setdefault(public_id, {})[position] = (sequence, json.loads(value))
    return found


#: What must not be there at all, by name.
_DOUBLES: Final = {
    "answers twice": (
        "SELECT b.attempt_id FROM quiz_answer b JOIN quiz_attempt a ON a.id = b.attempt_id"
        " WHERE a.contest_id = :contest GROUP BY b.attempt_id, b.position HAVING count(*) > 1"
    ),
    "people with two papers": (
        "SELECT participant_id FROM quiz_attempt WHERE contest_id = :contest"
        " GROUP BY participant_id HAVING count(*) > 1"
    ),
    "people counted twice": (
        "SELECT participant_id FROM quiz_best_score WHERE contest_id = :contest"
        " GROUP BY participant_id HAVING count(*) > 1"
    ),
}


def _doubles(connection: Connection, contest_id: int) -> dict[str, int]:
    counts = {}
    for name, query in _DOUBLES.items():
        counted = sa.text(f"SELECT count(*) FROM ({query}) AS found")
        counts[name] = int(connection.execute(counted, {"contest": contest_id}).scalar_one())
    deltas = "SELECT coalesce(sum(attempts), 0) FROM quiz_score_delta WHERE contest_id = :contest"
    closed = "SELECT count(*) FROM quiz_attempt WHERE contest_id = :contest AND state <> 'open'"
    values = {"contest": contest_id}
    counted = connection.execute(sa.text(deltas), values).scalar_one()
    counts["submissions counted too often or not"] = abs(
        int(counted) - int(connection.execute(sa.text(closed), values).scalar_one())
    )
    return counts


def commands(environ: Mapping[str, str], folder: Path, scene: Scene, ledger: Sequence[Written]) -> dict[str, bool]:
    """The site's own checks, as an operator runs them."""
    file = folder / f"{scene.slug}.ledger"
    file.write_text("\n".join(one.public_id for one in ledger), encoding="ascii")
    return {
        "flask quiz verify": _command(environ, "quiz", "verify", scene.slug, "--ledger", str(file)),
        "flask quiz recount": _command(environ, "quiz", "recount", scene.slug),
    }


def _command(environ: Mapping[str, str], *words: str) -> bool:
    command = [sys.executable, "-m", "flask", "--app", "app", *words]
    done = subprocess.run(
        command, cwd=ROOT, env={**without_settings(), **environ}, capture_output=True, text=True, check=False
    )
    print(f"  $ flask {' '.join(words[:3])}: {(done.stdout + done.stderr).strip().splitlines()[-1]}")
    return done.returncode == 0
