"""Prizes that were claimed: contacts open only for a stated reason, and leave the site only on record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask import Response, abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach.core.access import reasoned_access
from outreach.core.audit import Target
from outreach.core.db import db
from outreach.core.exports import Column, content_disposition, stream_csv
from outreach.core.permissions import Permission
from outreach.core.staff import require, the_staff
from outreach.quiz import seams
from outreach.quiz.actions.claims import list_winners, read_contact
from outreach.quiz.admin.blueprint import blueprint
from outreach.quiz.admin.draws import draw_or_404
from outreach.quiz.admin.shared import contest_or_404, page, site_keys, who
from outreach.quiz.keys import Unsealable
from outreach.quiz.models import DrawWinner, WinnerState
from outreach.quiz.queries.claims import reason_in_force
from outreach.quiz.rules.masks import masked_name
from outreach.quiz.seams import Act, log

Line = tuple[int, str, str, str, str]
COLUMNS: Final[tuple[Column[Line], ...]] = (
    Column("place", _l("名次"), lambda row: row[0]),
    Column("prize", _l("奖品"), lambda row: row[1]),
    Column("nickname", _l("昵称（部分隐藏）"), lambda row: row[2]),
    Column("county", _l("县域编码"), lambda row: row[3]),
    Column("contact", _l("联系方式"), lambda row: row[4]),
)


@blueprint.route("/contests/<slug>/draws/<int:draw_id>/winners/<int:place>", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def winner(slug: str, draw_id: int, place: int) -> ResponseReturnValue:
    """One winner's contact, for sending the prize."""
    found = contest_or_404(slug)
    record = draw_or_404(found, draw_id)
    won = db.session.get(DrawWinner, (draw_id, place)) or abort(404)
    target = Target("quiz_winner", f"{draw_id}:{place}", _("%(title)s 第 %(n)s 名", title=found.title, n=place))
    back = url_for("quiz_admin.draw", slug=slug, draw_id=draw_id)
    if not won.sealed_contact:
        abort(404)
    if (gate := reasoned_access(target, back=back)) is not None:
        return gate
    contact = _contact(draw_id, place, reason_in_force(db.session, target, the_staff().session_id))
    db.session.commit()  # that it was read, or tried, stays on record
    return page("quiz_admin/winner.html", contest=found, record=record, won=won, contact=contact)


def _contact(draw_id: int, place: int, reason: str) -> str | None:
    """The contact; None when it was sealed with a key that the site has no more, or is damaged."""
    try:
        return read_contact(db.session, site_keys(), draw_id, place, who(), reason)
    except Unsealable:
        log.error("quiz_contact_unsealable", draw=draw_id, place=place)
        return None


@blueprint.route("/contests/<slug>/draws/<int:draw_id>/shipping", methods=["GET", "POST"])
@require(Permission.QUIZ_MANAGE)
def shipping(slug: str, draw_id: int) -> ResponseReturnValue:
    """All contacts of a draw as a table, for whoever sends the prizes; asks why, and is on record as a whole."""
    found = contest_or_404(slug)
    draw_or_404(found, draw_id)
    target = Target("quiz_shipping", str(draw_id), _("%(title)s 寄奖名单", title=found.title))
    back = url_for("quiz_admin.draw", slug=slug, draw_id=draw_id)
    if (gate := reasoned_access(target, back=back)) is not None:
        return gate
    reason = reason_in_force(db.session, target, the_staff().session_id)
    rows = list(_lines(draw_id, reason))
    act = Act("quiz:contacts-exported", f"draw:{draw_id}", reason, after={"rows": len(rows)})
    seams.record(db.session, who(), act)
    db.session.commit()
    answer = Response(b"".join(stream_csv(COLUMNS, rows)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition(f"prizes-{draw_id}.csv")
    return answer


def _lines(draw_id: int, reason: str) -> Iterator[Line]:
    for place, prize, nickname, county, state in list_winners(db.session, draw_id):
        won = db.session.get_one(DrawWinner, (draw_id, place))
        if state is WinnerState.CLAIMED and won.sealed_contact:
            contact = _contact(draw_id, place, reason)
            yield place, prize, masked_name(nickname), county, _("（无法解密）") if contact is None else contact
