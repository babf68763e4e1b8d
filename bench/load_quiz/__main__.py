"""``python -m bench.load_quiz [--plain|--kill|--restart]``: the contest under load; ends with 1 on a fault."""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flask import Flask

from bench.load_quiz import crowd, disturbing, ledger, machines, papers, stage
from bench.load_quiz.browsers import Figures, Proxy
from bench.load_quiz.disturbing import Disturbance
from bench.load_quiz.report import checks_of, print_answers, print_faults
from bench.measure import percentile, stopwatch
from bench.report import Check, finish, print_table
from bench.site import command
from outreach import create_app
from outreach.config import Settings
from outreach.core.db import db

MODES: Final = ("plain", "kill", "restart")
OUT: Final = Path(__file__).parents[1] / "out" / "load-quiz.json"
CPU_TICKS: Final = 100


@dataclass(frozen=True, slots=True)
class Machines:
    """Everything that runs for a load run."""

    folder: Path
    environ: dict[str, str]
    cluster: machines.PostgreSQL
    site: machines.Site
    app: Flask


def main() -> int:
    """Run the modes that the command line asks for."""
    arguments = _arguments()
    machines.end_in_order()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 8192), hard), hard))
    figures: dict[str, Any] = {"arguments": vars(arguments)}
    checks: list[Check] = []
    with all_machines() as found:
        for mode in arguments.modes or MODES:
            checks += _run(found, mode, arguments, figures.setdefault(mode, {}))
    return finish(checks, figures, OUT)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load_quiz", description="The contest under load.")
    parser.add_argument("--papers", type=int, default=2000, help="papers that are written at the same time")
    parser.add_argument("--starts", type=int, default=300, help="clicks on start per second")
    parser.add_argument("--seconds", type=int, default=20, help="how long that lasts")
    parser.add_argument("--rate", type=int, default=60, help="papers that the waiting room lets start in a second")
    parser.add_argument("--think", type=float, default=4.0, help="mean seconds between a participant's answers")
    for mode in MODES:
        parser.add_argument(f"--{mode}", action="append_const", dest="modes", const=mode, help=f"only the {mode} run")
    return parser.parse_args()


@contextmanager
def all_machines() -> Iterator[Machines]:
    """PostgreSQL, Redis and the site, with the schema and the question bank; gone after the block."""
    with tempfile.TemporaryDirectory(prefix="outreach-load-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with machines.postgresql(folder / "postgresql") as cluster, machines.redis(folder) as redis_url:
            environ = {
                "OUTREACH_DATA_DIR": str(folder / "data"),
                "OUTREACH_DATABASE_URL": cluster.url,
                "OUTREACH_REDIS_URL": redis_url,
            }
            settings = Settings(data_dir=str(folder / "data"), database_url=cluster.url, log_level="WARNING")
            app = create_app(settings.checked())
            for words in (("db", "upgrade"), ("labels", "standards"), ("quiz", "questions"), ("search", "rebuild")):
                command(app, *words)
            with machines.site(folder, environ) as site:
                try:
                    yield Machines(folder, environ, cluster, site, app)
                finally:
                    machines.finish_undisturbed()


def _run(found: Machines, mode: str, arguments: argparse.Namespace, figures: dict[str, Any]) -> list[Check]:
    print(f"\n=== {mode} ===")
    disturbance = {
        "plain": disturbing.nothing,
        "kill": disturbing.kill(found.site),
        "restart": disturbing.restart(found.cluster),
    }[mode]
    with stopwatch() as preparing:
        rushing = stage.prepare(
            found.app, f"rush-{mode}", arguments.starts * arguments.seconds, starts_per_second=arguments.rate
        )
        writing = stage.prepare(found.app, f"papers-{mode}", arguments.papers)
    print(f"  {len(rushing.people) + len(writing.people)} people have joined ({preparing.seconds:.0f} s)")
    seen = Figures()
    visits = asyncio.run(_rush(found, rushing, arguments, disturbance, seen))
    rush_rows = crowd.summary(visits, arguments.rate)
    print_table("Waiting room", ("figure", "value"), rush_rows)
    written = asyncio.run(_write(found, writing, arguments, disturbance, seen))
    print_answers(seen)
    print_faults(found.site.log)
    with found.app.app_context():
        broken = ledger.faults(db.engine, writing, written)
    commands = {}
    for scene, acknowledged in ((rushing, []), (writing, written)):
        for name, is_kept in ledger.commands(found.environ, found.folder, scene, acknowledged).items():
            commands[f"{name} {scene.slug}"] = is_kept
    figures |= {"waiting_room": dict(rush_rows), "broken": broken, "commands": commands}
    figures["steps_ms"] = {
        step: {str(share): percentile(times, share) for share in (50, 95, 99)} for step, times in seen.times.items()
    }
    figures["statuses"] = {step: dict(counts) for step, counts in seen.statuses.items()}
    return checks_of(mode, seen, visits, written, broken, commands)


async def _rush(
    found: Machines, scene: stage.Scene, arguments: argparse.Namespace, disturbance: Disturbance, seen: Figures
) -> list[crowd.Visit]:
    proxy, progress = Proxy(found.site.port, seen), papers.Progress(len(scene.people))
    try:
        work = crowd.rush(proxy, scene, arguments.starts, progress)
        visits, what = await disturbing.in_the_middle(progress, disturbance, work)
    finally:
        await proxy.close()
    if what:
        print(f"  during the rush: {what}")
    return visits


async def _write(
    found: Machines, scene: stage.Scene, arguments: argparse.Namespace, disturbance: Disturbance, seen: Figures
) -> list[papers.Written]:
    proxy, progress = Proxy(found.site.port, seen), papers.Progress(len(scene.people) * (stage.QUESTIONS + 2))
    began = time.perf_counter()
    try:
        work = papers.write_all(proxy, scene, arguments.think, progress)
        written, what = await disturbing.in_the_middle(progress, disturbance, work)
    finally:
        await proxy.close()
    seconds = time.perf_counter() - began
    if what:
        print(f"  during the papers: {what}")
    print(
        f"  {len(written)} papers in {seconds:.0f} s, {progress.calls / seconds:.0f} starts, saves and submits a second"
    )
    return written


if __name__ == "__main__":
    sys.exit(main())
