"""What the public form, the staff's forms and the staff's list take. What was typed is kept, whatever is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from outreach.core.audit.values import clean
from outreach.core.list_queries import ListQuery, parse_page
from outreach.inbox.rules.states import State

SHORTEST_TEXT: Final = 10
LONGEST_TEXT: Final = 2_000
LONGEST_SUBJECT: Final = 200
LONGEST_CONTACT: Final = 200
#: What is kept of a field that is too long, so that it can be shortened.
LONGEST_KEPT: Final = 20_000
LONGEST_ANSWER: Final = 5_000
LONGEST_NOTE: Final = 2_000
LONGEST_WORDS: Final = 100
MOST_CHOSEN: Final = 100
#: The field that people do not see and programs fill in.
TRAP: Final = "website"


class Fault(StrEnum):
    """What is wrong with a field of the public form."""

    KIND_MISSING = "kind_missing"
    TEXT_SHORT = "text_short"
    TEXT_LONG = "text_long"
    SUBJECT_LONG = "subject_long"
    CONTACT_LONG = "contact_long"
    CONSENT_MISSING = "consent_missing"
    TRAPPED = "trapped"
    TOO_FAST = "too_fast"
    TOO_OLD = "too_old"
    TOO_MANY = "too_many"
    FILE_TYPE = "file_type"
    FILE_LONG = "file_long"
    FILE_BROKEN = "file_broken"
    FILE_GONE = "file_gone"
    FILE_FULL = "file_full"


@dataclass(frozen=True, slots=True)
class Feedback:
    """The public form as it was sent."""

    kind: str = ""
    subject: str = ""
    text: str = ""
    contact: str = ""
    has_consent: bool = False
    is_trapped: bool = False
    #: What says when the form was handed out.
    stamp: str = ""
    #: What says which file an earlier try left here, and whether it shall go.
    kept_file: str = ""
    drops_file: bool = False


def one_line(text: str, length: int) -> str:
    """Text without signs that no database keeps, on one line."""
    return " ".join(clean(text[: 2 * length], length).split())


def some_lines(text: str, length: int) -> str:
    """The same, with its lines."""
    return clean(text.replace("\r\n", "\n").replace("\r", "\n").strip(), length)


def parse_feedback(args: Mapping[str, str], kinds: Collection[str]) -> Feedback:
    kind = args.get("kind", "")
    return Feedback(
        kind=kind if kind in kinds else "",
        subject=one_line(args.get("subject", ""), LONGEST_KEPT),
        text=some_lines(args.get("text", ""), LONGEST_KEPT),
        contact=one_line(args.get("contact", ""), LONGEST_KEPT),
        has_consent=args.get("consent") == "yes",
        is_trapped=bool(args.get(TRAP, "").strip()),
        stamp=args.get("csrf_token", "")[:500],
        kept_file=args.get("kept", "")[:500],
        drops_file=args.get("drop") == "yes",
    )


def parse_prefill(args: Mapping[str, str], kinds: Collection[str]) -> Feedback:
    """What a link to the form may fill in: the kind and the subject."""
    kind = args.get("kind", "")
    return Feedback(kind if kind in kinds else "", one_line(args.get("subject", ""), LONGEST_SUBJECT))


def faults_of(sent: Feedback) -> dict[str, Fault]:
    """What is wrong, by field, in the order of the form."""
    return dict(_faults_of(sent))


def _faults_of(sent: Feedback) -> Iterator[tuple[str, Fault]]:
    if not sent.kind:
        yield "kind", Fault.KIND_MISSING
    if len(sent.subject) > LONGEST_SUBJECT:
        yield "subject", Fault.SUBJECT_LONG
    if len(sent.text) < SHORTEST_TEXT:
        yield "text", Fault.TEXT_SHORT
    if len(sent.text) > LONGEST_TEXT:
        yield "text", Fault.TEXT_LONG
    if len(sent.contact) > LONGEST_CONTACT:
        yield "contact", Fault.CONTACT_LONG
    if sent.contact and not sent.has_consent:
        yield "consent", Fault.CONSENT_MISSING


class Whose(StrEnum):
    """Whose letters are listed."""

    MINE = "mine"
    NOBODYS = "none"


class Sort(StrEnum):
    """Order of the list: what is due first, or what came last first."""

    DUE = "due"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class LetterQuery(ListQuery):
    """What the staff's list shows. Empty fields ask for nothing; without a state all open letters are shown."""

    words: str = ""
    kind: str = ""
    state: str = ""
    whose: str = ""
    overdue: str = ""
    sort: Sort = Sort.DUE
    page: int = 1


#: What ``state`` of a list may be beside a state.
ANY_STATE: Final = "all"


def parse_letter_query(args: Mapping[str, str], kinds: Collection[str], people: Collection[int]) -> LetterQuery:
    """``people``: who may have letters; their ids are values of ``whose`` too."""
    whose = args.get("whose", "")
    known = {*Whose, *(str(one) for one in people)}
    return LetterQuery(
        words=one_line(args.get("words", ""), LONGEST_WORDS),
        kind=args.get("kind", "") if args.get("kind", "") in kinds else "",
        state=args.get("state", "") if args.get("state", "") in {*State, ANY_STATE} else "",
        whose=whose if whose in known else "",
        overdue="yes" if args.get("overdue") == "yes" else "",
        sort=Sort.NEWEST if args.get("sort") == Sort.NEWEST else Sort.DUE,
        page=parse_page(args),
    )


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


@dataclass(frozen=True, slots=True)
class StepForm:
    """What the staff's form for a step of a letter sent. ``version``: of the letter that was shown."""

    text: str = ""
    assignee: int | None = None
    target: str = ""
    version: int | None = None


def parse_step(args: Mapping[str, str]) -> StepForm:
    assignee, version = args.get("assignee", ""), args.get("version", "")
    return StepForm(
        text=some_lines(args.get("text", ""), LONGEST_KEPT),
        assignee=int(assignee) if is_number(assignee) else None,
        target=one_line(args.get("target", ""), 40),
        version=int(version) if is_number(version) else None,
    )


def parse_numbers(values: Collection[str]) -> list[str]:
    """Numbers of letters that were chosen in the list, each once."""
    return list(dict.fromkeys(one_line(value, 40) for value in values if value))[:MOST_CHOSEN]


def parse_year(args: Mapping[str, str], this_year: int) -> int:
    """A year of the figures; senseless ones are this year."""
    text = args.get("year", "")
    return int(text) if is_number(text) and 2000 <= int(text) <= this_year else this_year
