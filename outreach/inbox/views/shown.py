"""What the staff's pages of letters share: the letter of an address, its clock, who could have it."""

from __future__ import annotations

from typing import Any

from flask import abort

from outreach.accounts.public import Colleague, list_colleagues
from outreach.core.clock import CHINA, today
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.inbox.kinds import inbox_kinds
from outreach.inbox.models import Letter
from outreach.inbox.queries.letters import find_letter
from outreach.inbox.rules.clocks import Due, due
from outreach.inbox.rules.states import OPEN, State
from outreach.inbox.wording import CLOCK_ICONS, STATES, STEPS, clock_words


def letter_or_404(number: str) -> Letter:
    return find_letter(db.session, number) or abort(404)


def colleagues() -> list[Colleague]:
    """Everybody who may answer letters."""
    return list_colleagues(db.session, Permission.INBOX_ANSWER)


def colleague_options() -> list[tuple[int, str, str]]:
    """The same as choices of a field; names are Chinese whatever the language of the page."""
    return [(one.id, one.name, "zh-CN") for one in colleagues()]


def clock_of(letter: Letter) -> Due:
    """How the time for the answer stands."""
    is_answered = letter.answered_at is not None and letter.state != State.REJECTED
    answered_on = letter.answered_at.astimezone(CHINA).date() if is_answered and letter.answered_at else None
    return due(letter.due_on, today(), answered_on, needs_answer=letter.state in OPEN)


def words() -> dict[str, Any]:
    """What every template of letters needs."""
    return {
        "kinds": inbox_kinds(),
        "states": STATES,
        "step_names": STEPS,
        "clock_of": clock_of,
        "clock_words": clock_words,
        "clock_icons": CLOCK_ICONS,
    }
