"""Public pages of the county registry, one module per kind of page."""

from flask import Flask

from outreach.counties import wording
from outreach.counties.blueprint import blueprint
from outreach.counties.views import assessment, badge, batches, downloads, feeds, progress, provinces, registry, unit
from outreach.counties.views.rows import RowStore

__all__ = [
    "assessment",
    "badge",
    "batches",
    "blueprint",
    "downloads",
    "feeds",
    "init_app",
    "progress",
    "provinces",
    "registry",
    "unit",
]


def init_app(app: Flask) -> None:
    """Words for templates, and what the pages keep between requests."""
    wording.init_app(app)
    app.extensions["county_rows"] = RowStore()
