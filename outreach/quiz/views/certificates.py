"""Certificates: a page that says whether one is genuine, and the same as a picture and as PDF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.core.db import db
from outreach.core.exports import content_disposition
from outreach.core.formats import moment
from outreach.core.i18n import absolute_url, pick
from outreach.core.limits import limiter
from outreach.quiz.actions.certificates import find_certificate
from outreach.quiz.blueprint import blueprint
from outreach.quiz.certificates import CertificateText, as_pdf, as_png, can_draw
from outreach.quiz.models import Certificate, Contest
from outreach.quiz.rules.tokens import code_key
from outreach.quiz.views.frame import personal
from outreach.quiz.wording_web import contest_name, points

#: Pictures cost a moment of computing each.
RATE: Final = "30 per minute"


def certificate_or_404(code: str) -> tuple[Certificate, Contest]:
    """The certificate of a code, void ones too."""
    found = find_certificate(db.session, code[:100]) if code_key(code) else None
    if found is None:
        abort(404)
    return found, db.session.get_one(Contest, found.contest_id)


@blueprint.get("/certificates/<code>")
@personal
def certificate(code: str) -> ResponseReturnValue:
    """All fields of a certificate, and whether it holds."""
    found, contest = certificate_or_404(code)
    return render_template(
        "quiz/certificate.html",
        certificate=found,
        contest=contest,
        name=contest_name(contest),
        address=_address(found),
        can_draw=can_draw(),
        is_deleted=found.revoke_reason == "deleted",
        points=points,
        organiser=pick(contest.organiser, contest.organiser_en),
    )


@blueprint.get("/certificates/<code>.png")
@limiter.limit(RATE)
@personal
def certificate_png(code: str) -> Response:
    """The certificate as a picture."""
    return _file(code, as_png, "image/png", "png")


@blueprint.get("/certificates/<code>.pdf")
@limiter.limit(RATE)
@personal
def certificate_pdf(code: str) -> Response:
    """The certificate as PDF."""
    return _file(code, as_pdf, "application/pdf", "pdf")


def _file(code: str, draw: Callable[[CertificateText], bytes], content_type: str, kind: str) -> Response:
    found, contest = certificate_or_404(code)
    if not can_draw():
        abort(404)
    answer = Response(draw(_text(found, contest)), content_type=content_type)
    answer.headers["Content-Disposition"] = content_disposition(f"certificate-{found.code}.{kind}")
    return answer


def _text(found: Certificate, contest: Contest) -> CertificateText:
    remarks = [_("已撤销，无效")] if found.revoked_at else []
    remarks += [_("演示数据")] if contest.is_demo else []
    sentence = _(
        "参加「%(name)s」，得 %(score)s 分（满分 %(full)s 分，%(pass)s 分及格），成绩合格。",
        **{
            "name": contest_name(contest),
            "score": points(found.centipoints),
            "full": points(contest.full_centipoints),
            "pass": points(contest.pass_centipoints),
        },
    )
    facts = [(_("颁发时间"), moment(found.issued_at)), (_("证书编号"), found.code)]
    organiser = pick(contest.organiser, contest.organiser_en)
    facts += [(_("主办单位"), organiser)] if organiser else []
    address = _("核验：%(address)s", address=_address(found))
    return CertificateText(_("电子证书"), found.name, sentence, facts, address, " · ".join(remarks))


def _address(found: Certificate) -> str:
    return absolute_url(url_for("quiz.certificate", code=found.code))
