"""My contest: attempts, place, prizes, certificates, and everything that one may do with one's own data."""

from __future__ import annotations

from typing import Any

from flask import Response, json, make_response, render_template, request
from flask.typing import ResponseReturnValue

from outreach.core.db import db
from outreach.core.exports import content_disposition
from outreach.core.i18n import pick
from outreach.quiz import seams
from outreach.quiz.actions.claims import my_prizes
from outreach.quiz.actions.joining import Profile, change_profile, renew_code
from outreach.quiz.actions.privacy import delete_participant, export_participant
from outreach.quiz.actions.sessions import end_other_sessions, end_session
from outreach.quiz.blueprint import blueprint
from outreach.quiz.forms import YES, FormFault, parse_join, profile_faults
from outreach.quiz.models import Contest, Participant
from outreach.quiz.queries.showing import Standing, list_attempts, list_certificates, my_draw_codes
from outreach.quiz.queries.standings import is_frozen, standing
from outreach.quiz.queries.words import word_list
from outreach.quiz.refusals import Refused
from outreach.quiz.rules.deadlines import Phase
from outreach.quiz.views.frame import (
    browser_token,
    form_token,
    participant_of,
    personal,
    see_other,
    site_keys,
    standing_or_404,
)
from outreach.quiz.views.joining import come_back_form
from outreach.quiz.views.owners import own_participant
from outreach.quiz.views.refusing import refuse
from outreach.quiz.wording_web import (
    AGES,
    EXTRA_TIMES,
    PRIZE_STATES,
    STATES,
    clock,
    contest_name,
    fault_sentence,
    points,
)


@blueprint.get("/quiz/<slug>/me")
@personal
def me(slug: str) -> ResponseReturnValue:
    """The participant's own page; without one in this browser, the question for the recovery code."""
    found = standing_or_404(slug)
    participant = participant_of(found.contest)
    if participant is None:
        return come_back_form(found)
    return _page(found, participant)


def _page(found: Standing, participant: Participant, **more: Any) -> str:
    contest = found.contest
    attempts = list_attempts(db.session, participant.id)
    county = seams.regions(db.session, [participant.county_code])[participant.county_code]
    used = max((one.attempt_no for one in attempts), default=0)
    context = {
        "contest": contest,
        "name": contest_name(contest),
        "participant": participant,
        "age": AGES[participant.age_band],
        "county": pick(county.name, county.name_en),
        "attempts": attempts,
        "certificates": list_certificates(db.session, [one.id for one in attempts]),
        "open_attempt": next((one for one in attempts if one.state.value == "open"), None),
        "left": max(contest.attempts_total + participant.extra_attempts - used, 0),
        "may_start": found.phase is Phase.OPEN,
        "place": standing(db.session, contest.id, participant.id),
        "is_frozen": is_frozen(db.session, contest.id),
        "prizes": my_prizes(db.session, participant.id),
        "draw_codes": my_draw_codes(db.session, participant.id),
        "prize_states": PRIZE_STATES,
        "states": STATES,
        "extra_times_options": [(str(step), words) for step, words in EXTRA_TIMES.items()],
        "token": form_token(contest.id, participant.id),
        "typed_nickname": participant.nickname,
        "points": points,
        "clock": clock,
    }
    errors: dict[str, str] = more.pop("errors", {})
    return render_template(
        "quiz/me.html",
        **{**context, **more},
        errors={"nickname": "", "confirm": "", **errors},
        faults=list(errors.items()),
    )


@blueprint.post("/quiz/<slug>/me/nickname")
@personal
def change_nickname(slug: str) -> ResponseReturnValue:
    """Another nickname, at any time."""
    found = standing_or_404(slug)
    participant = own_participant(found.contest)
    nickname = parse_join(request.form, word_list(), "").nickname
    profile = Profile(nickname, participant.age_band.value, participant.county_code, participant.unit_code)
    faults = profile_faults(profile, word_list())
    if faults:
        errors = {"nickname": fault_sentence(faults["nickname"])}
        return _page(found, participant, errors=errors, typed_nickname=nickname), 422
    contest_id = found.contest.id
    try:
        change_profile(db.session, found.contest, participant.id, profile)
    except Refused as refused:
        return refuse(contest_id, slug, refused)
    db.session.commit()
    return see_other("quiz.me", slug=slug)


@blueprint.post("/quiz/<slug>/me/code")
@personal
def new_code(slug: str) -> ResponseReturnValue:
    """A new recovery code, shown once; the old one and all other browsers are worth nothing from now on."""
    contest = standing_or_404(slug).contest
    participant = own_participant(contest)
    code = renew_code(db.session, site_keys(), participant)
    end_other_sessions(db.session, browser_token(), participant.id)
    db.session.commit()
    return _code_page(contest, code)


def _code_page(contest: Contest, code: str) -> str:
    return render_template(
        "quiz/new_code.html",
        contest=contest,
        name=contest_name(contest),
        code=code,
        is_new=False,
        may_start=False,
    )


@blueprint.get("/quiz/<slug>/me/export.json")
@personal
def export(slug: str) -> ResponseReturnValue:
    """Everything that is kept about the participant, as a file."""
    contest = standing_or_404(slug).contest
    participant = own_participant(contest)
    text = json.dumps(export_participant(db.session, participant.id), ensure_ascii=False, indent=1)
    headers = {"Content-Type": "application/json", "Content-Disposition": content_disposition(f"{slug}-my-data.json")}
    return make_response(text + "\n", headers)


@blueprint.post("/quiz/<slug>/me/delete")
@personal
def delete(slug: str) -> ResponseReturnValue:
    """Forget the participant for good, after a clear yes."""
    found = standing_or_404(slug)
    participant = own_participant(found.contest)
    if request.form.get("confirm") != YES:
        return _page(found, participant, errors={"confirm": fault_sentence(FormFault.CONFIRM)}), 422
    contest_id, token = found.contest.id, browser_token()
    try:
        deletion = delete_participant(db.session, participant.id)
    except Refused as refused:
        return refuse(contest_id, slug, refused)
    end_session(db.session, token, contest_id)
    db.session.commit()
    contest = standing_or_404(slug).contest
    return render_template("quiz/delete.html", contest=contest, name=contest_name(contest), deletion=deletion)


@blueprint.post("/quiz/<slug>/me/sign-out")
@personal
def sign_out(slug: str) -> Response:
    """Forget this browser; the recovery code leads back."""
    contest = standing_or_404(slug).contest
    own_participant(contest)
    end_session(db.session, browser_token(), contest.id)
    db.session.commit()
    return see_other("quiz.contest", slug=slug)
