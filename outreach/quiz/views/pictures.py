"""Pictures of questions for those who may see the question, at addresses that say nothing of it."""

from __future__ import annotations

from flask import abort
from flask.typing import ResponseReturnValue

from outreach.core.db import db
from outreach.quiz.blueprint import blueprint
from outreach.quiz.models import AttemptState
from outreach.quiz.moments import database_now
from outreach.quiz.pictures_web import send_picture
from outreach.quiz.queries.contents import list_blobs
from outreach.quiz.queries.practice import practice_bank
from outreach.quiz.queries.showing import may_show_key
from outreach.quiz.rules import papers
from outreach.quiz.views.owners import own_attempt


@blueprint.get("/quiz/attempts/<public_id>/pictures/<int:number>")
def paper_picture(public_id: str, number: int) -> ResponseReturnValue:
    """The picture of a paper's question: while the paper is open, and again when it may be gone through."""
    contest, found = own_attempt(public_id)
    paper = papers.from_rows(found.paper)
    is_shown = found.state is AttemptState.OPEN or may_show_key(contest, database_now(db.session))
    if not is_shown or not 1 <= number <= len(paper):
        abort(404)
    version_id = paper[number - 1].version_id
    return send_picture(list_blobs(db.session, [version_id])[version_id].content.image)


@blueprint.get("/quiz/practice/pictures/<code>")
def practice_picture(code: str) -> ResponseReturnValue:
    """The picture of a question as long as it may be practised."""
    version_id = practice_bank(db.session).versions.get(code)
    if version_id is None:
        abort(404)
    return send_picture(list_blobs(db.session, [version_id])[version_id].content.image)
