"""A running contest at one glance; light enough to be asked for again and again."""

from __future__ import annotations

from typing import Final

from flask import request
from flask.typing import ResponseReturnValue

from outreach.core.db import db
from outreach.core.staff import require
from outreach.quiz.actions.refused import refused_calls
from outreach.quiz.admin.blueprint import blueprint
from outreach.quiz.admin.shared import LOOKERS, contest_or_404, page
from outreach.quiz.queries import organising
from outreach.quiz.views.frame import count_waiting

#: How often the page asks again by itself, where somebody wants that; no script is needed.
REFRESH_SECONDS: Final = 15


@blueprint.get("/contests/<slug>/monitor")
@require(*LOOKERS)
def monitor(slug: str) -> ResponseReturnValue:
    """Participants, papers, refused calls and the waiting room; ``?refresh=1`` asks again by the header."""
    found = contest_or_404(slug)
    is_refreshed = request.args.get("refresh") == "1"
    answer = page(
        "quiz_admin/monitor.html",
        contest=found,
        now=organising.monitor(db.session, found),
        waiting=count_waiting(found),
        refused=sorted(refused_calls(db.session, found.id).items(), key=lambda one: -one[1]),
        is_refreshed=is_refreshed,
        refresh_seconds=REFRESH_SECONDS,
    )
    if is_refreshed:
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer
