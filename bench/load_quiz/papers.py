"""Papers over HTTP: started, read as the page shows them, saved question by question, and handed in."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bench.load_quiz.browsers import Browser, Proxy
from bench.load_quiz.stage import Scene

_QUESTION: Final = re.compile(r'<fieldset class="quiz-question"[^>]*data-position="(\d+)" data-kind="([a-z_]+)"')
_OPTION: Final = re.compile(r'<(?:input type="(?:radio|checkbox)" id="q[^>]*|option )value="([^"]+)"')
JSON: Final = {"Accept": "application/json"}


class Unexpected(Exception):
    """The site answered what no participant of a load run should get."""


@dataclass(slots=True)
class Written:
    """What one participant knows of their paper: the ledger that the database is held against."""

    public_id: str
    #: By position: sequence number and value of the newest answer that the site confirmed.
    saved: dict[int, tuple[int, list[str]]] = field(default_factory=dict)
    receipt: str = ""
    #: The answer to handing in, and how many calls were told that they did it (201).
    result: dict[str, Any] = field(default_factory=dict)
    created: int = 0


@dataclass(slots=True)
class Progress:
    """How far a run is, for whoever disturbs it in the middle."""

    calls: int
    done: int = 0
    half: asyncio.Event = field(default_factory=asyncio.Event)

    def step(self) -> None:
        self.done += 1
        if self.done >= self.calls / 2:
            self.half.set()


async def write_all(proxy: Proxy, scene: Scene, think_s: float, progress: Progress) -> list[Written]:
    """Everybody's paper at the same time."""
    browsers = [Browser(proxy, person) for person in scene.people]
    return await asyncio.gather(*(_write(browser, scene.slug, think_s, progress) for browser in browsers))


async def _write(browser: Browser, slug: str, think_s: float, progress: Progress) -> Written:
    await asyncio.sleep(random.uniform(0, think_s))
    address, page = await open_paper(browser, slug)
    progress.step()
    written = Written(address.rpartition("/")[2])
    for sequence, (position, value) in enumerate(answers(page), start=1):
        await asyncio.sleep(random.uniform(0.5, 1.5) * think_s)
        await _save(browser, address, written, position, sequence, value)
        progress.step()
    await asyncio.sleep(random.uniform(0.5, 1.5) * think_s)
    await _hand_in(browser, address, written)
    progress.step()
    return written


async def open_paper(browser: Browser, slug: str) -> tuple[str, str]:
    """The address of the paper and its page."""
    form = {"token": browser.person.token}
    started = await browser.call("start", "POST", f"/quiz/{slug}/start", data=form)
    address = started.headers.get("location", "")
    if started.status_code != 303 or "/quiz/attempts/" not in address:
        raise Unexpected(f"start: {started.status_code} {address}")
    page = await browser.call("paper", "GET", address)
    if page.status_code != 200:
        raise Unexpected(f"paper: {page.status_code}")
    return address, page.text


def answers(page: str) -> Sequence[tuple[int, list[str]]]:
    """A chance answer to every question, in the order of a participant who jumps."""
    parts = _QUESTION.split(page)
    found = []
    for position, kind, body in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        options = list(dict.fromkeys(_OPTION.findall(body)))
        found.append((int(position), _chosen(kind, options)))
    return random.sample(found, len(found))


def _chosen(kind: str, options: list[str]) -> list[str]:
    if kind == "fill_in":
        return [str(random.randint(1, 99))]
    if kind == "ordering":
        return random.sample(options, len(options))
    return random.sample(options, random.randint(1, len(options)) if kind == "multiple" else 1)


async def _save(
    browser: Browser, address: str, written: Written, position: int, sequence: int, value: list[str]
) -> None:
    batch = {"answers": [{"position": position, "sequence": sequence, "value": value}]}
    response = await browser.call("save", "POST", f"{address}/answers", json=batch, headers=JSON)
    if response.status_code != 200:
        raise Unexpected(f"save: {response.status_code} {response.text[:200]}")
    written.saved[position] = (sequence, value)
    written.receipt = response.json()["receipt"]


async def _hand_in(browser: Browser, address: str, written: Written) -> None:
    response = await browser.call("submit", "POST", f"{address}/submit", json={}, headers=JSON)
    if response.status_code not in (200, 201):
        raise Unexpected(f"submit: {response.status_code} {response.text[:200]}")
    written.created += response.status_code == 201
    written.result = response.json()
