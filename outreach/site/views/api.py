"""The API described: for programs as OpenAPI 3.1, for people as a page made from the same document."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, current_app, json, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from outreach.core.api.extension import RATE, resources
from outreach.core.api.openapi import JSON, document
from outreach.core.i18n import ENGLISH_PREFIX, absolute_url, is_english
from outreach.core.layout import SITE_NAME
from outreach.core.page_cache import cached_page
from outreach.site.api_reading import operations
from outreach.site.blueprint import blueprint

#: The document changes only with the program.
MAX_AGE: Final = 3600
_DOCUMENTS: Final = "api_documents"


def _document() -> dict[str, Any]:
    """The document in the language of the request, made once for each."""
    known: dict[str, dict[str, Any]] = current_app.extensions.setdefault(_DOCUMENTS, {})
    locale = str(get_locale())
    if locale not in known:
        base = absolute_url(ENGLISH_PREFIX if is_english() else "")
        known[locale] = document(resources(), base_url=base or "/", site_name=str(SITE_NAME))
    return known[locale]


@blueprint.get("/api/openapi.json")
@cached_page(max_age=MAX_AGE)
def openapi() -> Response:
    """The whole API as OpenAPI 3.1."""
    return Response(json.dumps(_document(), indent=1) + "\n", content_type="application/json; charset=utf-8")


@blueprint.get("/api/docs")
@cached_page(max_age=MAX_AGE)
def api_docs() -> ResponseReturnValue:
    """The same for people."""
    found = _document()
    return render_template(
        "site/api_docs.html",
        document=found,
        groups=operations(found),
        base_url=found["servers"][0]["url"],
        rate=RATE.split()[0],
        media_type=JSON,
    )
