"""What was promised, as data: which figure is held against which target at which size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.engines import Comparison
from bench.pages import PageTimes
from bench.report import Check

LARGE = 1_000_000
IMPORT_ROWS_PER_SECOND = 2_500
REBUILD_MINUTES = 20
WORKER_MB = 800
DATASETTE_FACTOR = 10
SHARE_OF_STATIC = 0.35


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
