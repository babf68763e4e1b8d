"""Participants as far as organisers need them: correcting county, unit and bracket with a reason."""

from __future__ import annotations

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.staff import require
from outreach.quiz import seams
from outreach.quiz.actions.joining import correct_groups
from outreach.quiz.actions.scores import Groups
from outreach.quiz.admin.blueprint import blueprint
from outreach.quiz.admin.shared import contest_or_404, go_on, page, who
from outreach.quiz.forms_admin_bank import parse_reason, words
from outreach.quiz.models import Contest, ContestUnit, Participant
from outreach.quiz.queries.organising import list_attempts_of


@blueprint.route("/contests/<slug>/people/<int:participant_id>", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def participant(slug: str, participant_id: int) -> ResponseReturnValue:
    """One participant's groups, and correcting them."""
    found = contest_or_404(slug)
    person = db.session.get(Participant, participant_id)
    if person is None or person.contest_id != found.id:
        abort(404)
    groups = Groups(person.county_code, person.unit_code, person.bracket)
    faults: dict[str, str] = {}
    reason = parse_reason(request.form)
    if request.method == "POST":
        groups = Groups(
            words(request.form, "county", 6), words(request.form, "unit", 64), words(request.form, "bracket", 64)
        )
        faults = _faults(found, groups, reason)
        if not faults:
            correct_groups(db.session, person.id, groups, who(), reason)
            address = url_for("quiz_admin.participant", slug=slug, participant_id=participant_id)
            return go_on(address, _("分组已更正，排行榜随下一次更新变动。"))
    return page(
        "quiz_admin/participant.html",
        422 if faults else 200,
        contest=found,
        person=person,
        groups=groups,
        attempts=list_attempts_of(db.session, person.id),
        county=seams.regions(db.session, [person.county_code])[person.county_code],
        bracket_options=[("", _("不分组")), *((one["code"], one["code"]) for one in found.brackets or ())],
        faults=faults,
        reason=reason,
    )


def _faults(contest: Contest, groups: Groups, reason: str) -> dict[str, str]:
    found = {}
    if not seams.is_county(db.session, groups.county_code):
        found["county"] = _("没有县域编码“%(code)s”", code=groups.county_code)
    if groups.unit_code and db.session.get(ContestUnit, (contest.id, groups.unit_code)) is None:
        found["unit"] = _("这场竞赛没有单位编码“%(code)s”。", code=groups.unit_code)
    if groups.bracket not in ({one["code"] for one in contest.brackets or ()} or {""}):
        found["bracket"] = _("请选择一个组别。")
    if not reason:
        found["reason"] = _("请写明理由。")
    return found
