"""What was promised, as data: which figure is held against which target at which size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.engines import Comparison
from bench.pages import PageTimes
from bench.quiz.pages import CONTEST, RANKING
from bench.quiz.pages import PageTimes as QuizPageTimes
from bench.quiz.rates import OURS, STEPS, Rates
from bench.quiz.regrading import Regraded
from bench.report import Check

LARGE = 1_000_000
IMPORT_ROWS_PER_SECOND = 2_500
REBUILD_MINUTES = 20
WORKER_MB = 800
DATASETTE_FACTOR = 10
SHARE_OF_STATIC = 0.35
SHARE_OF_BARE = 0.25
PAPER_GROWTH = 1.15
PAGE_GROWTH = 2.0
REGRADING_S = 60


def of_loading(size: int, figures: Mapping[str, Any]) -> list[Check]:
    """Import with its index, and the rebuild of the index."""
    checks = [Check("index rebuild, minutes", figures["rebuild_s"] / 60, REBUILD_MINUTES, "min")]
    if figures.get("import_rows_per_s"):
        rate = figures["import_rows_per_s"]
        checks.append(Check("import with index", rate, IMPORT_ROWS_PER_SECOND, "rows/s", is_minimum=True))
    return checks


def of_search(size: int, name: str, found: Comparison) -> list[Check]:
    """Ours against raw FTS5 in process."""
    p95 = found.ours.p95 / found.fts5.p95
    agreement = Check(f"{name}: same totals as FTS5", found.same_totals, 0.95, is_minimum=True)
    if size >= LARGE:
        return [Check(f"{name}: p95, ours divided by FTS5", p95, 0.25), agreement]
    p50 = found.ours.p50 / found.fts5.p50
    return [
        Check(f"{name}: p50, ours divided by FTS5", p50, 1.0),
        Check(f"{name}: p95, ours divided by FTS5", p95, 0.5),
        agreement,
    ]


def of_pages(
    size: int, found: Mapping[str, PageTimes], rates: Mapping[str, float], calls: Mapping[str, float]
) -> list[Check]:
    """Our HTML page, rendered anew each time, against Datasette's; and against a static page of the same size."""
    ours, theirs = found["rendered"].times, found["datasette"].times
    checks = []
    if size < LARGE:
        for name, factor in (("p50", theirs.p50 / ours.p50), ("p95", theirs.p95 / ours.p95)):
            label = f"HTML page, rendered anew: {name}, Datasette divided by ours"
            checks.append(Check(label, factor, DATASETTE_FACTOR, is_minimum=True))
    for name, measured in (("HTTP", rates), ("in process", calls)):
        share = measured["kept"] / measured["static"]
        label = f"catalogue page as served, share of a static page's rate, {name}"
        checks.append(Check(label, share, SHARE_OF_STATIC, is_minimum=True))
    return checks


def of_worker(size: int, figures: Mapping[str, Any]) -> list[Check]:
    """Memory of one web worker at its peak."""
    return [Check("memory of a worker at its peak", figures["peak_mb"], WORKER_MB, "MB")]


def of_papers(name: str, found: Rates, small: int, large: int) -> list[Check]:
    """Starting, saving and submitting against the bare writes, and what a paper costs when many are stored."""
    shares = [
        Check(
            f"{name}, {size:,} attempts: {step}, share of bare writes", found.share(size, step), SHARE_OF_BARE, "", True
        )
        for size in (small, large)
        for step in STEPS
    ]
    growth = found.paper(large, OURS) / found.paper(small, OURS)
    return [*shares, Check(f"{name}: a paper, {large:,} attempts divided by {small:,}", growth, PAPER_GROWTH)]


def of_quiz_pages(name: str, small: QuizPageTimes, large: QuizPageTimes) -> list[Check]:
    """Rankings and the contest page with few and with many attempts, and that rankings say of which moment they are."""
    heats = {"cold": (small.cold, large.cold), "warm": (small.warm, large.warm)}
    growth = [
        Check(f"{name}: {page}, {heat}, p95, many divided by few", many[page].p95 / few[page].p95, PAGE_GROWTH)
        for page in (RANKING, CONTEST)
        for heat, (few, many) in heats.items()
    ]
    dated = small.is_dated and large.is_dated
    return [*growth, Check(f"{name}: every ranking says of which second it is", float(dated), 1, is_minimum=True)]


def of_regrading(name: str, found: Regraded, attempts: int) -> list[Check]:
    """Marking again, killed twice: everything once, everything kept, all counts as a recount has them."""
    return [
        Check(f"{name}: marked again after two kills, attempts", found.checked, attempts, is_minimum=True),
        Check(f"{name}: marked again, scores without their change on record", found.unkept, 0),
        Check(f"{name}: marked again, differences from a recount", found.differences, 0),
        Check(f"{name}: marked again, seconds", found.seconds, REGRADING_S, "s"),
    ]
