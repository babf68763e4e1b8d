"""Steps of a proposal: each has a page that shows once more what it does, and each refusal of a right is recorded."""

from __future__ import annotations

from typing import Final, NoReturn

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.admin import wording
from outreach.admin.blueprint import blueprint
from outreach.admin.forms import StepForm, parse_step
from outreach.admin.views.reviews import REVIEW_RIGHTS, conflicts, proposal_or_404
from outreach.core import review
from outreach.core.audit.recording import Target
from outreach.core.audit.web import actor_of, record_at_once
from outreach.core.db import db
from outreach.core.review import (
    AuthorCannotDecide,
    Part,
    Proposal,
    ReasonMissing,
    ReviewKind,
    ReviewRefused,
    WrongState,
)
from outreach.core.review.rules import STEPS, WITH_REASON, State, Step, may_take
from outreach.core.staff import require, tell, the_staff

#: Steps by their names in addresses.
NAMES: Final = {
    "submit": Step.SUBMIT,
    "approve": Step.APPROVE,
    "send-back": Step.SEND_BACK,
    "publish": Step.PUBLISH,
    "withdraw": Step.WITHDRAW,
}
#: States after whose withdrawal a reason is asked for: somebody has decided already.
_DECIDED: Final = frozenset({State.APPROVED, State.SCHEDULED, State.PUBLISHED})


@blueprint.route("/reviews/<int:proposal_id>/<name>", methods=["GET", "POST"])
@require(*REVIEW_RIGHTS)
def review_step(proposal_id: int, name: str) -> ResponseReturnValue:
    """Ask before a step; with POST take it."""
    kind, proposal = proposal_or_404(proposal_id)
    step = NAMES.get(name) or abort(404)
    part = kind.part(the_staff(), proposal)
    if part not in frozenset().union(*STEPS[step].values()):
        _deny(step, proposal, part)
    if request.method != "POST":
        is_possible = may_take(step, proposal.state, part)
        fault = None if is_possible else WrongState(step, proposal.state, proposal.decided_by_name)
        return _page(kind, proposal, step, fault=fault)
    form = parse_step(request.form)
    try:
        _take(proposal, step, form)
    except AuthorCannotDecide:
        _deny(step, proposal, Part.AUTHOR)
    except ReviewRefused as fault:
        db.session.rollback()
        return _page(kind, proposal, step, fault=fault, comment=form.comment)
    tell(str(wording.STEP_DONE[step]))
    db.session.commit()
    return redirect(url_for("admin.review", proposal_id=proposal_id), code=303)


def _take(proposal: Proposal, step: Step, form: StepForm) -> None:
    session, actor = db.session, actor_of(the_staff())
    if step is Step.APPROVE:
        review.approve(session, proposal, actor, form.comment, seen_version=form.version)
    elif step is Step.SEND_BACK:
        review.send_back(session, proposal, actor, form.comment, seen_version=form.version)
    elif step is Step.PUBLISH:
        review.publish(session, proposal, actor)
    elif step is Step.WITHDRAW:
        review.withdraw(session, proposal, actor, form.comment)
    else:
        review.submit(session, proposal, actor)


def _deny(step: Step, proposal: Proposal, part: Part) -> NoReturn:
    """Refuse somebody who may not take the step at all, and record that they tried."""
    target = Target("proposal", str(proposal.id), proposal.target_label)
    record_at_once(actor=actor_of(the_staff()), action=f"review.{step}", target=target, reason=f"as {part}")
    abort(403)


def _page(
    kind: ReviewKind, proposal: Proposal, step: Step, *, fault: ReviewRefused | None = None, comment: str = ""
) -> Response:
    page = render_template(
        "admin/review_step.html",
        kind=kind,
        proposal=proposal,
        step=step,
        changes=kind.describe(proposal),
        conflicts=conflicts(kind, proposal) if step is Step.APPROVE else [],
        needs_reason=step in WITH_REASON or (step is Step.WITHDRAW and proposal.state in _DECIDED),
        has_comment=step in (Step.APPROVE, Step.SEND_BACK, Step.WITHDRAW),
        fault=wording.refusal(fault) if fault else "",
        is_reason_missing=isinstance(fault, ReasonMissing),
        comment=comment,
        wording=wording,
    )
    return make_response(page, 200 if fault is None else 422 if isinstance(fault, ReasonMissing) else 409)
