"""Every right of the site, the roles that hold them, and the three duties that nobody may unite.

A right is named by the slice it belongs to and a verb. A role that is not listed here holds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """One right, spelled as in the table of addresses."""

    LABELS_VIEW = "labels:view"
    LABELS_EDIT = "labels:edit"
    LABELS_IMPORT = "labels:import"
    LABELS_UNDO = "labels:undo"
    LABELS_MERGE = "labels:merge"
    COUNTIES_VIEW = "counties:view"
    COUNTIES_EDIT = "counties:edit"
    COUNTIES_IMPORT = "counties:import"
    #: The counties that the account is for, and no other.
    COUNTIES_OWN = "counties:own"
    CONTENT_EDIT = "content:edit"
    CONTENT_REVIEW = "content:review"
    PRESS_EDIT = "press:edit"
    PRESS_REVIEW = "press:review"
    QUIZ_MANAGE = "quiz:manage"
    QUIZ_REVIEW = "quiz:review"
    QUIZ_JURY = "quiz:jury"
    REVIEW_DECIDE = "review:decide"
    ACCOUNTS_MANAGE = "accounts:manage"
    AUDIT_READ = "audit:read"
    INBOX_VIEW = "inbox:view"
    INBOX_ANSWER = "inbox:answer"
    #: Names and addresses of those who wrote, each time with a reason.
    INBOX_PERSONAL = "inbox:personal"
    INSPECTION_VIEW = "inspection:view"
    #: Jobs, settings, health.
    SYSTEM_MANAGE = "system:manage"
    #: One's own account: password, second factor, sessions. Every role has it.
    STAFF_SELF = "staff:self"


class Role(StrEnum):
    """What a member of staff is there for."""

    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    REGISTRAR = "registrar"
    COUNTY_OFFICER = "county_officer"
    PRESS_OFFICER = "press_officer"
    ORGANISER = "organiser"
    JUROR = "juror"


#: The separated duties (三权分立): who holds one of them holds no other role at all.
DUTIES: Final = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})

_P = Permission
_READS_REGISTERS: Final = frozenset({_P.LABELS_VIEW, _P.COUNTIES_VIEW, _P.INSPECTION_VIEW})
_ANSWERS: Final = frozenset({_P.INBOX_VIEW, _P.INBOX_ANSWER, _P.INBOX_PERSONAL})

_BEYOND_OWN_ACCOUNT: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.SYSTEM_ADMIN: frozenset({_P.SYSTEM_MANAGE, _P.INSPECTION_VIEW}),
    Role.SECURITY_ADMIN: frozenset({_P.ACCOUNTS_MANAGE}),
    Role.AUDITOR: _READS_REGISTERS | {_P.AUDIT_READ},
    Role.EDITOR: _READS_REGISTERS | _ANSWERS | {_P.CONTENT_EDIT},
    Role.REVIEWER: _READS_REGISTERS | {_P.REVIEW_DECIDE, _P.CONTENT_REVIEW, _P.PRESS_REVIEW, _P.QUIZ_REVIEW},
    Role.REGISTRAR: _READS_REGISTERS
    | _ANSWERS
    | {
        _P.LABELS_EDIT,
        _P.LABELS_IMPORT,
        _P.LABELS_UNDO,
        _P.LABELS_MERGE,
        _P.COUNTIES_EDIT,
        _P.COUNTIES_IMPORT,
    },
    Role.COUNTY_OFFICER: frozenset({_P.COUNTIES_OWN}),
    Role.PRESS_OFFICER: _ANSWERS | {_P.PRESS_EDIT, _P.INSPECTION_VIEW},
    Role.ORGANISER: frozenset({_P.QUIZ_MANAGE}),
    Role.JUROR: frozenset({_P.QUIZ_JURY}),
}
ROLE_PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    role: held | {Permission.STAFF_SELF} for role, held in _BEYOND_OWN_ACCOUNT.items()
}


def known_roles(names: Iterable[str]) -> frozenset[Role]:
    """The roles that exist among ``names``; a role of a former or later version counts for nothing."""
    known = {role.value for role in Role}
    return frozenset(Role(name) for name in names if name in known)


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """All rights that these roles give together."""
    return frozenset(right for role in roles for right in ROLE_PERMISSIONS.get(role, frozenset()))


def are_separated(roles: Iterable[Role]) -> bool:
    """Whether one person may hold these roles together."""
    held = frozenset(roles)
    return len(held) <= 1 or not held & DUTIES
