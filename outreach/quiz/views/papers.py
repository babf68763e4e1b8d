"""Starting, the waiting room, the paper, saving and handing in."""

from __future__ import annotations

import time
from typing import Any, Final

from flask import Response, json, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.core.db import db
from outreach.core.i18n import pick
from outreach.quiz.actions.closing import SubmitResult, submit
from outreach.quiz.actions.joining import declare_need
from outreach.quiz.actions.saving import SaveResult, save
from outreach.quiz.actions.sessions import Owner
from outreach.quiz.actions.starting import start
from outreach.quiz.actions.waiting import Place
from outreach.quiz.blueprint import blueprint
from outreach.quiz.forms import parse_extra_time
from outreach.quiz.forms_answers import Malformed, parse_batch, parse_form
from outreach.quiz.models import Attempt, AttemptState, Contest
from outreach.quiz.queries.contents import list_blobs
from outreach.quiz.queries.entering import Entry
from outreach.quiz.queries.showing import find_attempt, list_answers, open_paper
from outreach.quiz.refusals import Refusal, Refused
from outreach.quiz.rules import papers, receipts
from outreach.quiz.rules.receipts import SavedAnswer
from outreach.quiz.views.frame import (
    check_form,
    entry_or_404,
    form_token,
    leave_line,
    personal,
    see_other,
    see_place,
    standing_or_404,
    take_place,
)
from outreach.quiz.views.owners import own_attempt, owner_or_404
from outreach.quiz.views.paper_questions import shown_questions
from outreach.quiz.views.refusing import count, refuse, wants_json
from outreach.quiz.views.results import result_page
from outreach.quiz.wording_web import contest_name, span

#: Longest wait after which somebody without scripts looks again, in seconds.
REFRESH_SECONDS: Final = 5


@blueprint.post("/quiz/<slug>/start", endpoint="start")
@personal
def start_paper(slug: str) -> ResponseReturnValue:
    """Open a paper, or go on with the open one; where too many start at once, into the waiting room."""
    entry = entry_or_404(slug)
    if not entry.participant_id:
        return see_other("quiz.join", slug=slug)
    check_form(entry.id, entry.participant_id)
    try:
        if "extra_time" in request.form:
            declare_need(db.session, entry.participant_id, parse_extra_time(request.form))
        opened = _start(entry)
    except Refused as refused:
        return refuse(entry.id, slug, refused)
    db.session.commit()
    if opened is None:
        return see_other("quiz.waiting", slug=slug)
    leave_line(entry, entry.participant_id)
    return see_other("quiz.attempt", public_id=opened)


def _start(entry: Entry) -> str | None:
    """The open paper's id; None when there is a queue. A newcomer is asked to wait before a paper is drawn."""
    if not (entry.is_newcomer and entry.starts_per_second):
        try:
            return start(db.session, entry.id, entry.participant_id).public_id
        except Refused as refused:
            if refused.reason is not Refusal.NOT_ADMITTED:
                raise
    if not take_place(entry, entry.participant_id).is_admitted:
        return None
    return start(db.session, entry.id, entry.participant_id).public_id


@blueprint.route("/quiz/<slug>/waiting", methods=("GET", "POST"))
@personal
def waiting(slug: str) -> ResponseReturnValue:
    """The place in the queue. Reading keeps it; a script asks by POST, which also lets the next ones in."""
    entry = entry_or_404(slug)
    if not entry.participant_id:
        return see_other("quiz.join", slug=slug)
    if request.method == "POST":
        check_form(entry.id, entry.participant_id)
        place = take_place(entry, entry.participant_id)
        db.session.commit()
        return _place_json(place)
    contest = standing_or_404(slug).contest
    place = see_place(entry, entry.participant_id)
    page = render_template(
        "quiz/waiting.html",
        contest=contest,
        name=contest_name(contest),
        place=place,
        wait=span(max(place.wait_s, 1)),
        token=form_token(entry.id, entry.participant_id),
        is_auto=request.args.get("auto") == "1",
    )
    response = make_response(page)
    if request.args.get("auto") == "1" and not place.is_admitted:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _place_json(place: Place) -> Response:
    values = {"position": place.position, "wait_s": place.wait_s, "admitted": place.is_admitted}
    values["ask_again_ms"] = place.ask_again_ms
    return make_response(json.dumps(values), {"Content-Type": "application/json"})


@blueprint.get("/quiz/attempts/<public_id>")
@personal
def attempt(public_id: str) -> ResponseReturnValue:
    """The paper while it is open, the result afterwards. Other people's are not found."""
    contest, found = own_attempt(public_id)
    if found.state is AttemptState.OPEN:
        return _paper(contest, found)
    return result_page(contest, found)


def _paper(contest: Contest, found: Attempt) -> str:
    paper, answers = open_paper(db.session, found), list_answers(db.session, found.id)
    questions = shown_questions(db.session, found, answers)
    return render_template(
        "quiz/attempt.html",
        contest=contest,
        name=contest_name(contest),
        attempt=found,
        paper=paper,
        questions=questions,
        had=",".join(str(position) for position, one in sorted(answers.items()) if one.value),
        last_sequence=max((one.sequence for one in answers.values()), default=0),
        answered=sum(1 for one in answers.values() if one.value),
        receipt=receipts.short(found.receipt) if found.save_count else "",
        token=form_token(contest.id, found.participant_id),
        state_address=url_for("quiz.save", public_id=found.public_id),
        pick=pick,
    )


@blueprint.post("/quiz/attempts/<public_id>/answers", endpoint="save")
@personal
def save_answers(public_id: str) -> ResponseReturnValue:
    """Keep answers of an open paper: a batch from the script, or the form's button."""
    arrived = time.monotonic()
    owner = owner_or_404(public_id)
    check_form(owner.contest_id, owner.participant_id)
    try:
        batch = _batch(public_id, owner)
        result = save(db.session, public_id, owner.participant_id, batch, waited_s=time.monotonic() - arrived)
    except (Refused, Malformed) as refused:
        return refuse(owner.contest_id, _slug(owner), _typed(refused))
    db.session.commit()
    if request.is_json:
        return _saved(result)
    return see_other("quiz.attempt", public_id=public_id, _anchor="saved")


def _saved(result: SaveResult) -> Response:
    values = {
        "accepted": result.accepted,
        "receipt": receipts.short(result.receipt) if result.receipt else "",
        "remaining_ms": result.remaining_ms,
    }
    return make_response(json.dumps(values), {"Content-Type": "application/json"})


@blueprint.post("/quiz/attempts/<public_id>/submit", endpoint="submit")
@personal
def submit_paper(public_id: str) -> ResponseReturnValue:
    """Hand in; a second time gives the same result. 201 for the call that closed it, 200 for the others."""
    arrived = time.monotonic()
    owner = owner_or_404(public_id)
    check_form(owner.contest_id, owner.participant_id)
    try:
        batch = _batch(public_id, owner, is_last=True)
        result = submit(db.session, public_id, owner.participant_id, batch, waited_s=time.monotonic() - arrived)
    except (Refused, Malformed) as refused:
        return refuse(owner.contest_id, _slug(owner), _typed(refused))
    db.session.commit()
    if result.is_replay:
        count(owner.contest_id, Refusal.ALREADY_CLOSED)
    if wants_json():
        return _submitted(result)
    return see_other("quiz.attempt", public_id=public_id)


def _submitted(result: SubmitResult) -> Response:
    values = {
        "state": result.state.value,
        "centipoints": result.centipoints,
        "elapsed_ms": result.elapsed_ms,
        "receipt": receipts.short(result.receipt) if result.receipt else "",
    }
    headers = {"Content-Type": "application/json"}
    return make_response(json.dumps(values), 200 if result.is_replay else 201, headers)


def _batch(public_id: str, owner: Owner, *, is_last: bool = False) -> tuple[SavedAnswer, ...]:
    """The answers of this request. Raises ``Malformed``."""
    if request.is_json:
        document: Any = request.get_json(silent=True)
        if is_last and document == {}:
            return ()
        return parse_batch(document)
    found = find_attempt(db.session, public_id, owner.participant_id)
    if found is None:
        return ()
    blobs = list_blobs(db.session, [int(row[0]) for row in found.paper])
    kinds = [blobs[question.version_id].content.kind for question in papers.from_rows(found.paper)]
    return parse_form(request.form, kinds, list_answers(db.session, found.id))


def _typed(error: Refused | Malformed) -> Refused:
    return error if isinstance(error, Refused) else Refused(Refusal.MALFORMED, str(error))


def _slug(owner: Owner) -> str:
    contest = db.session.get(Contest, owner.contest_id)
    return contest.slug if contest else ""
