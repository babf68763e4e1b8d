"""What all pages of the contest share: whose browser asks, tokens of forms, and answers that nobody may keep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Final, ParamSpec, cast

import structlog
from flask import Flask, Response, abort, current_app, make_response, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.utils import redirect

from outreach.config import Settings
from outreach.core.clock import CHINA, now
from outreach.core.db import db
from outreach.quiz.actions import waiting
from outreach.quiz.actions.sessions import DAYS, digest, find_participant
from outreach.quiz.actions.waiting import Door, Place
from outreach.quiz.actions.waiting_redis import RedisLine
from outreach.quiz.keys import Keys, keys_from
from outreach.quiz.models import Contest, Participant
from outreach.quiz.queries.entering import Entry, find_entry
from outreach.quiz.queries.showing import Standing, find_standing

P = ParamSpec("P")

#: A form may be sent for longer than the longest paper lasts.
FORM_SECONDS: Final = 96 * 3600
#: Forms of a machine whose clock is ahead are from the future; so far apart the clocks of two machines may be.
CLOCK_SECONDS: Final = 300
FORM_FIELD: Final = "token"
FORM_HEADER: Final = "X-Token"
#: How long browsers and proxies may show a public page of the contest without asking again, in seconds.
MAX_AGE: Final = 10
_KEYS: Final = "quiz_keys"
_LINE: Final = "quiz_line"
_SALT: Final = "quiz-form"
log: Final = structlog.get_logger("outreach.quiz")


def init_app(app: Flask) -> None:
    """The site's keys for the contest, and its waiting room: in Redis where there is one."""
    settings: Settings = app.config["SETTINGS"]
    app.extensions[_KEYS] = keys_from(settings)
    app.jinja_env.filters.update(clock_time=clock_time, moment_seconds=moment_seconds)
    if settings.redis_url:
        import redis

        app.extensions[_LINE] = RedisLine(redis.Redis.from_url(settings.redis_url, socket_timeout=0.5))


def clock_time(value: datetime) -> str:
    """``HH:MM:SS`` in China."""
    return value.astimezone(CHINA).strftime("%H:%M:%S")


def moment_seconds(value: datetime) -> str:
    """``YYYY-MM-DD HH:MM:SS`` in China."""
    return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def site_keys() -> Keys:
    return cast(Keys, current_app.extensions[_KEYS])


def take_place(door: Door, participant_id: int) -> Place:
    """The participant's place in the waiting room; the next ones are let in on the way."""
    return (_line() or waiting).line_up(db.session, door, participant_id)


def see_place(door: Door, participant_id: int) -> Place:
    """The same without taking one."""
    return (_line() or waiting).place_of(db.session, door, participant_id)


def open_line(door: Door) -> None:
    """Let the next ones in where the queue is in Redis."""
    line = _line()
    if line is not None:
        line.open_gate(door)


def count_waiting(door: Door) -> int:
    """How many wait to be let in."""
    return (_line() or waiting).count_waiting(db.session, door)


def leave_line(door: Door, participant_id: int) -> None:
    """The participant has a paper and waits no more."""
    line = _line()
    if line is not None and door.starts_per_second:
        line.leave(door.id, participant_id)


def _line() -> RedisLine | None:
    return cast(RedisLine | None, current_app.extensions.get(_LINE))


def entry_or_404(slug: str) -> Entry:
    """The door of the public contest at this address, for the asking browser."""
    found = find_entry(db.session, slug, digest(browser_token()))
    if found is None:
        abort(404)
    return found


def standing_or_404(slug: str) -> Standing:
    """The public contest at this address."""
    found = find_standing(db.session, slug)
    if found is None:
        abort(404)
    return found


def cookie_name() -> str:
    """``__Host-quiz`` where the site is served over TLS, so that no other host can plant it."""
    return "__Host-quiz" if _is_secure() else "quiz"


def browser_token() -> str:
    return request.cookies.get(cookie_name(), "")[:200]


def set_cookie(response: Response, token: str) -> None:
    """Give the browser its token; the table decides how long that counts."""
    flags: dict[str, Any] = {"path": "/", "secure": _is_secure(), "httponly": True, "samesite": "Lax"}
    response.set_cookie(cookie_name(), token, max_age=DAYS * 86400, **flags)


def participant_of(contest: Contest) -> Participant | None:
    """Whose browser this is in the contest."""
    return find_participant(db.session, browser_token(), contest.id)


def form_token(contest_id: int, participant_id: int = 0) -> str:
    """What forms of a participant (or of somebody who is none yet) carry."""
    return _serializer().dumps([contest_id, participant_id])


def check_form(contest_id: int, participant_id: int = 0) -> None:
    """Refuse a form or a batch that was not made for this participant."""
    token = request.headers.get(FORM_HEADER) or request.form.get(FORM_FIELD, "")
    try:
        made_for, made_at = _serializer().loads(token, return_timestamp=True)
    except BadData:
        abort(403)
    age_s = (now() - made_at).total_seconds()
    if made_for != [contest_id, participant_id] or not -CLOCK_SECONDS <= age_s <= FORM_SECONDS:
        abort(403)


def personal(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Answers that are for one person: nothing between us and the browser may keep them."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
        response = make_response(view(*args, **kwargs))
        response.cache_control.no_store = True
        return response

    return answer


def public(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Answers that are the same for everybody and may be a few seconds old; who has one already gets 304."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
        response = make_response(view(*args, **kwargs))
        if response.status_code != 200 or response.is_streamed:
            return response
        response.cache_control.public = True
        response.cache_control.max_age = MAX_AGE
        response.vary.add("Cookie")
        response.add_etag()
        response.make_conditional(request)  # changes the answer itself
        return response

    return answer


def see_other(endpoint: str, **values: Any) -> Response:
    """On to another page, which a reload shows again without sending anything."""
    return cast(Response, redirect(url_for(endpoint, **values), code=303, Response=Response))


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt=_SALT)


def _is_secure() -> bool:
    return str(current_app.config["PUBLIC_URL"]).startswith("https://")
