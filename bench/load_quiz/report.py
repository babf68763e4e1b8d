"""What a load run says at its end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.load_quiz.browsers import LOST, Figures
from bench.load_quiz.crowd import Visit
from bench.load_quiz.papers import Written
from bench.measure import percentile
from bench.report import Check, print_table


def print_answers(seen: Figures) -> None:
    """Times by step, and what was answered."""
    rows = [
        (step, len(times), *(percentile(times, share) for share in (50, 95, 99)), max(times))
        for step, times in seen.times.items()
    ]
    print_table("Answers, the wait for a connection included", ("ms", "count", "p50", "p95", "p99", "slowest"), rows)
    statuses = sorted({status for counts in seen.statuses.values() for status in counts})
    lines = [(step, *(counts[status] for status in statuses)) for step, counts in seen.statuses.items()]
    names = ["connection lost" if status == LOST else str(status) for status in statuses]
    print_table("By status", ("step", *names), lines)
    if seen.errors:
        print(f"  lost connections: {dict(seen.errors)}")


def print_faults(log: Path) -> None:
    """What the site's log says went wrong, each kind once with its count."""
    found: Counter[str] = Counter()
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("{") and '"level": "error"' in line:
            entry = json.loads(line)
            names = ("event", "chore", "kind", "error")
            found[" ".join(str(entry[name]) for name in names if name in entry)] += 1
        elif "Autorestarting" in line or "WORKER TIMEOUT" in line:
            found["gunicorn: a worker was renewed" if "Auto" in line else "gunicorn: a worker was stuck"] += 1
    for what, count in found.most_common():
        print(f"  log, {count} times: {what}")


def checks_of(
    mode: str,
    seen: Figures,
    visits: Sequence[Visit],
    written: Sequence[Written],
    broken: Mapping[str, int],
    commands: Mapping[str, bool],
) -> list[Check]:
    """The promises of one run."""
    unavailable = seen.total(at_least=503, below=504)
    checks = [
        Check("answers 5xx other than 503", seen.total(at_least=500) - unavailable, 0),
        Check("answers 503 without Retry-After", seen.without_retry_after, 0),
        Check("places lost in the waiting room", sum(visit.lost_places for visit in visits), 0),
        *(Check(name, count, 0) for name, count in broken.items()),
        *(Check(f"{name}: faults", not is_kept, 0) for name, is_kept in commands.items()),
    ]
    if mode == "plain":
        checks.append(Check("answers 503", unavailable, 0))
    receipts = sum(len(one.saved) for one in written)
    print(f"\n  {mode}: {receipts} answers and {len(written)} submissions were acknowledged")
    return [Check(f"{mode}: {one.label}", one.seen, one.target) for one in checks]
