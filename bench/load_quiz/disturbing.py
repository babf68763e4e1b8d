"""What goes wrong in the middle of a run: nothing, a worker that is killed, or a database that starts again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bench.load_quiz.machines import PostgreSQL, Site
from bench.load_quiz.papers import Progress

T = TypeVar("T")
Disturbance = Callable[[], str]


def nothing() -> str:
    return ""


def kill(site: Site) -> Disturbance:
    def act() -> str:
        return f"worker {site.kill_worker()} killed"

    return act


def restart(cluster: PostgreSQL) -> Disturbance:
    def act() -> str:
        return f"PostgreSQL restarted, away for {cluster.restart():.1f} s"

    return act


async def in_the_middle(progress: Progress, disturbance: Disturbance, work: Awaitable[T]) -> tuple[T, str]:
    """Do the work, and disturb it once it is half done; what was done to it."""

    async def disturb() -> str:
        await progress.half.wait()
        return await asyncio.to_thread(disturbance)

    disturbing = asyncio.create_task(disturb())
    try:
        result = await work
        return result, await disturbing
    finally:
        disturbing.cancel()
