"""What the organisers' views share: who acts, the contest of the address, going on after a step."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, abort, current_app, make_response, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.staff import tell, the_staff
from outreach.quiz import seams
from outreach.quiz.admin import wording
from outreach.quiz.keys import Keys, keys_from
from outreach.quiz.models import Contest
from outreach.quiz.queries.pools import contest_of
from outreach.quiz.seams import Actor

#: Whoever organises, and whoever decides as the second person, may look.
LOOKERS: Final = (Permission.QUIZ_MANAGE, Permission.QUIZ_REVIEW)


def who() -> Actor:
    """Who acts in this request."""
    staff = the_staff()
    return seams.staff_actor(staff.id, staff.name)


def contest_or_404(slug: str) -> Contest:
    return contest_of(db.session, slug) or abort(404)


def site_keys() -> Keys:
    return keys_from(current_app.config["SETTINGS"])


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page of the organisers."""
    return make_response(render_template(template, wording=wording, **values), status)


def go_on(address: str, words: str = "", kind: str = "success") -> BaseResponse:
    """Commit, and go to another page that says ``words``."""
    if words:
        tell(words, kind)
    db.session.commit()
    return redirect(address, code=303)


def points(centipoints: int | None) -> str:
    """Hundredths of a point as people write points."""
    if centipoints is None:
        return "—"
    whole, rest = divmod(centipoints, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)
