"""Deleting what letters hold of persons: on the writer's wish at once, else a year after the end of the letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core import files
from outreach.core.audit.recording import SYSTEM, Actor, Event, record_all
from outreach.core.database_clock import database_now, read_clock
from outreach.inbox.actions.receiving import SOMEBODY, target_of
from outreach.inbox.models import Letter, LetterQuota, LetterStep
from outreach.inbox.rules.states import Step

#: How long contact and attachment are kept after the end of a letter.
TERM: Final = timedelta(days=365)
#: How long is counted what one network sent.
QUOTA_TERM: Final = timedelta(days=2)
#: Letters that one transaction deals with.
BATCH: Final = 200


def holds_personal() -> sa.ColumnElement[bool]:
    """Whether a letter still has a contact or an attachment."""
    return (Letter.contact != "") | Letter.attachment_id.is_not(None)


def forget_wished(session: Session, letter: Letter) -> bool:
    """Delete contact and attachment because the writer takes the consent back. False when there was nothing."""
    if not letter.contact and letter.attachment_id is None:
        return False
    _forget(session, [letter], SOMEBODY, "inbox.withdraw_consent")
    return True


def sweep(session: Session, term: timedelta = TERM) -> int:
    """Delete contacts and attachments whose term is over, some hundred at a time; returns how many letters."""
    outdated = sa.select(Letter).where(holds_personal(), Letter.ended_at <= database_now(-term)).order_by(Letter.id)
    letters = session.scalars(outdated.limit(BATCH)).all()
    if letters:
        _forget(session, letters, SYSTEM, "inbox.forget")
    return len(letters)


def sweep_quotas(session: Session) -> int:
    """Delete counts of former days; returns how many."""
    outdated = sa.delete(LetterQuota).where(LetterQuota.since_at < database_now(-QUOTA_TERM))
    return int(cast("sa.CursorResult[object]", session.execute(outdated)).rowcount)


def _forget(session: Session, letters: Sequence[Letter], actor: Actor, action: str) -> None:
    moment = read_clock(session)
    attachments = [letter.attachment_id for letter in letters if letter.attachment_id is not None]
    if attachments:
        files.release(session, attachments, timedelta(0))
    for letter in letters:
        letter.contact, letter.attachment_id, letter.forgotten_at = "", None, moment
        step = LetterStep(step=Step.FORGET.value, author_id=None, author_name="", text="", made_at=moment)
        letter.steps.append(step)
    events = [Event(target_of(letter), after={"contact": "", "attachment": None}) for letter in letters]
    record_all(session, actor=actor, action=action, events=events)
