"""The notice before leaving for another website (G22)."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from outreach.site.blueprint import blueprint
from outreach.site.outside import find_outside_site


@blueprint.get("/leaving")
def leaving() -> ResponseReturnValue:
    """Say where the link leads and who runs it. Only listed websites; anything else does not exist here."""
    address = request.args.get("to", "")
    site = find_outside_site(address)
    if site is None:
        abort(404)
    return render_template("site/leaving.html", address=address, outside=site)
