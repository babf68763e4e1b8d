"""The home page: a search box, then one panel of every slice that has one."""

from __future__ import annotations

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from outreach.core.feature import Feature
from outreach.core.page_cache import cached_page
from outreach.site.blueprint import blueprint


@blueprint.get("/")
@cached_page("labels", "counties", "quiz")
def home() -> ResponseReturnValue:
    """Search, the slices' panels, what grades mean, and how to check a label in a shop."""
    features: tuple[Feature, ...] = current_app.extensions["features"]
    panels = [feature.home_panel() for feature in features if feature.home_panel]
    return render_template(
        "site/home.html",
        examples=[words for feature in features if feature.examples for words in feature.examples()],
        panels=[_rendered(template, context) for template, context in panels],
    )


def _rendered(template: str, context: dict[str, object]) -> Markup:
    return Markup(render_template(template, **context))  # noqa: S704  # nosec B704  # our own template, escaped while rendering
