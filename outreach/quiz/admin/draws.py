"""Draws: fixing list and seed, opening them, drawing again with a second person, winners and their prizes."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date

import sqlalchemy as sa
from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core import review
from outreach.core.audit import Target, actor_of
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.review import Payload, find_kind
from outreach.core.review.queries import list_for_target
from outreach.core.review.rules import OPEN
from outreach.core.staff import require, the_staff
from outreach.quiz.actions.claims import list_winners
from outreach.quiz.actions.draws import DrawImpossible, SeedUnreadable, commit_draw, proof_of, reveal
from outreach.quiz.admin.blueprint import blueprint
from outreach.quiz.admin.shared import LOOKERS, contest_or_404, go_on, page, site_keys, who
from outreach.quiz.forms_admin_bank import parse_reason, words
from outreach.quiz.models import Contest, ContestStatus, DrawRecord, DrawState
from outreach.quiz.moments import database_now
from outreach.quiz.queries.eligible import list_eligible
from outreach.quiz.rules import draw as rules
from outreach.quiz.rules.deadlines import china_day
from outreach.quiz.rules.masks import masked_name


def draw_or_404(contest: Contest, draw_id: int) -> DrawRecord:
    found = db.session.get(DrawRecord, draw_id)
    if found is None or found.contest_id != contest.id:
        abort(404)
    return found


@blueprint.route("/contests/<slug>/draws", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def draws(slug: str) -> ResponseReturnValue:
    """Every draw of a contest; with POST a new one is fixed."""
    found = contest_or_404(slug)
    faults: dict[str, str] = {}
    values = {"day": words(request.form, "day", 10), "public_source": words(request.form, "public_source", 200)}
    if request.method == "POST":
        faults = _commit_faults(found, values["day"])
        if not faults:
            chosen = replace(rules.plan_from(found.draw_plan), day=values["day"])
            name = values["day"] or "final"
            try:
                made = commit_draw(
                    db.session, site_keys(), found, chosen, who(), name=name, public_source=values["public_source"]
                )
            except DrawImpossible:
                db.session.rollback()
                faults = {"day": _("没有符合条件的参与者，不能抽奖。")}
            else:
                address = url_for("quiz_admin.draw", slug=slug, draw_id=made.id)
                return go_on(address, _("名单和密封种子已固定，两个指纹已公布。"))
    query = sa.select(DrawRecord).where(DrawRecord.contest_id == found.id).order_by(DrawRecord.id.desc())
    plan = rules.plan_from(found.draw_plan) if found.draw_plan else None
    return page(
        "quiz_admin/draws.html",
        422 if faults else 200,
        contest=found,
        plan=plan,
        eligible=len(list_eligible(db.session, found, plan)) if plan else 0,
        rows=db.session.scalars(query).all(),
        faults=faults,
        values=values,
    )


def _commit_faults(contest: Contest, day: str) -> dict[str, str]:
    if not contest.draw_plan or contest.status not in (ContestStatus.PUBLISHED, ContestStatus.FINAL):
        return {"day": _("竞赛没有抽奖方案，或还没有发布。")}
    now = database_now(db.session)
    if not day:
        return {} if now >= contest.ends_at else {"day": _("总抽奖要在竞赛结束之后。")}
    try:
        is_over = date.fromisoformat(day) < china_day(now)
    except ValueError:
        return {"day": _("日期格式不对。")}
    return {} if is_over else {"day": _("当天结束之后才能抽当天的奖。")}


@blueprint.get("/contests/<slug>/draws/<int:draw_id>")
@require(*LOOKERS)
def draw(slug: str, draw_id: int) -> ResponseReturnValue:
    """One draw: fingerprints, seed, winners."""
    found = contest_or_404(slug)
    record = draw_or_404(found, draw_id)
    winners = [
        (place, prize, masked_name(nickname), county, state)
        for place, prize, nickname, county, state in list_winners(db.session, draw_id)
    ]
    is_proposed = any(one.state in OPEN for one in list_for_target(db.session, "quiz_draw", str(draw_id)))
    faults = rules.proof_faults(proof_of(db.session, record)) if record.state is DrawState.REVEALED else []
    return page(
        "quiz_admin/draw.html",
        contest=found,
        record=record,
        winners=winners,
        is_proposed=is_proposed,
        proof_faults=faults,
        may_manage=the_staff().may(Permission.QUIZ_MANAGE),
    )


@blueprint.get("/contests/<slug>/draws/<int:draw_id>/proof.json")
@require(*LOOKERS)
def draw_proof(slug: str, draw_id: int) -> ResponseReturnValue:
    """What is published of the draw, as the check reads it."""
    proof = proof_of(db.session, draw_or_404(contest_or_404(slug), draw_id))
    return Response(json.dumps(asdict(proof), ensure_ascii=False, indent=1), content_type="application/json")


@blueprint.route("/contests/<slug>/draws/<int:draw_id>/reveal", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def draw_reveal(slug: str, draw_id: int) -> ResponseReturnValue:
    """Ask before the seed is opened; with POST open it and draw."""
    found = contest_or_404(slug)
    record = draw_or_404(found, draw_id)
    address = url_for("quiz_admin.draw", slug=slug, draw_id=draw_id)
    if record.state is not DrawState.COMMITTED:
        return go_on(address, _("这次抽奖已经开过奖。"), "warning")
    value, faults = words(request.form, "public_value", 200) if record.public_source else "", {}
    if request.method == "POST":
        try:
            reveal(db.session, site_keys(), draw_id, who(), public_value=value)
        except SeedUnreadable:
            db.session.rollback()
            return go_on(
                address, _("种子无法解密：加密时用的密钥已经更换。请系统管理员恢复原来的密钥后再开奖。"), "danger"
            )
        except DrawImpossible:
            db.session.rollback()
            faults = {"public_value": _("请填写公布的数值。")}
        else:
            return go_on(address, _("已开奖。种子和中奖名单已公布。"))
    return page(
        "quiz_admin/draw_reveal.html", 422 if faults else 200, contest=found, record=record, faults=faults, value=value
    )


@blueprint.route("/contests/<slug>/draws/<int:draw_id>/redraw", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def draw_redraw(slug: str, draw_id: int) -> ResponseReturnValue:
    """Propose to draw again: a second person decides."""
    found = contest_or_404(slug)
    record = draw_or_404(found, draw_id)
    address = url_for("quiz_admin.draw", slug=slug, draw_id=draw_id)
    is_proposed = any(one.state in OPEN for one in list_for_target(db.session, "quiz_draw", str(draw_id)))
    if record.state is DrawState.SUPERSEDED or is_proposed:
        return go_on(address, _("这次抽奖已经重抽过，或重抽正在审核。"), "warning")
    reason = parse_reason(request.form)
    faults = {"reason": _("请写明理由。")} if request.method == "POST" and not reason else {}
    if request.method != "POST" or faults:
        given = {"faults": faults, "reason": reason}
        return page("quiz_admin/draw_redraw.html", 422 if faults else 200, contest=found, record=record, **given)
    actor = actor_of(the_staff())
    payload = Payload({}, {"draw_id": draw_id, "slug": slug, "reason": reason})
    target = Target("quiz_draw", str(draw_id), f"{found.title} {record.name}")
    proposal = review.propose(db.session, find_kind("quiz-redraw"), target, payload, actor, reason)
    review.submit(db.session, proposal, actor)
    return go_on(url_for("admin.review", proposal_id=proposal.id), _("已提交审核。"))
