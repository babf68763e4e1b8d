"""Display settings: elder mode and colours, kept in the one cookie of the public site."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.core import preferences as chosen_preferences
from outreach.site.blueprint import blueprint
from outreach.site.forms import parse_preferences_form


@blueprint.get("/preferences")
def preferences() -> ResponseReturnValue:
    """The form; with a choice in the address, remember it and go back to where the visitor was."""
    form = parse_preferences_form(request.args)
    if not form.is_choice:
        response = make_response(render_template("site/preferences.html", next_path=form.next_path))
    else:
        response = make_response(redirect(form.next_path or url_for("site.preferences"), code=303))
        chosen_preferences.remember(response, chosen_preferences.current().chosen(form.view, form.theme))
    response.cache_control.no_store = True
    return response
