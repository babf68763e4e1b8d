"""What changed in the register, as an Atom feed."""

from __future__ import annotations

from typing import Final

from flask import Response, render_template, url_for

from outreach.core.db import db
from outreach.core.i18n import absolute_url
from outreach.core.page_cache import cached_page
from outreach.labels.blueprint import blueprint
from outreach.labels.queries.changes import list_changes
from outreach.labels.views.catalogue import DATA, newest_runs

MAX_AGE: Final = 300
#: When nothing was ever imported.
NEVER: Final = "1970-01-01T00:00:00+00:00"


@blueprint.get("/labels/changes.atom")
@cached_page(DATA, max_age=MAX_AGE)
def changes() -> Response:
    """The newest steps of all registrations."""
    runs = newest_runs()
    body = render_template(
        "labels/changes.atom",
        changes=list_changes(db.session),
        updated=runs[0].imported_at.isoformat(timespec="seconds") if runs else NEVER,
        own_url=absolute_url(url_for("labels.changes")),
        catalogue_url=absolute_url(url_for("labels.catalogue")),
        product_url=lambda number: absolute_url(url_for("labels.product", number=number)),
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")
