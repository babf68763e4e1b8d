"""JSON Schema (2020-12, as OpenAPI 3.1 uses it) in a few words: ``record({"name": text("…")})``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel.speaklater import LazyString

Schema = dict[str, Any]
Words = str | LazyString


def _with(schema: Schema, description: Words) -> Schema:
    return {**schema, "description": description} if description else schema


def text(description: Words = "", **limits: Any) -> Schema:
    return _with({"type": "string", **limits}, description)


def one_of(values: Sequence[str], description: Words = "") -> Schema:
    return _with({"type": "string", "enum": list(values)}, description)


def whole(description: Words = "", **limits: Any) -> Schema:
    return _with({"type": "integer", **limits}, description)


def number(description: Words = "", **limits: Any) -> Schema:
    return _with({"type": "number", **limits}, description)


def yes_no(description: Words = "") -> Schema:
    return _with({"type": "boolean"}, description)


def day(description: Words = "") -> Schema:
    return _with({"type": "string", "format": "date"}, description)


def moment(description: Words = "") -> Schema:
    return _with({"type": "string", "format": "date-time"}, description)


def address(description: Words = "") -> Schema:
    return _with({"type": "string", "format": "uri"}, description)


def optional(schema: Schema) -> Schema:
    """The same, or null where nothing is recorded."""
    kind = schema["type"]
    found = {**schema, "type": [*([kind] if isinstance(kind, str) else kind), "null"]}
    return {**found, "enum": [*schema["enum"], None]} if "enum" in schema else found


def either(*records: Schema) -> Schema:
    """One of several records; which one, their own fields tell."""
    return {"anyOf": list(records)}


def many(items: Schema, description: Words = "") -> Schema:
    return _with({"type": "array", "items": items}, description)


def record(properties: Mapping[str, Schema], description: Words = "", *, optional_keys: Sequence[str] = ()) -> Schema:
    """An object with these keys and no others; all are there but the optional ones."""
    required = [name for name in properties if name not in optional_keys]
    schema: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return _with({**schema, "required": required} if required else schema, description)


def mapping(values: Schema, description: Words = "") -> Schema:
    """An object with keys that are data, such as codes."""
    return _with({"type": "object", "additionalProperties": values}, description)
