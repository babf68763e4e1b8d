"""Steps of a contest that people take while it runs. Each asks once more, wants a reason, and is an event on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from outreach.core import jobs
from outreach.core.audit.web import actor_of
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.staff import require, the_staff
from outreach.quiz.actions import contests
from outreach.quiz.actions.contests import StepImpossible
from outreach.quiz.admin.blueprint import blueprint
from outreach.quiz.admin.shared import contest_or_404, go_on, page, who
from outreach.quiz.forms_admin import moment_from
from outreach.quiz.forms_admin_bank import parse_reason
from outreach.quiz.models import Contest, ContestStatus
from outreach.quiz.moments import database_now
from outreach.quiz.seams import Actor

#: The job that makes results final.
FINALISE: Final = "quiz.finalise"


@dataclass(frozen=True, slots=True)
class ContestStep:
    """A step: what it is called, what it does in words, when it may be taken, and the engine's function."""

    label: LazyString
    question: LazyString
    done: LazyString
    is_possible: Callable[[Contest], bool]
    take: Callable[[Session, Contest, Actor, str], None] | None = None
    is_danger: bool = False


def _is_published(contest: Contest) -> bool:
    return contest.status is ContestStatus.PUBLISHED


def _is_frozen(contest: Contest) -> bool:
    return contest.freeze_at is not None and contest.unfrozen_at is None


STEPS: Final[dict[str, ContestStep]] = {
    "pause": ContestStep(
        _l("暂停"),
        _l("暂停后不能开始、保存和交卷，未交答卷的倒计时也停住；恢复时补足停掉的时间。"),
        _l("竞赛已暂停。"),
        lambda one: _is_published(one) and one.paused_at is None,
        contests.pause,
        is_danger=True,
    ),
    "resume": ContestStep(
        _l("恢复"),
        _l("恢复答题，每份未交的答卷补足暂停的时间。"),
        _l("竞赛已恢复。"),
        lambda one: _is_published(one) and one.paused_at is not None,
        contests.resume,
    ),
    "extend": ContestStep(
        _l("延期"),
        _l("结束时间改晚，最后一轮同时延长。不能改早。"),
        _l("竞赛已延期。"),
        _is_published,
    ),
    "freeze": ContestStep(
        _l("冻结排行榜"),
        _l("所有页面、接口和导出停在这一刻的排行榜，个人名次也不再显示；计分照常。"),
        _l("排行榜已冻结。"),
        lambda one: _is_published(one) and not _is_frozen(one),
        contests.freeze,
        is_danger=True,
    ),
    "unfreeze": ContestStep(
        _l("恢复排行榜"),
        _l("重新公布最新的排行榜。"),
        _l("排行榜已恢复。"),
        lambda one: one.status in (ContestStatus.PUBLISHED, ContestStatus.FINAL) and _is_frozen(one),
        contests.unfreeze,
    ),
    "finalise": ContestStep(
        _l("确定结果"),
        _l("从原始答卷重新计票，与排行榜逐项核对；完全一致才定稿，定稿后不再变动。"),
        _l("已开始核对，完成后在任务页查看结果。"),
        _is_published,
    ),
    "withdraw": ContestStep(
        _l("撤下"),
        _l("竞赛从网站撤下，不能再答题。答卷和记录保留。撤下后不能再发布。"),
        _l("竞赛已撤下。"),
        lambda one: one.status in (ContestStatus.DRAFT, ContestStatus.PUBLISHED),
        contests.withdraw,
        is_danger=True,
    ),
}


def possible_steps(contest: Contest) -> list[tuple[str, ContestStep]]:
    """The steps that may be taken now."""
    return [(name, step) for name, step in STEPS.items() if step.is_possible(contest)]


@blueprint.route("/contests/<slug>/steps/<name>", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def contest_step(slug: str, name: str) -> ResponseReturnValue:
    """Ask before a step; with POST take it."""
    found, step = contest_or_404(slug), STEPS.get(name) or abort(404)
    back = url_for("quiz_admin.contest", slug=slug)
    if not step.is_possible(found):
        return go_on(back, _("竞赛现在的状态不能进行“%(step)s”。", step=step.label), "warning")
    if request.method != "POST":
        return _page(found, name, step)
    reason, until = parse_reason(request.form), request.form.get("until", "")
    faults = {} if reason else {"reason": _("请写明理由。")}
    if name == "extend":
        faults |= _until_faults(found, until)
    if faults:
        return _page(found, name, step, reason=reason, until=until, faults=faults)
    try:
        address = _take(found, name, step, reason, until)
    except StepImpossible:
        db.session.rollback()
        return go_on(back, _("已由别人处理，请刷新页面。"), "warning")
    return go_on(address or back, str(step.done))


def _until_faults(contest: Contest, text: str) -> dict[str, str]:
    until = moment_from(text)
    if until is None:
        return {"until": _("请填写新的结束时间。")}
    if until <= contest.ends_at or until <= database_now(db.session):
        return {"until": _("新的结束时间必须晚于现在的结束时间，也必须在将来。")}
    return {}


def _take(contest: Contest, name: str, step: ContestStep, reason: str, until: str) -> str:
    """Take the step; the address to go to, empty for the contest's page."""
    if name == "extend":
        moment = moment_from(until)
        assert moment is not None  # noqa: S101  # checked before
        contests.extend(db.session, contest, moment, who(), reason)
    elif name == "finalise":
        label = _("确定“%(title)s”的结果", title=contest.title)
        job = jobs.enqueue(db.session, FINALISE, {"slug": contest.slug, "reason": reason}, actor_of(the_staff()), label)
        return url_for("admin.job", job_id=job.id)
    elif step.take is not None:
        step.take(db.session, contest, who(), reason)
    return ""


def _page(
    contest: Contest,
    name: str,
    step: ContestStep,
    *,
    reason: str = "",
    until: str = "",
    faults: dict[str, str] | None = None,
) -> ResponseReturnValue:
    status = 422 if faults else 200
    given = {"reason": reason, "until": until, "faults": faults or {}}
    return page("quiz_admin/contest_step.html", status, contest=contest, name=name, step=step, **given)
