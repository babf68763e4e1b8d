"""Steps of a letter. A refused one shows the letter as it is now, with everything that was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Response, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.audit.web import actor_of
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.staff import require, tell, the_staff
from outreach.inbox.actions import handling
from outreach.inbox.actions.handling import Assignee, StepRefused, TargetMissing, TextMissing
from outreach.inbox.blueprint import blueprint
from outreach.inbox.forms import LONGEST_ANSWER, LONGEST_NOTE, StepForm, parse_step
from outreach.inbox.models import Letter
from outreach.inbox.queries.letters import find_letter
from outreach.inbox.rules.states import Step
from outreach.inbox.views.letter import shown
from outreach.inbox.views.shown import colleagues, letter_or_404
from outreach.inbox.wording import DONE, personal_fault, refusal
from outreach.inspection.public import personal_numbers

#: Steps whose words everybody may read in the end.
PUBLISHED: Final = frozenset({Step.REPLY, Step.REJECT})
#: Where the page puts the fault of a step.
FIELDS: Final = {Step.ASSIGN: "assign-assignee", Step.MERGE: "merge-target", Step.CLOSE: "facts-title"}


@blueprint.post("/admin/inbox/<number>/<step>")
@require(Permission.INBOX_ANSWER)
def letter_step(number: str, step: str) -> ResponseReturnValue:
    """Take a step."""
    wanted = next((one for one in TAKE if one == step), None) or abort(404)
    letter, form = letter_or_404(number), parse_step(request.form)
    if fault := _text_fault(wanted, form.text):
        return _refused(letter, wanted, form, fault, 422)
    try:
        TAKE[wanted](letter, form)
    except StepRefused as refused:
        db.session.rollback()
        status = 422 if isinstance(refused, (TextMissing, TargetMissing)) else 409
        return _refused(letter, wanted, form, refusal(refused, letter), status)
    tell(str(DONE[wanted]))
    db.session.commit()
    return redirect(url_for("inbox.letter", number=number), 303)


def _text_fault(step: Step, text: str) -> str:
    """What is wrong with the words themselves; empty when nothing is."""
    longest = LONGEST_NOTE if step is Step.NOTE else LONGEST_ANSWER
    if len(text) > longest:
        return _("最多 %(n)s 个字。", n=f"{longest:,}")
    numbers = personal_numbers(text) if step in PUBLISHED else []
    return personal_fault(numbers) if numbers else ""


def _refused(letter: Letter, step: Step, form: StepForm, fault: str, status: int) -> Response:
    return make_response(shown(letter, {step: form}, {FIELDS.get(step, f"{step}-text"): fault}), status)


def _assign(letter: Letter, form: StepForm) -> None:
    person = next((one for one in colleagues() if one.id == form.assignee), None) or abort(400)
    to = Assignee(person.id, person.name)
    handling.assign(db.session, letter, actor_of(the_staff()), to, seen=form.version)


def _reply(letter: Letter, form: StepForm) -> None:
    handling.reply(db.session, letter, actor_of(the_staff()), form.text, seen=form.version)


def _close(letter: Letter, form: StepForm) -> None:
    handling.close(db.session, letter, actor_of(the_staff()), seen=form.version)


def _reject(letter: Letter, form: StepForm) -> None:
    handling.reject(db.session, letter, actor_of(the_staff()), form.text, seen=form.version)


def _merge(letter: Letter, form: StepForm) -> None:
    into = find_letter(db.session, form.target)
    handling.merge(db.session, letter, actor_of(the_staff()), into, seen=form.version)


def _reopen(letter: Letter, form: StepForm) -> None:
    handling.reopen(db.session, letter, actor_of(the_staff()), form.text, seen=form.version)


def _note(letter: Letter, form: StepForm) -> None:
    handling.note(db.session, letter, actor_of(the_staff()), form.text)


TAKE: Final[dict[Step, Callable[[Letter, StepForm], None]]] = {
    Step.ASSIGN: _assign,
    Step.REPLY: _reply,
    Step.CLOSE: _close,
    Step.REJECT: _reject,
    Step.MERGE: _merge,
    Step.REOPEN: _reopen,
    Step.NOTE: _note,
}
