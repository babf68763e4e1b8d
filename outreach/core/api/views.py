"""Answering a resource: check, ask the slice, wrap, tag. The same steps for every address of the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Response, abort, current_app, json, request
from werkzeug.exceptions import UnsupportedMediaType

from outreach.core import clock
from outreach.core.api.paging import envelope, link_header
from outreach.core.api.parameters import read_parameters
from outreach.core.api.problems import refuse
from outreach.core.api.resources import Answer, Listing, Resource, Values
from outreach.core.api.tags import Key, Tags, tag_of
from outreach.core.page_cache import MAX_AGE, QUERY_LENGTH, current_generation, is_built_from

JSON: Final = "application/json; charset=utf-8"
TAGS: Final = "api_tags"


def make_view(resource: Resource) -> Callable[..., Response]:
    """The view of one resource."""

    def view(**path: str) -> Response:
        values, refusals = read_parameters(resource.all_parameters, request.args, path)
        if refusals:
            refuse(refusals)
        if resource.method == "GET":
            return _get(resource, values)
        return _post(resource, values)

    view.__name__ = resource.name
    view.__doc__ = f"{resource.method} {resource.path}"
    return view


def _get(resource: Resource, values: Values) -> Response:
    """The answer, or 304 for a client that has it."""
    tags: Tags = current_app.extensions[TAGS]
    generations = {name: current_generation(name) for name in resource.data}
    key: Key = (request.script_root + request.path, request.query_string.decode("latin-1"), clock.today().isoformat())
    known = tags.find(key, generations)
    if known and request.if_none_match.contains_weak(known):
        return _cacheable(Response(status=304), known)
    answer = _json(resource, values, resource.answer(values))
    tag = tag_of(answer.get_data())
    if len(request.query_string) <= QUERY_LENGTH and is_built_from(generations):
        tags.keep(key, generations, tag)
    _cacheable(answer, tag).make_conditional(request)
    return answer


def _cacheable(answer: Response, tag: str) -> Response:
    answer.set_etag(tag)
    answer.cache_control.public = True
    answer.cache_control.max_age = MAX_AGE
    return answer


def _post(resource: Resource, values: Values) -> Response:
    """An answer that is worked out from the body and kept nowhere."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    body = request.get_json()
    answer = _json(resource, values, resource.answer({**values, "body": body}))
    answer.cache_control.no_store = True
    return answer


def _json(resource: Resource, values: Values, found: Answer) -> Response:
    body: Any = found
    if isinstance(found, Listing):
        body = envelope(found, values["page"], values["per_page"])
    if body is None:
        abort(404)
    answer = Response(json.dumps(body, separators=(",", ":")) + "\n", content_type=JSON)
    if isinstance(found, Listing):
        answer.headers["Link"] = link_header(body["links"])
    return answer
