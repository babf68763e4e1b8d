"""The machines of a load run, all on this one and all thrown away: PostgreSQL, Redis, and the site with two workers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

from bench.client import free_port, wait_until_up

ROOT: Final = Path(__file__).parents[2]
WORKERS: Final = 2
#: How long a machine may take to stop before it is killed, in seconds.
PATIENCE_S: Final = 20
#: As a small production server has it. Commits reach the disk (``fsync`` is on): an acknowledged answer must stay.
POSTGRESQL: Final = ("listen_addresses=''", "max_connections=100", "shared_buffers=256MB")


def end_in_order() -> None:
    """SIGTERM and SIGHUP unwind like Ctrl-C, so that whatever was started is stopped."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def finish_undisturbed() -> None:
    """From now on nothing but SIGKILL ends this process: it is stopping what it has started."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


class PostgreSQL:
    """A cluster of its own in ``folder``, reached by a socket there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"postgresql://outreach@/postgres?host={folder}"

    def start(self) -> None:
        options = f"-k {self.folder} " + " ".join(f"-c {one}" for one in POSTGRESQL)
        self._control("-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def create(self) -> None:
        self.folder.mkdir(mode=0o755)
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        choices = ("--username=outreach", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        self._run("initdb", "-D", str(self.folder / "data"), *choices)

    def restart(self) -> float:
        """Stop at once, as when the machine is maintained in a hurry, and start again; the seconds without it."""
        began = time.monotonic()
        self._control("-m", "fast", "stop")
        self.start()
        return time.monotonic() - began

    def stop(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self._control("-m", "immediate", "stop")

    def _control(self, *words: str) -> None:
        self._run("pg_ctl", "-s", "-D", str(self.folder / "data"), *words)

    def _run(self, program: str, *words: str) -> None:
        """PostgreSQL refuses to run as root: there it runs as its own user."""
        command = [str(postgresql_programs() / program), *words]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        with (self.folder / "commands.log").open("ab") as log:
            subprocess.run(command, cwd=self.folder, check=True, stdout=log, stderr=log, start_new_session=True)


def postgresql_programs() -> Path:
    """The folder of the newest PostgreSQL's programs. Raises ``FileNotFoundError``."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0]))
    program = str(found[-1]) if found else shutil.which("initdb")
    if program is None:
        raise FileNotFoundError("initdb is missing: install PostgreSQL")
    return Path(program).parent


@contextmanager
def postgresql(folder: Path) -> Iterator[PostgreSQL]:
    """A running cluster until the block ends."""
    cluster = PostgreSQL(folder)
    cluster.create()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis that keeps nothing on disk, as in compose.yaml; its address."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with running([*command, "--dir", str(folder)], {}, folder / "redis.log"):
        yield f"redis://127.0.0.1:{port}/0"


class Site:
    """gunicorn as in the container, with ``WORKERS`` processes."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log

    def workers(self) -> list[int]:
        """Process ids of the workers that live now (Linux)."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return [int(pid) for pid in children.split()]

    def kill_worker(self) -> int:
        """``kill -9`` for one worker; its process id."""
        pid = self.workers()[0]
        os.kill(pid, signal.SIGKILL)
        return pid


@contextmanager
def site(folder: Path, environ: Mapping[str, str]) -> Iterator[Site]:
    """The site until the block ends; ``environ``: its settings."""
    port = free_port()
    whole = {
        **environ,
        "OUTREACH_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{port}",
        "WEB_CONCURRENCY": str(WORKERS),
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "app:app"]
    log = folder / "site.log"
    with running(command, whole, log) as process:
        wait_until_up(port, "/readyz")
        yield Site(process, port, log)


def without_settings() -> dict[str, str]:
    """This process's environment without settings of another site."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("OUTREACH_", "GUNICORN_"))}


@contextmanager
def running(command: Sequence[str], environ: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process until the block ends. Ctrl-C does not reach it: it is stopped in order, or killed."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            list(command),
            cwd=ROOT,
            env={**without_settings(), **environ},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
