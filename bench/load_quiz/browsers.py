"""Participants' browsers behind the buffering proxy: requests over its kept connections, again after a failure.

A call that meets a lost connection or an answer 5xx comes again after the pauses of the paper's own script
(``static/js/quiz_paper.js``); every other answer is the answer.
"""

from __future__ import annotations

import asyncio
import random
import re
import ssl
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from bench.load_quiz.stage import Person

SCRIPT: Final = Path(__file__).parents[2] / "static" / "js" / "quiz_paper.js"
#: What the proxy of deploy/nginx.conf waits for an answer, and how long it keeps an idle connection, in seconds.
READ_S: Final = 35.0
KEPT_S: Final = 1.0
#: Connections to the site at the same moment; further requests wait in the proxy.
CONNECTIONS: Final = 512
#: Status in the counts for a call without any answer.
LOST: Final = 0
COOKIE: Final = "quiz"


def pauses_s() -> tuple[float, ...]:
    """Seconds before the first, second, … repetition, as the paper's script has them; the last one stays."""
    found = re.search(r"RETRY_MS = \[([0-9, ]+)\]", SCRIPT.read_text(encoding="utf-8"))
    assert found is not None, "the script of the paper has no pauses"
    return tuple(int(number) / 1000 for number in found[1].split(","))


@dataclass(slots=True)
class Figures:
    """Every answer: how long it took (milliseconds) by step and status, and what was against the rules."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    without_retry_after: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    def count(self, step: str, status: int, began: float) -> None:
        self.statuses[step][status] += 1
        if 0 < status < 500:
            self.times[step].append((time.perf_counter() - began) * 1000)

    def total(self, *, at_least: int, below: int = 1000) -> int:
        """How many answers had a status in this range."""
        return sum(
            count for counts in self.statuses.values() for status, count in counts.items() if at_least <= status < below
        )


class Proxy:
    """Kept connections to the site, as few as are in use at the same moment."""

    def __init__(self, port: int, figures: Figures) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.figures = figures
        self.pauses = pauses_s()
        self._idle: list[httpx.AsyncClient] = []
        self._all: list[httpx.AsyncClient] = []
        self._free = asyncio.Semaphore(CONNECTIONS)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # never used, but costly to make for each connection

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[httpx.AsyncClient]:
        async with self._free:
            client = self._idle.pop() if self._idle else self._new()
            try:
                yield client
            finally:
                self._idle.append(client)

    def _new(self) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEPT_S)
        transport = httpx.AsyncHTTPTransport(verify=self._tls, limits=limits, trust_env=False)
        client = httpx.AsyncClient(transport=transport, base_url=self.base, timeout=READ_S, trust_env=False)
        self._all.append(client)
        return client

    async def close(self) -> None:
        for client in self._all:
            await client.aclose()


@dataclass(slots=True)
class Browser:
    """One participant's."""

    proxy: Proxy
    person: Person

    async def once(self, step: str, method: str, path: str, **content: Any) -> httpx.Response | None:
        """One try; None when the connection was lost."""
        headers = {"Cookie": f"{COOKIE}={self.person.cookie}", "X-Token": self.person.token}
        headers |= content.pop("headers", {})
        began = time.perf_counter()
        async with self.proxy.connection() as client:
            try:
                response = await client.request(method, path, headers=headers, **content)
            except httpx.TransportError as error:
                client.cookies.clear()
                self.proxy.figures.count(step, LOST, began)
                self.proxy.figures.errors[type(error).__name__] += 1
                return None
            client.cookies.clear()
        self.proxy.figures.count(step, response.status_code, began)
        if response.status_code == 503 and "retry-after" not in response.headers:
            self.proxy.figures.without_retry_after += 1
        return response

    async def call(self, step: str, method: str, path: str, **content: Any) -> httpx.Response:
        """As often as it takes."""
        failures = 0
        while True:
            response = await self.once(step, method, path, **content)
            if response is not None and response.status_code < 500:
                return response
            await asyncio.sleep(self.proxy.pauses[min(failures, len(self.proxy.pauses) - 1)] * random.uniform(1, 1.2))
            failures += 1
