"""What staff and county officers type about the registry, as typed values. Fields that a form does not have are not
looked at; what was typed is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from outreach.core.list_queries import ListQuery, parse_page, whole
from outreach.core.search.text import clean
from outreach.counties.actions.decisions import NewStep
from outreach.counties.models import Certainty, Origin, Stage
from outreach.counties.rules.dates import DateUnreadable, PrintedDate, first_day, parse_date
from outreach.counties.rules.sources import is_web_address
from outreach.counties.rules.states import UnitState

Args = Mapping[str, str]

LONGEST_WORDS: Final = 64
LONGEST_NAME: Final = 300
LONGEST_ADDRESS: Final = 500
LONGEST_NOTE: Final = 2000
LONGEST_REASON: Final = 500
MOST_FILES: Final = 3
SORTS: Final = ("code", "name", "changed")
#: Fields of a unit that are corrected; a division's Chinese name changes by announcements, which are changes of it.
OFFICER_FIELDS: Final = ("name_en", "note", "note_en")
STAFF_FIELDS: Final = (*OFFICER_FIELDS, "certainty")

_PROVINCE: Final = re.compile(r"[1-9][0-9]0000")


class Fault(StrEnum):
    """Why a field is refused."""

    MISSING = "missing"
    TOO_LONG = "too-long"
    UNKNOWN = "unknown"
    NOT_A_DATE = "not-a-date"
    IN_THE_FUTURE = "in-the-future"
    SOURCE_MISSING = "source-missing"
    BATCH_MISSING = "batch-missing"
    BATCH_UNWANTED = "batch-unwanted"
    NOTHING_CHANGED = "nothing-changed"
    NO_YEAR = "no-year"
    NO_FIGURE = "no-figure"
    NOTHING_FILLED = "nothing-filled"
    FILES_MANY = "files-many"
    FILE_MISSING = "file-missing"
    FILE_EMPTY = "file-empty"
    FILE_TOO_LONG = "file-too-long"
    FILE_WRONG_TYPE = "file-wrong-type"
    FILE_QUOTA = "file-quota"


Faults = dict[str, Fault]


@dataclass(frozen=True, slots=True)
class UnitQuery(ListQuery):
    """Which units the staff's list shows. Empty fields ask for nothing."""

    words: str = ""
    state: str = ""
    province: str = ""
    certainty: str = ""
    source: str = ""
    batch: int = 0
    waiting: bool = False
    sort: str = "code"
    page: int = 1


def parse_unit_query(args: Args) -> UnitQuery:
    """Read the list's address; anything senseless counts as not given."""
    province, sort = args.get("province", ""), args.get("sort", "")
    return UnitQuery(
        words=clean(args.get("words", ""), LONGEST_WORDS),
        state=_known(args.get("state", ""), UnitState),
        province=province if _PROVINCE.fullmatch(province) else "",
        certainty=_known(args.get("certainty", ""), Certainty),
        source=_known(args.get("source", ""), Origin),
        batch=whole(args.get("batch", "")) or 0,
        waiting=args.get("waiting") == "1",
        sort=sort if sort in SORTS else SORTS[0],
        page=parse_page(args),
    )


def _known(value: str, kind: type[StrEnum]) -> str:
    return value if value in {item.value for item in kind} else ""


def parse_reason(args: Args, faults: Faults, name: str = "reason") -> str:
    """Why something is done; it must be said."""
    reason = clean(args.get(name, ""), LONGEST_REASON + 1)
    if not reason or len(reason) > LONGEST_REASON:
        faults[name] = Fault.TOO_LONG if reason else Fault.MISSING
    return reason


def _text(args: Args, name: str, faults: Faults, limit: int, *, is_required: bool = False) -> str:
    text = clean(args.get(name, ""), limit + 1)
    if len(text) > limit:
        faults[name] = Fault.TOO_LONG
    elif is_required and not text:
        faults[name] = Fault.MISSING
    return text


@dataclass(frozen=True, slots=True)
class FieldsForm:
    """A unit's fields as somebody wants them; ``values`` holds those that the form has."""

    values: Mapping[str, str]
    reason: str
    faults: Faults = field(default_factory=dict)


def parse_fields(args: Args, names: tuple[str, ...], present: Mapping[str, str]) -> FieldsForm:
    """Read the fields ``names``. ``present`` is what they are now: a form that changes nothing is refused."""
    faults: Faults = {}
    values = {}
    for name in names:
        if name == "certainty":
            values[name] = args.get(name, "")
            if not _known(values[name], Certainty):
                faults[name] = Fault.UNKNOWN
        else:
            limit = LONGEST_NAME if name == "name_en" else LONGEST_NOTE
            values[name] = _text(args, name, faults, limit, is_required=name == "name_en")
    if not faults and all(values[name] == present[name] for name in names):
        faults[names[0]] = Fault.NOTHING_CHANGED
    return FieldsForm(values, parse_reason(args, faults), faults)


@dataclass(frozen=True, slots=True)
class StepForm:
    """One step of the procedure. ``step`` is None while anything is wrong, and for a step that is struck out."""

    typed: Mapping[str, str]
    step: NewStep | None
    reason: str
    is_removed: bool = False
    faults: Faults = field(default_factory=dict)


STEP_FIELDS: Final = ("stage", "on", "document", "source", "batch", "note")


def parse_step_form(args: Args, today: date, *, asks_reason: bool, needs_document: bool = False) -> StepForm:
    """Read a step. Counties must name the document; for staff a document or a source is enough."""
    faults: Faults = {}
    typed = {name: clean(args.get(name, ""), LONGEST_NOTE + 1) for name in STEP_FIELDS}
    reason = parse_reason(args, faults) if asks_reason else ""
    if args.get("removed") == "1":
        return StepForm(typed, None, reason, is_removed=True, faults=faults)
    stage = _known(typed["stage"], Stage)
    if not stage:
        faults["stage"] = Fault.MISSING
    printed = _past(typed["on"], faults, today, is_required=needs_document)
    document = _text(args, "document", faults, LONGEST_NAME, is_required=needs_document)
    source = _source(args, faults)
    if not (document or source) and "document" not in faults:
        faults["document"] = Fault.SOURCE_MISSING
    note = _text(args, "note", faults, LONGEST_NOTE)
    batch = _batch(typed["batch"], stage, faults)
    if faults:
        return StepForm(typed, None, reason, faults=faults)
    is_address = is_web_address(source)
    where = ("", source) if is_address else (source, "")
    return StepForm(typed, NewStep(Stage(stage), printed, document, *where, note, batch), reason)


def _source(args: Args, faults: Faults) -> str:
    source = _text(args, "source", faults, LONGEST_ADDRESS)
    if len(source) > LONGEST_NAME and not is_web_address(source):
        faults["source"] = Fault.TOO_LONG
    return source


def _batch(typed: str, stage: str, faults: Faults) -> int | None:
    number = whole(typed)
    if stage == Stage.DESIGNATED and not number:
        faults["batch"] = Fault.BATCH_MISSING
    elif typed and stage and stage != Stage.DESIGNATED:
        faults["batch"] = Fault.BATCH_UNWANTED
    return number or None


def _past(text: str, faults: Faults, today: date, *, is_required: bool) -> PrintedDate:
    try:
        printed = parse_date(text)
    except DateUnreadable:
        faults["on"] = Fault.NOT_A_DATE
        return PrintedDate()
    begin = first_day(printed.on, printed.precision)
    if begin is not None and begin > today:
        faults["on"] = Fault.IN_THE_FUTURE
    elif begin is None and is_required:
        faults["on"] = Fault.MISSING
    return printed


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """What becomes of an unclear name: the unit that is meant, or none; and why."""

    unit: str
    is_dismissed: bool
    reason: str
    faults: Faults = field(default_factory=dict)


def parse_decision(args: Args) -> DecisionForm:
    """Read the decision. A unit typed by hand goes before the candidates."""
    faults: Faults = {}
    is_dismissed = args.get("decision") == "dismiss"
    chosen = clean(args.get("other", ""), LONGEST_WORDS) or clean(args.get("unit", ""), LONGEST_WORDS)
    if not is_dismissed and not chosen:
        faults["unit"] = Fault.MISSING
    return DecisionForm(chosen, is_dismissed, parse_reason(args, faults), faults)
