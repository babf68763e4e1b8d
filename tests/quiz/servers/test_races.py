"""Races over real sockets against two server processes: exactly once, whatever comes at the same moment."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPException
from typing import Any

import pytest
import sqlalchemy as sa

from outreach.quiz.models import Answer, Attempt, Participant
from outreach.quiz.rules import receipts
from tests.quiz.servers.pair import Pair, together, wait_until_halted
from tests.quiz.servers.people import Person, come_back, join
from tests.servers import Answer as Response
from tests.servers import LiveServer

pytestmark = pytest.mark.xdist_group("quiz-servers")
CALLS = 50


def stored(pair: Pair, contest_id: int) -> Attempt:
    """The contest's only attempt."""
    return pair.arena.do(
        lambda session: session.scalars(sa.select(Attempt).where(Attempt.contest_id == contest_id)).one()
    )


def answers_of(pair: Pair, attempt_id: int) -> dict[int, tuple[int, list[str]]]:
    query = sa.select(Answer.position, Answer.sequence, Answer.value).where(Answer.attempt_id == attempt_id)
    rows = pair.arena.do(lambda session: session.execute(query).all())
    return {row.position: (row.sequence, row.value) for row in rows}


def test_q05_fifty_parallel_submits_make_one_result(pair: Pair) -> None:
    """Ten of them close the socket before the answer; five rounds."""
    contest_id = pair.contest("q05", attempts_total=5, attempts_per_day=5)
    person = join(pair.first, "q05")
    for turn in range(1, 6):
        person.offered.clear()
        person.open_paper(pair.second)
        assert person.save(pair.first, 0, 1).status == 200
        calls: list[Callable[[], Any]] = [partial(person.submit, pair.servers[n % 2]) for n in range(CALLS - 10)]
        leaving = [partial(person.submit_and_leave, pair.servers[n % 2]) for n in range(10)]
        found = together([*leaving, *calls])[10:]
        statuses = [one.status for one in found]
        assert set(statuses) <= {200, 201}
        assert statuses.count(201) <= 1, "one of those who left may have been the first"
        assert len({one.body for one in found}) == 1
        assert pair.results(contest_id) == (turn, turn, 1)
    assert pair.breaches(contest_id) == []


@pytest.mark.parametrize(("limit", "used"), [(1, 0), (3, 2)])
def test_q07_fifty_parallel_starts_open_one_paper(pair: Pair, limit: int, used: int) -> None:
    """On one browser, then on five of one person."""
    slug = f"q07-{limit}"
    contest_id = pair.contest(slug, attempts_total=limit, attempts_per_day=limit)
    person = join(pair.first, slug)
    for _turn in range(used):
        person.offered.clear()
        person.open_paper(pair.first)
        assert person.submit(pair.second).status == 201
    browsers = [person, *(come_back(pair.second, slug, person.code) for _number in range(4))]
    for those in ([person], browsers):
        calls = [partial(those[n % len(those)].start, pair.servers[n % 2]) for n in range(CALLS)]
        found = together(calls)
        assert {one.status for one in found} == {303}
        assert len({one.headers["Location"] for one in found}) == 1
        assert "/quiz/attempts/" in found[0].headers["Location"]
        assert pair.count(Attempt, contest_id) == used + 1
    assert pair.count(Participant, contest_id) == 1
    assert pair.breaches(contest_id) == []


def test_q08_no_answer_changes_after_the_submit(pair: Pair) -> None:
    contest_id = pair.contest("q08")
    person = join(pair.first, "q08")
    person.open_paper(pair.first)
    assert person.save(pair.first, 0, 1).status == 200
    saves = [partial(person.save, pair.servers[n % 2], 0, n + 2) for n in range(25)]
    submits = [partial(person.submit, pair.servers[n % 2]) for n in range(25)]
    found = together([call for both in zip(saves, submits, strict=True) for call in both])
    saved, submitted = found[0::2], found[1::2]
    assert sorted(one.status for one in submitted) == [200] * 24 + [201]
    assert {one.status for one in saved} <= {200, 409}
    assert {json.loads(one.body)["reason"] for one in saved if one.status == 409} <= {"already-closed"}
    taken = [number + 2 for number, one in enumerate(saved) if one.status == 200 and json.loads(one.body)["accepted"]]
    attempt = stored(pair, contest_id)
    sequence, value = answers_of(pair, attempt.id)[0]
    assert sequence == max([1, *taken])
    assert value == person.answer_to(0, sequence)
    assert {json.loads(one.body)["receipt"] for one in submitted} == {receipts.short(attempt.receipt)}
    late = person.save(pair.second, 0, 99)
    assert (late.status, json.loads(late.body)["reason"]) == (409, "already-closed")
    assert answers_of(pair, attempt.id)[0] == (sequence, value)
    assert pair.breaches(contest_id) == []


def test_q09_a_server_that_is_halted_inside_submit_cannot_make_a_second_result(pair: Pair) -> None:
    """Longer than any lock is waited for; then it goes on where it was."""
    contest_id = pair.contest("q09")
    person = join(pair.first, "q09")
    person.open_paper(pair.first)
    assert person.save(pair.first, 0, 1).status == 200
    halted: list[Response] = []
    thread = threading.Thread(target=lambda: halted.append(person.submit(pair.first)))
    with pair.halting("submit", pair.first):
        thread.start()
        wait_until_halted(pair.first)
        meanwhile = person.submit(pair.second)
        assert (meanwhile.status, bool(meanwhile.headers["Retry-After"])) == (503, True), "the row is locked"
        assert not halted
    thread.join()
    again = person.submit(pair.second)
    assert (halted[0].status, again.status) == (201, 200)
    assert halted[0].body == again.body
    assert pair.results(contest_id) == (1, 1, 1)
    assert pair.breaches(contest_id) == []


def test_q15_a_killed_server_loses_nothing_that_was_acknowledged(pair: Pair) -> None:
    """``kill -9`` while twelve people save and hand in; they go on at the other server, as behind a proxy."""
    contest_id = pair.contest("q15")
    people = [join(pair.servers[n % 2], "q15") for n in range(12)]
    for person in people:
        person.open_paper(pair.second)
    done = threading.Semaphore(0)
    ledgers = [Ledger(person, pair, number) for number, person in enumerate(people)]
    killing = threading.Thread(target=_kill_after, args=(pair, done, len(people) * 4))
    killing.start()
    together([partial(ledger.write, done) for ledger in ledgers])
    killing.join()
    try:
        assert pair.first.process.returncode == -9
        assert sum(ledger.failures for ledger in ledgers) > 0, "nobody noticed"
        for ledger in ledgers:
            _check_ledger(pair, ledger)
        assert pair.results(contest_id) == (12, 12, 12)
        assert pair.breaches(contest_id) == []
    finally:
        pair.revive()


def _kill_after(pair: Pair, done: threading.Semaphore, calls: int) -> None:
    for _number in range(calls):
        assert done.acquire(timeout=60)
    pair.kill_first()


class Ledger:
    """What one person was told."""

    def __init__(self, person: Person, pair: Pair, number: int) -> None:
        self.person, self.pair, self.number = person, pair, number
        self.saved: dict[int, tuple[int, list[str]]] = {}
        self.result: dict[str, Any] = {}
        self.created = self.failures = 0

    def write(self, done: threading.Semaphore) -> None:
        for position in range(10):
            answer = self._call(partial(self.person.save, position=position, sequence=position + 1))
            assert answer.status == 200, answer.text[:500]
            self.saved[position] = (position + 1, self.person.answer_to(position, position + 1))
            done.release()
        answer = self._call(self.person.submit)
        assert answer.status in (200, 201), answer.text[:500]
        self.created += answer.status == 201
        self.result = json.loads(answer.body)
        done.release()

    def _call(self, call: Callable[[LiveServer], Response]) -> Response:
        """Until there is an answer; after a failure at the other server."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            self.number += 1
            try:
                answer = call(self.pair.servers[self.number % 2])
            except (OSError, HTTPException):
                self.failures += 1
                continue
            if answer.status != 503:
                return answer
            assert answer.headers["Retry-After"]
        raise AssertionError("no answer")


def _check_ledger(pair: Pair, ledger: Ledger) -> None:
    public_id = ledger.person.address.rpartition("/")[2]
    attempt = pair.arena.do(
        lambda session: session.scalars(sa.select(Attempt).where(Attempt.public_id == public_id)).one()
    )
    assert answers_of(pair, attempt.id) == ledger.saved
    told = (ledger.result["state"], ledger.result["centipoints"], ledger.result["receipt"])
    assert told == (attempt.state.value, attempt.centipoints, receipts.short(attempt.receipt))
    assert ledger.created <= 1
