"""The audit log for auditors: searching, one entry with its difference, whether the log is whole, taking it away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask import Response, abort, make_response, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import ImmutableMultiDict

from outreach.admin import wording
from outreach.admin.blueprint import blueprint
from outreach.admin.forms import parse_audit_query
from outreach.admin.queries.audit import (
    MOST_EXPORTED,
    iter_entries,
    list_actions,
    list_around,
    list_target_kinds,
    search_entries,
)
from outreach.admin.rules import differences, spelled
from outreach.admin.tasks import VERIFY
from outreach.core import jobs
from outreach.core.audit.models import AuditEntry
from outreach.core.audit.reading import find_head, newest_check
from outreach.core.audit.recording import Target, record
from outreach.core.audit.web import actor_of
from outreach.core.clock import today
from outreach.core.db import db
from outreach.core.exports import Column, Kind, content_disposition, stream_csv, stream_xlsx
from outreach.core.formats import moment
from outreach.core.permissions import Permission
from outreach.core.search.pending import snapshot
from outreach.core.staff import require, tell, the_staff

FORMATS: Final = {"csv": (stream_csv, "text/csv; charset=utf-8"), "xlsx": (stream_xlsx, "application/octet-stream")}


@blueprint.get("/audit")
@require(Permission.AUDIT_READ)
def audit() -> ResponseReturnValue:
    """The entries that fit, the newest first, and the newest verification."""
    query = parse_audit_query(request.args)
    found = search_entries(db.session, query)

    def page_href(number: int) -> str:
        """Address of another page of this list."""
        return url_for("admin.audit", **query.as_args(page=number))

    return render_template(
        "admin/audit.html",
        query=query,
        found=found,
        page_href=page_href,
        action_options=_action_options(query.action),
        kind_options=_options(list_target_kinds(db.session), query.kind),
        outcome_options=[("", _("全部")), *wording.OUTCOMES.items()],
        most_exported=MOST_EXPORTED,
        check=newest_check(db.session),
        head=find_head(db.session),
        wording=wording,
    )


def _options(values: list[str], chosen: str) -> list[tuple[str, str]]:
    """Choices of a filter; one from an old address stays chosen although nothing has it any more."""
    known = values if not chosen or chosen in values else [*values, chosen]
    return [("", _("全部")), *((value, value) for value in known)]


def _action_options(chosen: str) -> list[tuple[str, str]]:
    """Each part of the site as a whole, then its single actions."""
    actions = list_actions(db.session)
    parts = dict.fromkeys(action.partition(".")[0] for action in actions)
    whole = {f"{part}.": _("%(area)s：全部动作", area=wording.area(part) or part) for part in parts}
    names = {**whole, **{action: action for action in actions}}
    if chosen and chosen not in names:
        names[chosen] = chosen
    return [("", _("全部")), *sorted(names.items())]


@blueprint.get("/audit/<int:number>")
@require(Permission.AUDIT_READ)
def audit_entry(number: int) -> ResponseReturnValue:
    """One entry: everything that was recorded, and what else was done to the same object."""
    entry = db.session.get(AuditEntry, number) or abort(404)
    return render_template(
        "admin/audit_entry.html",
        entry=entry,
        changes=differences(entry.before, entry.after),
        around=list_around(db.session, entry),
        wording=wording,
    )


@blueprint.post("/audit/verify")
@require(Permission.AUDIT_READ)
def audit_verify() -> ResponseReturnValue:
    """Ask for a verification of the whole log."""
    job = jobs.enqueue(db.session, VERIFY, {}, actor_of(the_staff()), _("校验审计日志"))
    tell(_("校验已开始，完成后在这里看到结果。"))
    address = url_for("admin.job", job_id=job.id)
    db.session.commit()
    return redirect(address, code=303)


@blueprint.post("/audit/export")
@require(Permission.AUDIT_READ)
def audit_export() -> ResponseReturnValue:
    """The entries that fit as a file. Taking the log away is itself recorded."""
    form = request.form
    writer, content_type = FORMATS.get(form.get("format", "")) or abort(400)
    query = parse_audit_query(ImmutableMultiDict(form))
    shown = {name: str(value) for name, value in query.as_args(page=1).items()}
    target = Target("audit", form["format"])
    record(db.session, actor=actor_of(the_staff()), action="audit.export", target=target, after=shown)
    db.session.commit()

    def pieces() -> Iterator[bytes]:
        with snapshot() as session:
            yield from writer(export_columns(), iter_entries(session, query))

    answer = Response(stream_with_context(pieces()), content_type=content_type)
    answer.headers["Content-Disposition"] = content_disposition(f"audit-{today().isoformat()}.{form['format']}")
    return make_response(answer)


def export_columns() -> list[Column[AuditEntry]]:
    """The columns of a file with entries: what readers need, with the hash that ties it to the log."""
    return [
        Column("number", _l("编号"), lambda entry: entry.number, Kind.NUMBER),
        Column("recorded_at", _l("时间"), lambda entry: moment(entry.recorded_at)),
        Column("actor_kind", _l("身份"), lambda entry: wording.ACTOR_KINDS.get(entry.actor_kind, entry.actor_kind)),
        Column("actor_name", _l("姓名"), lambda entry: entry.actor_name),
        Column("network", _l("网络地址"), lambda entry: entry.network),
        Column("action", _l("动作"), lambda entry: entry.action),
        Column("target", _l("对象"), lambda entry: f"{entry.target_kind} {entry.target_key}".strip()),
        Column("target_label", _l("对象名称"), lambda entry: entry.target_label),
        Column("before", _l("原值"), lambda entry: spelled(entry.before)),
        Column("after", _l("新值"), lambda entry: spelled(entry.after)),
        Column("reason", _l("理由"), lambda entry: entry.reason),
        Column("outcome", _l("结果"), lambda entry: wording.OUTCOMES[entry.outcome]),
        Column("request_id", _l("请求编号"), lambda entry: entry.request_id),
        Column("hash", _l("校验值"), lambda entry: entry.hash),
    ]
