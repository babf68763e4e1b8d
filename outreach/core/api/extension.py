"""Plugging the API into an application: one route for every resource of every slice, limits, and who may read it."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Flask, Response, current_app, request

from outreach.core.api.resources import Resource
from outreach.core.api.tags import Tags
from outreach.core.api.views import TAGS, make_view
from outreach.core.feature import Feature
from outreach.core.limits import limiter

#: Requests that one network may make to all addresses together.
RATE: Final = "120 per minute"
PREFIX: Final = "/api/"
READING: Final = ("GET", "HEAD", "OPTIONS")
#: Headers that scripts of other sites may read.
EXPOSED: Final = "ETag, Link, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-ID"
PREFLIGHT_SECONDS: Final = 86400


def resources() -> list[Resource]:
    """Every resource of every slice, in the order of the slices."""
    features: tuple[Feature, ...] = current_app.extensions["features"]
    return [resource for feature in features for resource in feature.api]


def _open_to_other_sites(response: Response) -> Response:
    """Let scripts of any site read what anybody may read (never write), errors included."""
    is_page = response.mimetype == "text/html" and request.method != "OPTIONS"
    if request.path.startswith(PREFIX) and request.method in READING and not is_page:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = ", ".join(READING)
            response.headers["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
            response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response


def init_app(app: Flask) -> None:
    """Register the resources. Call when ``app.extensions["features"]`` is complete."""
    app.extensions[TAGS] = Tags()
    blueprint = Blueprint("api", __name__)
    limit = limiter.shared_limit(RATE, scope="api")
    with app.app_context():
        for resource in resources():
            view = limit(make_view(resource))
            blueprint.add_url_rule(resource.rule, resource.name, view, methods=[resource.method])
    app.register_blueprint(blueprint)
    app.after_request(_open_to_other_sites)
