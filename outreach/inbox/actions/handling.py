"""What the staff do with letters. Each step says which version it saw: who comes second changes nothing and is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.audit.recording import Actor, record
from outreach.core.audit.values import clean
from outreach.core.database_clock import read_clock
from outreach.inbox.actions.receiving import target_of
from outreach.inbox.models import Letter, LetterStep
from outreach.inbox.rules.states import OPEN, State, Step, is_of_other, leads_to

SHORTEST_ANSWER: Final = 5


class StepRefused(Exception):
    """The step was not taken, and nothing has changed."""


class Moved(StepRefused):
    """Somebody else changed the letter since it was shown."""


class WrongState(StepRefused):
    """The letter is in a state in which this cannot be done."""


class OfAnother(StepRefused):
    """The letter is somebody else's."""


class TextMissing(StepRefused):
    """The step needs words: an answer, a reason, a note."""


class TargetMissing(StepRefused):
    """There is no such letter to merge into, or it is itself merged, or the same one."""


class HasFollowers(StepRefused):
    """Other letters were merged into this one, so it must stay."""


@dataclass(frozen=True, slots=True)
class Assignee:
    """Who shall have a letter."""

    id: int
    name: str


def assign(session: Session, letter: Letter, actor: Actor, to: Assignee, *, seen: int | None = None) -> None:
    """Give the letter to somebody, oneself or another."""
    values: dict[str, Any] = {"assignee_id": to.id, "assignee_name": clean(to.name, 100)}
    if letter.state in OPEN:  # who takes an answered letter over does not begin it
        values["assigned_at"] = read_clock(session)
    _take(session, letter, actor, Step.ASSIGN, seen=seen, text=to.name, **values)


def reply(session: Session, letter: Letter, actor: Actor, text: str, *, seen: int | None = None) -> None:
    """Publish an answer on the letter's status page, or correct the one that stands there."""
    if len(text) < SHORTEST_ANSWER:
        raise TextMissing
    values: dict[str, Any] = {"answer": text, **_taken_over(session, letter, actor)}
    if letter.answered_at is None:
        values["answered_at"] = read_clock(session)
    _take(session, letter, actor, Step.REPLY, seen=seen, text=text, **values)


def close(session: Session, letter: Letter, actor: Actor, *, seen: int | None = None) -> None:
    """Say that an answered letter is done with."""
    _take(session, letter, actor, Step.CLOSE, seen=seen, ended_at=read_clock(session))


def reject(session: Session, letter: Letter, actor: Actor, reason: str, *, seen: int | None = None) -> None:
    """Do not deal with a letter; the writer reads why."""
    if len(reason) < SHORTEST_ANSWER:
        raise TextMissing
    moment = read_clock(session)
    values = {"answer": reason, "answered_at": letter.answered_at or moment, "ended_at": moment}
    _take(session, letter, actor, Step.REJECT, seen=seen, text=reason, **values, **_taken_over(session, letter, actor))


def merge(session: Session, letter: Letter, actor: Actor, into: Letter | None, *, seen: int | None = None) -> None:
    """Deal with a letter in another one: its status page shows that one's answer."""
    if into is None or into.id == letter.id:
        raise TargetMissing
    _lock(session, letter, into)
    if into.state == State.MERGED:
        raise TargetMissing
    if session.scalar(sa.select(Letter.id).where(Letter.merged_into_id == letter.id).limit(1)) is not None:
        raise HasFollowers
    values = {"merged_into_id": into.id, "ended_at": read_clock(session), **_taken_over(session, letter, actor)}
    _take(session, letter, actor, Step.MERGE, seen=seen, text=into.number, **values)


def _lock(session: Session, *letters: Letter) -> None:
    """Hold letters until the end of the transaction, in a fixed order: so that no two are merged into each other."""
    locked = sa.select(Letter).where(Letter.id.in_([one.id for one in letters])).order_by(Letter.id).with_for_update()
    session.scalars(locked.execution_options(populate_existing=True)).all()


def reopen(session: Session, letter: Letter, actor: Actor, reason: str, *, seen: int | None = None) -> None:
    """Deal with a letter again; what was answered is no longer shown. Who reopens it, has it."""
    if len(reason) < SHORTEST_ANSWER:
        raise TextMissing
    values = {"ended_at": None, "merged_into_id": None, "answer": "", "answered_at": None}
    _take(session, letter, actor, Step.REOPEN, seen=seen, text=reason, **values, **_owned(session, actor))


def note(session: Session, letter: Letter, actor: Actor, text: str) -> None:
    """Note something for colleagues. The log learns that, not what: notes go with the letter, the log stays."""
    if not text:
        raise TextMissing
    _write_step(session, letter, actor, Step.NOTE, text)
    record(session, actor=actor, action="inbox.note", target=target_of(letter))


def _taken_over(session: Session, letter: Letter, actor: Actor) -> dict[str, Any]:
    """Who takes a step with a letter that is nobody's has it from then on."""
    return _owned(session, actor) if letter.assignee_id is None else {}


def _owned(session: Session, actor: Actor) -> dict[str, Any]:
    return {
        "assignee_id": actor.id,
        "assignee_name": clean(actor.name, 100),
        "assigned_at": read_clock(session),
    }


def _take(
    session: Session, letter: Letter, actor: Actor, step: Step, *, seen: int | None, text: str = "", **values: Any
) -> None:
    """Take a step if the letter is still as it was seen: one statement decides between two who come at once."""
    state = leads_to(step, letter.state)
    before = _shown(letter)
    version = letter.version if seen is None else seen
    if version != letter.version:
        raise Moved
    if state is None:
        raise WrongState
    if is_of_other(step, letter.assignee_id, cast(int, actor.id)):
        raise OfAnother
    changed = session.execute(
        sa.update(Letter)
        .where(Letter.id == letter.id, Letter.version == version)
        .values(state=state.value, version=Letter.version + 1, **values),
        execution_options={"synchronize_session": False},
    )
    session.refresh(letter)
    if not cast("sa.CursorResult[Any]", changed).rowcount:
        raise Moved
    _write_step(session, letter, actor, step, text)
    record(session, actor=actor, action=f"inbox.{step}", target=target_of(letter), before=before, after=_shown(letter))


def _write_step(session: Session, letter: Letter, actor: Actor, step: Step, text: str) -> None:
    session.add(
        LetterStep(
            letter_id=letter.id,
            step=step.value,
            author_id=actor.id,
            author_name=clean(actor.name, 100),
            text=text,
            made_at=read_clock(session),
        )
    )
    session.flush()
    session.expire(letter, ["steps"])


def _shown(letter: Letter) -> dict[str, Any]:
    """What the audit log shows of a letter: nothing that the writer left."""
    return {"state": letter.state, "assignee": letter.assignee_name, "answer": letter.answer}
