"""One letter as the staff see it: what was written, its file, what was done, what can be done."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core import files
from outreach.core.access import reasoned_access
from outreach.core.clock import today
from outreach.core.db import db
from outreach.core.encryption import NotReadable, decrypt
from outreach.core.formats import day
from outreach.core.i18n import pick
from outreach.core.permissions import Permission
from outreach.core.staff import require, the_staff
from outreach.inbox.actions.receiving import CONTACT, target_of
from outreach.inbox.blueprint import blueprint
from outreach.inbox.forms import LONGEST_ANSWER, LONGEST_NOTE, StepForm
from outreach.inbox.kinds import inbox_kinds
from outreach.inbox.models import Letter
from outreach.inbox.queries.letters import list_followers
from outreach.inbox.replies import Template, templates
from outreach.inbox.rules.states import Step, is_of_other, leads_to
from outreach.inbox.views.shown import colleague_options, letter_or_404, words


@blueprint.get("/admin/inbox/<number>")
@require(Permission.INBOX_VIEW)
def letter(number: str) -> ResponseReturnValue:
    """One letter; ``template`` fills the answer with a beginning."""
    found = letter_or_404(number)
    template = templates().get(request.args.get("template", ""))
    text = _beginning(found, template) if template is not None and template.fits(found.kind) else found.answer
    return make_response(shown(found, {Step.REPLY: StepForm(text=text)}))


def shown(found: Letter, typed: dict[Step, StepForm] | None = None, faults: dict[str, str] | None = None) -> str:
    """The page of a letter, with what was typed into the form of a step that was refused."""
    staff = the_staff()
    may_answer = staff.may(Permission.INBOX_ANSWER)
    steps = [
        step
        for step in Step
        if may_answer and leads_to(step, found.state) and not is_of_other(step, found.assignee_id, staff.id)
    ]
    kind = inbox_kinds().get(found.kind)
    return render_template(
        "inbox/letter.html",
        letter=found,
        page=kind.page(db.session, found.subject) if kind and found.subject else None,
        file=files.find_file(db.session, found.attachment_id) if found.attachment_id else None,
        followers=list_followers(db.session, found),
        steps=steps,
        forms={*steps, *(typed or {})} if faults else steps,
        is_of_other=found.assignee_id not in (None, staff.id),
        colleague_options=colleague_options(),
        templates=[(one.code, pick(one.title, one.title_en)) for one in templates().values() if one.fits(found.kind)],
        typed={step.value: form for step, form in (typed or {}).items()},
        faults=faults or {},
        may_read=staff.may(Permission.INBOX_PERSONAL),
        longest={"answer": LONGEST_ANSWER, "note": LONGEST_NOTE},
        **words(),
    )


def _beginning(found: Letter, template: Template) -> str:
    """A beginning of an answer, in the language that the letter was written in."""
    kind = inbox_kinds().get(found.kind)
    values = {
        "number": found.number,
        "kind": str(kind.label) if kind else found.kind,
        "subject": found.subject or _("（未填写）"),
        "due": day(found.due_on),
        "today": day(today()),
    }
    return template.filled(values, is_english=found.locale == "en")


@blueprint.get("/admin/inbox/<number>/attachment")
@require(Permission.INBOX_VIEW)
def attachment(number: str) -> Response:
    """The letter's file, as a download."""
    found = letter_or_404(number)
    file = files.find_file(db.session, found.attachment_id) if found.attachment_id else None
    return files.send_stored(db.session, file or abort(404))


@blueprint.route("/admin/inbox/<number>/contact", methods=["GET", "POST"])
@require(Permission.INBOX_PERSONAL)
def contact(number: str) -> ResponseReturnValue:
    """How the writer can be reached: only for a stated reason, which the audit log keeps."""
    found = letter_or_404(number)
    if not found.contact:
        abort(404)
    back = url_for("inbox.letter", number=number)
    gate = reasoned_access(target_of(found), title=_("来件 %(number)s 的联系方式", number=number), back=back)
    if gate is not None:
        return gate
    if request.method == "POST":
        abort(400)
    return render_template("inbox/contact.html", letter=found, **_opened(found))


def _opened(found: Letter) -> dict[str, Any]:
    try:
        return {"contact": decrypt(found.contact, CONTACT), "is_lost": False}
    except NotReadable:  # written under a key that is gone
        return {"contact": "", "is_lost": True}
