"""The same waiting room with the queue in Redis, for several machines in the opening minute.

Who still waits costs the database nothing. Redis holds nothing that matters later: an admission is written as a ticket
into the database, and when Redis does not answer the queue of the database goes on (a new place, and no lost paper).
The number is kept until the paper has started, so an admission that could not be written is only asked for again.
"""

from __future__ import annotations

from typing import Any, Final, cast

import redis
import structlog
from sqlalchemy.orm import Session

from outreach.quiz.actions import waiting
from outreach.quiz.actions.waiting import Door, Place
from outreach.quiz.models import Ticket
from outreach.quiz.moments import moment
from outreach.quiz.writing import insert

log: Final = structlog.get_logger("outreach.quiz")
#: Keys vanish this long after the last call, in seconds.
KEPT_SECONDS: Final = 86_400

#: One step of the queue: keep or take a number, move the gate by Redis's own clock, say how many are before and
#: whether the number is new. Whoever only looks takes no number and moves nothing; ``move`` is for the gate alone.
SCRIPT: Final = """
local is_look = ARGV[4] == 'look'
local last = tonumber(redis.call('HGET', KEYS[2], 'last') or 0)
local number = ARGV[4] == 'move' and last or redis.call('HGET', KEYS[1], ARGV[1])
local is_new = number and 0 or 1
if not number then
  last = last + 1
  number = last
  if not is_look then
    redis.call('HSET', KEYS[2], 'last', last)
    redis.call('HSET', KEYS[1], ARGV[1], number)
  end
end
number = tonumber(number)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local rate = tonumber(ARGV[2])
local moved = tonumber(redis.call('HGET', KEYS[2], 'moved') or now - 1000)
local milli = tonumber(redis.call('HGET', KEYS[2], 'milli') or 0)
local through = tonumber(redis.call('HGET', KEYS[2], 'through') or 0)
milli = math.min(milli + math.min(math.max(now - moved, 0), 1000) * rate, rate * 1000)
local count = math.min(math.floor(milli / 1000), last - through)
if not is_look then
  redis.call('HSET', KEYS[2], 'moved', now, 'milli', milli - count * 1000, 'through', through + count)
  redis.call('EXPIRE', KEYS[1], ARGV[3])
  redis.call('EXPIRE', KEYS[2], ARGV[3])
end
return {math.max(number - (through + count), 0), is_new}
"""


class RedisLine:
    """The queue of contests in one Redis."""

    def __init__(self, client: redis.Redis, prefix: str = "outreach:quiz:line") -> None:
        self.client = client
        self.prefix = prefix
        self.step = client.register_script(SCRIPT)

    def line_up(self, session: Session, door: Door, participant_id: int) -> Place:
        """Like ``waiting.line_up``; falls back to it when Redis does not answer."""
        if door.starts_per_second == 0:
            return waiting.COME_IN
        try:
            return self._line_up(session, door, participant_id)
        except redis.RedisError as error:
            log.warning("quiz_line_without_redis", error=type(error).__name__)
            return waiting.line_up(session, door, participant_id)

    def place_of(self, session: Session, door: Door, participant_id: int) -> Place:
        """Like ``waiting.place_of``; falls back to it when Redis does not answer."""
        if waiting.has_admission(session, door.id, participant_id):
            return waiting.COME_IN
        try:
            before, _is_new = self._ask(door, participant_id, "look")
        except redis.RedisError as error:
            log.warning("quiz_line_without_redis", error=type(error).__name__)
            return waiting.place_of(session, door, participant_id)
        return waiting.place_at(before, door)

    def open_gate(self, door: Door) -> None:
        """Let the next ones in, also while nobody asks: a gate makes up for no more than a second's pause."""
        try:
            self._ask(door, 0, "move")
        except redis.RedisError as error:
            log.warning("quiz_line_without_redis", error=type(error).__name__)

    def count_waiting(self, session: Session, door: Door) -> int:
        """Like ``waiting.count_waiting``, with who waits in Redis; without its answer those of the database alone."""
        waits = waiting.count_waiting(session, door)
        try:
            last, through = cast(list[Any], self.client.hmget(self._names(door.id)[1], "last", "through"))
        except redis.RedisError as error:
            log.warning("quiz_line_without_redis", error=type(error).__name__)
            return waits
        return waits + max(int(last or 0) - int(through or 0), 0)

    def leave(self, contest_id: int, participant_id: int) -> None:
        """Give the number back: the paper has started, or the admission was not used in time."""
        try:
            self.client.hdel(self._names(contest_id)[0], str(participant_id))
        except redis.RedisError as error:
            log.warning("quiz_line_without_redis", error=type(error).__name__)

    def _line_up(self, session: Session, door: Door, participant_id: int) -> Place:
        before, is_new = self._ask(door, participant_id, "step")
        if before and not is_new:
            return waiting.place_at(before, door)
        if waiting.drop_stale(session, door.id, participant_id):
            self.leave(door.id, participant_id)
            before, _is_new = self._ask(door, participant_id, "step")
        if waiting.has_admission(session, door.id, participant_id):
            return waiting.COME_IN
        if before == 0:
            _admit(session, door.id, participant_id)
        return waiting.place_at(before, door)

    def _ask(self, door: Door, participant_id: int, how: str) -> tuple[int, bool]:
        """How many are let in before this one, oneself included, and whether the number is new."""
        values: list[str | int] = [participant_id, door.starts_per_second, KEPT_SECONDS, how]
        before, is_new = cast(list[Any], self.step(keys=self._names(door.id), args=values))
        return int(before), bool(is_new)

    def _names(self, contest_id: int) -> list[str]:
        return [f"{self.prefix}:{{{contest_id}}}:{part}" for part in ("numbers", "gate")]


def _admit(session: Session, contest_id: int, participant_id: int) -> None:
    values = {"contest_id": contest_id, "participant_id": participant_id, "taken_at": moment(), "admitted_at": moment()}
    statement = insert(session, Ticket).values(**values)
    session.execute(
        statement.on_conflict_do_update(index_elements=["contest_id", "participant_id"], set_={"admitted_at": moment()})
    )
