"""The opening minute: clicks on "start" at a steady rate, the waiting room, and papers as it lets people in."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bench.load_quiz.browsers import Browser, Proxy
from bench.load_quiz.papers import Progress, Unexpected
from bench.load_quiz.stage import Scene
from bench.measure import percentile

#: How many of those who wait load the page anew each time instead of letting its script ask.
RELOADS: Final = 0.05


@dataclass(slots=True)
class Visit:
    """One participant's way in; moments are seconds from the first click."""

    clicked_s: float = 0.0
    answered_s: float = 0.0
    opened_s: float = 0.0
    asked: int = 0
    positions: list[int] = field(default_factory=list)

    @property
    def waited_s(self) -> float:
        return self.opened_s - self.clicked_s

    @property
    def lost_places(self) -> int:
        """How often the place in the queue was worse than before."""
        return sum(later > earlier for earlier, later in zip(self.positions, self.positions[1:], strict=False))


async def rush(proxy: Proxy, scene: Scene, starts_per_second: int, progress: Progress) -> list[Visit]:
    """All people of the scene come at ``starts_per_second``, whatever the site answers."""
    began = time.perf_counter()
    visits = []
    async with asyncio.TaskGroup() as group:
        for number, person in enumerate(scene.people):
            await asyncio.sleep(max(0.0, began + number / starts_per_second - time.perf_counter()))
            visit = Visit()
            visits.append(visit)
            group.create_task(_enter(Browser(proxy, person), scene.slug, visit, began, progress))
    return visits


async def _enter(browser: Browser, slug: str, visit: Visit, began: float, progress: Progress) -> None:
    visit.clicked_s = time.perf_counter() - began
    address = await _press_start(browser, slug)
    visit.answered_s = time.perf_counter() - began
    while "/quiz/attempts/" not in address:
        if not visit.asked or random.random() < RELOADS:
            page = await browser.call("waiting page", "GET", f"/quiz/{slug}/waiting")
            _expect(page.status_code == 200, f"waiting page: {page.status_code}")
        place = await _ask(browser, slug)
        visit.asked += 1
        visit.positions.append(place["position"])
        if place["admitted"]:
            address = await _press_start(browser, slug)
        else:
            await asyncio.sleep(place["ask_again_ms"] / 1000 + random.uniform(0, 0.5))
    visit.opened_s = time.perf_counter() - began
    page = await browser.call("paper", "GET", address)
    _expect(page.status_code == 200, f"paper: {page.status_code}")
    progress.step()


async def _press_start(browser: Browser, slug: str) -> str:
    started = await browser.call("click on start", "POST", f"/quiz/{slug}/start", data={"token": browser.person.token})
    _expect(started.status_code == 303, f"click on start: {started.status_code}")
    return started.headers["location"]


async def _ask(browser: Browser, slug: str) -> dict[str, Any]:
    """What the waiting room's script asks."""
    answer = await browser.call("place", "POST", f"/quiz/{slug}/waiting")
    _expect(answer.status_code == 200, f"place: {answer.status_code}")
    place: dict[str, Any] = answer.json()
    return place


def _expect(condition: object, what: str) -> None:
    if not condition:
        raise Unexpected(what)


def summary(visits: Sequence[Visit], rate: int) -> list[tuple[str, Any]]:
    """Figures of the waiting room."""
    waits = [visit.waited_s for visit in visits]
    answers = [(visit.answered_s - visit.clicked_s) * 1000 for visit in visits]
    opened = Counter(int(visit.opened_s) for visit in visits)
    span = max(visit.opened_s for visit in visits)
    return [
        ("clicks on start", len(visits)),
        ("answered after, ms p50", percentile(answers, 50)),
        ("answered after, ms p99", percentile(answers, 99)),
        ("paper open after, s p50", percentile(waits, 50)),
        ("paper open after, s p95", percentile(waits, 95)),
        ("paper open after, s at most", max(waits)),
        ("all papers open after, s", span),
        ("let in at (set) per second", f"{len(visits) / span:.1f} ({rate})"),
        ("opened in the busiest second", max(opened.values())),
        ("questions for the place, each", sum(visit.asked for visit in visits) / len(visits)),
        ("lost places", sum(visit.lost_places for visit in visits)),
        ("furthest overtaken, s of clicking", furthest_overtaken_s(visits)),
    ]


def furthest_overtaken_s(visits: Sequence[Visit]) -> float:
    """The longest time that somebody clicked before another one who had the paper earlier."""
    found, earliest_later_click = 0.0, 0.0
    for visit in sorted(visits, key=lambda one: one.opened_s):
        found = max(found, earliest_later_click - visit.clicked_s)
        earliest_later_click = max(earliest_later_click, visit.clicked_s)
    return found
