"""Proposals: what waits for me, what I proposed, one proposal with its difference, its steps and its comments."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.admin import wording
from outreach.admin.blueprint import blueprint
from outreach.admin.forms import ReviewQuery, ReviewView, parse_review_query, parse_text
from outreach.admin.rules import Difference, days_waited, is_overdue, spelled
from outreach.core import files, review
from outreach.core.audit.web import actor_of
from outreach.core.clock import now
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.review import Proposal, ReviewKind, ReviewRefused, State
from outreach.core.review.queries import find_proposal, list_in_states, list_own, list_to_decide
from outreach.core.review.rules import OPEN, Step, steps_of
from outreach.core.staff import require, tell, the_staff

#: Whoever may edit or decide anything that is reviewed.
REVIEW_RIGHTS: Final = frozenset(
    {
        Permission.LABELS_EDIT,
        Permission.COUNTIES_EDIT,
        Permission.COUNTIES_OWN,
        Permission.CONTENT_EDIT,
        Permission.CONTENT_REVIEW,
        Permission.PRESS_EDIT,
        Permission.PRESS_REVIEW,
        Permission.QUIZ_MANAGE,
        Permission.QUIZ_REVIEW,
        Permission.REVIEW_DECIDE,
    }
)
PAGE_SIZE: Final = 50
DONE: Final = frozenset(State) - OPEN
#: Steps that have a page of their own, in the order of their buttons.
BUTTONS: Final = (Step.SUBMIT, Step.APPROVE, Step.PUBLISH, Step.SEND_BACK, Step.WITHDRAW)


@blueprint.get("/reviews")
@require(*REVIEW_RIGHTS)
def reviews() -> ResponseReturnValue:
    """Lists of proposals, each person's own selection of them."""
    query = parse_review_query(request.args)
    waiting = list_to_decide(db.session, the_staff())
    view = query.view or (ReviewView.DECIDE if waiting else ReviewView.MINE)
    found = _filtered(waiting if view is ReviewView.DECIDE else _list(view), query)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(query.page, pages)

    def page_href(number: int) -> str:
        """Address of another page of this list."""
        return url_for("admin.reviews", view=view, kind=query.kind or None, state=query.state, page=number)

    return render_template(
        "admin/reviews.html",
        view=view,
        views=_views(view, len(waiting)),
        query=query,
        proposals=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        total=len(found),
        page=page,
        pages=pages,
        page_href=page_href,
        kinds=review.review_kinds(),
        kind_options=[(kind.code, kind.label) for kind in review.review_kinds().values()],
        state_options=list(wording.STATES.items()),
        wording=wording,
        moment_now=now(),
        days_waited=days_waited,
        is_overdue=is_overdue,
    )


def _list(view: ReviewView) -> list[Proposal]:
    staff = the_staff()
    if view is ReviewView.MINE:
        return list(list_own(db.session, staff, frozenset(State)))
    return list_in_states(db.session, staff, DONE if view is ReviewView.DONE else OPEN)


def _filtered(proposals: list[Proposal], query: ReviewQuery) -> list[Proposal]:
    return [
        one
        for one in proposals
        if (not query.kind or one.kind == query.kind) and (query.state is None or one.state is query.state)
    ]


def _views(view: ReviewView, waiting: int) -> list[tuple[str, str, int | None, bool]]:
    """The ready-made lists, as ``components/saved_filters.html`` takes them."""
    names = {
        ReviewView.DECIDE: _("待我审核"),
        ReviewView.MINE: _("我的提案"),
        ReviewView.OPEN: _("全部进行中"),
        ReviewView.DONE: _("已结束"),
    }
    counts = {ReviewView.DECIDE: waiting}
    return [(name, url_for("admin.reviews", view=one), counts.get(one), one is view) for one, name in names.items()]


@blueprint.get("/reviews/<int:proposal_id>", endpoint="review")
@require(*REVIEW_RIGHTS)
def review_page(proposal_id: int) -> ResponseReturnValue:
    """One proposal: what would change, who said what, and what this person may do."""
    kind, proposal = proposal_or_404(proposal_id)
    return make_response(shown(kind, proposal))


def shown(kind: ReviewKind, proposal: Proposal, **context: Any) -> str:
    """The page of a proposal."""
    staff = the_staff()
    steps = steps_of(proposal.state, kind.part(staff, proposal))
    return render_template(
        "admin/review.html",
        kind=kind,
        proposal=proposal,
        changes=kind.describe(proposal),
        conflicts=conflicts(kind, proposal),
        buttons=[step for step in BUTTONS if step in steps],
        steps=steps,
        is_author=staff.id == proposal.author_id,
        files=[file for one in proposal.files if (file := files.find_file(db.session, one))],
        wording=wording,
        moment_now=now(),
        is_overdue=is_overdue,
        **{"faults": {}, "comment": "", **context},
    )


def conflicts(kind: ReviewKind, proposal: Proposal) -> list[Difference]:
    """Fields that somebody changed since the author saw them, while that still matters: then and now."""
    if proposal.state not in OPEN:
        return []
    changed = review.conflict(db.session, kind, proposal)
    labels = {change.name: str(change.label) for change in kind.describe(proposal) if change.name}
    return [
        Difference(labels.get(name, name), spelled(proposal.before.get(name)), spelled(value))
        for name, value in changed.items()
    ]


def proposal_or_404(proposal_id: int) -> tuple[ReviewKind, Proposal]:
    """The proposal, when this person has any part in it."""
    return find_proposal(db.session, the_staff(), proposal_id) or abort(404)


@blueprint.post("/reviews/<int:proposal_id>/comments")
@require(*REVIEW_RIGHTS)
def review_comment(proposal_id: int) -> ResponseReturnValue:
    """Say something about a proposal."""
    kind, proposal = proposal_or_404(proposal_id)
    text = parse_text(request.form, "comment")
    try:
        review.comment(db.session, proposal, actor_of(the_staff()), text)
    except ReviewRefused as fault:
        db.session.rollback()
        words = _("请写下意见。") if not text else wording.refusal(fault)
        return make_response(shown(kind, proposal, faults={"comment": words}, comment=text), 422)
    tell(_("意见已记下。"))
    db.session.commit()
    return redirect(url_for("admin.review", proposal_id=proposal_id), code=303)


@blueprint.get("/reviews/<int:proposal_id>/files/<int:file_id>")
@require(*REVIEW_RIGHTS)
def review_file(proposal_id: int, file_id: int) -> Response:
    """A file that belongs to the proposal."""
    _kind, proposal = proposal_or_404(proposal_id)
    file = files.find_file(db.session, file_id) if file_id in proposal.files else None
    return files.send_stored(db.session, file or abort(404))
