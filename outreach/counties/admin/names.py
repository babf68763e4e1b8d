"""Names of imported lists that fit no unit or several: who is meant, or nobody; always with a reason."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.audit import Target, actor_of, record
from outreach.core.clock import now
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.search.outbox import touch_generation
from outreach.core.staff import Staff, require, tell, the_staff
from outreach.counties.actions.decisions import REFUSALS, assign_review, dismiss_review, find_unit
from outreach.counties.actions.facts import GENERATION
from outreach.counties.admin.desk import shown_name
from outreach.counties.admin.wording import said
from outreach.counties.blueprint import blueprint
from outreach.counties.forms_staff import DecisionForm, parse_decision
from outreach.counties.imports.refusals import REVIEW_STATES, decision_sentence
from outreach.counties.imports.remarks import LABELS
from outreach.counties.imports.rows import RemarkCode
from outreach.counties.models import NameReview, ReviewState
from outreach.counties.queries.upkeep import count_open_names, find_candidates, list_name_reviews
from outreach.counties.views.frame import reading


def badge(staff: Staff) -> int:
    """How many names wait for whoever may decide on them."""
    return count_open_names(db.session) if staff.may(Permission.COUNTIES_EDIT) else 0


@blueprint.get("/admin/counties/names/")
@require(Permission.COUNTIES_VIEW)
def admin_names() -> ResponseReturnValue:
    """Names that wait, or those that were decided."""
    is_open = request.args.get("view") != "done"
    return render_template(
        "counties/admin/names.html",
        is_open=is_open,
        reviews=list_name_reviews(db.session, is_open=is_open),
        waiting=count_open_names(db.session),
        may_edit=the_staff().may(Permission.COUNTIES_EDIT),
        **_words(),
    )


@blueprint.route("/admin/counties/names/<int:review_id>", methods=["GET", "POST"])
@require(Permission.COUNTIES_EDIT)
def admin_name(review_id: int) -> ResponseReturnValue:
    """One name with its candidates; with POST the decision."""
    review = db.session.get(NameReview, review_id) or abort(404)
    if request.method != "POST":
        return _page(review, None, {})
    form = parse_decision(request.form)
    if form.faults:
        return _page(review, form, said(form.faults))
    try:
        _decide(review, form)
    except REFUSALS as refusal:
        db.session.rollback()
        return _page(db.session.get_one(NameReview, review_id), form, {"unit": decision_sentence(refusal)})
    tell(_("已排除。") if form.is_dismissed else _("已认定，命名已记录。"))
    db.session.commit()
    return redirect(url_for("counties.admin_names"), code=303)


def _decide(review: NameReview, form: DecisionForm) -> None:
    """Assign or dismiss, with its entry in the log. Raises one of ``REFUSALS``."""
    session = db.session
    session.refresh(review, with_for_update=True)
    target = Target("county-name", str(review.id), str(review.parsed["name"]))
    if form.is_dismissed:
        dismiss_review(session, review.id, form.reason)
        touch_generation(session, GENERATION)
        after: dict[str, Any] = {"state": ReviewState.DISMISSED.value}
    else:
        unit = find_unit(session, form.unit)
        assign_review(session, review.id, unit)
        review.note, review.decided_at = form.reason, now()
        after = {"state": ReviewState.ASSIGNED.value, "unit": unit.slug}
    actor, before = actor_of(the_staff()), {"state": ReviewState.OPEN.value}
    record(session, actor=actor, action="counties.name", target=target, before=before, after=after, reason=form.reason)


def _page(review: NameReview, form: DecisionForm | None, faults: dict[str, str]) -> Response:
    candidates = find_candidates(db.session, review)
    typed = form.unit if form else ""
    page = render_template(
        "counties/admin/name.html",
        review=review,
        options=[(unit.slug, f"{shown_name(unit)} {unit.slug}") for unit in candidates],
        chosen=typed if typed in {unit.slug for unit in candidates} else "",
        other=typed if typed and typed not in {unit.slug for unit in candidates} else "",
        is_dismissed=form.is_dismissed if form else False,
        reason=form.reason if form else "",
        faults=faults,
        **_words(),
    )
    return make_response(page, 422 if faults else 200)


def _words() -> dict[str, Any]:
    provinces = {one.code: one.name for one in reading().state.snapshot.provinces}
    return {
        "state_words": REVIEW_STATES,
        "reason_word": lambda code: LABELS[RemarkCode(code)] if code in set(RemarkCode) else code,
        "province_word": lambda code: provinces.get(code, code),
    }
