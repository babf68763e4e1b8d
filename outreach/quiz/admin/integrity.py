"""Signals, attempts and appeals: a person looks, decides and says why. Nothing here decides by itself."""

from __future__ import annotations

from typing import Final

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core import jobs
from outreach.core.audit.web import actor_of
from outreach.core.db import db
from outreach.core.list_queries import parse_page
from outreach.core.permissions import Permission
from outreach.core.staff import require, the_staff
from outreach.quiz.actions.review import decide_appeal, decide_signal, restore, void
from outreach.quiz.admin import wording
from outreach.quiz.admin.blueprint import blueprint
from outreach.quiz.admin.shared import LOOKERS, contest_or_404, go_on, page, points, who
from outreach.quiz.forms_admin_bank import parse_reason
from outreach.quiz.models import AttemptState, Contest, IntegritySignal, SignalState
from outreach.quiz.queries.integrity import (
    PAGE,
    answer_lines,
    find_appeal,
    find_attempt,
    integrity_counts,
    list_appeals,
    list_attempt_signals,
    list_regrades,
    list_signals,
)
from outreach.quiz.refusals import Refused

#: The job that looks through the papers of a contest.
SIGNALS: Final = "quiz.signals"


@blueprint.get("/contests/<slug>/integrity")
@require(*LOOKERS)
def integrity(slug: str) -> ResponseReturnValue:
    """The queue of signals, appeals, and the counts that are published."""
    found = contest_or_404(slug)
    name, number = request.args.get("state", ""), parse_page(request.args)
    state = SignalState(name) if name in set(SignalState) else SignalState.WAITING
    counts = integrity_counts(db.session, found.id)
    total = {SignalState.WAITING: counts.waiting, SignalState.CONFIRMED: counts.confirmed}.get(state, counts.cleared)

    def page_href(to: int) -> str:
        """Address of another page of this list."""
        return url_for("quiz_admin.integrity", slug=slug, state=state.value, page=to)

    return page(
        "quiz_admin/integrity.html",
        contest=found,
        state=state,
        counts=counts,
        rows=list_signals(db.session, found.id, state, page=number),
        number=number,
        pages=max(1, -(-total // PAGE)),
        page_href=page_href,
        appeals=list_appeals(db.session, found.id),
        may_manage=the_staff().may(Permission.QUIZ_MANAGE),
    )


@blueprint.post("/contests/<slug>/integrity/search")
@require(Permission.QUIZ_MANAGE)
def integrity_search(slug: str) -> ResponseReturnValue:
    """Look through the papers again, as a job."""
    found = contest_or_404(slug)
    label = _("核查“%(title)s”的答卷", title=found.title)
    job = jobs.enqueue(db.session, SIGNALS, {"slug": slug}, actor_of(the_staff()), label)
    return go_on(url_for("admin.job", job_id=job.id), _("已开始核查。"))


@blueprint.get("/contests/<slug>/attempts/<int:attempt_id>")
@require(*LOOKERS)
def attempt(slug: str, attempt_id: int) -> ResponseReturnValue:
    """One attempt with everything that is known of it."""
    return _attempt_page(contest_or_404(slug), attempt_id)


def _attempt_page(contest: Contest, attempt_id: int, *, fault: str = "", reason: str = "") -> ResponseReturnValue:
    attempt, person = find_attempt(db.session, contest.id, attempt_id) or abort(404)
    is_open = attempt.state is AttemptState.OPEN
    return page(
        "quiz_admin/attempt.html",
        422 if fault else 200,
        contest=contest,
        attempt=attempt,
        person=person,
        points=points,
        signals=list_attempt_signals(db.session, attempt.id),
        regrades=list_regrades(db.session, attempt.id),
        # while a paper is open nobody looks over its author's shoulder
        lines=[] if is_open else answer_lines(db.session, attempt),
        may_manage=the_staff().may(Permission.QUIZ_MANAGE),
        fault=fault,
        reason=reason,
    )


@blueprint.post("/contests/<slug>/attempts/<int:attempt_id>/<name>")
@require(Permission.QUIZ_MANAGE)
def attempt_step(slug: str, attempt_id: int, name: str) -> ResponseReturnValue:
    """Take an attempt out of the count, or count it again."""
    found, reason = contest_or_404(slug), parse_reason(request.form)
    if name not in ("void", "restore") or find_attempt(db.session, found.id, attempt_id) is None:
        abort(404)
    if not reason:
        return _attempt_page(found, attempt_id, fault=_("请写明理由。"))
    try:
        (void if name == "void" else restore)(db.session, attempt_id, who(), reason)
    except Refused as refused:
        db.session.rollback()
        return _attempt_page(found, attempt_id, fault=wording.refused(refused), reason=reason)
    words = _("答卷已作废，排行榜随下一次更新变动。") if name == "void" else _("答卷已恢复计分。")
    return go_on(url_for("quiz_admin.attempt", slug=slug, attempt_id=attempt_id), words)


@blueprint.post("/contests/<slug>/signals/<int:signal_id>")
@require(Permission.QUIZ_MANAGE)
def signal_decide(slug: str, signal_id: int) -> ResponseReturnValue:
    """Say of a signal whether it is so."""
    found, note = contest_or_404(slug), parse_reason(request.form)
    signal = db.session.get(IntegritySignal, signal_id)
    if signal is None or signal.contest_id != found.id:
        abort(404)
    decision = request.form.get("decision", "")
    address = url_for("quiz_admin.attempt", slug=slug, attempt_id=signal.attempt_id)
    if not note or decision not in ("confirm", "clear"):
        return _attempt_page(found, signal.attempt_id, fault=_("请写明理由，并选择属实还是排除。"))
    try:
        decide_signal(db.session, signal_id, who(), note, is_confirmed=decision == "confirm")
    except Refused as refused:
        db.session.rollback()
        return go_on(address, wording.refused(refused), "warning")
    return go_on(address, _("已记录您的判断。"))


@blueprint.route("/contests/<slug>/appeals/<int:appeal_id>", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def appeal(slug: str, appeal_id: int) -> ResponseReturnValue:
    """Answer an appeal; who voided the attempt may not."""
    found = contest_or_404(slug)
    appeal, attempt = find_appeal(db.session, found.id, appeal_id) or abort(404)
    fault, answer = "", parse_reason(request.form, "answer")
    decision = request.form.get("decision", "")
    is_barred = who().is_staff(attempt.voided_by)
    if request.method == "POST":
        if is_barred:
            fault = _("作废的人不能自己裁定申诉，请由另一位同事处理，并写明答复。")
        elif not answer or decision not in ("grant", "refuse"):
            fault = _("请写明答复，并选择支持还是驳回。")
        else:
            try:
                decide_appeal(db.session, appeal_id, who(), answer, is_granted=decision == "grant")
            except Refused as refused:
                db.session.rollback()
                fault = wording.refused(refused)
            else:
                return go_on(url_for("quiz_admin.integrity", slug=slug), _("申诉已答复。"))
        found = contest_or_404(slug)
        appeal, attempt = find_appeal(db.session, found.id, appeal_id) or abort(404)
    given = {"fault": fault, "answer": answer, "decision": decision, "is_barred": is_barred}
    return page(
        "quiz_admin/appeal.html",
        422 if fault else 200,
        contest=found,
        appeal=appeal,
        attempt=attempt,
        points=points,
        **given,
    )
