"""What staff type on the registry's pages, as typed values. Fields that a form does not have are not looked at."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeVar

from werkzeug.datastructures import MultiDict

from outreach.core.list_queries import ListQuery, parse_page, whole
from outreach.core.search.text import clean
from outreach.labels.imports.sources import SOURCES
from outreach.labels.models import RegistrationStatus

Args = MultiDict[str, str]
E = TypeVar("E", bound=StrEnum)

LONGEST_WORDS: Final = 64
LONGEST_NAME: Final = 300
LONGEST_REASON: Final = 500
LONGEST_FIGURE: Final = 32
LARGEST_FIGURE: Final = 1e9
MOST_CHOSEN: Final = 200
SORTS: Final = ("number", "-number", "announced", "-announced", "updated", "-updated", "model", "-model")
#: States that staff decide on; whether a filing is superseded or gone from its register is worked out.
DECIDABLE: Final = (
    RegistrationStatus.LISTED,
    RegistrationStatus.SUSPENDED,
    RegistrationStatus.WITHDRAWN,
    RegistrationStatus.EXPIRED,
)

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class Fault(StrEnum):
    """Why a field is refused."""

    MISSING = "missing"
    TOO_LONG = "too-long"
    NOT_A_NUMBER = "not-a-number"
    OUT_OF_RANGE = "out-of-range"
    NOT_A_DATE = "not-a-date"
    IN_THE_FUTURE = "in-the-future"
    BEFORE_ANNOUNCEMENT = "before-announcement"
    UNKNOWN = "unknown"
    NOTHING_CHANGED = "nothing-changed"
    NOTHING_CHOSEN = "nothing-chosen"
    SAME_STATE = "same-state"
    SAME_MAKER = "same-maker"
    FILE_MISSING = "file-missing"
    FILE_EMPTY = "file-empty"
    FILE_TOO_LONG = "file-too-long"
    FILE_WRONG_TYPE = "file-wrong-type"
    FILE_QUOTA = "file-quota"


Faults = dict[str, Fault]


@dataclass(frozen=True, slots=True)
class RegistrationQuery(ListQuery):
    """Which registrations the list shows. Empty fields ask for nothing."""

    words: str = ""
    maker: str = ""
    edition: str = ""
    status: str = ""
    source: str = ""
    run: int = 0
    differs: bool = False
    remarked: bool = False
    corrected: bool = False
    kind: str = ""
    sort: str = "-updated"
    page: int = 1


def parse_registration_query(args: Args) -> RegistrationQuery:
    """Read the list's address; anything senseless counts as not given."""
    status, source = args.get("status", ""), args.get("source", "")
    return RegistrationQuery(
        words=clean(args.get("words", ""), LONGEST_WORDS),
        maker=clean(args.get("maker", ""), LONGEST_WORDS),
        edition=_code(args.get("edition", "")),
        status=status if status in set(RegistrationStatus) else "",
        source=source if source in {*SOURCES, "demo"} else "",
        run=whole(args.get("run", "")) or 0,
        differs=args.get("differs") == "1",
        remarked=args.get("remarked") == "1",
        corrected=args.get("corrected") == "1",
        kind=args.get("kind", "") if args.get("kind", "") in ("real", "demo") else "",
        sort=args.get("sort", "") if args.get("sort", "") in SORTS else "-updated",
        page=parse_page(args),
    )


def _code(text: str) -> str:
    return text if _CODE.fullmatch(text) else ""


def parse_day(text: str) -> date | None:
    """A day as the browser's field sends it."""
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2100 else None


def parse_reason(args: Mapping[str, str], faults: Faults, name: str = "reason") -> str:
    """Why something is done; it must be said."""
    reason = clean(args.get(name, ""), LONGEST_REASON)
    if not reason:
        faults[name] = Fault.MISSING
    return reason


@dataclass(frozen=True, slots=True)
class Choices:
    """What the edited registration leaves to choose: codes of its category's parts and of its edition's grades."""

    subtypes: Collection[str]
    grades: Collection[str]
    metrics: Collection[str]


@dataclass(frozen=True, slots=True)
class CorrectionForm:
    """A registration as somebody wants it. ``typed`` keeps every text; ``values`` has those that could be read."""

    typed: Mapping[str, str]
    values: Mapping[str, Any]
    reason: str
    #: Mark of the values that the form was made of.
    seen: str
    faults: Faults = field(default_factory=dict)


def parse_correction(args: Args, choices: Choices, today: date) -> CorrectionForm:
    """Read the form of a registration's fields. A figure's field is its metric's code behind ``figure-``."""
    faults: Faults = {}
    typed: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name in ("maker", "brand", "product_name", "model"):
        typed[name], values[name] = _name(args, name, faults, is_required=name in ("maker", "model"))
    for name, known in (("subtype", choices.subtypes), ("declared_grade", choices.grades)):
        typed[name] = clean(args.get(name, ""), LONGEST_WORDS)
        values[name] = typed[name] or None
        if typed[name] and typed[name] not in known:
            faults[name] = Fault.UNKNOWN
    typed["announced_on"] = clean(args.get("announced_on", ""), LONGEST_WORDS)
    values["announced_on"] = _past_day(typed["announced_on"], "announced_on", faults, today)
    for metric in choices.metrics:
        name = f"figure-{metric}"
        typed[name] = clean(args.get(name, ""), LONGEST_FIGURE)
        values[metric] = _figure(typed[name], name, faults)
    reason = parse_reason(args, faults)
    return CorrectionForm(typed, values, reason, clean(args.get("seen", ""), 64), faults)


def _name(args: Args, name: str, faults: Faults, *, is_required: bool) -> tuple[str, str | None]:
    text = clean(args.get(name, ""), LONGEST_NAME + 1)
    if len(text) > LONGEST_NAME:
        faults[name] = Fault.TOO_LONG
    elif is_required and not text:
        faults[name] = Fault.MISSING
    return text, text or None


def _past_day(text: str, name: str, faults: Faults, today: date) -> str | None:
    if not text:
        return None
    day = parse_day(text)
    if day is None:
        faults[name] = Fault.NOT_A_DATE
        return None
    if day > today:
        faults[name] = Fault.IN_THE_FUTURE
    return day.isoformat()


def _figure(text: str, name: str, faults: Faults) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isnan(value) or "_" in text:
        faults[name] = Fault.NOT_A_NUMBER
        return None
    if not 0 <= value <= LARGEST_FIGURE:
        faults[name] = Fault.OUT_OF_RANGE
        return None
    return value


@dataclass(frozen=True, slots=True)
class StatusForm:
    """A state that registrations are to have, since when, by which document, and why."""

    status: RegistrationStatus | None
    on: date | None
    typed_on: str
    document: str
    reason: str
    faults: Faults = field(default_factory=dict)


def parse_status(args: Args, today: date, announced: Iterable[date | None]) -> StatusForm:
    """Read the form of a state. ``announced``: the days that it must not lie before."""
    faults: Faults = {}
    known = {status.value: status for status in DECIDABLE}
    status = known.get(args.get("status", ""))
    if status is None:
        faults["status"] = Fault.MISSING
    typed = clean(args.get("on", ""), LONGEST_WORDS)
    day = parse_day(typed)
    if day is None:
        faults["on"] = Fault.NOT_A_DATE if typed else Fault.MISSING
    elif day > today:
        faults["on"] = Fault.IN_THE_FUTURE
    elif any(first is not None and day < first for first in announced):
        faults["on"] = Fault.BEFORE_ANNOUNCEMENT
    document = clean(args.get("document", ""), LONGEST_NAME + 1)
    if not document or len(document) > LONGEST_NAME:
        faults["document"] = Fault.TOO_LONG if document else Fault.MISSING
    return StatusForm(status, day, typed, document, parse_reason(args, faults), faults)


def parse_numbers(args: Args) -> list[str]:
    """Numbers of the chosen rows, each once."""
    chosen = (clean(text, 80) for text in args.getlist("ids")[:MOST_CHOSEN])
    return list(dict.fromkeys(text for text in chosen if text))


@dataclass(frozen=True, slots=True)
class UploadForm:
    """A register to be taken in, and how."""

    source: str
    as_of_on: date | None
    typed_as_of: str
    options: frozenset[str]
    faults: Faults = field(default_factory=dict)


#: Options of an upload, as the command has them.
OPTIONS: Final = ("partial", "strict", "forced")


def parse_upload(args: Args, today: date) -> UploadForm:
    faults: Faults = {}
    source = args.get("source", "")
    if source not in SOURCES:
        faults["source"], source = Fault.MISSING, ""
    typed = clean(args.get("as_of", ""), LONGEST_WORDS)
    day = parse_day(typed) if typed else None
    if typed and day is None:
        faults["as_of"] = Fault.NOT_A_DATE
    elif day is not None and day > today:
        faults["as_of"] = Fault.IN_THE_FUTURE
    options = frozenset(args.getlist("options")) & frozenset(OPTIONS)
    return UploadForm(source, day, typed, options, faults)


@dataclass(frozen=True, slots=True)
class RowsQuery(ListQuery):
    """Which rows of a preview, or remarks of an import, are shown."""

    outcome: str = ""
    words: str = ""
    remarked: bool = False
    page: int = 1


def parse_rows_query(args: Args, outcomes: Collection[str]) -> RowsQuery:
    outcome = args.get("outcome", "")
    return RowsQuery(
        outcome if outcome in outcomes else "",
        clean(args.get("words", ""), LONGEST_WORDS),
        args.get("remarked") == "1",
        parse_page(args),
    )
