"""Parameters of the API as data: the same declaration checks a request and is printed in the document."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from outreach.core.api.problems import Refusal
from outreach.core.api.schemas import Schema, Words

LONGEST_TEXT: Final = 200
MOST_VALUES: Final = 50
LARGEST_PAGE: Final = 1_000_000
LARGEST_SIZE: Final = 100
USUAL_SIZE: Final = 20

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,8})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Place(StrEnum):
    """Where a parameter stands."""

    QUERY = "query"
    PATH = "path"


class ValueKind(StrEnum):
    """What a parameter takes."""

    TEXT = "text"
    WHOLE = "whole"
    DAY = "day"


class _Bad(ValueError):
    """A value that cannot be taken; the argument is the code of the reason."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. ``is_list``: may be given several times, any of the values counts."""

    name: str
    description: Words
    kind: ValueKind = ValueKind.TEXT
    place: Place = Place.QUERY
    choices: tuple[str, ...] = ()
    pattern: str = ""
    longest: int = LONGEST_TEXT
    least: int | None = None
    most: int | None = None
    is_list: bool = False
    default: Any = None
    example: Any = None

    def value_schema(self) -> Schema:
        """The schema of one value."""
        if self.kind is ValueKind.WHOLE:
            limits = {"minimum": self.least, "maximum": self.most}
            return {"type": "integer", **{key: value for key, value in limits.items() if value is not None}}
        if self.kind is ValueKind.DAY:
            return {"type": "string", "format": "date"}
        if self.choices:
            return {"type": "string", "enum": list(self.choices)}
        schema: Schema = {"type": "string", "maxLength": self.longest}
        return {**schema, "pattern": f"^(?:{self.pattern})$"} if self.pattern else schema

    def schema(self) -> Schema:
        """The schema of the parameter."""
        if self.is_list:
            return {"type": "array", "items": self.value_schema(), "maxItems": MOST_VALUES}
        found = self.value_schema()
        return found if self.default is None else {**found, "default": self.default}

    def read(self, text: str) -> Any:
        """The value that ``text`` means. Raises ``ValueError`` with the reason's code."""
        if self.kind is ValueKind.WHOLE:
            return self._whole(text)
        if self.kind is ValueKind.DAY:
            return _day(text)
        if self.choices:
            if text not in self.choices:
                raise _Bad("not-a-choice")
            return text
        if len(text) > self.longest:
            raise _Bad("too-long")
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise _Bad("wrong-form")
        return text

    def _whole(self, text: str) -> int:
        if not _WHOLE.fullmatch(text):
            raise _Bad("not-a-number")
        value = int(text)
        if (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            raise _Bad("out-of-range")
        return value


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise _Bad("not-a-day")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _Bad("not-a-day") from error


PAGE: Final = Parameter(
    "page",
    _l("第几页，从 1 起。超过最后一页时回答 404。"),
    ValueKind.WHOLE,
    least=1,
    most=LARGEST_PAGE,
    default=1,
    example=1,
)
PER_PAGE: Final = Parameter(
    "per_page", _l("每页条数。"), ValueKind.WHOLE, least=1, most=LARGEST_SIZE, default=USUAL_SIZE, example=20
)

#: Why a parameter was refused.
REASONS: Final = {
    "unknown": _l("没有这个参数。"),
    "repeated": _l("这个参数只能出现一次。"),
    "too-many": _l("这个参数出现的次数太多。"),
    "not-a-number": _l("应当是整数。"),
    "out-of-range": _l("超出允许的范围。"),
    "not-a-day": _l("应当是 YYYY-MM-DD 形式的日期。"),
    "not-a-choice": _l("不在允许的取值之内。"),
    "too-long": _l("太长。"),
    "wrong-form": _l("形式不对。"),
}


def read_parameters(
    declared: Sequence[Parameter], query: MultiDict[str, str], path: Mapping[str, str]
) -> tuple[dict[str, Any], list[Refusal]]:
    """The values of every declared parameter (lists as tuples, defaults filled in), and what is wrong."""
    refusals = [_refusal(Place.QUERY, name, "unknown") for name in query if name not in _names(declared, Place.QUERY)]
    values: dict[str, Any] = {}
    for parameter in declared:
        texts = query.getlist(parameter.name) if parameter.place is Place.QUERY else [path[parameter.name]]
        values[parameter.name] = () if parameter.is_list else parameter.default
        try:
            if texts:
                values[parameter.name] = _value(parameter, texts)
        except _Bad as bad:
            refusals.append(_refusal(parameter.place, parameter.name, str(bad)))
    return values, refusals


def _names(declared: Sequence[Parameter], place: Place) -> set[str]:
    return {parameter.name for parameter in declared if parameter.place is place}


def _value(parameter: Parameter, texts: list[str]) -> Any:
    if not parameter.is_list and len(texts) > 1:
        raise _Bad("repeated")
    if len(texts) > MOST_VALUES:
        raise _Bad("too-many")
    return tuple(map(parameter.read, texts)) if parameter.is_list else parameter.read(texts[0])


def _refusal(place: Place, name: str, code: str) -> Refusal:
    return Refusal(place, name[:64], code, REASONS[code])
