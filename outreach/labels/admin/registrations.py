"""The list of registrations of every state, filtered and sorted, and taking the filtered ones away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from flask import Response, make_response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.audit import Target, actor_of, record
from outreach.core.clock import today
from outreach.core.db import db
from outreach.core.exports import content_disposition, stream_csv
from outreach.core.permissions import Permission
from outreach.core.search.pending import snapshot
from outreach.core.staff import require, the_staff
from outreach.labels.blueprint import blueprint
from outreach.labels.exports import catalogue_columns, iter_rows
from outreach.labels.forms_upkeep import RegistrationQuery, parse_registration_query
from outreach.labels.imports.sources import SOURCES
from outreach.labels.models import RegistrationStatus
from outreach.labels.queries.records import Record
from outreach.labels.queries.registrations import (
    MOST_EXPORTED,
    corrected_ids,
    list_editions_in_use,
    list_fitting_ids,
    remarked_numbers,
    search_registrations,
)
from outreach.labels.wording import source_name, status_word

#: Ready-made views: label and what they ask for.
VIEWS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("all", {}),
    ("differs", {"differs": True}),
    ("remarked", {"remarked": True}),
    ("corrected", {"corrected": True}),
    ("suspended", {"status": "suspended"}),
    ("withdrawn", {"status": "withdrawn"}),
)


@blueprint.get("/admin/labels/")
@require(Permission.LABELS_VIEW)
def admin_registrations() -> ResponseReturnValue:
    """Registrations that fit, fictional ones too, with what can be done to several at once."""
    query = parse_registration_query(request.args)
    found = search_registrations(db.session, query)

    def href(**changes: Any) -> str:
        """Address of this list with other arguments."""
        return url_for("labels.admin_registrations", **query.as_args(**changes))

    return render_template(
        "labels/admin/registrations.html",
        query=query,
        found=found,
        href=href,
        views=_views(query),
        remarked=remarked_numbers(db.session, found.registrations),
        corrected=corrected_ids(db.session, found.registrations),
        edition_options=[("", _("全部")), *list_editions_in_use(db.session)],
        status_options=[("", _("全部")), *((one.value, status_word(one)) for one in RegistrationStatus)],
        source_options=[("", _("全部")), *((name, source_name(name)) for name in (*SOURCES, "demo"))],
        kind_options=[("", _("全部")), ("real", _("真实登记")), ("demo", _("演示数据"))],
        only_options=[("differs", _("等级不一致")), ("remarked", _("有备注")), ("corrected", _("有更正"))],
        may_edit=the_staff().may(Permission.LABELS_EDIT),
        most_exported=MOST_EXPORTED,
    )


def _views(query: RegistrationQuery) -> list[tuple[str, str, None, bool]]:
    """The ready-made views, as ``components/saved_filters.html`` takes them."""
    names = {
        "all": _("全部"),
        "differs": _("等级不一致"),
        "remarked": _("有备注"),
        "corrected": _("有更正"),
        "suspended": status_word("suspended"),
        "withdrawn": status_word("withdrawn"),
    }
    here = query.as_args(page=1)
    return [
        (names[code], url_for("labels.admin_registrations", **args), None, args == here)
        for code, asked in VIEWS
        for args in [RegistrationQuery(**asked).as_args()]
    ]


@blueprint.post("/admin/labels/export")
@require(Permission.LABELS_VIEW)
def admin_export() -> Response:
    """What the list's filter finds, as CSV in the exchange format. That it was taken away is recorded."""
    query = parse_registration_query(request.form)
    ids = list_fitting_ids(db.session, query)
    target = Target("registrations", "export", _("登记导出"))
    after = {"filter": query.as_args(page=1), "rows": len(ids)}
    record(db.session, actor=actor_of(the_staff()), action="labels.export", target=target, after=after)
    columns = catalogue_columns(db.session)
    db.session.commit()
    answer = make_response(
        Response(stream_with_context(stream_csv(columns, _read(list(ids)))), content_type="text/csv; charset=utf-8")
    )
    answer.headers["Content-Disposition"] = content_disposition(f"registrations-{today().isoformat()}.csv")
    return answer


def _read(ids: list[int]) -> Iterator[Record]:
    """The rows by a session of their own: the request's is closed when the first piece is sent."""
    with snapshot() as session:
        yield from iter_rows(session, ids)
