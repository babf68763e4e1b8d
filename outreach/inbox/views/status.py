"""What the writer of a letter sees with the receipt code: the receipt, how far it is, the answer, their data gone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.core.clock import CHINA, today
from outreach.core.db import db
from outreach.core.formats import moment
from outreach.inbox import stamps
from outreach.inbox.actions.forgetting import forget_wished
from outreach.inbox.actions.receiving import find_by_code
from outreach.inbox.blueprint import blueprint
from outreach.inbox.kinds import inbox_kinds
from outreach.inbox.models import Letter
from outreach.inbox.rules.clocks import due
from outreach.inbox.rules.codes import tidy_code
from outreach.inbox.rules.states import OPEN, State
from outreach.inbox.wording import STATES, clock_words

#: Merged letters that are followed; there is never more than one.
_FARTHEST: Final = 5


@blueprint.get("/feedback/receipt")
def receipt() -> ResponseReturnValue:
    """The receipt with its code, which is shown here and nowhere else."""
    code = tidy_code(request.args.get("code", ""))
    letter = find_by_code(db.session, code)
    if letter is None:
        return _not_found(request.args.get("code", ""))
    page = render_template("inbox/receipt.html", letter=letter, code=code, kinds=inbox_kinds())
    return _private(make_response(page))


@blueprint.get("/feedback/status")
def status() -> ResponseReturnValue:
    """How far a letter is, by its code; without one, the question for it."""
    typed = request.args.get("code", "")
    code = tidy_code(typed)
    letter = find_by_code(db.session, code)
    if letter is None and typed.strip():
        return _not_found(typed)
    return _status_page(code, letter)


@blueprint.post("/feedback/contact")
def withdraw_contact() -> ResponseReturnValue:
    """Take the consent back: contact and attachment go at once, the letter stays."""
    code = tidy_code(request.form.get("code", ""))
    letter = find_by_code(db.session, code)
    if letter is None:
        return _not_found("")
    forget_wished(db.session, letter)
    db.session.commit()
    return _private(make_response(redirect(url_for("inbox.status", code=code), 303)))


def _status_page(code: str, letter: Letter | None) -> Response:
    answering = _followed(letter) if letter is not None else None
    page = render_template(
        "inbox/status.html",
        code=code,
        typed=code,
        letter=letter,
        answering=answering,
        clock=_clock(answering) if answering is not None else "",
        course=_course(letter) if letter is not None else [],
        kinds=inbox_kinds(),
        states=STATES,
        stamp=stamps.new_stamp(),
    )
    return _private(make_response(page))


def _not_found(typed: str) -> Response:
    page = render_template("inbox/status.html", code="", typed=typed[:40], letter=None)
    return _private(make_response(page, 404))


def _followed(letter: Letter) -> Letter:
    """The letter that this one is dealt with in."""
    for step in range(_FARTHEST):
        if letter.merged_into is None or step == _FARTHEST - 1:
            return letter
        letter = letter.merged_into
    return letter


def _clock(letter: Letter) -> str:
    answered_on = letter.answered_at.astimezone(CHINA).date() if letter.answered_at else None
    return clock_words(due(letter.due_on, today(), answered_on, needs_answer=letter.state in OPEN))


def _course(letter: Letter) -> list[dict[str, Any]]:
    """What happened when, as ``components/timeline.html`` takes it."""
    answered_at = letter.answered_at if letter.state != State.REJECTED else None
    steps: list[tuple[str, datetime | None]] = [
        (State.RECEIVED, letter.received_at),
        (State.ASSIGNED, letter.assigned_at),
        (State.ANSWERED, answered_at),
    ]
    if letter.ended_at is not None:
        steps.append((letter.state, letter.ended_at))
    return [
        {
            "on": at.astimezone(CHINA).date(),
            "title": STATES[state],
            "text": moment(at),
            "is_current": state == letter.state,
        }
        for state, at in sorted(steps, key=lambda step: step[1] or letter.received_at)
        if at is not None
    ]


def _private(response: Response) -> Response:
    """For the holder of the code only."""
    response.cache_control.no_store = True
    return response
