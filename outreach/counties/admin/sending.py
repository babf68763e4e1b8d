"""Handing a change in for review: attachments, the draft that is revised, the proposal. The view commits."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from flask import abort, request

from outreach.core import files, review
from outreach.core.audit import Target, actor_of
from outreach.core.db import db
from outreach.core.files import DOCUMENTS, TABLES, FileRefused
from outreach.core.files.storing import LONGEST
from outreach.core.list_queries import whole
from outreach.core.review import Payload, Proposal, ReviewKind, State
from outreach.core.review.queries import find_proposal, list_for_target
from outreach.core.review.rules import Part
from outreach.core.staff import the_staff
from outreach.counties.admin.payloads import COUNTY
from outreach.counties.admin.wording import REFUSALS
from outreach.counties.forms_staff import MOST_FILES, Fault, Faults

FILES: Final = "files"
PURPOSE: Final = "county"


def revised(kind: ReviewKind, slug: str, what: str) -> Proposal | None:
    """The own proposal that the form changes, named in the address; 404 for one that is not this person's to change."""
    number = whole(request.values.get("proposal", ""))
    if not number:
        return None
    found = find_proposal(db.session, the_staff(), number)
    if found is None or found[0] is not kind:
        abort(404)
    proposal = found[1]
    is_own = proposal.author_id == the_staff().id and proposal.state in (State.DRAFT, State.SENT_BACK)
    if not is_own or proposal.target_key != slug or proposal.after.get("what") != what:
        abort(404)
    return proposal


def take_files(faults: Faults, earlier: Proposal | None) -> tuple[int, ...]:
    """Keep the attachments of the form, unless anything is wrong. Without new ones, those of the draft stay."""
    sent = [one for one in request.files.getlist(FILES) if one.filename]
    if len(sent) > MOST_FILES:
        faults[FILES] = Fault.FILES_MANY
    if faults or not sent:
        return tuple(earlier.files) if earlier else ()
    kept = []
    for one in sent:
        try:
            stored = files.store(
                db.session,
                name=one.filename or "",
                content=one.stream.read(LONGEST + 1),
                purpose=PURPOSE,
                actor=actor_of(the_staff()),
                allowed=DOCUMENTS | TABLES,
            )
        except FileRefused as refused:
            faults[FILES] = REFUSALS[refused.reason]
            return ()
        kept.append(stored.id)
    return tuple(kept)


def hand_in(kind: ReviewKind, target: Target, payload: Payload, note: str, earlier: Proposal | None) -> Proposal:
    """Propose and submit, or submit the changed draft again."""
    actor = actor_of(the_staff())
    if earlier is None:
        proposal = review.propose(db.session, kind, target, payload, actor, note)
    else:
        proposal = earlier
        review.revise(db.session, proposal, payload, actor, note)
    review.submit(db.session, proposal, actor)
    return proposal


def visible_proposals(slug: str, kinds: Collection[ReviewKind]) -> list[tuple[ReviewKind, Proposal, bool]]:
    """Proposals about the county, the newest first, each with whether this person may open it."""
    staff, by_code = the_staff(), {kind.code: kind for kind in kinds}
    return [
        (by_code[one.kind], one, by_code[one.kind].part(staff, one) is not Part.STRANGER)
        for one in list_for_target(db.session, COUNTY, slug)
        if one.kind in by_code and (one.state is not State.DRAFT or one.author_id == staff.id)
    ]
