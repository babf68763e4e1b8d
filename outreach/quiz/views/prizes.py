"""Claiming a prize: a code is given to the winner, and used once with the contact for sending it."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from outreach.core.db import db
from outreach.quiz.actions.claims import claim, my_prizes, offer
from outreach.quiz.blueprint import blueprint
from outreach.quiz.forms import LONGEST_CONTACT, parse_code, parse_text
from outreach.quiz.models import Contest, DrawRecord, Participant
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules import draw
from outreach.quiz.views.frame import form_token, personal, see_other, site_keys, standing_or_404
from outreach.quiz.views.owners import own_participant
from outreach.quiz.views.refusing import answer, count, refuse
from outreach.quiz.wording_web import contest_name, fault_sentence


@blueprint.post("/quiz/<slug>/me/prizes/<int:draw_id>/<int:place>/offer")
@personal
def prize_offer(slug: str, draw_id: int, place: int) -> ResponseReturnValue:
    """The claim code with the form that uses it. Asking again gives a new code."""
    contest = standing_or_404(slug).contest
    participant = own_participant(contest)
    contest_id = contest.id
    try:
        code = offer(db.session, site_keys(), draw_id, place, participant.id)
    except Refused as refused:
        return refuse(contest_id, slug, refused)
    db.session.commit()
    return _form(contest, participant, draw_id, place, code=code)


@blueprint.post("/quiz/<slug>/me/prizes/<int:draw_id>/<int:place>/claim")
@personal
def prize_claim(slug: str, draw_id: int, place: int) -> ResponseReturnValue:
    """Take the prize. A wrong code costs one of five tries, and that stays written."""
    contest = standing_or_404(slug).contest
    participant = own_participant(contest)
    contest_id, code = contest.id, parse_code(request.form)
    contact = parse_text(request.form, "contact", longest=LONGEST_CONTACT)
    if contact.fault is not None:
        error = fault_sentence(contact.fault)
        return _form(contest, participant, draw_id, place, code=code, contact=contact.text, error=error), 422
    try:
        claim(db.session, site_keys(), draw_id, place, participant.id, code, contact.text)
    except Refused as refused:
        db.session.commit()
        count(contest_id, refused.reason)
        if refused.reason is not Refusal.CODE:
            return answer(slug, refused)
        contest = standing_or_404(slug).contest
        again = own_participant(contest)
        return _form(contest, again, draw_id, place, contact=contact.text, left=refused.detail), 422
    db.session.commit()
    return see_other("quiz.me", slug=slug, _anchor="prizes")


def _form(
    contest: Contest,
    participant: Participant,
    draw_id: int,
    place: int,
    *,
    code: str = "",
    contact: str = "",
    error: str = "",
    left: str = "",
) -> str:
    prize = next(
        (one for one in my_prizes(db.session, participant.id) if (one.draw_id, one.place) == (draw_id, place)), None
    )
    if prize is None:
        abort(404)
    return render_template(
        "quiz/prize_offer.html",
        contest=contest,
        name=contest_name(contest),
        prize=prize,
        kept_days=draw.plan_from(db.session.get_one(DrawRecord, draw_id).plan).contact_kept_days,
        code=code,
        contact=contact,
        error=error,
        tries_left=left,
        token=form_token(contest.id, participant.id),
    )
