"""Every component in every state, for those who build pages. Exists in development only."""

from __future__ import annotations

from flask import abort, current_app, render_template
from flask.typing import ResponseReturnValue

from outreach.config import Settings
from outreach.site.blueprint import blueprint
from outreach.site.samples import SAMPLES


@blueprint.get("/styleguide")
def styleguide() -> ResponseReturnValue:
    """The component page."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.env != "development":
        abort(404)
    return render_template("site/styleguide.html", samples=SAMPLES)
