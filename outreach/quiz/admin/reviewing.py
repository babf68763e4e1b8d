"""What a second person decides on: publishing a contest, a question's new version, drawing again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from outreach.core.permissions import Permission
from outreach.core.review import AuthorCannotDecide, FieldChange, Proposal, ReviewKind
from outreach.core.review.faults import NotReady
from outreach.quiz import seams
from outreach.quiz.actions import contests
from outreach.quiz.actions.bank import BankInvalid, CodedQuestion, newest_versions, save_questions
from outreach.quiz.actions.contests import ContestInvalid, StepImpossible
from outreach.quiz.actions.draws import DrawImpossible, redraw
from outreach.quiz.admin.shared import site_keys
from outreach.quiz.admin.wording import field_name
from outreach.quiz.models import Contest, DrawRecord
from outreach.quiz.queries.drafts import fingerprint, previewers
from outreach.quiz.queries.pools import contest_of
from outreach.quiz.rules.questions import from_dict
from outreach.quiz.seams import Actor
from outreach.quiz.wording import contest_sentence, placed_sentence


def _decider(proposal: Proposal) -> Actor:
    return seams.staff_actor(proposal.decided_by_id or 0, proposal.decided_by_name)


def _author(proposal: Proposal) -> Actor:
    return seams.staff_actor(proposal.author_id, proposal.author_name)


def _contest(session: Session, proposal: Proposal) -> Contest:
    found = contest_of(session, proposal.target_key)
    if found is None:
        raise NotReady(_("竞赛已经不存在。"))
    return found


def publish_contest(session: Session, proposal: Proposal) -> None:
    """Open the contest for its windows. Its author cannot be the one, whoever proposed it."""
    contest, decider = _contest(session, proposal), _decider(proposal)
    if decider.is_staff(contest.created_by):
        raise AuthorCannotDecide
    if not previewers(session, contest):
        raise NotReady(_("还没有编制人以外的同事看过样卷。请先打开样卷，逐题看过并确认。"))
    try:
        contests.publish(session, contest, decider)
    except ContestInvalid as invalid:
        raise NotReady(" ".join(contest_sentence(fault) for fault in invalid.faults[:5])) from invalid
    except StepImpossible as impossible:
        raise NotReady(_("竞赛已经发布或撤下。")) from impossible


def _contest_now(session: Session, proposal: Proposal) -> Mapping[str, Any]:
    return {"fingerprint": fingerprint(session, _contest(session, proposal))}


def _describe_contest(proposal: Proposal) -> Sequence[FieldChange]:
    settings = proposal.after.get("settings", {})
    return [
        FieldChange(field_name(name), "", spelled(value), name)
        for name, value in settings.items()
        if value not in ("", None, [], {})
    ]


def save_question(session: Session, proposal: Proposal) -> None:
    """A new question, or a new version of one."""
    item = CodedQuestion(proposal.target_key, from_dict(dict(proposal.after["content"])), proposal.target_key)
    try:
        save_questions(session, [item], author=_author(proposal).name)
    except BankInvalid as invalid:
        raise NotReady(" ".join(map(placed_sentence, invalid.faults[:5]))) from invalid


def _question_now(session: Session, proposal: Proposal) -> Mapping[str, Any] | None:
    version = newest_versions(session).get(proposal.target_key)
    if version is None:
        return {"content": None}
    return {"content": version.content}


def _describe_question(proposal: Proposal) -> Sequence[FieldChange]:
    before, after = proposal.before.get("content") or {}, proposal.after["content"]
    return [
        FieldChange(field_name(name), spelled(before.get(name)), spelled(value), name)
        for name, value in after.items()
        if before.get(name) != value
    ]


def spelled(value: Any) -> str:
    """A value of the settings or of a question as a reviewer reads it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list) and all(isinstance(one, dict) and "text" in one for one in value):
        return "\n".join(
            f"{'✓' if one.get('is_right') else '·'} {one['text']} / {one.get('text_en', '')}" for one in value
        )
    if isinstance(value, dict) and "sha256" in value:
        return _("%(alt)s（图片 %(file)s）", alt=value["alt"], file=value["file"])
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def draw_again(session: Session, proposal: Proposal) -> None:
    """The old draw stays on record; the new one is committed by its proposer, with the decider's agreement."""
    record = session.get(DrawRecord, int(proposal.after["draw_id"]))
    if record is None:
        raise NotReady(_("这次抽奖已经不存在。"))
    contest = session.get_one(Contest, record.contest_id)
    try:
        redraw(
            session, site_keys(), contest, record, _author(proposal), _decider(proposal), str(proposal.after["reason"])
        )
    except DrawImpossible as impossible:
        raise NotReady(_("不能重抽：没有符合条件的人、没有奖品，或已经重抽过。")) from impossible


def _describe_redraw(proposal: Proposal) -> Sequence[FieldChange]:
    return [FieldChange(_("重抽的理由"), "", str(proposal.after["reason"]), "reason")]


def _contest_url(proposal: Proposal) -> str:
    return url_for("quiz_admin.contest", slug=proposal.target_key)


def _question_url(proposal: Proposal) -> str:
    return url_for("quiz_admin.question", code=proposal.target_key)


def _draw_url(proposal: Proposal) -> str:
    return url_for("quiz_admin.draw", slug=str(proposal.after["slug"]), draw_id=int(proposal.after["draw_id"]))


_RIGHTS: Final = (Permission.QUIZ_MANAGE, Permission.QUIZ_REVIEW)
KINDS: Final = (
    ReviewKind(
        "quiz-contest", _l("发布竞赛"), *_RIGHTS, publish_contest, _describe_contest, _contest_url, current=_contest_now
    ),
    ReviewKind(
        "quiz-question", _l("题目"), *_RIGHTS, save_question, _describe_question, _question_url, current=_question_now
    ),
    ReviewKind("quiz-redraw", _l("重新抽奖"), *_RIGHTS, draw_again, _describe_redraw, _draw_url),
)
