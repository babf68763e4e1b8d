"""``python -m bench [--rows N]``: measure, print, write ``bench/out/``, and end with 1 when a promise is not kept."""

from __future__ import annotations

import argparse
import gc
import os
import platform
import sqlite3
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask import Flask

from bench import counties, flat, judging, loading, promises, worker
from bench.engines import Comparison, compare, without_page
from bench.fts5 import Fts5
from bench.measure import stopwatch
from bench.pages import compare_in_process, compare_with_datasette, compare_with_static
from bench.queries import BenchQuery, QueryMaker
from bench.quiz import running
from bench.register import Generator, Row
from bench.report import Check, finish, print_table
from bench.site import environ

OUT = Path(__file__).parent / "out"
#: Parts that need no generated register.
SMALL_PARTS = frozenset({"judged", "counties", "quiz"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What one size is measured on."""

    rows: list[Row]
    folder: Path
    flat_file: Path
    fts5: Fts5
    app: Flask
    searches: list[BenchQuery]
    browse: list[BenchQuery]


def main() -> int:
    """Run the measurements that the command line asks for."""
    arguments = _arguments()
    figures: dict[str, Any] = {"machine": _machine()}
    checks: list[Check] = []
    with tempfile.TemporaryDirectory(prefix="outreach-bench-") as folder:
        if "judged" in arguments.parts:
            checks += judging.measure(Path(folder) / "judged", figures)
        if "counties" in arguments.parts:
            checks += counties.measure(Path(folder) / "counties", figures)
        if "quiz" in arguments.parts:
            checks += running.measure(Path(folder) / "quiz", arguments.attempts, figures)
        is_register_measured = bool(set(arguments.parts) - SMALL_PARTS)
        if is_register_measured:
            checks += _measure_size(arguments.rows, Path(folder), arguments.parts, figures)
    name = str(arguments.rows) if is_register_measured else "-".join(arguments.parts)
    return finish(checks, figures, OUT / f"bench-{name}.json")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the site against baselines.")
    parser.add_argument("--rows", type=int, default=100_000, help="size of the generated register")
    parser.add_argument("--attempts", type=int, default=1_000_000, help="attempts stored in the large contest")
    parts = ("judged", "counties", "quiz", "search", "pages", "costs")
    parser.add_argument("--parts", nargs="+", choices=parts, default=parts, help="what to measure (default: all)")
    return parser.parse_args()


def _machine() -> dict[str, Any]:
    names = ("flask", "sqlalchemy", "whoosh", "numpy", "datasette", "waitress")
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: version(name) for name in names},
    }


def _measure_size(size: int, folder: Path, parts: list[str], figures: dict[str, Any]) -> list[Check]:
    checks: list[Check] = []
    subject = _prepare(size, folder, figures)
    checks += promises.of_loading(size, figures["loading"])
    if "search" in parts:
        checks += _measure_search(subject, figures)
    if "pages" in parts:
        checks += _measure_pages(subject, figures)
    if "costs" in parts:
        checks += _measure_costs(subject, figures)
    return checks


def _prepare(size: int, folder: Path, figures: dict[str, Any]) -> Subject:
    """Generate the rows and put them into both databases."""
    with stopwatch() as generating:
        rows = list(Generator(size).rows())
    distinct = {name: len({getattr(row, name) for row in rows}) for name in ("name", "maker", "brand", "model")}
    print(f"Register of {size:,} rows in {generating.seconds:.1f} s; distinct: {distinct}")
    flat_file = folder / "register.db"
    with stopwatch() as building:
        flat.build(flat_file, rows)
    app, loaded = loading.load(folder / "site", rows)
    figures["register"] = {"rows": size, "distinct": distinct}
    figures["loading"] = {"fts5_build_s": building.seconds, "fts5_mb": flat_file.stat().st_size / 1e6, **loaded}
    print_table("Loading", ("figure", "value"), figures["loading"].items())
    maker = QueryMaker(rows)
    subject = Subject(rows, folder, flat_file, Fts5(flat_file), app, maker.searches(), maker.browse_pages())
    gc.collect()
    gc.freeze()  # the generated rows are no part of a worker: the collector need not walk them while we measure
    return subject


def _measure_search(subject: Subject, figures: dict[str, Any]) -> list[Check]:
    checks: list[Check] = []
    figures["search"] = {}
    for name, queries in (("searches", subject.searches), ("browse pages", subject.browse)):
        comparison = compare(subject.app, subject.fts5, queries)
        figures["search"][name] = _print_comparison(name, queries, comparison)
        checks += promises.of_search(len(subject.rows), name, comparison)
    return checks


def _print_comparison(name: str, queries: list[BenchQuery], found: Comparison) -> dict[str, Any]:
    lines = [
        ("ours", found.ours.p50, found.ours.p95, max(found.ours.warm), *_cold(found.ours.cold)),
        ("raw FTS5", found.fts5.p50, found.fts5.p95, max(found.fts5.warm), *_cold(found.fts5.cold)),
    ]
    headings = ("ms", "p50", "p95", "slowest", "first pass p95", "first pass slowest")
    print_table(f"{len(queries)} {name}, in process, no results kept, fastest of 3 warm rounds", headings, lines)
    by_kind = found.by_kind(queries)
    print_table("by kind", ("ms", "ours p50", "slowest", "FTS5 p50", "slowest"), by_kind)
    print(f"  same totals {found.same_totals:.1%}, same facet counts without words {found.same_facets:.1%}")
    ours, theirs = found.typos_found
    print(f"  typing errors found: ours {ours:.0%}, FTS5 with half-code look-up {theirs:.0%}")
    for line in found.disagreements[:10]:
        print(f"    differs: {line}")
    return {
        "ours_ms": {"p50": found.ours.p50, "p95": found.ours.p95, "cold": found.ours.cold, "warm": found.ours.warm},
        "fts5_ms": {"p50": found.fts5.p50, "p95": found.fts5.p95, "cold": found.fts5.cold, "warm": found.fts5.warm},
        "same_totals": found.same_totals,
        "same_facets": found.same_facets,
        "typos_found": found.typos_found,
        "by_kind": by_kind,
    }


def _cold(times: tuple[float, ...]) -> tuple[float, float]:
    ordered = sorted(times)
    return ordered[int(len(ordered) * 0.95)], ordered[-1]


def _measure_pages(subject: Subject, figures: dict[str, Any]) -> list[Check]:
    queries = without_page([*subject.searches, *subject.browse])
    found = compare_with_datasette(subject.folder / "site", subject.flat_file, queries, subject.fts5)
    lines = [(name, one.times.p50, one.times.p95, one.mean_bytes) for name, one in found.items()]
    print_table("HTML page of the same question over HTTP, one connection", ("ms", "p50", "p95", "bytes"), lines)
    paths, size = [query.path for query in queries], found["rendered"].mean_bytes
    rates = compare_with_static(subject.folder / "site", paths, size)
    calls = compare_in_process(subject.app, paths, size)
    shares = [
        (name, rates[name], rates[name] / rates["static"], calls[name], calls[name] / calls["static"]) for name in rates
    ]
    headings = ("requests per second", "HTTP", "of static", "in process", "of static")
    print_table(f"Catalogue page against a static Flask page of {size:,} bytes", headings, shares)
    figures["pages"] = {
        "latency": {name: {"p50": one.times.p50, "p95": one.times.p95} for name, one in found.items()},
        "rates": rates,
        "calls": calls,
    }
    return promises.of_pages(len(subject.rows), found, rates, calls)


def _measure_costs(subject: Subject, figures: dict[str, Any]) -> list[Check]:
    settings = {**os.environ, **environ(subject.folder / "site")}
    found = worker.measure(subject.folder, [*subject.searches, *subject.browse], settings)
    print_table("A worker of its own", ("figure", "value"), found.items())
    figures["worker"] = found
    return promises.of_worker(len(subject.rows), found)


if __name__ == "__main__":
    sys.exit(main())
