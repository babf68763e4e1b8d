"""The gate before personal data: a page that asks why, in front of any staff view."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.access.actions import LONGEST_REASON, MINUTES, SHORTEST_REASON, ReasonTooShort, grant, may_read
from outreach.core.audit.recording import Target
from outreach.core.audit.web import actor_of
from outreach.core.db import db
from outreach.core.staff import the_staff

#: The field that carries the reason, and tells the gate's form from the view's own.
FIELD = "access_reason"


def reasoned_access(target: Target, *, title: str = "", back: str = "") -> ResponseReturnValue | None:
    """None when this session may read ``target``, else the answer to give instead: the question, or the way on.

    Call it first in a view behind ``require`` that takes GET and POST, after the check of rights and of the object::

        if (gate := reasoned_access(Target("letter", number), back=url_for("inbox.letter", …))) is not None:
            return gate
    """
    staff = the_staff()
    if request.method == "POST" and FIELD in request.form:
        return _answer(target, title, back)
    if may_read(db.session, staff.session_id, staff.id, target):
        return None
    return _question(target, title, back)


def _answer(target: Target, title: str, back: str) -> Response:
    staff = the_staff()
    reason = request.form.get(FIELD, "")
    try:
        grant(db.session, actor_of(staff), staff.session_id, target, reason)
    except ReasonTooShort:
        db.session.rollback()
        fault = _("请写明查看的理由，至少 %(n)s 个字，说清为了什么事。", n=SHORTEST_REASON)
        return _question(target, title, back, reason, fault)
    db.session.commit()
    return make_response(redirect(request.script_root + request.full_path.rstrip("?"), code=303))


def _question(target: Target, title: str, back: str, reason: str = "", fault: str = "") -> Response:
    page = render_template(
        "admin/access.html",
        title=title or target.label or target.key,
        field_name=FIELD,
        back=back,
        reason=reason,
        fault=fault,
        minutes=MINUTES,
        longest=LONGEST_REASON,
        action=request.script_root + request.full_path.rstrip("?"),
    )
    return make_response(page, 422 if fault else 200)
