"""The same waiting room with the queue in Redis, for several machines in the opening minute.

Redis holds nothing that matters later: an admission is written as a ticket into the database, and when Redis does not
answer the queue of the database goes on (a new place, and no lost paper).
"""

from __future__ import annotations

from typing import Any, Final

import redis
import structlog
from sqlalchemy.orm import Session

from outreach.quiz.actions import waiting
from outreach.quiz.actions.waiting import Place
from outreach.quiz.models import Contest, Ticket
from outreach.quiz.moments import moment
from outreach.quiz.writing import insert

log: Final = structlog.get_logger("outreach.quiz")
#: Keys vanish this long after the last call, in seconds.
KEPT_SECONDS: Final = 86_400

#: One step of the queue: keep or take a number, move the gate by Redis's own clock, say how many are before.
SCRIPT: Final = """
local number = redis.call('HGET', KEYS[1], ARGV[1])
if not number then
  number = redis.call('HINCRBY', KEYS[2], 'last', 1)
  redis.call('HSET', KEYS[1], ARGV[1], number)
end
number = tonumber(number)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local rate = tonumber(ARGV[2])
local last = tonumber(redis.call('HGET', KEYS[2], 'last'))
local moved = tonumber(redis.call('HGET', KEYS[2], 'moved') or now - 1000)
local milli = tonumber(redis.call('HGET', KEYS[2], 'milli') or 0)
local through = tonumber(redis.call('HGET', KEYS[2], 'through') or 0)
milli = math.min(milli + math.min(math.max(now - moved, 0), 1000) * rate, rate * 1000)
local count = math.min(math.floor(milli / 1000), last - through)
redis.call('HSET', KEYS[2], 'moved', now, 'milli', milli - count * 1000, 'through', through + count)
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[3])
local before = number - (through + count)
if before <= 0 then redis.call('HDEL', KEYS[1], ARGV[1]) end
return math.max(before, 0)
"""


class RedisLine:
    """The queue of contests in one Redis."""

    def __init__(self, client: redis.Redis, prefix: str = "outreach:quiz:line") -> None:
        self.prefix = prefix
        self.step = client.register_script(SCRIPT)

    def line_up(self, session: Session, contest: Contest, participant_id: int) -> Place:
        """Like ``waiting.line_up``; falls back to it when Redis does not answer."""
        if contest.starts_per_second == 0 or _is_admitted(session, contest, participant_id):
            return Place(0, 0)
        names = [f"{self.prefix}:{{{contest.id}}}:{part}" for part in ("numbers", "gate")]
        try:
            before = self.step(keys=names, args=[participant_id, contest.starts_per_second, KEPT_SECONDS])
        except redis.RedisError as error:
            log.warning("quiz_line_without_redis", error=type(error).__name__)
            return waiting.line_up(session, contest, participant_id)
        position = _whole(before)
        if position == 0:
            _admit(session, contest.id, participant_id)
        return Place(position, -(-position // contest.starts_per_second))


def _whole(answer: Any) -> int:
    return int(answer)


def _is_admitted(session: Session, contest: Contest, participant_id: int) -> bool:
    waiting.drop_stale(session, contest.id, participant_id)
    return waiting.has_admission(session, contest.id, participant_id)


def _admit(session: Session, contest_id: int, participant_id: int) -> None:
    values = {"contest_id": contest_id, "participant_id": participant_id, "taken_at": moment(), "admitted_at": moment()}
    statement = insert(session, Ticket).values(**values)
    session.execute(
        statement.on_conflict_do_update(index_elements=["contest_id", "participant_id"], set_={"admitted_at": moment()})
    )
