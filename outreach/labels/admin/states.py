"""The state of registrations, one or many: what it shall be, since when, by which document. A second person decides."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core import files, review
from outreach.core.audit import Target, actor_of
from outreach.core.clock import today
from outreach.core.db import db
from outreach.core.files import DOCUMENTS, FileRefused
from outreach.core.permissions import Permission
from outreach.core.review import Payload
from outreach.core.staff import require, tell, the_staff
from outreach.labels.admin.kinds import DOCUMENT, ON, REGISTRATIONS, STATUS, registration_target
from outreach.labels.admin.record import mark_of, registration_or_404
from outreach.labels.admin.wording import REFUSALS, said
from outreach.labels.blueprint import blueprint
from outreach.labels.forms_upkeep import DECIDABLE, Fault, StatusForm, parse_numbers, parse_status
from outreach.labels.models import Registration
from outreach.labels.queries.registrations import list_by_numbers
from outreach.labels.wording import status_word

EMPTY = StatusForm(None, None, "", "", "")


@blueprint.route("/admin/labels/<number>/status", methods=["GET", "POST"])
@require(Permission.LABELS_EDIT)
def admin_status(number: str) -> ResponseReturnValue:
    """Propose another state of one registration, with its document."""
    registration = registration_or_404(number)
    if request.method != "POST":
        return _single_page(registration, EMPTY)
    form = parse_status(request.form, today(), [registration.announced_on])
    is_conflict = request.form.get("seen", "") != mark_of(registration)
    if form.status is registration.status and not is_conflict:
        form.faults["status"] = Fault.SAME_STATE
    if form.faults or is_conflict:
        return _single_page(registration, form, is_conflict=is_conflict)
    try:
        kept = _keep_document()
    except FileRefused as refusal:
        db.session.rollback()
        form.faults["file"] = REFUSALS[refusal.reason]
        return _single_page(registration_or_404(number), form)
    _propose([registration], form, registration_target(registration), kept)
    return _done(url_for("labels.admin_record", number=registration.number), 1)


def _keep_document() -> tuple[int, ...]:
    """The uploaded paper, when there is one."""
    sent = files.uploaded("file")
    if sent is None:
        return ()
    actor = actor_of(the_staff())
    stored = files.store(
        db.session,
        name=sent.filename or "",
        content=sent.stream,  # type: ignore[arg-type]  # a binary file by its nature
        purpose="labels-status",
        actor=actor,
        allowed=DOCUMENTS,
    )
    return (stored.id,)


@blueprint.post("/admin/labels/states")
@require(Permission.LABELS_EDIT)
def admin_states() -> ResponseReturnValue:
    """The same for many: choose, see what would change, and only then hand it in."""
    numbers = parse_numbers(request.form)
    found = list_by_numbers(db.session, numbers)
    if not found:
        tell(str(said({"ids": Fault.NOTHING_CHOSEN})["ids"]), "warning")
        db.session.commit()
        return redirect(url_for("labels.admin_registrations"), code=303)
    step = request.form.get("step", "choose")
    if step not in ("check", "send"):
        return _many_page(found, EMPTY)
    form = parse_status(request.form, today(), [one.announced_on for one in found])
    changing = [one for one in found if one.status is not form.status]
    if form.status and not changing:
        form.faults["status"] = Fault.SAME_STATE
    if form.faults:
        return _many_page(found, form)
    if step == "check":
        return _many_page(changing, form, is_checking=True)
    label = _("%(number)s 等 %(n)d 条登记", number=changing[0].number, n=len(changing))
    _propose(changing, form, Target(REGISTRATIONS, changing[0].number, label))
    return _done(url_for("labels.admin_registrations"), len(changing))


def _propose(
    registrations: Sequence[Registration], form: StatusForm, target: Target, kept: tuple[int, ...] = ()
) -> None:
    if form.status is None or form.on is None:
        raise ValueError("a form with faults")
    before = {one.number: one.status.value for one in registrations}
    after = dict.fromkeys(before, form.status.value)
    paper = {ON: form.on.isoformat(), DOCUMENT: form.document}
    payload = Payload({**before, ON: None, DOCUMENT: None}, {**after, **paper}, files=kept)
    actor = actor_of(the_staff())
    proposal = review.propose(db.session, STATUS, target, payload, actor, form.reason)
    review.submit(db.session, proposal, actor)


def _done(address: str, count: int) -> Response:
    tell(_("状态变更已提交审核。") if count == 1 else _("%(n)d 条登记的状态变更已提交审核。", n=count))
    db.session.commit()
    return make_response(redirect(address, code=303))


def _options() -> list[tuple[str, str]]:
    return [(one.value, status_word(one)) for one in DECIDABLE]


def _single_page(registration: Registration, form: StatusForm, *, is_conflict: bool = False) -> Response:
    page = render_template(
        "labels/admin/status.html",
        product=registration,
        form=form,
        faults={} if is_conflict else said(form.faults),
        is_conflict=is_conflict,
        status_options=_options(),
        seen=mark_of(registration),
        today=today(),
    )
    return make_response(page, 409 if is_conflict else 422 if form.faults else 200)


def _many_page(found: Sequence[Registration], form: StatusForm, *, is_checking: bool = False) -> Response:
    page = render_template(
        "labels/admin/states.html",
        registrations=found,
        form=form,
        faults=said(form.faults),
        is_checking=is_checking,
        status_options=_options(),
        today=today(),
    )
    return make_response(page, 422 if form.faults else 200)
