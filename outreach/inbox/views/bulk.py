"""One step with several letters: the page asks once more and says which of them it cannot be done with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.audit.web import actor_of
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.staff import Staff, require, tell, the_staff
from outreach.inbox.actions import handling
from outreach.inbox.actions.handling import Assignee, StepRefused
from outreach.inbox.blueprint import blueprint
from outreach.inbox.forms import parse_numbers, parse_step
from outreach.inbox.models import Letter
from outreach.inbox.queries.letters import list_letters
from outreach.inbox.rules.states import Step, is_of_other, leads_to
from outreach.inbox.views.shown import colleague_options, colleagues, words

STEPS: Final = {"assign": Step.ASSIGN, "close": Step.CLOSE}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The chosen letters: those that the step can be taken with now, and the others."""

    possible: list[Letter] = field(default_factory=list)
    impossible: list[Letter] = field(default_factory=list)


@blueprint.post("/admin/inbox/bulk")
@require(Permission.INBOX_ANSWER)
def letters_step() -> ResponseReturnValue:
    """Ask before the step; with ``confirmed`` take it, one entry of the log for each letter."""
    step = STEPS.get(request.form.get("action", "")) or abort(400)
    chosen = _chosen(step, the_staff())
    if not chosen.possible:
        tell(_("没有选中可以这样处理的来件。"), "warning")
        db.session.commit()
        return redirect(url_for("inbox.letters"), 303)
    if request.form.get("confirmed") != "yes":
        return _question(step, chosen)
    done = _take(step, chosen.possible)
    tell(_("已处理 %(n)s 件。", n=done), "success" if done == len(chosen.possible) else "warning")
    db.session.commit()
    return redirect(url_for("inbox.letters"), 303)


def _question(step: Step, chosen: Chosen) -> str:
    options = colleague_options()
    return render_template("inbox/letters_step.html", step=step, chosen=chosen, colleague_options=options, **words())


def _chosen(step: Step, staff: Staff) -> Chosen:
    chosen = Chosen()
    for letter in list_letters(db.session, parse_numbers(request.form.getlist("ids"))):
        is_possible = leads_to(step, letter.state) and not is_of_other(step, letter.assignee_id, staff.id)
        (chosen.possible if is_possible else chosen.impossible).append(letter)
    return chosen


def _take(step: Step, letters: list[Letter]) -> int:
    """Take the step with each letter that nobody else changes at this moment; returns how many."""
    actor, done = actor_of(the_staff()), 0
    to = _assignee() if step is Step.ASSIGN else None
    for letter in letters:
        try:
            with db.session.begin_nested():
                if to is not None:
                    handling.assign(db.session, letter, actor, to)
                else:
                    handling.close(db.session, letter, actor)
        except StepRefused:
            continue
        done += 1
    return done


def _assignee() -> Assignee:
    wanted = parse_step(request.form).assignee
    person = next((one for one in colleagues() if one.id == wanted), None) or abort(400)
    return Assignee(person.id, person.name)
