"""What an import makes of one line of a register: a row to take in, or a refusal; with remarks and the raw text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class RemarkCode(StrEnum):
    """What can be noticed of a row. The sentences are in ``imports/remarks.py``."""

    # Taken in, with a remark.
    BLANKS_CLEANED = "blanks-cleaned"
    LINE_BREAK_CLEANED = "line-break-cleaned"
    WIDTH_CLEANED = "width-cleaned"
    POINT_RESTORED = "decimal-point-restored"
    DATE_FROM_SERIAL = "date-from-serial"
    NO_VALUE = "no-value"
    GRADE_DIFFERS = "grade-differs"
    GRADE_OUTSIDE = "grade-outside"
    SUPERSEDED = "superseded"
    DUPLICATE_MERGED = "duplicate-merged"
    NUMBER_DATE_DIFFERS = "number-date-differs"
    NUMBER_RULE_DIFFERS = "number-rule-differs"
    CATEGORY_DIFFERS = "category-differs"
    # Refused.
    TEST_RECORD = "test-record"
    NUMBER_MISSING = "number-missing"
    NUMBER_MALFORMED = "number-malformed"
    NUMBER_REPEATED = "number-repeated"
    TEXT_MISSING = "text-missing"
    TEXT_TOO_LONG = "text-too-long"
    TEXT_UNREADABLE = "text-unreadable"
    VALUE_WRONG = "value-wrong"
    VALUE_OUT_OF_RANGE = "value-out-of-range"
    DATE_WRONG = "date-wrong"
    GRADE_UNKNOWN = "grade-unknown"
    STANDARD_UNKNOWN = "standard-unknown"
    CODE_UNKNOWN = "code-unknown"
    MODEL_PLACEHOLDER = "model-placeholder"
    CELLS_BEYOND = "cells-beyond"
    DEMO_MIXED = "demo-mixed"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing noticed: in which column, what stands there, and what was made of it (both may be empty)."""

    code: RemarkCode
    field: str = ""
    value: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MeasuredText:
    """One figure with the text it was read from. ``metric`` is a metric's code."""

    metric: str
    value: float
    raw_text: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A row that can be taken in: plain values and codes, nothing of the database yet."""

    row_number: int
    number: str
    edition: str
    maker: str
    model: str
    raw: dict[str, str] = field(compare=False)
    brand: str = ""
    product_name: str = ""
    subtype: str = ""
    declared_grade: str = ""
    announced_on: date | None = None
    status: str = "listed"
    #: Since when ``status`` holds; unknown: the day of the file.
    status_on: date | None = None
    values: tuple[MeasuredText, ...] = ()
    is_demo: bool = False
    remarks: tuple[Remark, ...] = field(default=(), compare=False)

    @property
    def content(self) -> tuple[object, ...]:
        """What makes two rows say the same: everything but the place in the file and the raw text."""
        figures = tuple(sorted((item.metric, item.value) for item in self.values))
        names = (self.number, self.edition, self.maker, self.brand, self.product_name, self.subtype, self.model)
        return (*names, self.declared_grade, self.announced_on, self.status, figures)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is not taken in. ``remarks`` holds every reason."""

    row_number: int
    number: str
    raw: dict[str, str]
    remarks: tuple[Remark, ...]
