"""What of the registry is reviewed: corrected fields, states, merged makers, each written on a second person's word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from outreach.core import files
from outreach.core.audit import Actor, Event, Target, record_all
from outreach.core.db import db
from outreach.core.permissions import Permission
from outreach.core.review import FieldChange, Proposal, ReviewKind, TargetChanged
from outreach.labels.actions.correcting import Decision, correct, set_status
from outreach.labels.actions.merging import CannotMerge, merge_makers, part_makers
from outreach.labels.admin.wording import field_name, value_word
from outreach.labels.models import Maker, Registration, RegistrationStatus
from outreach.labels.queries.merging import find_merge
from outreach.labels.queries.upkeep import find_registration, metric_names, values_by_field

#: Kinds of targets in the audit log.
REGISTRATION: Final = "registration"
REGISTRATIONS: Final = "registrations"
MAKER: Final = "maker"
#: Fields of a state's proposal that are no numbers: numbers begin with a letter or a digit.
ON, DOCUMENT = "@on", "@document"


def registration_target(registration: Registration) -> Target:
    """A registration as the log and proposals name it."""
    return Target(REGISTRATION, registration.number, f"{registration.model} {registration.number}")


def _found(session: Session, number: str) -> Registration:
    registration = find_registration(session, number, is_locked=True)
    if registration is None:
        raise TargetChanged({number: None})
    return registration


def _last_comment(proposal: Proposal) -> str:
    return proposal.comments[-1].text if proposal.comments else proposal.note


# Corrected fields


def _apply_correction(session: Session, proposal: Proposal) -> None:
    registration = _found(session, proposal.target_key)
    files.keep(session, proposal.files)
    correct(session, registration, proposal.after, Decision(proposal.note, proposal.id))


def _withdraw_correction(session: Session, proposal: Proposal) -> None:
    registration = _found(session, proposal.target_key)
    _must_still_be(proposal.after, values_by_field(registration))
    correct(session, registration, proposal.before, Decision(_last_comment(proposal), proposal.id))


def _must_still_be(after: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    if changed := {name: now.get(name) for name, value in after.items() if now.get(name) != value}:
        raise TargetChanged(changed)


def _current_fields(session: Session, proposal: Proposal) -> Mapping[str, Any]:
    registration = find_registration(session, proposal.target_key, is_locked=True)
    return values_by_field(registration) if registration else {}


def _describe_correction(proposal: Proposal) -> Sequence[FieldChange]:
    metrics = metric_names(db.session)
    return [
        FieldChange(field_name(name, metrics), value_word(name, proposal.before.get(name)), value_word(name, value))
        for name, value in proposal.after.items()
    ]


def _record_url(proposal: Proposal) -> str:
    return url_for("labels.admin_record", number=proposal.target_key)


def _edit_url(proposal: Proposal) -> str:
    return url_for("labels.admin_edit", number=proposal.target_key, proposal=proposal.id)


CORRECTION: Final = ReviewKind(
    "label-correction",
    _l("登记更正"),
    Permission.LABELS_EDIT,
    Permission.REVIEW_DECIDE,
    apply=_apply_correction,
    describe=_describe_correction,
    url=_record_url,
    current=_current_fields,
    withdraw=_withdraw_correction,
    edit_url=_edit_url,
)


# States, of one registration or of many at once


def _numbers(proposal: Proposal) -> list[str]:
    return [name for name in proposal.after if name not in (ON, DOCUMENT)]


def _apply_status(session: Session, proposal: Proposal) -> None:
    files.keep(session, proposal.files)
    _set_states(session, proposal, proposal.after, proposal.note, "labels.status")


def _withdraw_status(session: Session, proposal: Proposal) -> None:
    _must_still_be({name: proposal.after[name] for name in _numbers(proposal)}, _states(session, proposal))
    _set_states(session, proposal, proposal.before, _last_comment(proposal), "labels.status_withdrawn")


def _set_states(session: Session, proposal: Proposal, states: Mapping[str, Any], reason: str, action: str) -> None:
    on = proposal.after[ON] if states is proposal.after else None
    decision = Decision(reason, proposal.id, proposal.after[DOCUMENT], date.fromisoformat(on) if on else None)
    events = []
    for number in _numbers(proposal):
        registration = _found(session, number)
        before = registration.status.value
        target = registration_target(registration)
        set_status(session, registration, RegistrationStatus(states[number]), decision)
        events.append(Event(target, {"status": before}, {"status": states[number], "on": on}))
    if proposal.target_kind == REGISTRATIONS:
        record_all(session, actor=_decider(proposal), action=action, events=events, reason=reason)


def _decider(proposal: Proposal) -> Actor:
    return Actor("staff", proposal.decided_by_id, proposal.decided_by_name)


def _states(session: Session, proposal: Proposal) -> dict[str, Any]:
    found = {number: find_registration(session, number, is_locked=True) for number in sorted(_numbers(proposal))}
    return {number: one.status.value if one else None for number, one in found.items()}


def _current_states(session: Session, proposal: Proposal) -> Mapping[str, Any]:
    return {**_states(session, proposal), ON: None, DOCUMENT: None}


def _describe_status(proposal: Proposal) -> Sequence[FieldChange]:
    changes = [
        FieldChange(
            _("状态") if proposal.target_kind == REGISTRATION else number,
            value_word("status", proposal.before.get(number)),
            value_word("status", proposal.after[number]),
        )
        for number in _numbers(proposal)
    ]
    paper = [FieldChange(_("自"), "", proposal.after[ON]), FieldChange(_("依据文件"), "", proposal.after[DOCUMENT])]
    return [*changes, *paper]


def _status_url(proposal: Proposal) -> str:
    if proposal.target_kind == REGISTRATION:
        return _record_url(proposal)
    return url_for("labels.admin_registrations")


STATUS: Final = ReviewKind(
    "label-status",
    _l("登记状态变更"),
    Permission.LABELS_EDIT,
    Permission.REVIEW_DECIDE,
    apply=_apply_status,
    describe=_describe_status,
    url=_status_url,
    current=_current_states,
    withdraw=_withdraw_status,
)


# Merged makers


def _apply_merge(session: Session, proposal: Proposal) -> None:
    maker = session.get(Maker, int(proposal.target_key), populate_existing=True)
    into = session.get(Maker, int(proposal.after["into_id"]), populate_existing=True)
    if maker is None or into is None:
        raise TargetChanged({"into": None})
    try:
        merge_makers(session, maker, into, proposal.note, proposal.id)
    except CannotMerge as fault:
        raise TargetChanged({"into": into.name}) from fault


def _withdraw_merge(session: Session, proposal: Proposal) -> None:
    merge = find_merge(session, proposal.id)
    if merge is None:
        raise TargetChanged({"into": None})
    try:
        part_makers(session, merge)
    except CannotMerge as fault:
        raise TargetChanged({"into": None}) from fault


def _current_merge(session: Session, proposal: Proposal) -> Mapping[str, Any]:
    maker = session.get(Maker, int(proposal.target_key), populate_existing=True)
    return {**proposal.before, "into_id": maker.merged_into_id if maker else 0}


def _describe_merge(proposal: Proposal) -> Sequence[FieldChange]:
    return [
        FieldChange(_("生产者"), proposal.target_label, proposal.after["into"]),
        FieldChange(_("随之移动的登记"), "", str(proposal.before["registrations"])),
    ]


MERGE: Final = ReviewKind(
    "maker-merge",
    _l("合并生产者"),
    Permission.LABELS_MERGE,
    Permission.REVIEW_DECIDE,
    apply=_apply_merge,
    describe=_describe_merge,
    url=lambda proposal: url_for("labels.admin_maker", maker_id=int(proposal.target_key)),
    current=_current_merge,
    withdraw=_withdraw_merge,
)
KINDS: Final = (CORRECTION, STATUS, MERGE)
