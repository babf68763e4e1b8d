"""The public form: no account, no script, no puzzle; nothing that was typed is lost, whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from outreach.core.addresses import is_own_path
from outreach.core.clock import today
from outreach.core.db import db
from outreach.core.files import StoredFile, uploaded
from outreach.core.i18n import select_locale
from outreach.core.security import is_cross_site
from outreach.inbox import attachments, stamps
from outreach.inbox.actions.receiving import DRAFTS, LETTERS, Incoming, TooMany, count, find_by_code, receive
from outreach.inbox.attachments import AttachmentRefused
from outreach.inbox.blueprint import blueprint
from outreach.inbox.forms import (
    LONGEST_CONTACT,
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    TRAP,
    Fault,
    Feedback,
    faults_of,
    one_line,
    parse_feedback,
    parse_prefill,
)
from outreach.inbox.kinds import SITE, inbox_kinds
from outreach.inbox.rules.clocks import last_day
from outreach.inbox.rules.codes import make_code
from outreach.inbox.wording import fault_words

#: When a network that sent too much may try again.
PATIENCE_SECONDS: Final = 3600
#: Where faults of the form as a whole lead: everything is right, only sending must be done again.
SEND: Final = "send"
ANSWER_DAYS: Final = 5


@blueprint.route("/feedback", methods=["GET", "POST"])
def feedback() -> ResponseReturnValue:
    """The form, and what became of it."""
    if request.method != "POST":
        return _page(_prefilled())
    sent = parse_feedback(request.form, inbox_kinds())
    mark, age_fault = stamps.read_stamp(sent.stamp)
    faults = faults_of(sent)
    file, file_fault = _file(sent)
    if file_fault is not None:
        faults["attachment"] = file_fault
    if sent.is_trapped or age_fault is not None:
        faults[SEND] = Fault.TRAPPED if sent.is_trapped else age_fault or Fault.TOO_OLD
    if faults:
        return _page(sent, faults, file, 422)
    return _keep(sent, mark, file)


def _prefilled() -> Feedback:
    """What the link to the form says; who comes to report a fault of the site came from the page that has it."""
    asked = parse_prefill(request.args, inbox_kinds())
    if asked.kind == SITE and not asked.subject:
        return Feedback(SITE, _page_before())
    return asked


def _page_before() -> str:
    """The page of ours that led here, as the browser tells."""
    came_from = request.headers.get("Referer", "")
    if not came_from or is_cross_site():
        return ""
    parts = urlsplit(came_from)
    address = parts.path + (f"?{parts.query}" if parts.query else "")
    is_form = parts.path.removeprefix("/en").startswith("/feedback")
    return one_line(address, LONGEST_SUBJECT) if is_own_path(address) and not is_form else ""


def _file(sent: Feedback) -> tuple[StoredFile | None, Fault | None]:
    """The letter's file: sent now, or kept from an earlier try. It waits in the database until the form is right."""
    given = uploaded("attachment")
    if given is None:
        return _kept_file(sent)
    try:
        count(db.session, stamps.network_mark(), DRAFTS)
        file = attachments.take_in(db.session, given.filename or "", given.read(attachments.LONGEST + 1))
        db.session.commit()
    except AttachmentRefused as refused:
        db.session.rollback()
        return None, refused.fault
    except TooMany:
        db.session.rollback()
        return None, Fault.TOO_MANY
    return file, None


def _kept_file(sent: Feedback) -> tuple[StoredFile | None, Fault | None]:
    if not sent.kept_file or sent.drops_file:
        return None, None
    file_id = stamps.read_file_mark(sent.kept_file)
    file = attachments.find_waiting(db.session, file_id) if file_id is not None else None
    return file, None if file is not None else Fault.FILE_GONE


def _keep(sent: Feedback, mark: str, file: StoredFile | None) -> Response:
    """Keep the letter and lead to its receipt; the same form sent again leads to the same one."""
    parts = (mark, sent.kind, sent.subject, sent.text, sent.contact, file.sha256 if file else "")
    code = make_code(stamps.secret(), *parts)
    if find_by_code(db.session, code) is None:
        try:
            _write(sent, code, file)
        except TooMany:
            db.session.rollback()
            return _page(sent, {SEND: Fault.TOO_MANY}, file, 429)
        except IntegrityError:  # the other half of a double click was faster
            db.session.rollback()
            if find_by_code(db.session, code) is None:
                raise
    return make_response(redirect(url_for("inbox.receipt", code=code), 303))


def _write(sent: Feedback, code: str, file: StoredFile | None) -> None:
    count(db.session, stamps.network_mark(), LETTERS)
    if file is not None:
        attachments.attach(db.session, file)
    incoming = Incoming(
        kind=sent.kind,
        subject=sent.subject,
        text=sent.text,
        contact=sent.contact,
        locale=select_locale(),
        code=code,
        answer_days=inbox_kinds()[sent.kind].answer_days,
        attachment_id=file.id if file else None,
    )
    receive(db.session, incoming)
    db.session.commit()


def _page(
    sent: Feedback, faults: Mapping[str, Fault] | None = None, file: StoredFile | None = None, status: int = 200
) -> Response:
    context: dict[str, Any] = {
        "sent": sent,
        "faults": {name: fault_words(fault) for name, fault in (faults or {}).items()},
        "kind_options": [(kind.code, kind.label, kind.hint) for kind in inbox_kinds().values()],
        "stamp": stamps.new_stamp(),
        "file": file,
        "kept": stamps.file_mark(file.id) if file else "",
        "trap": TRAP,
        "due_on": last_day(today(), ANSWER_DAYS),
        "longest": {"text": LONGEST_TEXT, "subject": LONGEST_SUBJECT, "contact": LONGEST_CONTACT},
    }
    response = make_response(render_template("inbox/feedback.html", **context), status)
    response.cache_control.no_store = True
    if status == 429:
        response.headers["Retry-After"] = str(PATIENCE_SECONDS)
    return response
