"""Whose page it is: somebody else gets no further, and learns nothing (404)."""

from __future__ import annotations

from flask import abort, request

from outreach.core.db import db
from outreach.quiz.actions.sessions import Owner, digest, find_owner
from outreach.quiz.models import Attempt, Contest, Participant
from outreach.quiz.queries.showing import find_contest_of, find_own_attempt
from outreach.quiz.refusals import Refusal
from outreach.quiz.views.frame import browser_token, check_form, participant_of
from outreach.quiz.views.refusing import count, note

LONGEST_ID = 64


def own_participant(contest: Contest) -> Participant:
    """Whose browser this is in the contest; forms must be of the same person."""
    participant = participant_of(contest)
    if participant is None:
        abort(404)
    if request.method == "POST":
        check_form(contest.id, participant.id)
    return participant


def owner_or_404(public_id: str) -> Owner:
    """Whose attempt it is when it is this browser's; every other address is not found.

    Tries to write are counted and logged, tries to read are logged: a reading writes nothing.
    """
    owner = find_owner(db.session, browser_token(), public_id[:LONGEST_ID])
    if owner is None:
        contest_id = find_contest_of(db.session, public_id[:LONGEST_ID])
        if request.method == "POST":
            count(contest_id, Refusal.NOT_FOUND)
        else:
            note(contest_id, Refusal.NOT_FOUND)
        abort(404)
    return owner


def own_attempt(public_id: str) -> tuple[Contest, Attempt]:
    """The attempt at this address with its contest; forms must be of the same person."""
    found = find_own_attempt(db.session, digest(browser_token()), public_id[:LONGEST_ID])
    if found is None:
        owner_or_404(public_id)  # refuses
        abort(404)
    contest, attempt = found
    if request.method == "POST":
        check_form(contest.id, attempt.participant_id)
    return contest, attempt
