"""The first page after signing in: what waits for me, what is overdue, how my own things stand."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from outreach.admin import wording
from outreach.admin.blueprint import blueprint
from outreach.admin.queries.audit import count_denied
from outreach.admin.queries.jobs import list_unsettled
from outreach.admin.rules import days_waited, is_overdue
from outreach.core.admin_menu import admin_menu
from outreach.core.audit.reading import find_head, newest_check
from outreach.core.clock import now
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.review import State, review_kinds
from outreach.core.review.queries import list_own, list_to_decide
from outreach.core.staff import require, the_staff

#: Lines of each list; the rest is a link away.
SHOWN = 8


@blueprint.get("/")
@require(Permission.STAFF_SELF)
def dashboard() -> ResponseReturnValue:
    """What waits for this person, by what their rights let them do."""
    staff = the_staff()
    waiting = list_to_decide(db.session, staff)
    own = list_own(db.session, staff)
    return render_template(
        "admin/dashboard.html",
        tasks=[entry for section in admin_menu() for entry in section.entries if entry.badge],
        waiting=waiting[:SHOWN],
        waiting_total=len(waiting),
        overdue=sum(is_overdue(one.submitted_at, now()) for one in waiting),
        sent_back=[one for one in own if one.state is State.SENT_BACK],
        drafts=[one for one in own if one.state is State.DRAFT][:SHOWN],
        under_way=[one for one in own if one.state in (State.SUBMITTED, State.APPROVED, State.SCHEDULED)][:SHOWN],
        jobs=list_unsettled(db.session, staff),
        audit=_audit() if staff.may(Permission.AUDIT_READ) else None,
        kinds=review_kinds(),
        wording=wording,
        moment_now=now(),
        days_waited=days_waited,
        is_overdue=is_overdue,
    )


def _audit() -> dict[str, object]:
    """What an auditor wants to see first."""
    return {
        "head": find_head(db.session),
        "check": newest_check(db.session),
        "denied": count_denied(db.session),
    }
