"""Everything that is measured of the contest, on SQLite and, where a server is named, on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from bench import promises
from bench.quiz import pages, rates, regrading
from bench.quiz.rates import BARE, OURS, STEPS, Rates
from bench.quiz.site import QuizSite, quiz_site
from bench.report import Check, print_table

#: Attempts stored on the small site, which the large one is compared with.
SMALL: Final = 10_000


def measure(folder: Path, attempts: int, figures: dict[str, Any]) -> list[Check]:
    """Papers and pages with few and with ``attempts`` attempts stored; marking again with 100,000."""
    checks: list[Check] = []
    figures["quiz"] = {}
    for name, server in _servers().items():
        print(f"\nContest on {name}")
        found: dict[str, Any] = {}
        with ExitStack() as stack:
            sites = [
                stack.enter_context(quiz_site(folder / f"{name}-{size}", size, server)) for size in (SMALL, attempts)
            ]
            checks += _measure_papers(name, sites, found)
            checks += _measure_pages(name, sites, found)
        with quiz_site(folder / f"{name}-regrading", regrading.ATTEMPTS, server) as site:
            checks += _measure_regrading(name, site, found)
        figures["quiz"][name] = found
    return checks


def _servers() -> dict[str, str]:
    server = os.environ.get("OUTREACH_TEST_DATABASE_URL", "")
    return {"SQLite": "", "PostgreSQL": server} if server else {"SQLite": ""}


def _measure_papers(name: str, sites: Sequence[QuizSite], figures: dict[str, Any]) -> list[Check]:
    found = rates.compare(sites)
    small, large = (site.attempts for site in sites)
    for size in (small, large):
        lines = [
            (step, found.calm(size, OURS, step), found.calm(size, BARE, step), found.share(size, step))
            for step in STEPS
        ]
        print_table(f"{size:,} attempts stored", ("ms", "ours", "bare writes", "share of their rate"), lines)
    figures["papers"] = {size: _papers(found, size) for size in (small, large)}
    growth = [(side, found.paper(large, side) / found.paper(small, side)) for side in (OURS, BARE)]
    print_table(f"Cost of a paper, {large:,} divided by {small:,}", ("side", "growth"), growth)
    return promises.of_papers(name, found, small, large)


def _papers(found: Rates, size: int) -> dict[str, Any]:
    return {step: {side: found.calm(size, side, step) for side in (OURS, BARE)} for step in STEPS}


def _measure_pages(name: str, sites: Sequence[QuizSite], figures: dict[str, Any]) -> list[Check]:
    small, large = (pages.measure(site) for site in sites)
    lines = [
        (page, small.cold[page].p95, large.cold[page].p95, small.warm[page].p95, large.warm[page].p95)
        for page in small.cold
    ]
    headings = ("p95, ms", *(f"{heat}, {site.attempts:,}" for heat in ("cold", "warm") for site in sites))
    print_table("Pages of the contest", headings, lines)
    figures["pages"] = {page: times for page, *times in lines}
    return promises.of_quiz_pages(name, small, large)


def _measure_regrading(name: str, site: QuizSite, figures: dict[str, Any]) -> list[Check]:
    found = regrading.regrade(site)
    values = {field: getattr(found, field) for field in found.__slots__}
    print_table(f"Marking {site.attempts:,} attempts again, killed twice", ("figure", "value"), values.items())
    figures["regrading"] = values
    return promises.of_regrading(name, found, site.attempts)
