"""Two server processes on one database, and people who talk to them over real sockets."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from outreach.quiz.actions.folding import fold
from outreach.quiz.models import Attempt, BestScore, Contest, ScoreDelta
from outreach.quiz.queries.invariants import verify
from tests.quiz import stage
from tests.quiz.arena import Arena
from tests.servers import LiveServer, free_port

T = TypeVar("T")
ROOT: Final = Path(__file__).parents[3]
START_SECONDS: Final = 60
STOP_SECONDS: Final = 20
SECRET: Final = "0123456789abcdef of the two servers"


class Pair:
    """Two servers, ``first`` and ``second``; one that was killed comes back with ``revive``."""

    def __init__(self, arena: Arena, settings: dict[str, str]) -> None:
        self.arena = arena
        self.settings = {"OUTREACH_DATA_DIR": str(arena.folder / "data"), "OUTREACH_SECRET_KEY": SECRET, **settings}
        self.servers = [self._launch(free_port()) for _number in range(2)]
        for server in self.servers:
            _wait(server)

    @property
    def first(self) -> LiveServer:
        return self.servers[0]

    @property
    def second(self) -> LiveServer:
        return self.servers[1]

    def kill_first(self) -> None:
        self.first.process.kill()
        self.first.process.wait()

    def revive(self) -> None:
        """Start the first one again, at its old address."""
        self.servers[0] = self._launch(self.first.port)
        _wait(self.first)

    def stop(self) -> None:
        for server in self.servers:
            server.process.send_signal(signal.SIGCONT)
            server.process.terminate()
        for server in self.servers:
            server.process.wait(STOP_SECONDS)

    @contextmanager
    def halting(self, where: str, *servers: LiveServer) -> Iterator[None]:
        """The servers stop at ``where`` (see ``site``) and go on after the block, in which they have stopped."""
        for server in servers:
            (self.arena.folder / f"{where}-{server.port}").touch()
        try:
            yield
        finally:
            for server in servers:
                (self.arena.folder / f"{where}-{server.port}").unlink(missing_ok=True)
                server.process.send_signal(signal.SIGCONT)

    def contest(self, slug: str, **settings: Any) -> int:
        """An open contest of ten questions; its id."""
        return self.arena.do(lambda session: stage.contest(session, slug, **settings).id)

    def count(self, model: type[Any], contest_id: int, *where: Any) -> int:
        query = sa.select(sa.func.count()).select_from(model).where(model.contest_id == contest_id, *where)
        return self.arena.do(lambda session: session.scalars(query).one())

    def results(self, contest_id: int) -> tuple[int, int, int]:
        """Closed papers, changes of the counts, people with a result."""
        closed = self.count(Attempt, contest_id, Attempt.centipoints.is_not(None))
        return closed, self.count(ScoreDelta, contest_id), self.count(BestScore, contest_id)

    def breaches(self, contest_id: int) -> list[Any]:
        """What the promises say of the contest once all is folded."""

        def check(session: Any) -> list[Any]:
            while fold(session).deltas:
                pass
            return list(verify(session, session.get_one(Contest, contest_id)))

        return self.arena.do(check)

    def _launch(self, port: int) -> LiveServer:
        folder = self.arena.folder
        environ = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
        environ |= {**self.settings, "OUTREACH_PUBLIC_URL": f"http://127.0.0.1:{port}"}
        command = [sys.executable, "-m", "tests.quiz.servers.site", str(port), str(folder)]
        path = folder / f"server-{port}.log"
        with path.open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
        return LiveServer(port, folder / "data", path, process)


def _wait(server: LiveServer) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        with suppress(OSError):
            if server.get("/healthz").status == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"a server does not start:\n{server.log()[-4000:]}")


def wait_until_halted(server: LiveServer) -> None:
    """Until the process has stopped itself."""
    wait_until(lambda: _state(server) == "T", "the server does not reach the place where it should halt")


def _state(server: LiveServer) -> str:
    return Path(f"/proc/{server.process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]


def wait_until(condition: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.02)


def together(calls: Sequence[Callable[[], T]]) -> list[T]:
    """All calls at the same moment, each in a thread; what they return, in their order."""
    barrier = threading.Barrier(len(calls))
    found: dict[int, T] = {}
    errors: list[BaseException] = []

    def run(number: int, call: Callable[[], T]) -> None:
        barrier.wait()
        try:
            found[number] = call()
        except BaseException as error:  # noqa: BLE001  # whatever it is, the test fails with it
            errors.append(error)

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return [found[number] for number in range(len(calls))]
