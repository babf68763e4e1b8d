"""Certificates: those that were issued, issuing one for a passed attempt, declaring one void."""

from __future__ import annotations

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.db import db
from outreach.core.list_queries import parse_page
from outreach.core.permissions import Permission
from outreach.core.staff import require, the_staff
from outreach.quiz import seams
from outreach.quiz.actions.certificates import issue, revoke
from outreach.quiz.admin.blueprint import blueprint
from outreach.quiz.admin.shared import LOOKERS, contest_or_404, go_on, page, points, who
from outreach.quiz.forms_admin_bank import parse_reason, words
from outreach.quiz.models import Certificate
from outreach.quiz.queries.certificates import PAGE, count_certificates, list_certificates
from outreach.quiz.queries.integrity import find_attempt
from outreach.quiz.refusals import Refused
from outreach.quiz.seams import Act


@blueprint.get("/contests/<slug>/certificates")
@require(*LOOKERS)
def certificates(slug: str) -> ResponseReturnValue:
    """Certificates of a contest, found by code or name."""
    found, query, number = contest_or_404(slug), words(request.args, "words"), parse_page(request.args)
    total = count_certificates(db.session, found.id, query)

    def page_href(to: int) -> str:
        """Address of another page of this list."""
        return url_for("quiz_admin.certificates", slug=slug, words=query or None, page=to)

    return page(
        "quiz_admin/certificates.html",
        contest=found,
        query=query,
        rows=list_certificates(db.session, found.id, query, page=number),
        total=total,
        number=number,
        pages=max(1, -(-total // PAGE)),
        page_href=page_href,
        points=points,
        may_manage=the_staff().may(Permission.QUIZ_MANAGE),
    )


@blueprint.post("/contests/<slug>/attempts/<int:attempt_id>/certificate")
@require(Permission.QUIZ_MANAGE)
def certificate_issue(slug: str, attempt_id: int) -> ResponseReturnValue:
    """Issue the certificate of a passed attempt under the nickname; asking again gives the same one."""
    found = contest_or_404(slug)
    attempt, person = find_attempt(db.session, found.id, attempt_id) or abort(404)
    address = url_for("quiz_admin.attempt", slug=slug, attempt_id=attempt_id)
    try:
        made = issue(db.session, attempt.public_id, person.id, person.nickname)
    except Refused:
        db.session.rollback()
        return go_on(address, _("这份答卷没有及格或不计分，不能发证书。"), "warning")
    seams.record(db.session, who(), Act("quiz:certificate-issued", f"certificate:{made.id}"))
    return go_on(url_for("quiz_admin.certificates", slug=slug, words=made.code), _("证书已签发。"))


@blueprint.route("/contests/<slug>/certificates/<int:certificate_id>/revoke", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def certificate_revoke(slug: str, certificate_id: int) -> ResponseReturnValue:
    """Ask before a certificate is declared void; with POST do it."""
    found = contest_or_404(slug)
    made = db.session.get(Certificate, certificate_id)
    if made is None or made.contest_id != found.id:
        abort(404)
    back = url_for("quiz_admin.certificates", slug=slug)
    if made.revoked_at is not None:
        return go_on(back, _("这张证书已经作废。"), "warning")
    reason = parse_reason(request.form)
    if request.method == "POST" and reason:
        revoke(db.session, made, who(), reason)
        return go_on(back, _("证书已作废，查验页会显示。"))
    faults = {"reason": _("请写明理由。")} if request.method == "POST" else {}
    given = {"faults": faults, "reason": reason}
    return page(
        "quiz_admin/certificate_revoke.html",
        422 if faults else 200,
        contest=found,
        certificate=made,
        points=points,
        **given,
    )
