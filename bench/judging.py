"""The judged set on each database that is here: how often what was looked for comes first, and whether both agree."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.report import Check, print_table
from tests.search.judged import read_judged, same_top_share, score
from tests.search.judged_site import FILINGS, ask_everything, own_postgresql

SUCCESS_AT_3 = 0.97
SAME_TOP = 0.98


def measure(folder: Path, figures: dict[str, Any]) -> list[Check]:
    """Import the real filings and ask every judged query; nothing is checked where the file is not at hand."""
    if not FILINGS.exists():
        print(f"\nJudged set: left out, {FILINGS.name} is not here")
        return []
    judged = read_judged()
    server = os.environ.get("OUTREACH_TEST_DATABASE_URL", "")
    with ExitStack() as stack:
        urls = {"SQLite": ""}
        if server:
            urls["PostgreSQL"] = stack.enter_context(own_postgresql(server))
        answers = {name: ask_everything(folder / name, judged, url) for name, url in urls.items()}
    scores = {name: score(judged, pages) for name, pages in answers.items()}
    lines = [(n, s.success_at_3, s.mean_reciprocal_rank, s.zero_result_rate) for n, s in scores.items()]
    print_table(f"{len(judged)} judged queries", ("database", "success@3", "MRR", "zero results"), lines)
    figures["judged"] = {name: {"success_at_3": s.success_at_3, "failures": s.failures} for name, s in scores.items()}
    for name, found in scores.items():
        print(f"  {name}, not found: {', '.join(found.failures) or 'none'}")
    checks = [Check(f"success@3 on {n}", s.success_at_3, SUCCESS_AT_3, is_minimum=True) for n, s in scores.items()]
    if len(answers) == 2:
        checks.append(Check("same first three on both", same_top_share(*answers.values()), SAME_TOP, is_minimum=True))
    return checks
