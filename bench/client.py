"""A small HTTP/1.1 client with one kept connection, so that what is measured is the server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self


class Connection:
    """One connection to a server on this machine. Only what the servers measured here send is understood."""

    def __init__(self, port: int, timeout: float = 60) -> None:
        self.port = port
        self.timeout = timeout
        self._open()

    def _open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.socket.makefile("rb")

    def get(self, path: str) -> tuple[int, int]:
        """Status and number of body bytes. Raises ``OSError`` when the connection breaks."""
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: text/html\r\n\r\n"
        self.socket.sendall(request.encode("ascii"))
        status = int(self.reader.readline().split()[1])
        headers = dict(self._headers())
        size = self._skip_body(headers)
        if headers.get("connection") == "close":
            self.close()
            self._open()
        return status, size

    def _headers(self) -> Iterator[tuple[str, str]]:
        for line in iter(self.reader.readline, b"\r\n"):
            name, _colon, value = line.decode("latin-1").partition(":")
            yield name.strip().lower(), value.strip().lower()

    def _skip_body(self, headers: dict[str, str]) -> int:
        if headers.get("transfer-encoding") != "chunked":
            return len(self.reader.read(int(headers.get("content-length", "0"))))
        size = 0
        while chunk := int(self.reader.readline(), 16):
            size += len(self.reader.read(chunk))
            self.reader.readline()
        self.reader.readline()
        return size

    def close(self) -> None:
        self.reader.close()
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(port: int, path: str, seconds: float = 120) -> float:
    """Seconds until the server answers ``path``. Raises ``TimeoutError``."""
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        try:
            with Connection(port) as connection:
                connection.get(path)
            return time.monotonic() - start
        except (OSError, IndexError, ValueError):
            time.sleep(0.05)
    raise TimeoutError(f"nothing answers on port {port}")


def latencies(port: int, paths: Sequence[str]) -> tuple[list[float], list[int], list[int]]:
    """Milliseconds, status and bytes of each path, asked one after the other on one connection."""
    times, statuses, sizes = [], [], []
    with Connection(port) as connection:
        for path in paths:
            start = time.perf_counter()
            status, size = connection.get(path)
            times.append((time.perf_counter() - start) * 1000)
            statuses.append(status)
            sizes.append(size)
    return times, statuses, sizes


def throughput(port: int, paths: Sequence[str], *, seconds: float, connections: int = 4) -> float:
    """Requests per second with all paths in rotation, over so many connections for so long."""
    counts = [0] * connections
    stop = time.monotonic() + seconds

    def ask(number: int) -> None:
        with Connection(port) as connection:
            while time.monotonic() < stop:
                connection.get(paths[(counts[number] + number * 7) % len(paths)])
                counts[number] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(connections)]
    start = time.monotonic()
    with _running(threads):
        pass
    return sum(counts) / (time.monotonic() - start)


@contextmanager
def _running(threads: Sequence[threading.Thread]) -> Iterator[None]:
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()
