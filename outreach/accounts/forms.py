"""What people type on the pages of accounts, as typed values. Fields that a form does not have are not looked at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from werkzeug.datastructures import MultiDict

from outreach.accounts.queries.people import SORTS, STATES, PeopleQuery
from outreach.accounts.rules.logins import folded_login, is_login
from outreach.accounts.rules.passwords import PasswordFault, normal_password, password_fault
from outreach.accounts.rules.second_factor import typed_code
from outreach.core.addresses import is_own_path
from outreach.core.permissions import Role, are_separated, known_roles

LONGEST_NAME: Final = 100
LONGEST_REASON: Final = 500
LONGEST_WORDS: Final = 64
LONGEST_LIST: Final = 4000
MOST_COUNTIES: Final = 200
#: Longer passwords are cut before they are measured: they are refused anyway.
LONGEST_PASSWORD: Final = 1000
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

Args = MultiDict[str, str]


class FormFault(StrEnum):
    """Why a field is refused, beside ``PasswordFault``."""

    NAME_MISSING = "name-missing"
    NAME_LONG = "name-long"
    LOGIN_BAD = "login-bad"
    LOGIN_TAKEN = "login-taken"
    ROLES_MISSING = "roles-missing"
    ROLES_NOT_SEPARATED = "roles-not-separated"
    COUNTIES_MISSING = "counties-missing"
    COUNTIES_BAD = "counties-bad"
    COUNTIES_UNKNOWN = "counties-unknown"
    REPEATED_DIFFERS = "repeated-differs"
    PASSWORD_WRONG = "password-wrong"  # noqa: S105  # the name of a fault
    CODE_WRONG = "code-wrong"


Faults = dict[str, FormFault | PasswordFault]


@dataclass(frozen=True, slots=True)
class SignInForm:
    """First step of the sign-in."""

    login: str
    password: str
    next_path: str


@dataclass(frozen=True, slots=True)
class NewPasswordForm:
    """A new password, typed twice. ``current`` is empty where nobody asks for it."""

    current: str
    password: str
    faults: Faults = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonForm:
    """An account as the security administrator fills it in; what was typed is kept."""

    login: str
    name: str
    roles: frozenset[Role]
    county_slugs: frozenset[str]
    typed_counties: str
    reason: str
    faults: Faults = field(default_factory=dict)


def clean_line(text: str, longest: int) -> str:
    """One line of text without controls and halves of characters, blanks joined; longer text is cut."""
    shown = (" " if sign.isspace() else sign for sign in text[: longest * 4] if not _is_unseen(sign))
    return " ".join("".join(shown).split())[:longest]


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn") and not sign.isspace()


def parse_next(args: Args) -> str:
    """Where to go afterwards: a path of this site, else nothing."""
    path = args.get("next", "")
    return path if is_own_path(path) else ""


def parse_sign_in(args: Args) -> SignInForm:
    login = folded_login(clean_line(args.get("login", ""), LONGEST_WORDS))
    return SignInForm(login, normal_password(args.get("password", "")[:LONGEST_PASSWORD]), parse_next(args))


def parse_code(args: Args) -> str:
    """A code in the one spelling that counts."""
    return typed_code(args.get("code", ""))


def parse_new_password(args: Args, login: str, known: Set[str], *, asks_current: bool) -> NewPasswordForm:
    """Read and judge a new password for ``login``."""
    current, password, repeated = (
        normal_password(args.get(name, "")[:LONGEST_PASSWORD]) for name in ("current", "password", "repeated")
    )
    faults: Faults = {}
    if fault := password_fault(password, login, known):
        faults["password"] = fault
    elif asks_current and password == current:
        faults["password"] = PasswordFault.SAME_AS_BEFORE
    elif password != repeated:
        faults["repeated"] = FormFault.REPEATED_DIFFERS
    return NewPasswordForm(current if asks_current else "", password, faults)


def parse_name(args: Args) -> tuple[str, Faults]:
    """A person's name with what is wrong about it."""
    name = clean_line(args.get("name", ""), LONGEST_NAME + 1)
    if not name:
        return name, {"name": FormFault.NAME_MISSING}
    return name, {"name": FormFault.NAME_LONG} if len(name) > LONGEST_NAME else {}


def parse_reason(args: Args) -> str:
    return clean_line(args.get("reason", ""), LONGEST_REASON)


def parse_person(args: Args, *, is_new: bool) -> PersonForm:
    """Read a new account, or the rights of one that exists."""
    name, faults = parse_name(args) if is_new else ("", {})
    login = folded_login(clean_line(args.get("login", ""), LONGEST_WORDS + 1)) if is_new else ""
    if is_new and not is_login(login):
        faults = {"login": FormFault.LOGIN_BAD, **faults}
    roles = known_roles(args.getlist("roles"))
    typed = args.get("counties", "")[:LONGEST_LIST].replace("\0", "")
    slugs = frozenset(re.split(r"[\s,，、;；]+", typed.casefold())) - {""}
    faults |= _fault_of_rights(roles, slugs)
    return PersonForm(login, name, roles, slugs, typed.strip(), parse_reason(args), faults)


def _fault_of_rights(roles: frozenset[Role], slugs: frozenset[str]) -> Faults:
    if not roles:
        return {"roles": FormFault.ROLES_MISSING}
    if not are_separated(roles):
        return {"roles": FormFault.ROLES_NOT_SEPARATED}
    if len(slugs) > MOST_COUNTIES or not all(_SLUG.fullmatch(slug) for slug in slugs):
        return {"counties": FormFault.COUNTIES_BAD}
    if Role.COUNTY_OFFICER in roles and not slugs:
        return {"counties": FormFault.COUNTIES_MISSING}
    return {}


def parse_people_query(args: Args) -> PeopleQuery:
    """Read the address of the list; senseless filters are dropped."""
    role = next(iter(known_roles([args.get("role", "")])), None)
    state, sort, page = args.get("state", ""), args.get("sort", ""), args.get("page", "")
    return PeopleQuery(
        words=clean_line(args.get("q", ""), LONGEST_WORDS),
        role=role,
        state=state if state in STATES else "",
        sort=sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "login",
        is_descending=sort.startswith("-"),
        page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 and int(page) else 1,
    )
