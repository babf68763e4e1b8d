"""Servers that are measured, each in a process of its own on a port of this machine, and always stopped again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench.client import free_port, wait_until_up
from bench.flat import CACHE_KIB, FACET_VALUES_SHOWN, FACETS
from bench.fts5 import PAGE, Fts5
from bench.queries import BenchQuery

ROOT = Path(__file__).parent.parent
_SORTS = {
    "relevance": ("_sort", "static_order"),
    "grade": ("_sort", "grade"),
    "water": ("_sort", "water_use"),
    "date": ("_sort_desc", "announced_on"),
    "model": ("_sort", "model"),
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its port, its process, and how long it took to answer."""

    port: int
    process_id: int
    start_seconds: float

    def resident_mb(self) -> tuple[float, float]:
        """Memory of the process in MB now and at its peak."""
        return resident_mb(Path(f"/proc/{self.process_id}/status").read_text(encoding="ascii"))


def resident_mb(status: str) -> tuple[float, float]:
    """VmRSS and VmHWM of a Linux process status, in MB."""
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    now, peak = (int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, peak


@contextmanager
def serving(command: Sequence[str], path: str, environ: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Run ``command`` (``{port}`` filled in) until the block ends. Raises ``TimeoutError`` when it stays silent."""
    port = free_port()
    filled = [part.replace("{port}", str(port)) for part in command]
    with log.open("wb") as output:
        process = subprocess.Popen(
            filled, cwd=ROOT, env={**os.environ, **environ}, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield Server(port, process.pid, wait_until_up(port, path))
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def site(environ: Mapping[str, str], folder: Path, kind: str = "site") -> Iterator[Server]:
    """Our site as ``make run`` serves it, or another ``kind`` of ``bench.serve``."""
    command = [sys.executable, "-m", "bench.serve", kind, "{port}"]
    with serving(command, "/healthz", environ, folder / f"{kind}.log") as server:
        yield server


@contextmanager
def static_page(size: int, folder: Path) -> Iterator[Server]:
    """A bare Flask application whose only page is ``size`` bytes that never change, on the same server."""
    command = [sys.executable, "-m", "bench.serve", "static", "{port}", str(size)]
    with serving(command, "/", {}, folder / "static.log") as server:
        yield server


@contextmanager
def datasette(flat_file: Path, folder: Path) -> Iterator[Server]:
    """Baseline 2: Datasette on the flat file, tuned: facet indices, a cache for the file, limits out of the way."""
    table = {"fts_table": "product_text", "fts_pk": "id", "searchmode": "raw", "facet_size": FACET_VALUES_SHOWN}
    config = folder / "datasette.json"
    config.write_text(json.dumps({"databases": {flat_file.stem: {"tables": {"product": table}}}}), encoding="utf-8")
    settings = {
        "sql_time_limit_ms": 60_000,
        "facet_time_limit_ms": 60_000,
        "cache_size_kb": CACHE_KIB,
        "suggest_facets": "off",
        "default_page_size": PAGE,
        "default_facet_size": FACET_VALUES_SHOWN,
    }
    command = [sys.executable, "-m", "datasette", "serve", "--immutable", str(flat_file), "--metadata", str(config)]
    command += ["--host", "127.0.0.1", "--port", "{port}"]
    for name, value in settings.items():
        command += ["--setting", name, str(value)]
    with serving(command, "/-/versions.json", {}, folder / "datasette.log") as server:
        yield server


def datasette_path(database: str, query: BenchQuery, words: Fts5) -> str:
    """The same question as an address of Datasette's table page (its first page: it has no page numbers)."""
    pairs = [("_facet", facet) for facet in FACETS] + [_SORTS[query.sort], ("_size", str(PAGE))]
    if query.text:
        pairs.append(("_search", words.match_expression(query.text)))
    return f"/{database}/product?" + urlencode([*pairs, *query.filters])
