"""Correcting a registration: the form, the proposal that comes of it, and what happens when somebody was faster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core import review
from outreach.core.audit import actor_of
from outreach.core.clock import today
from outreach.core.db import db
from outreach.core.i18n import pick
from outreach.core.list_queries import whole
from outreach.core.permissions import Permission
from outreach.core.review import Payload, Proposal, ReviewRefused
from outreach.core.review.queries import find_proposal, list_for_target
from outreach.core.review.rules import OPEN, Step, may_take
from outreach.core.staff import require, tell, the_staff
from outreach.labels.admin.kinds import CORRECTION, REGISTRATION, registration_target
from outreach.labels.admin.record import mark_of, registration_or_404
from outreach.labels.admin.wording import said
from outreach.labels.blueprint import blueprint
from outreach.labels.forms_upkeep import Choices, CorrectionForm, Fault, parse_correction
from outreach.labels.models import Metric, Registration, Subtype
from outreach.labels.queries.upkeep import FIELDS, list_corrections, list_metrics_of, list_subtypes, values_by_field


@blueprint.route("/admin/labels/<number>/edit", methods=["GET", "POST"])
@require(Permission.LABELS_EDIT)
def admin_edit(number: str) -> ResponseReturnValue:
    """Propose other values of a registration's fields. A second person decides."""
    registration = registration_or_404(number)
    proposal = _own_proposal(registration)
    metrics, subtypes = list_metrics_of(db.session, registration), list_subtypes(db.session, registration.category_id)
    if request.method != "POST":
        return _page(registration, metrics, subtypes, _first(registration, metrics, proposal), proposal)
    form = parse_correction(request.form, _choices(registration, metrics, subtypes), today())
    if form.seen != mark_of(registration):
        return _page(registration, metrics, subtypes, form, proposal, is_conflict=True)
    changed = _changed(registration, form)
    if not changed and not form.faults:
        form.faults["model"] = Fault.NOTHING_CHANGED
    if form.faults:
        return _page(registration, metrics, subtypes, form, proposal)
    return _send(registration, form, changed, proposal)


def _send(
    registration: Registration, form: CorrectionForm, changed: Mapping[str, Any], proposal: Proposal | None
) -> Response:
    """Hand the change to the second person, as a new proposal or as another version of one that came back."""
    current = values_by_field(registration)
    payload = Payload({name: current.get(name) for name in changed}, changed)
    actor = actor_of(the_staff())
    try:
        if proposal is None:
            proposal = review.propose(
                db.session, CORRECTION, registration_target(registration), payload, actor, form.reason
            )
        else:
            review.revise(db.session, proposal, payload, actor, form.reason)
        review.submit(db.session, proposal, actor)
    except ReviewRefused:
        db.session.rollback()
        tell(_("提案的状态已经改变，请从提案页面重新开始。"), "warning")
    else:
        tell(_("更正已提交审核，另一位同事通过后生效。"))
    address = url_for("labels.admin_record", number=registration.number)
    db.session.commit()
    return make_response(redirect(address, code=303))


def _own_proposal(registration: Registration) -> Proposal | None:
    """The proposal that is being revised: one's own, of this registration, that may still be changed."""
    wanted = whole(request.values.get("proposal", ""))
    if not wanted:
        return None
    kind, found = find_proposal(db.session, the_staff(), wanted) or abort(404)
    is_own = found.author_id == the_staff().id and kind.code == CORRECTION.code
    if not is_own or found.target_key != registration.number:
        abort(404)
    return found if may_take(Step.REVISE, found.state, review.Part.AUTHOR) else abort(409)


def _choices(registration: Registration, metrics: list[Metric], subtypes: list[Subtype]) -> Choices:
    grades = {grade.code for grade in registration.edition.grades}
    return Choices({one.code for one in subtypes}, grades, [one.code for one in metrics])


def _first(registration: Registration, metrics: list[Metric], proposal: Proposal | None) -> CorrectionForm:
    """The form before anybody typed: what is, or what the proposal wants."""
    values = values_by_field(registration) | (dict(proposal.after) if proposal else {})
    typed = {name: _text(values.get(name)) for name in FIELDS}
    typed |= {f"figure-{one.code}": _text(values.get(one.code)) for one in metrics}
    return CorrectionForm(typed, values, proposal.note if proposal else "", mark_of(registration))


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.12g}"
    return "" if value is None else str(value)


def _changed(registration: Registration, form: CorrectionForm) -> dict[str, Any]:
    current = values_by_field(registration)
    return {name: value for name, value in form.values.items() if current.get(name) != value}


def _page(
    registration: Registration,
    metrics: list[Metric],
    subtypes: list[Subtype],
    form: CorrectionForm,
    proposal: Proposal | None,
    *,
    is_conflict: bool = False,
) -> Response:
    current = _first(registration, metrics, None)
    waiting = list_for_target(db.session, REGISTRATION, registration.number)
    page = render_template(
        "labels/admin/edit.html",
        product=registration,
        metrics=metrics,
        form=form,
        current=current,
        proposal=proposal,
        faults={} if is_conflict else said(form.faults),
        is_conflict=is_conflict,
        corrections={one.field: one for one in list_corrections(db.session, registration.id)},
        open_proposals=[one for one in waiting if one.state in OPEN and one is not proposal],
        subtype_options=[("", _("（不分）")), *((one.code, pick(one.name, one.name_en)) for one in subtypes)],
        grade_options=[
            ("", _("（没有）")),
            *((one.code, pick(one.name, one.name_en)) for one in registration.edition.grades),
        ],
        seen=current.seen,
    )
    status = 409 if is_conflict else 422 if form.faults else 200
    return make_response(page, status)
