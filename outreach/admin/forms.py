"""What the lists and forms of the back office take. A senseless filter is dropped; what is written is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from outreach.core.audit.models import Outcome
from outreach.core.audit.values import clean
from outreach.core.jobs.models import JobState
from outreach.core.list_queries import ListQuery, parse_page
from outreach.core.review.rules import State

E = TypeVar("E", bound=StrEnum)

LONGEST_WORDS = 100
LONGEST_REASON = 1000


def parse_words(args: Mapping[str, str], name: str, length: int = LONGEST_WORDS) -> str:
    """One line of text without signs that no database keeps."""
    return " ".join(clean(args.get(name, "")[: 4 * length], length).split())


def parse_choice(args: Mapping[str, str], name: str, choices: type[E]) -> E | None:
    value = args.get(name, "")
    return choices(value) if value in {item.value for item in choices} else None


def parse_day(args: Mapping[str, str], name: str) -> date | None:
    """A date as the browser's field sends it."""
    try:
        found = date.fromisoformat(args.get(name, "")[:10])
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


@dataclass(frozen=True, slots=True)
class AuditQuery(ListQuery):
    """What of the audit log is shown. Empty fields ask for nothing."""

    who: str = ""
    action: str = ""
    kind: str = ""
    key: str = ""
    outcome: Outcome | None = None
    since: date | None = None
    until: date | None = None
    page: int = 1


def parse_audit_query(args: Mapping[str, str]) -> AuditQuery:
    return AuditQuery(
        who=parse_words(args, "who"),
        action=parse_words(args, "action"),
        kind=parse_words(args, "kind"),
        key=parse_words(args, "key"),
        outcome=parse_choice(args, "outcome", Outcome),
        since=parse_day(args, "since"),
        until=parse_day(args, "until"),
        page=parse_page(args),
    )


class ReviewView(StrEnum):
    """Lists of proposals."""

    DECIDE = "decide"
    MINE = "mine"
    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class ReviewQuery:
    """Which proposals are shown. ``view`` None: what waits for the person, else their own."""

    view: ReviewView | None = None
    kind: str = ""
    state: State | None = None
    page: int = 1


def parse_review_query(args: Mapping[str, str]) -> ReviewQuery:
    return ReviewQuery(
        view=parse_choice(args, "view", ReviewView),
        kind=parse_words(args, "kind"),
        state=parse_choice(args, "state", State),
        page=parse_page(args),
    )


@dataclass(frozen=True, slots=True)
class JobQuery:
    """Which jobs are shown."""

    state: JobState | None = None
    page: int = 1


def parse_job_query(args: Mapping[str, str]) -> JobQuery:
    return JobQuery(parse_choice(args, "state", JobState), parse_page(args))


@dataclass(frozen=True, slots=True)
class StepForm:
    """A step of a proposal: what is said about it, and the version that was shown."""

    comment: str
    version: int | None


def parse_step(args: Mapping[str, str]) -> StepForm:
    version = args.get("version", "")
    known = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else None
    return StepForm(parse_text(args, "comment"), known)


def parse_text(args: Mapping[str, str], name: str) -> str:
    """Several lines of text."""
    return clean(args.get(name, "").replace("\r\n", "\n").strip(), LONGEST_REASON)
