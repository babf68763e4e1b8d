"""HTML pages over HTTP: ours against Datasette's for the same question, and against a static page of the same size."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import cycle
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder

from bench import server
from bench.client import latencies, throughput
from bench.fts5 import Fts5
from bench.measure import Times
from bench.queries import BenchQuery
from bench.serve import static_application
from bench.site import environ

ROUNDS = 3
BURST_SECONDS = 2.0
BURSTS = 3


@dataclass(frozen=True, slots=True)
class PageTimes:
    """Times of one server's pages, and how many bytes a page has."""

    times: Times
    mean_bytes: int


class PageFailed(Exception):
    """A page was not answered with 200: there is nothing to measure."""


def ask(port: int, paths: Sequence[str], rounds: int = ROUNDS) -> PageTimes:
    """Every page once cold, then ``rounds`` times, one after the other on one connection. Raises PageFailed."""
    passes = []
    for _round in range(rounds + 1):
        passes.append(latencies(port, paths))
        failed = [path for path, status in zip(paths, passes[-1][1], strict=True) if status != HTTPStatus.OK]
        if failed:
            raise PageFailed(f"{len(failed)} of {len(paths)}, first {failed[0]}")
    warm = tuple(min(times) for times in zip(*(one[0] for one in passes[1:]), strict=True))
    sizes = passes[0][2]
    return PageTimes(Times(tuple(passes[0][0]), warm), sum(sizes) // len(sizes))


def compare_with_datasette(
    folder: Path, flat_file: Path, queries: Sequence[BenchQuery], words: Fts5
) -> dict[str, PageTimes]:
    """The same questions to our site without kept parts, without kept pages, and as it is; and to Datasette."""
    paths = [query.path for query in queries]
    found = {}
    for name, kind in (("bare", "bare"), ("rendered", "unkept"), ("kept", "site")):
        with server.site(environ(folder), folder, kind) as one:
            found[name] = ask(one.port, paths)
    with server.datasette(flat_file, folder) as one:
        found["datasette"] = ask(
            one.port, [server.datasette_path(flat_file.stem, query, words) for query in queries], rounds=2
        )
    return found


def compare_with_static(folder: Path, paths: Sequence[str], size: int) -> dict[str, float]:
    """Requests per second over HTTP, the best of a few bursts that take turns, so that noise hits all alike."""
    with (
        server.site(environ(folder), folder) as kept,
        server.site(environ(folder), folder, "unkept") as rendered,
        server.static_page(size, folder) as static,
    ):
        asked = (("kept", kept, paths), ("rendered", rendered, paths), ("static", static, ["/"]))
        for _name, one, addresses in asked[:2]:
            latencies(one.port, addresses)
        rates = dict.fromkeys(("kept", "rendered", "static"), 0.0)
        for _burst in range(BURSTS):
            for name, one, addresses in asked:
                rates[name] = max(rates[name], throughput(one.port, addresses, seconds=BURST_SECONDS))
    return rates


def compare_in_process(app: Flask, paths: Sequence[str], size: int) -> dict[str, float]:
    """The same without a server between: calls of the WSGI applications per second."""
    store = app.extensions["page_store"]
    rates = {"static": _calls_per_second(static_application(size), ["/"])}
    rates["kept"] = _calls_per_second(app, paths)
    limit, store.limit = store.limit, 0
    store.clear()
    rates["rendered"] = _calls_per_second(app, paths)
    store.limit = limit
    return rates


def _calls_per_second(app: Flask, paths: Sequence[str]) -> float:
    call = _caller(app)
    environs = [EnvironBuilder(path, base_url="http://127.0.0.1").get_environ() for path in paths]
    for one in environs:
        call(one)
    best = 0.0
    for _burst in range(BURSTS):
        calls, start = 0, time.perf_counter()
        for one in cycle(environs):
            call(one)
            calls += 1
            if time.perf_counter() - start > BURST_SECONDS:
                break
        best = max(best, calls / (time.perf_counter() - start))
    return best


def _caller(app: Flask) -> Callable[[dict[str, Any]], None]:
    def start_response(_status: str, _headers: list[tuple[str, str]], _error: Any = None) -> Any:
        return None

    def call(environ: dict[str, Any]) -> None:
        body = app(dict(environ), start_response)
        for _part in body:
            pass
        if close := getattr(body, "close", None):
            close()

    return call
