"""Standing pages: about, accessibility, privacy, freshness of the data, and the map of the site."""

from __future__ import annotations

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from outreach.core.page_cache import cached_page
from outreach.site.blueprint import blueprint


@blueprint.get("/about")
def about() -> ResponseReturnValue:
    """What the site is, what it is not, and how to report a mistake."""
    return render_template("site/about.html")


@blueprint.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """What was done for accessibility, what is missing, and where to say so."""
    return render_template("site/accessibility.html")


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Which data the site handles: next to none."""
    return render_template("site/privacy.html")


@blueprint.get("/freshness")
@cached_page("labels", "counties")
def freshness() -> ResponseReturnValue:
    """Every file that published figures come from, with its date."""
    features = current_app.extensions["features"]
    sources = [source for feature in features if feature.sources for source in feature.sources()]
    return render_template("site/freshness.html", sources=sources)


@blueprint.get("/sitemap")
def sitemap() -> ResponseReturnValue:
    """All main pages on one page, for people."""
    return render_template("site/sitemap.html", features=current_app.extensions["features"])
