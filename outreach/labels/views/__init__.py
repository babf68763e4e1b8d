"""Public pages of the catalogue, one module per kind of page."""

from flask import Flask

from outreach.labels import wording
from outreach.labels.blueprint import blueprint
from outreach.labels.queries.statistics import Comparisons, Sources
from outreach.labels.views import catalogue, certificates, downloads, feeds, product, registry
from outreach.labels.views.cards import CardStore

__all__ = ["blueprint", "catalogue", "certificates", "downloads", "feeds", "init_app", "product", "registry"]


def init_app(app: Flask) -> None:
    """Words for templates, and what the pages keep between requests."""
    wording.init_app(app)
    app.extensions["result_cards"] = CardStore()
    app.extensions["comparisons"] = Comparisons()
    app.extensions["sources"] = Sources()
