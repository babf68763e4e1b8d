"""The waiting room over real sockets: two server processes are one queue."""

from __future__ import annotations

import json
import re
import time

import pytest

from tests.quiz.servers.pair import Pair
from tests.quiz.servers.people import Person, join

pytestmark = pytest.mark.xdist_group("quiz-servers")
RATE = 3


def test_two_servers_are_one_queue_in_the_order_of_coming(pair: Pair, backend: str) -> None:
    """In Redis beside PostgreSQL, in the database on SQLite: no place is lost by a reload, nobody is overtaken."""
    pair.contest("queue", starts_per_second=RATE)
    people = [join(pair.servers[number % 2], "queue") for number in range(4 * RATE)]
    waiting = [one for number, one in enumerate(people) if not _enters(pair, one, number)]
    assert len(waiting) >= len(people) - 2 * RATE
    assert waiting == people[-len(waiting) :], "who came first is in"
    places = [_place(pair, one, number)["position"] for number, one in reversed([*enumerate(waiting)])]
    assert places[0] > 0
    assert places == sorted(places, reverse=True), "asked from the last on, since the queue moves meanwhile"
    last = waiting[-1]
    shown = [_shown(pair, last, number) for number in range(4)]
    assert places[0] >= shown[0]
    assert shown == sorted(shown, reverse=True), "a reload at either server never makes the place worse"
    order = _let_in(pair, waiting)
    assert order == sorted(order), "nobody is overtaken"
    assert [_enters(pair, one, number) for number, one in enumerate(waiting)] == [True] * len(waiting)


def test_an_admission_does_not_outlive_its_paper(pair: Pair) -> None:
    """Who has handed in and starts again waits like everybody."""
    pair.contest("queue-again", starts_per_second=1, attempts_total=3, attempts_per_day=3)
    first, second, third = (join(pair.first, "queue-again") for _number in range(3))
    first.open_paper(pair.first)
    assert first.submit(pair.first).status == 201
    assert not _enters(pair, second, 0) or not _enters(pair, third, 1)
    assert not _enters(pair, first, 1)


def _enters(pair: Pair, person: Person, number: int) -> bool:
    """Whether the button leads to a paper and not to the waiting room."""
    answer = person.start(pair.servers[number % 2])
    assert answer.status == 303
    return "/quiz/attempts/" in answer.headers["Location"]


def _place(pair: Pair, person: Person, number: int) -> dict[str, int]:
    answer = person.ask(pair.servers[number % 2], "POST", f"/quiz/{person.slug}/waiting", form={"token": person.token})
    assert answer.status == 200
    found: dict[str, int] = json.loads(answer.body)
    assert found["ask_again_ms"] >= 1000
    return found


def _shown(pair: Pair, person: Person, number: int) -> int:
    """The place that the page shows without its script; 0: come in."""
    page = person.ask(pair.servers[number % 2], "GET", f"/quiz/{person.slug}/waiting").text
    found = re.search(r"您排在第 (\d+) 位", page)
    return int(found[1]) if found else 0


def _let_in(pair: Pair, waiting: list[Person]) -> list[int]:
    """In which order they are let in when they ask from the last to the first, again and again."""
    order: list[int] = []
    deadline = time.monotonic() + 30
    while len(order) < len(waiting):
        assert time.monotonic() < deadline
        turn = [n for n in reversed(range(len(waiting))) if n not in order]
        order += sorted(n for n in turn if _place(pair, waiting[n], n)["admitted"])
    return order
