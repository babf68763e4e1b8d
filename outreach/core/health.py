"""``/healthz``: the process answers. ``/readyz``: it can serve, which takes a database with the right schema."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Blueprint, Flask, Response, current_app, json
from sqlalchemy.exc import SQLAlchemyError

from outreach.core import migrations
from outreach.core.db import db
from outreach.core.metrics import has_token

NOT_READY = "not_ready"

log = structlog.get_logger("outreach.health")
blueprint = Blueprint("health", __name__)

#: Says whether a part of the site is ready. May raise a database error, which counts as no.
Check = Callable[[], bool]


def add_check(app: Flask, name: str, check: Check) -> None:
    """Make readiness depend on one more part."""
    app.extensions.setdefault("readiness", {})[name] = check


def add_note(app: Flask, name: str, note: Callable[[], str]) -> None:
    """Let ``/readyz`` say how a part stands that the site can do without for a while, such as the text index."""
    app.extensions.setdefault("readiness_notes", {})[name] = note


def notes() -> dict[str, str]:
    """The word on each such part."""
    found = {}
    for name, note in current_app.extensions.get("readiness_notes", {}).items():
        try:
            found[name] = note()
        except SQLAlchemyError:
            found[name] = "unknown"
    return found


def failures() -> list[str]:
    """Names of the parts that are not ready."""
    found = []
    for name, check in current_app.extensions["readiness"].items():
        try:
            is_ready = check()
        except SQLAlchemyError:
            is_ready = False
        if not is_ready:
            found.append(name)
    return found


@blueprint.get("/healthz")
def healthz() -> Response:
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/readyz")
def readyz() -> Response:
    """200 or 503. Which part fails is for the log, and for those who know the token of ``/metrics``."""
    failed = failures()
    if failed:
        log.warning(NOT_READY, failed=failed)
    answer: dict[str, object] = {"ready": not failed, **notes()}
    if failed and has_token():
        answer["failed"] = failed
    return Response(json.dumps(answer) + "\n", 503 if failed else 200, content_type="application/json")


def _has_current_schema() -> bool:
    return migrations.is_current(db.engine)


def init_app(app: Flask) -> None:
    add_check(app, "schema", _has_current_schema)
    app.register_blueprint(blueprint)
