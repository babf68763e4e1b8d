"""A real server process for tests that need real sockets: raw bytes, slow clients, a browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parent.parent
METRICS_TOKEN = "token-of-the-test-server"
START_SECONDS = 120
STOP_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over the socket; ``status`` 0 means that the server closed without a word."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A serving site with the demo catalogue, in a process and a data folder of its own."""

    port: int
    data_path: Path
    log_path: Path
    process: subprocess.Popen[bytes]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def ask(self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> Answer:
        """One proper request; redirects are not followed."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, target, body=body, headers=headers or {})
            return _read(connection.getresponse())
        finally:
            connection.close()

    def get(self, target: str, **headers: str) -> Answer:
        return self.ask("GET", target, {name.replace("_", "-"): value for name, value in headers.items()})

    def send(self, request: bytes, timeout: float = 10) -> Answer:
        """Exactly these bytes; one answer is read."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            with suppress(BrokenPipeError, ConnectionResetError):  # it may answer early and close: read what it said
                connection.sendall(request)
            response = HTTPResponse(connection, method=request.split(b" ", 1)[0].decode("latin-1"))
            try:
                response.begin()
                return _read(response)
            except (ConnectionResetError, OSError):
                return Answer(0, HTTPMessage(), b"")

    def memory_kib(self) -> int:
        """Resident memory of the process (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))

    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8")


def _read(response: HTTPResponse) -> Answer:
    return Answer(response.status, response.headers, response.read())


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running_site(folder: Path, **settings: str) -> Iterator[LiveServer]:
    """Start the site as ``make run`` does, wait until it is ready, and end it with SIGTERM."""
    port = free_port()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    environ |= {
        "OUTREACH_DATA_DIR": str(folder / "data"),
        "OUTREACH_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "OUTREACH_METRICS_TOKEN": METRICS_TOKEN,
        **settings,
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "serve", "--prepare", "--port", str(port)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    server = LiveServer(port, folder / "data", folder / "server.log", process)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _wait_until_ready(server: LiveServer) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        try:
            if server.get("/readyz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server at {urlsplit(server.url).netloc} does not get ready:\n{server.log()[-4000:]}")


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for all tests of the run; they only read."""
    with running_site(tmp_path_factory.mktemp("live")) as server:
        yield server
