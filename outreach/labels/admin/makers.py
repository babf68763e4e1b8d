"""Makers that may be one: candidates, two beside each other, and the proposal to let one be the other."""

from __future__ import annotations

from typing import Final

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach.core import review
from outreach.core.audit import Target, actor_of
from outreach.core.db import db
from outreach.core.list_queries import whole
from outreach.core.permissions import Permission
from outreach.core.review import Payload, review_kinds
from outreach.core.review.queries import list_for_target
from outreach.core.review.rules import OPEN
from outreach.core.search.text import clean
from outreach.core.staff import require, tell, the_staff
from outreach.labels.admin.kinds import MAKER, MERGE
from outreach.labels.admin.wording import said
from outreach.labels.blueprint import blueprint
from outreach.labels.forms_upkeep import LONGEST_WORDS, Fault, Faults, parse_reason
from outreach.labels.models import Maker
from outreach.labels.queries.merging import (
    Likeness,
    find_any_maker,
    find_candidates,
    list_merges,
    list_shared_models,
    load_facts_of,
    search_makers,
)

LIKENESSES: Final = {
    Likeness.SAME_NAME: _l("名称只差标点或公司类型"),
    Likeness.SAME_SHORT_NAME: _l("简称相同"),
    Likeness.SAME_MODELS: _l("登记了相同的型号"),
}


@blueprint.get("/admin/labels/makers/")
@require(Permission.LABELS_VIEW)
def admin_makers() -> ResponseReturnValue:
    """Pairs of makers that may be one, and the newest merges."""
    words = clean(request.args.get("words", ""), LONGEST_WORDS)
    return render_template(
        "labels/admin/makers.html",
        words=words,
        candidates=find_candidates(db.session, words),
        found=search_makers(db.session, words),
        merges=list_merges(db.session),
        likenesses=LIKENESSES,
        may_merge=the_staff().may(Permission.LABELS_MERGE),
    )


@blueprint.get("/admin/labels/makers/<int:maker_id>")
@require(Permission.LABELS_VIEW)
def admin_maker(maker_id: int) -> ResponseReturnValue:
    """One maker with what hangs on it, and the search for another one to compare it with."""
    maker = _maker_or_404(maker_id)
    words = clean(request.args.get("words", ""), LONGEST_WORDS)
    return render_template(
        "labels/admin/maker.html",
        facts=load_facts_of(db.session, maker),
        into=find_any_maker(db.session, maker.merged_into_id or 0),
        words=words,
        others=[one for one in search_makers(db.session, words) if one.id != maker.id and not one.merged_into_id],
        proposals=list_for_target(db.session, MAKER, str(maker.id)),
        kinds=review_kinds(),
        may_merge=the_staff().may(Permission.LABELS_MERGE),
        may_review=the_staff().may(Permission.LABELS_EDIT, Permission.REVIEW_DECIDE),
    )


@blueprint.route("/admin/labels/makers/compare", methods=["GET", "POST"])
@require(Permission.LABELS_MERGE)
def admin_makers_compare() -> ResponseReturnValue:
    """Two makers beside each other; say which one stays, and why they are one."""
    first, second = (_maker_or_404(whole(request.values.get(name, "")) or 0) for name in ("first", "second"))
    if first.id == second.id or first.merged_into_id or second.merged_into_id or first.is_demo is not second.is_demo:
        tell(_("这两个生产者不能合并：其中一个已经合并，或者一个是演示数据。"), "warning")
        db.session.commit()
        return redirect(url_for("labels.admin_makers"), code=303)
    if request.method != "POST":
        return _page(first, second, 0, "", {})
    faults: Faults = {}
    kept, reason = whole(request.form.get("into", "")) or 0, parse_reason(request.form, faults)
    if kept not in (first.id, second.id):
        faults["into"] = Fault.MISSING
    if faults:
        return _page(first, second, kept, reason, faults)
    return _send(*((second, first) if kept == first.id else (first, second)), reason)


def _send(maker: Maker, into: Maker, reason: str) -> Response:
    facts = load_facts_of(db.session, maker)
    before = {"into_id": None, "into": "", "registrations": facts.registrations}
    after = {"into_id": into.id, "into": into.name, "registrations": 0}
    actor = actor_of(the_staff())
    target = Target(MAKER, str(maker.id), maker.name)
    proposal = review.propose(db.session, MERGE, target, Payload(before, after), actor, reason)
    review.submit(db.session, proposal, actor)
    tell(_("合并已提交审核，另一位同事通过后生效。"))
    address = url_for("labels.admin_maker", maker_id=maker.id)
    db.session.commit()
    return make_response(redirect(address, code=303))


def _page(first: Maker, second: Maker, kept: int, reason: str, faults: Faults) -> Response:
    waiting = [one for maker in (first, second) for one in list_for_target(db.session, MAKER, str(maker.id))]
    page = render_template(
        "labels/admin/makers_compare.html",
        first=load_facts_of(db.session, first),
        second=load_facts_of(db.session, second),
        shared=list_shared_models(db.session, first, second),
        open_proposals=[one for one in waiting if one.state in OPEN],
        kept=str(kept or ""),
        reason=reason,
        faults=said(faults),
    )
    return make_response(page, 422 if faults else 200)


def _maker_or_404(maker_id: int) -> Maker:
    return find_any_maker(db.session, maker_id) or abort(404)
