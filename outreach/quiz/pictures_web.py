"""A question's picture as an answer. Whether it may be seen is asked anew each time, so nothing keeps it unasked."""

from __future__ import annotations

from flask import Response, abort, request

from outreach.core.db import db
from outreach.quiz.queries.pictures import find_picture
from outreach.quiz.rules.questions import Image


def send_picture(image: Image | None) -> Response:
    """The picture, without its name; 304 to who has it already, 404 where there is none."""
    found = find_picture(db.session, image.sha256) if image is not None else None
    if found is None:
        abort(404)
    answer = Response(found.content, content_type=found.media_type)
    answer.headers["Content-Disposition"] = "inline"
    answer.cache_control.private = True
    answer.cache_control.no_cache = True
    answer.add_etag()
    answer.make_conditional(request)  # changes the answer itself
    return answer
