"""A sample paper for a second person, and handing a contest in for publication."""

from __future__ import annotations

import secrets

from flask import request, url_for
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
from outreach.quiz.actions.contests import check, sample_pool
from outreach.quiz.actions.drafts import note_preview
from outreach.quiz.admin.blueprint import blueprint
from outreach.quiz.admin.contests import TARGET
from outreach.quiz.admin.shared import LOOKERS, contest_or_404, go_on, page, who
from outreach.quiz.models import Contest, ContestStatus
from outreach.quiz.queries.contents import marking_keys
from outreach.quiz.queries.drafts import fingerprint, previewers, settings_of
from outreach.quiz.queries.integrity import right_words
from outreach.quiz.rules import papers
from outreach.quiz.rules.papers import QuotaUnmet


@blueprint.route("/contests/<slug>/preview", methods=["GET", "POST"])
@require(*LOOKERS)
def preview(slug: str) -> ResponseReturnValue:
    """A paper as it would be drawn, with its keys; with POST: somebody has looked through it."""
    found = contest_or_404(slug)
    if request.method == "POST":
        return _seen(found)
    pool, quotas = sample_pool(db.session, found)
    try:
        paper = papers.draw_paper(pool, quotas, secrets.token_hex(32))
    except QuotaUnmet:
        paper = ()
    keys = marking_keys(db.session, [question.version_id for question in paper])
    return page(
        "quiz_admin/preview.html",
        contest=found,
        rows=[
            (question, keys[question.version_id].content, right_words(keys[question.version_id])) for question in paper
        ],
        is_author=who().is_staff(found.created_by),
        previewers=previewers(db.session, found),
        is_draft=found.status is ContestStatus.DRAFT,
    )


def _seen(contest: Contest) -> ResponseReturnValue:
    address = url_for("quiz_admin.contest", slug=contest.slug)
    if contest.status is not ContestStatus.DRAFT or who().is_staff(contest.created_by):
        return go_on(address, _("样卷要由编制人以外的同事在发布之前查看。"), "warning")
    note_preview(db.session, contest, who())
    return go_on(address, _("已记录：您看过样卷。"))


@blueprint.post("/contests/<slug>/propose")
@require(Permission.QUIZ_MANAGE)
def contest_propose(slug: str) -> ResponseReturnValue:
    """Hand the contest in: a second person publishes it by approving."""
    found = contest_or_404(slug)
    address = url_for("quiz_admin.contest", slug=slug)
    is_handed_in = any(one.state in OPEN for one in list_for_target(db.session, TARGET, slug))
    if found.status is not ContestStatus.DRAFT or is_handed_in or check(db.session, found):
        return go_on(address, _("竞赛还不能提交：先改正下面列出的问题；已经提交的不必再交。"), "warning")
    mark = {"fingerprint": fingerprint(db.session, found)}
    payload = Payload(mark, {**mark, "settings": settings_of(found)})
    actor = actor_of(the_staff())
    kind = find_kind("quiz-contest")
    proposal = review.propose(db.session, kind, Target(TARGET, slug, found.title), payload, actor, _("发布竞赛"))
    review.submit(db.session, proposal, actor)
    return go_on(url_for("admin.review", proposal_id=proposal.id), _("已提交审核。"))
