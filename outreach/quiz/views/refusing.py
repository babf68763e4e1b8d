"""Refused calls: undone, counted, and answered in the way that was asked."""

from __future__ import annotations

from typing import Final

from flask import Response, json, make_response, render_template, request

from outreach.core.db import db
from outreach.core.errors import problem_document
from outreach.quiz.actions.refused import count_refusal
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.views.frame import log
from outreach.quiz.wording_web import refusal_advice, refusal_title

#: What refusals are in HTTP; everything else is a fault of the form (422).
STATUS: Final = {
    Refusal.NOT_FOUND: 404,
    Refusal.FORGED: 403,
    Refusal.NOT_OPEN_YET: 409,
    Refusal.CLOSED: 409,
    Refusal.BETWEEN_ROUNDS: 409,
    Refusal.PAUSED: 409,
    Refusal.NO_ATTEMPT_LEFT: 409,
    Refusal.NO_ATTEMPT_TODAY: 409,
    Refusal.LATE: 409,
    Refusal.ALREADY_CLOSED: 409,
    Refusal.LOCKED: 409,
    Refusal.NOT_ADMITTED: 503,
}
RETRY_SECONDS: Final = 3


def count(contest_id: int, reason: Refusal) -> None:
    """Undo what the call did, and count it."""
    db.session.rollback()
    count_refusal(db.session, contest_id, reason)
    db.session.commit()
    note(contest_id, reason)


def note(contest_id: int, reason: Refusal) -> None:
    """A line in the log: which contest, why, and where; nothing of who called."""
    log.info("quiz_refused", contest=contest_id, reason=reason.value, endpoint=request.endpoint)


def refuse(contest_id: int, slug: str, refused: Refused) -> Response:
    """The answer to a refused call of a contest: a page, or a problem document for scripts."""
    count(contest_id, refused.reason)
    return answer(slug, refused)


def answer(slug: str, refused: Refused) -> Response:
    """The same without counting."""
    status = STATUS.get(refused.reason, 422)
    if wants_json():
        response = problem(refused, status)
    else:
        page = render_template(
            "quiz/refused.html",
            slug=slug,
            status=status,
            title=refusal_title(refused.reason),
            advice=refusal_advice(refused.reason),
        )
        response = make_response(page, status)
    response.cache_control.no_store = True
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def problem(refused: Refused, status: int) -> Response:
    """RFC 9457, with the reason as a code for the script."""
    document = problem_document(status) | {
        "title": str(refusal_title(refused.reason)),
        "detail": str(refusal_advice(refused.reason)),
        "reason": refused.reason.value,
    }
    return make_response(json.dumps(document), status, {"Content-Type": "application/problem+json"})


def wants_json() -> bool:
    """Whether a script asks."""
    return request.is_json or request.accept_mimetypes.best_match(["text/html", "application/json"]) == (
        "application/json"
    )
