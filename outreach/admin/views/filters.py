"""Keeping and dropping one's own views of staff lists."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import Response, abort, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.routing import BuildError

from outreach.admin.blueprint import blueprint
from outreach.admin.forms import parse_words
from outreach.core.audit.recording import Target, record
from outreach.core.audit.web import actor_of
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.saved_filters import LONGEST_NAME, LONGEST_QUERY, MOST, TooManyFilters, find_filter, save_filter
from outreach.core.staff import require, tell, the_staff


@blueprint.post("/filters")
@require(Permission.STAFF_SELF)
def filter_save() -> ResponseReturnValue:
    """Keep the open view of a list under a name."""
    endpoint = request.form.get("endpoint", "")
    base = _list_address(endpoint)
    query = _tidy(request.form.get("query", ""))
    name = parse_words(request.form, "name", LONGEST_NAME)
    back = f"{base}?{query}" if query else base
    if not name:
        return _say_and_return(_("请给这个筛选起个名字。"), back, "warning")
    staff = the_staff()
    try:
        kept = save_filter(db.session, staff.id, endpoint, name, query)
    except TooManyFilters:
        db.session.rollback()
        return _say_and_return(_("每个列表最多保存 %(n)s 个筛选，请先删去不用的。", n=MOST), back, "warning")
    target = Target("filter", str(kept.id), name)
    record(db.session, actor=actor_of(staff), action="filter.save", target=target, after={"query": query})
    return _say_and_return(_("筛选“%(name)s”已保存。", name=name), back)


@blueprint.post("/filters/<int:filter_id>/delete")
@require(Permission.STAFF_SELF)
def filter_delete(filter_id: int) -> ResponseReturnValue:
    """Drop one of one's own views."""
    staff = the_staff()
    kept = find_filter(db.session, staff.id, filter_id) or abort(404)
    base, target = _list_address(kept.endpoint), Target("filter", str(kept.id), kept.name)
    db.session.delete(kept)
    record(db.session, actor=actor_of(staff), action="filter.delete", target=target, before={"query": kept.query})
    return _say_and_return(_("筛选“%(name)s”已删除。", name=kept.name), base)


def _list_address(endpoint: str) -> str:
    """The address of a staff list; 400 for anything else."""
    if endpoint not in current_app.view_functions:
        abort(400)
    try:
        address = url_for(endpoint)
    except BuildError:
        abort(400)
    if not address.removeprefix(request.script_root).startswith("/admin"):
        abort(400)
    return address


def _tidy(query: str) -> str:
    """Arguments written anew, so that nothing but arguments is kept."""
    pairs = parse_qsl(query.encode("utf-8", "replace").decode().replace("\x00", ""), max_num_fields=30) if query else []
    tidy = urlencode([(name, value) for name, value in pairs if value and name != "page"])
    return tidy if len(tidy) <= LONGEST_QUERY else ""


def _say_and_return(words: str, address: str, kind: str = "success") -> Response:
    tell(words, kind)
    db.session.commit()
    return make_response(redirect(address, code=303))
