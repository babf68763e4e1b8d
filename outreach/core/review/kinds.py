"""What a slice hands over so that its changes can be reviewed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import current_app
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from outreach.core.permissions import Permission
from outreach.core.review.models import Proposal
from outreach.core.review.rules import Part, part_of
from outreach.core.staff import Staff


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One line of the table of differences, in words for people."""

    label: str | LazyString
    before: str | LazyString
    after: str | LazyString
    #: The field's name in ``before`` and ``after``, so that other tables can call it by the same label.
    name: str = ""


class Timing(StrEnum):
    """When the effect of a scheduled proposal is written."""

    #: ``apply`` writes at the moment itself; what is not due is not in the tables.
    WHEN_DUE = "when_due"
    #: ``apply`` writes at the approval, ``publish_at`` included, and public queries compare with the database's clock.
    AT_APPROVAL = "at_approval"


@dataclass(frozen=True, slots=True)
class ReviewKind:
    """One kind of change. Only ``apply`` and ``withdraw`` write, in the transaction of the decision."""

    code: str
    label: str | LazyString
    permission_edit: Permission
    permission_decide: Permission
    #: Writes what ``proposal.after`` says.
    apply: Callable[[Session, Proposal], None]
    describe: Callable[[Proposal], Sequence[FieldChange]]
    #: Address of the page of the target, for staff.
    url: Callable[[Proposal], str]
    #: The fields of ``before`` as they are now; it may lock the target. None: nothing to compare (a new object).
    current: Callable[[Session, Proposal], Mapping[str, Any] | None] | None = None
    #: Takes a published change back. Without it published proposals cannot be withdrawn, only corrected.
    withdraw: Callable[[Session, Proposal], None] | None = None
    #: Address of the form where the author changes what is not submitted. Without it a draft is only taken back.
    edit_url: Callable[[Proposal], str] | None = None
    timing: Timing = Timing.WHEN_DUE
    #: Whether an approved proposal waits until somebody publishes it.
    waits_for_publication: bool = False
    #: Object check beside the rights, such as the officer's own counties.
    may_touch: Callable[[Staff, Proposal], bool] | None = None
    #: Fields whose values never stand in the audit log in clear.
    personal: frozenset[str] = frozenset()

    def part(self, staff: Staff, proposal: Proposal) -> Part:
        """What this person is to this proposal."""
        is_author = staff.id == proposal.author_id
        if self.may_touch is not None and not self.may_touch(staff, proposal):
            return Part.STRANGER
        return part_of(
            is_author=is_author,
            may_decide=staff.may(self.permission_decide),
            may_edit=staff.may(self.permission_edit),
        )


def review_kinds() -> dict[str, ReviewKind]:
    """Every kind of all slices by its code."""
    features = current_app.extensions["features"]
    return {kind.code: kind for feature in features for kind in feature.review_kinds}


def find_kind(code: str) -> ReviewKind:
    """The kind with this code. ``KeyError`` for one that no slice hands over any more."""
    return review_kinds()[code]
