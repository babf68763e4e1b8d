"""What search engines read: ``robots.txt`` and ``sitemap.xml``, the latter in parts behind an index."""

from __future__ import annotations

from flask import Response, abort, make_response, render_template

from outreach.core.i18n import absolute_url
from outreach.core.page_cache import cached_page
from outreach.site.blueprint import blueprint
from outreach.site.sitemap import count_parts, entries_of

#: Addresses that hold nothing to find: settings, the notice before leaving, suggestions while typing.
CLOSED = ("/preferences", "/leaving", "/labels/suggest", "/counties/suggest")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What crawlers should leave alone, in both languages."""
    closed = [f"Disallow: {prefix}{path}" for prefix in ("", "/en") for path in CLOSED]
    lines = ["User-agent: *", *closed, "", f"Sitemap: {absolute_url('/sitemap.xml')}"]
    answer = Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    answer.cache_control.public = True
    answer.cache_control.max_age = 86400
    return answer


@blueprint.get("/sitemap.xml")
@cached_page("labels", "counties")
def sitemap_xml() -> Response:
    """The index of the parts."""
    return _xml(render_template("site/sitemap_index.xml", parts=range(1, count_parts() + 1), absolute_url=absolute_url))


@blueprint.get("/sitemap-<int:part>.xml")
@cached_page("labels", "counties")
def sitemap_part(part: int) -> Response:
    """One part: every address in both languages."""
    entries = entries_of(part) if part else []
    if not entries:
        abort(404)
    return _xml(render_template("site/sitemap_part.xml", entries=entries, absolute_url=absolute_url))


def _xml(text: str) -> Response:
    answer = make_response(text)
    answer.content_type = "application/xml; charset=utf-8"
    return answer
