"""The question bank: the list, a question with its versions and uses, proposing versions, retiring, correcting keys."""

from __future__ import annotations

from typing import Any, Final

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core import jobs, review
from outreach.core.audit import Target, actor_of
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.review import Payload, find_kind
from outreach.core.review.queries import list_for_target
from outreach.core.review.rules import OPEN
from outreach.core.staff import require, the_staff
from outreach.quiz import seams
from outreach.quiz.actions.bank import CodedQuestion, batch_faults, newest_versions, retire
from outreach.quiz.actions.regrading import CorrectionInvalid, correct_key
from outreach.quiz.admin.blueprint import blueprint
from outreach.quiz.admin.pictures import chosen_image
from outreach.quiz.admin.shared import LOOKERS, go_on, page, who
from outreach.quiz.admin.wording import DIFFICULTIES, KINDS, NAMES, field_name
from outreach.quiz.forms_admin_bank import (
    QuestionForm,
    blank_question,
    parse_bank_query,
    parse_question,
    parse_reason,
    typed_of,
)
from outreach.quiz.models import Question, QuestionVersion
from outreach.quiz.queries.bank import (
    find_question,
    find_version,
    list_corrections,
    list_topics,
    list_uses,
    search_bank,
)
from outreach.quiz.queries.contents import marking_keys
from outreach.quiz.rules.questions import Fault, from_dict
from outreach.quiz.seams import Act
from outreach.quiz.wording import fault_words

TARGET: Final = "quiz_question"
#: The job that marks papers again after a corrected key.
REGRADE: Final = "quiz.regrade"


@blueprint.get("/questions")
@require(*LOOKERS)
def bank() -> ResponseReturnValue:
    """The bank, filtered."""
    query = parse_bank_query(request.args)

    def page_href(number: int) -> str:
        """Address of another page of this list."""
        return url_for("quiz_admin.bank", **query.as_args(page=number))

    return page(
        "quiz_admin/bank.html",
        query=query,
        found=search_bank(db.session, query),
        page_href=page_href,
        topic_options=[("", _("不限")), *((topic, topic) for topic in list_topics(db.session))],
        kind_options=[("", _("不限")), *KINDS.items()],
        difficulty_options=[("", _("不限")), *DIFFICULTIES.items()],
        formats=list(NAMES.items()),
        may_manage=the_staff().may(Permission.QUIZ_MANAGE),
    )


def question_or_404(code: str) -> Question:
    return find_question(db.session, code) or abort(404)


@blueprint.get("/questions/by-code/<code>")
@require(*LOOKERS)
def question(code: str) -> ResponseReturnValue:
    """One question: every version, where it is used, corrected keys. A proposed one may not be there yet."""
    found = find_question(db.session, code)
    proposals = list_for_target(db.session, TARGET, code)
    if found is None and not proposals:
        abort(404)
    versions = list(reversed(found.versions)) if found else []
    return page(
        "quiz_admin/question.html",
        code=code,
        question=found,
        versions=[(version, from_dict(version.content)) for version in versions],
        uses=list_uses(db.session, found.id) if found else [],
        corrections=list_corrections(db.session, found.id) if found else [],
        proposals=[(one, from_dict(dict(one.after["content"])).image) for one in proposals if one.state in OPEN],
        may_manage=the_staff().may(Permission.QUIZ_MANAGE),
    )


@blueprint.route("/questions/new", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def question_new() -> ResponseReturnValue:
    """Propose a new question."""
    action = url_for("quiz_admin.question_new")
    if request.method != "POST":
        return _form_page("quiz_admin/question_edit.html", action, blank_question())
    image, faults = chosen_image(None)
    return _propose(parse_question(request.form, image=image, faults=faults), action, None)


@blueprint.route("/questions/by-code/<code>/edit", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def question_edit(code: str) -> ResponseReturnValue:
    """Propose a new version of a question. Papers that hold an older one keep it."""
    found = question_or_404(code)
    version, action = found.versions[-1], url_for("quiz_admin.question_edit", code=code)
    content = from_dict(version.content)
    if request.method != "POST":
        return _form_page("quiz_admin/question_edit.html", action, typed_of(code, content), question=found)
    image, faults = chosen_image(content.image)
    return _propose(parse_question(request.form, code=code, image=image, faults=faults), action, found)


def _propose(form: QuestionForm, action: str, question: Question | None) -> ResponseReturnValue:
    faults = _sentences([*form.faults, *_bank_faults(form, question)])
    if faults:
        db.session.commit()  # a picture that was sent stays, for the corrected form
        return _form_page(
            "quiz_admin/question_edit.html", action, dict(form.values), faults, question=question, note=form.note
        )
    actor, content = actor_of(the_staff()), form.content.as_dict()
    is_live = question is not None and question.retired_at is None
    before = question.versions[-1].content if is_live and question else None
    payload = Payload({"content": before}, {"content": content})
    target = Target(TARGET, form.code, form.content.stem[:100])
    proposal = review.propose(db.session, find_kind("quiz-question"), target, payload, actor, form.note)
    review.submit(db.session, proposal, actor)
    return go_on(url_for("admin.review", proposal_id=proposal.id), _("已提交审核。"))


def _bank_faults(form: QuestionForm, question: Question | None) -> list[Fault]:
    """Faults that only show in company: the code, the same question under another code."""
    newest = newest_versions(db.session)
    found = [] if form.faults else [one.fault for one in batch_faults([CodedQuestion(form.code, form.content)], newest)]
    if question is None and form.code in newest:
        found.append(Fault("code", "code-repeated", form.code))
    return found


def _sentences(faults: list[Fault]) -> dict[str, str]:
    """One sentence for each field, with the field's name."""
    found: dict[str, str] = {}
    for fault in faults:
        found.setdefault(
            fault.field, _("%(field)s：%(words)s", field=field_name(fault.field), words=fault_words(fault))
        )
    return found


def _form_page(
    template: str, action: str, values: dict[str, Any], faults: dict[str, str] | None = None, **given: Any
) -> ResponseReturnValue:
    kept = {"question": None, "note": "", "is_key": False, "topics": list_topics(db.session), **given}
    return page(template, 422 if faults else 200, action=action, values=values, faults=faults or {}, **kept)


@blueprint.route("/questions/by-code/<code>/retire", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def question_retire(code: str) -> ResponseReturnValue:
    """Ask before a question is drawn no more; with POST do it."""
    found = question_or_404(code)
    address = url_for("quiz_admin.question", code=code)
    if found.retired_at is not None:
        return go_on(address, _("这道题已经停用。"), "warning")
    reason = parse_reason(request.form)
    if request.method == "POST" and reason:
        retire(db.session, code)
        seams.record(db.session, who(), Act("quiz:question-retired", f"question:{code}", reason))
        return go_on(address, _("题目已停用，已发布的竞赛不受影响。"))
    faults = {"reason": _("请写明理由。")} if request.method == "POST" else {}
    given = {"faults": faults, "reason": reason}
    return page(
        "quiz_admin/question_retire.html",
        422 if faults else 200,
        question=found,
        uses=list_uses(db.session, found.id),
        **given,
    )


@blueprint.route("/questions/by-code/<code>/<int:number>/key", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def question_key(code: str, number: int) -> ResponseReturnValue:
    """Correct the key of a version that papers hold; all of them are marked again by a job."""
    version = find_version(db.session, code, number) or abort(404)
    action = url_for("quiz_admin.question_key", code=code, number=number)
    content = marking_keys(db.session, [version.id])[version.id].content
    if request.method != "POST":
        return _key_page(action, version, typed_of(code, content))
    form, reason = parse_question(request.form, code=code, image=content.image), parse_reason(request.form)
    faults = _sentences(list(form.faults)) | ({} if reason else {"reason": _("请写明理由。")})
    is_for_all = request.form.get("is_for_all") == "1"
    if not faults:
        try:
            run = correct_key(db.session, version.id, form.content, who(), reason, is_for_all=is_for_all)
        except CorrectionInvalid as invalid:
            db.session.rollback()
            faults = _sentences(list(invalid.faults))
        else:
            label = _("重新评分：%(code)s 第 %(n)s 版", code=code, n=number)
            job = jobs.enqueue(db.session, REGRADE, {"run_id": run.id}, actor_of(the_staff()), label)
            return go_on(url_for("admin.job", job_id=job.id), _("答案已更正，正在重新评分。"))
    version = find_version(db.session, code, number) or abort(404)
    return _key_page(action, version, dict(form.values), faults, reason=reason, is_for_all=is_for_all)


def _key_page(
    action: str, version: QuestionVersion, values: dict[str, Any], faults: dict[str, str] | None = None, **given: Any
) -> ResponseReturnValue:
    kept = {"reason": "", "is_for_all": False, "is_key": True, "version": version, **given}
    return _form_page("quiz_admin/question_key.html", action, values, faults, question=version.question, **kept)
