"""A web worker's memory and start: ``python -m bench.worker QUERIES`` prints one line of JSON.

A process of its own that loads the catalogue, answers every query of the JSON file, and reports itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.measure import stopwatch
from bench.queries import BenchQuery

ROOT = Path(__file__).parent.parent


def measure(folder: Path, queries: Sequence[BenchQuery], environ: Mapping[str, str]) -> dict[str, Any]:
    """Run a worker on the site of ``environ``; seconds to start and to the first answer, memory in MB."""
    file = folder / "worker-queries.json"
    file.write_text(json.dumps([asdict(query) for query in queries]), encoding="utf-8")
    command = [sys.executable, "-m", "bench.worker", str(file)]
    done = subprocess.run(command, cwd=ROOT, env=dict(environ), check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    """Answer all queries and print the figures."""
    with stopwatch() as importing:
        from bench.server import resident_mb
        from bench.site import open_site, searcher
        from outreach.config import Settings
    queries = [
        BenchQuery(**{**item, "filters": tuple(tuple(pair) for pair in item["filters"])})
        for item in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    ]
    with stopwatch() as opening:
        app = open_site(Settings.from_environ().data_path)
    with app.app_context():
        search = searcher(app)
        with stopwatch() as loading:
            search(BenchQuery("browse", ""))
        for query in queries:
            search(query)
    now, peak = resident_mb(Path("/proc/self/status").read_text(encoding="ascii"))
    figures = {
        "import_s": importing.seconds,
        "open_s": opening.seconds,
        "first_answer_s": loading.seconds,
        "rss_mb": now,
        "peak_mb": peak,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
