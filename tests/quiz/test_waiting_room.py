"""The waiting room: fair places that a reload keeps, at the set rate; in the database and in Redis."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import redis
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.actions import waiting
from outreach.quiz.actions.starting import start
from outreach.quiz.actions.waiting_redis import RedisLine
from outreach.quiz.models import Gate, Ticket
from outreach.quiz.moments import moved
from outreach.quiz.refusals import Refusal, Refused
from tests.conftest import need
from tests.quiz import stage


def refused(act: Any, *arguments: Any, **named: Any) -> tuple[Refusal, str]:
    """Why a call is refused."""
    with pytest.raises(Refused) as refusal:
        act(*arguments, **named)
    return refusal.value.reason, refusal.value.detail


def test_the_waiting_room_lets_in_at_the_rate_and_keeps_places(session: Session) -> None:
    contest = stage.contest(session, starts_per_second=2)
    people = [stage.joined(session, contest).participant_id for _person in range(8)]
    assert refused(start, session, contest.id, people[0])[0] is Refusal.NOT_ADMITTED
    places = [waiting.line_up(session, contest, person).position for person in people]
    assert places[0] == 0
    assert places[1:] == sorted(places[1:])
    again = [waiting.place_of(session, contest, person).position for person in people]
    assert again[-1] == places[-1]
    session.execute(sa.text("UPDATE quiz_gate SET allowance_milli = 0"))
    _age_gate(session, 10)
    assert waiting.open_gate(session, contest) == 2, "a pause of the gate is no burst afterwards"
    assert waiting.open_gate(session, contest) == 0, "the gate moves a few times a second and not with every call"
    after = waiting.place_of(session, contest, people[-1])
    assert after.position == again[-1] - 2
    assert after.wait_s == -(-after.position // 2)
    assert start(session, contest.id, people[0]).is_new
    assert session.scalar(sa.select(Ticket.id).where(Ticket.participant_id == people[0])) is None
    assert start(session, contest.id, people[0]).is_new is False, "an open paper needs no ticket"


def _age_gate(session: Session, seconds: float) -> None:
    session.execute(sa.update(Gate).values(moved_at=moved(Gate.moved_at, -seconds)))


def test_an_admission_that_is_not_used_goes_to_the_end_of_the_line(session: Session) -> None:
    contest = stage.contest(session, starts_per_second=1)
    first, second = (stage.joined(session, contest).participant_id for _person in range(2))
    assert waiting.line_up(session, contest, first).is_admitted
    session.execute(sa.update(Ticket).values(admitted_at=contest.opens_at))
    assert refused(start, session, contest.id, first)[0] is Refusal.NOT_ADMITTED
    waiting.line_up(session, contest, second)
    assert waiting.line_up(session, contest, first).position >= 1


#: Other processes of this run use the same Redis at the same time.
OWN = f"outreach:test:{os.getpid()}:line"


@pytest.fixture
def client() -> Iterator[redis.Redis]:
    url = os.environ.get("OUTREACH_TEST_REDIS_URL", "")
    need(url, "OUTREACH_TEST_REDIS_URL is not set")
    client = redis.Redis.from_url(url)
    yield client
    for name in client.scan_iter(f"{OWN}:*"):
        client.delete(name)
    client.close()


def test_the_waiting_room_in_redis_is_the_same(session: Session, client: redis.Redis) -> None:
    contest = stage.contest(session, starts_per_second=2)
    people = [stage.joined(session, contest).participant_id for _person in range(6)]
    line = RedisLine(client, f"{OWN}:{id(session)}")
    places = [line.line_up(session, contest, person).position for person in people]
    assert places[:2] == [0, 0]
    assert places[2:] == sorted(places[2:])
    assert places[2] >= 1
    assert line.line_up(session, contest, people[-1]).position <= places[-1]
    assert start(session, contest.id, people[0]).is_new
    assert line.line_up(session, contest, people[1]).is_admitted


def test_a_number_in_redis_is_kept_until_the_paper_has_started(session: Session, client: redis.Redis) -> None:
    contest = stage.contest(session, starts_per_second=1)
    first, second = (stage.joined(session, contest).participant_id for _person in range(2))
    line = RedisLine(client, f"{OWN}:{id(session)}")
    assert line.line_up(session, contest, first).is_admitted
    assert line.line_up(session, contest, second).position == 1
    session.execute(sa.delete(Ticket))
    assert line.line_up(session, contest, first).is_admitted, "the admission was lost with its transaction"
    start(session, contest.id, first)
    line.leave(contest.id, first)
    assert line.line_up(session, contest, first).position >= 1, "a paper later is a new place"


def test_looking_takes_no_number_and_moves_nothing(session: Session, client: redis.Redis) -> None:
    contest = stage.contest(session, starts_per_second=1)
    first, second, third = (stage.joined(session, contest).participant_id for _person in range(3))
    line = RedisLine(client, f"{OWN}:{id(session)}")
    assert line.line_up(session, contest, first).is_admitted
    assert [line.place_of(session, contest, second).position for _turn in range(3)] == [1] * 3
    assert line.line_up(session, contest, third).position == 1, "who only looked is not before"
    assert line.place_of(session, contest, first).is_admitted


def test_an_unused_admission_in_redis_goes_to_the_end_of_the_line(session: Session, client: redis.Redis) -> None:
    contest = stage.contest(session, starts_per_second=1)
    first, second = (stage.joined(session, contest).participant_id for _person in range(2))
    line = RedisLine(client, f"{OWN}:{id(session)}")
    assert line.line_up(session, contest, first).is_admitted
    assert line.line_up(session, contest, second).position == 1
    session.execute(sa.update(Ticket).values(admitted_at=contest.opens_at))
    assert line.line_up(session, contest, first).position == 2


def test_the_gate_in_redis_moves_while_nobody_asks(session: Session, client: redis.Redis) -> None:
    contest = stage.contest(session, starts_per_second=2)
    people = [stage.joined(session, contest).participant_id for _person in range(4)]
    line = RedisLine(client, f"{OWN}:{id(session)}")
    gate = f"{line.prefix}:{{{contest.id}}}:gate"
    assert [line.line_up(session, contest, person).position for person in people] == [0, 0, 1, 2]
    client.hset(gate, "moved", "0")
    line.open_gate(contest)
    assert client.hmget(gate, "last", "through") == [b"4", b"4"], "two were let in, and nobody took a number"
    assert line.line_up(session, contest, people[3]).is_admitted


def test_who_waits_is_counted_in_redis_and_in_the_database(session: Session, client: redis.Redis) -> None:
    contest = stage.contest(session, starts_per_second=1)
    people = [stage.joined(session, contest).participant_id for _person in range(4)]
    line = RedisLine(client, f"{OWN}:{id(session)}")
    assert line.count_waiting(session, contest) == 0
    assert [line.line_up(session, contest, person).position for person in people[:3]] == [0, 1, 2]
    assert line.count_waiting(session, contest) == 2
    session.add(Ticket(contest_id=contest.id, participant_id=people[3], taken_at=contest.opens_at))
    session.flush()
    assert line.count_waiting(session, contest) == 3, "and who stood in the database's line while Redis was away"
    dead = RedisLine(redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.1))
    assert dead.count_waiting(session, contest) == 1


@pytest.mark.parametrize(("wait_s", "milliseconds"), [(0, 1500), (1, 1500), (50, 40_000), (900, 60_000)])
def test_who_waits_longer_asks_less_often(wait_s: int, milliseconds: int) -> None:
    assert waiting.Place(wait_s, wait_s).ask_again_ms == milliseconds


def test_without_redis_the_line_of_the_database_goes_on(session: Session) -> None:
    contest = stage.contest(session, starts_per_second=2)
    dead = RedisLine(redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.1))
    person = stage.joined(session, contest).participant_id
    assert dead.line_up(session, contest, person).is_admitted
    assert start(session, contest.id, person).is_new
