"""Taking letters in: counting what one network sends, and keeping a letter with its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outreach.core.audit.recording import Actor, Target, record
from outreach.core.clock import CHINA
from outreach.core.database_clock import read_clock
from outreach.core.db import is_sqlite
from outreach.core.encryption import encrypt
from outreach.inbox.models import Letter, LetterQuota
from outreach.inbox.rules.clocks import last_day
from outreach.inbox.rules.codes import digest
from outreach.inbox.rules.states import State

#: Purpose of the key that contacts are encrypted with.
CONTACT: Final = "inbox.contact"
#: Wording of the consent that the form asks for; a new wording gets a new date.
CONSENT_VERSION: Final = "2026-11"
#: Whoever writes: the log does not learn their address.
SOMEBODY: Final = Actor("public", None, "")


class TooMany(Exception):
    """This network has sent as much as it may for now."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many of one thing a network may send within an hour and a day."""

    what: str
    an_hour: int
    a_day: int


LETTERS: Final = Limit("letter", 10, 30)
DRAFTS: Final = Limit("draft", 20, 40)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A letter whose form is right."""

    kind: str
    subject: str
    text: str
    contact: str
    locale: str
    code: str
    answer_days: int
    attachment_id: int | None = None


def count(session: Session, network: str, limit: Limit) -> None:
    """Count one more of ``limit.what`` from a network (a keyed digest), or raise ``TooMany``.

    Counted and compared in one statement, so that requests at the same moment see each other on every machine.
    """
    moment = read_clock(session)
    local = moment.astimezone(CHINA)
    for window, most in ((f"{local:%Y-%m-%dT%H}", limit.an_hour), (f"{local:%Y-%m-%d}", limit.a_day)):
        if _counted(session, network, f"{limit.what}:{window}", moment) > most:
            raise TooMany


def _counted(session: Session, network: str, window: str, moment: datetime) -> int:
    insert = sqlite.insert if is_sqlite(session.connection()) else postgresql.insert
    first = insert(LetterQuota).values(network=network, window=window, count=1, since_at=moment)
    more = first.on_conflict_do_update(index_elements=["network", "window"], set_={"count": LetterQuota.count + 1})
    return int(session.scalars(more.returning(LetterQuota.count)).one())


def find_by_code(session: Session, code: str) -> Letter | None:
    """The letter that a receipt code belongs to."""
    return session.scalar(sa.select(Letter).where(Letter.code_digest == digest(code))) if code else None


def receive(session: Session, incoming: Incoming) -> Letter:
    """Keep a letter. Raises ``IntegrityError`` when the same form was kept already, at this very moment."""
    moment = read_clock(session)
    received_on = moment.astimezone(CHINA).date()
    letter = Letter(
        number=digest(incoming.code)[:20],  # replaced below, when the id is known
        code_digest=digest(incoming.code),
        kind=incoming.kind,
        subject=incoming.subject,
        text=incoming.text,
        locale=incoming.locale,
        contact=encrypt(incoming.contact, CONTACT) if incoming.contact else "",
        consented_at=moment if incoming.contact else None,
        consent_version=CONSENT_VERSION if incoming.contact else "",
        attachment_id=incoming.attachment_id,
        received_at=moment,
        due_on=last_day(received_on, incoming.answer_days),
        state=State.RECEIVED.value,
    )
    session.add(letter)
    session.flush()
    letter.number = f"{received_on.year}-{letter.id:05d}"
    session.flush()
    after = {"kind": letter.kind, "subject": letter.subject, "has_contact": bool(letter.contact)}
    record(session, actor=SOMEBODY, action="inbox.receive", target=target_of(letter), after=after)
    return letter


def target_of(letter: Letter) -> Target:
    """A letter as the audit log calls it."""
    return Target("letter", letter.number, letter.subject[:100])
