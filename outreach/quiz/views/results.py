"""The result of a paper: score, place, key when the rules allow it, objection, certificate."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from outreach.core.db import db
from outreach.core.i18n import pick
from outreach.quiz.actions.certificates import issue
from outreach.quiz.actions.review import appeal
from outreach.quiz.blueprint import blueprint
from outreach.quiz.forms import parse_text
from outreach.quiz.models import Attempt, AttemptState, Contest, Participant, ScoreMode
from outreach.quiz.moments import database_now
from outreach.quiz.queries.contents import marking_keys
from outreach.quiz.queries.counted import COUNTED
from outreach.quiz.queries.showing import (
    find_appeal,
    list_answers,
    list_certificates,
    may_show_key,
)
from outreach.quiz.queries.standings import is_frozen, standing
from outreach.quiz.refusals import Refused
from outreach.quiz.rules import marking, papers, questions, receipts
from outreach.quiz.rules.questions import QuestionContent, Source
from outreach.quiz.views.frame import form_token, personal, see_other
from outreach.quiz.views.owners import own_attempt
from outreach.quiz.views.paper_questions import option_text, shown_questions
from outreach.quiz.views.refusing import refuse
from outreach.quiz.wording_web import KEY_RULES, SCORE_MODES, STATES, clock, contest_name, fault_sentence, points


@dataclass(frozen=True, slots=True)
class ReviewedQuestion:
    """A question with the own answer, the right one, and why."""

    number: int
    stem: str
    image: questions.Image | None
    given: tuple[str, ...]
    right: tuple[str, ...]
    mark: int
    full: int
    explanation: str
    source: Source

    @property
    def is_right(self) -> bool:
        return self.mark == self.full


def result_page(contest: Contest, found: Attempt, *, error: str = "", typed: str = "") -> str:
    """What a closed paper came to."""
    place = standing(db.session, contest.id, found.participant_id) if found.state in COUNTED else None
    has_passed = found.state in COUNTED and (found.centipoints or 0) >= contest.pass_centipoints
    return render_template(
        "quiz/result.html",
        contest=contest,
        name=contest_name(contest),
        attempt=found,
        state=STATES[found.state],
        place=place,
        is_frozen=is_frozen(db.session, contest.id),
        has_passed=has_passed,
        certificate=list_certificates(db.session, [found.id]).get(found.id),
        nickname=db.session.get_one(Participant, found.participant_id).nickname,
        appeal=find_appeal(db.session, found.id),
        may_review=may_show_key(contest, database_now(db.session)),
        key_rule=KEY_RULES[contest.key_rule],
        score_mode=SCORE_MODES[contest.score_mode],
        is_sum=contest.score_mode is ScoreMode.SUM,
        receipt=receipts.short(found.receipt),
        token=form_token(contest.id, found.participant_id),
        error=error,
        typed=typed,
        points=points,
        clock=clock,
    )


@blueprint.get("/quiz/attempts/<public_id>/review")
@personal
def review(public_id: str) -> ResponseReturnValue:
    """The paper with its key and explanations, when the contest's rule allows it; before, there is no such page."""
    contest, found = own_attempt(public_id)
    if found.state is AttemptState.OPEN or not may_show_key(contest, database_now(db.session)):
        abort(404)
    return render_template(
        "quiz/review.html",
        contest=contest,
        name=contest_name(contest),
        attempt=found,
        questions=_reviewed(found),
        points=points,
        pick=pick,
    )


def _reviewed(found: Attempt) -> list[ReviewedQuestion]:
    paper = papers.from_rows(found.paper)
    keys = marking_keys(db.session, [question.version_id for question in paper])
    shown = shown_questions(db.session, found, list_answers(db.session, found.id))
    marks = found.marks or [0] * len(paper)
    return [
        ReviewedQuestion(
            number=one.number,
            stem=one.stem,
            image=one.image,
            given=_given(one.kind, one.value, {option.id: option.text for option in one.options}),
            right=right_answer(keys[question.version_id].content),
            mark=int(marks[one.position]),
            full=question.points * marking.CENTIPOINTS,
            explanation=pick(
                keys[question.version_id].content.explanation, keys[question.version_id].content.explanation_en
            ),
            source=keys[question.version_id].content.source,
        )
        for question, one in zip(paper, shown, strict=True)
    ]


def _given(kind: str, value: tuple[str, ...], texts: dict[str, str]) -> tuple[str, ...]:
    return value if kind == questions.FILL_IN else tuple(texts[name] for name in value if name in texts)


def right_answer(content: QuestionContent) -> tuple[str, ...]:
    """The right answer in words; of an ordering question the right order."""
    if content.kind == questions.FILL_IN:
        return _right_texts(content)
    return tuple(option_text(content, index) for index in sorted(marking.right_indices(content)))


def _right_texts(content: QuestionContent) -> tuple[str, ...]:
    if content.numeric is not None:
        return (f"{content.numeric.value:f}{content.numeric.unit}",)
    return (pick(content.accepted[0], content.accepted_en[0] if content.accepted_en else ""),)


@blueprint.post("/quiz/attempts/<public_id>/appeal", endpoint="appeal")
@personal
def object_to(public_id: str) -> ResponseReturnValue:
    """Object to a result that was taken out of the count."""
    contest, found = own_attempt(public_id)
    form = parse_text(request.form, "text")
    if form.fault is not None:
        return result_page(contest, found, error=fault_sentence(form.fault), typed=form.text), 422
    contest_id, slug = contest.id, contest.slug
    try:
        appeal(db.session, public_id, found.participant_id, form.text)
    except Refused as refused:
        return refuse(contest_id, slug, refused)
    db.session.commit()
    return see_other("quiz.attempt", public_id=public_id)


@blueprint.post("/quiz/attempts/<public_id>/certificate", endpoint="issue_certificate")
@personal
def get_certificate(public_id: str) -> ResponseReturnValue:
    """The certificate of a passed paper, made when it is asked for."""
    contest, found = own_attempt(public_id)
    contest_id, slug = contest.id, contest.slug
    nickname = db.session.get_one(Participant, found.participant_id).nickname
    try:
        made = issue(db.session, public_id, found.participant_id, nickname)
    except Refused as refused:
        return refuse(contest_id, slug, refused)
    code = made.code
    db.session.commit()
    return see_other("quiz.certificate", code=code)
