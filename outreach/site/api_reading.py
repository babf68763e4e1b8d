"""The OpenAPI document in the shape that a page prints: operations by subject, parameters and fields as flat rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, Final
from urllib.parse import quote, urlencode

from flask_babel import gettext as _

Document = Mapping[str, Any]
#: Choices printed in one cell; further ones are in the document.
MOST_CHOICES: Final = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter, or one field of a body."""

    name: str
    kind: str
    description: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One address with one method, ready to print."""

    id: str
    tag: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Row, ...]
    body: tuple[Row, ...]
    fields: tuple[Row, ...]
    command: str
    example: str
    statuses: tuple[tuple[str, str], ...]


def operations(document: Document) -> list[tuple[str, list[Operation]]]:
    """Every operation of the document under its subject, in the document's order."""
    found = [
        _operation(document, path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return [(tag, list(group)) for tag, group in groupby(found, key=attrgetter("tag"))]


def _operation(document: Document, path: str, method: str, operation: Document) -> Operation:
    answer = operation["responses"]["200"]["content"]["application/json"]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        id=operation["operationId"],
        tag=operation["tags"][0],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=tuple(_parameter(one) for one in operation["parameters"]),
        body=tuple(_fields(document, body.get("schema", {}))),
        fields=tuple(_fields(document, answer["schema"])),
        command=_command(document, path, method, operation, body),
        example=json.dumps(answer["example"], ensure_ascii=False, indent=2) if "example" in answer else "",
        statuses=tuple(
            (status, _resolved(document, response)["description"])
            for status, response in operation["responses"].items()
        ),
    )


def _parameter(parameter: Document) -> Row:
    return Row(
        parameter["name"], kind_words(parameter["schema"]), parameter["description"], bool(parameter["required"])
    )


def _resolved(document: Document, item: Document) -> Document:
    if "$ref" not in item:
        return item
    found: Any = document
    for part in item["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _fields(document: Document, schema: Document, prefix: str = "") -> Iterator[Row]:
    """The fields of an object, those of inner objects with their way: ``items[].values.*.unit``."""
    schema = _resolved(document, schema)
    if "anyOf" in schema:
        schema = _united([_resolved(document, one) for one in schema["anyOf"]])
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        yield from _field(document, prefix + name, inner, is_required=name in required)


def _united(records: Sequence[Document]) -> Document:
    """One record with the fields of all: required is what each of them has, and choices are added up."""
    properties: dict[str, Any] = {}
    for name, inner in (item for record in records for item in record["properties"].items()):
        known = properties.setdefault(name, inner)
        if known is not inner and "enum" in known:
            properties[name] = {**known, "enum": [*known["enum"], *inner["enum"]]}
    required = set.intersection(*(set(record.get("required", ())) for record in records))
    return {"type": "object", "properties": properties, "required": [name for name in properties if name in required]}


def _field(document: Document, way: str, schema: Document, *, is_required: bool) -> Iterator[Row]:
    schema = _resolved(document, schema)
    yield Row(way, kind_words(schema), schema.get("description", ""), is_required)
    if "items" in schema:
        yield from _fields(document, schema["items"], f"{way}[].")
    elif isinstance(schema.get("additionalProperties"), dict):
        yield from _fields(document, schema["additionalProperties"], f"{way}.*.")
    else:
        yield from _fields(document, schema, f"{way}.")


def kind_words(schema: Document) -> str:
    """What a schema takes, in words."""
    words = {
        "string": _("文字"),
        "integer": _("整数"),
        "number": _("数字"),
        "boolean": _("是或否"),
        "object": _("对象"),
        "array": _("列表"),
        "null": _("空"),
    }
    if schema.get("format") == "date":
        words["string"] = _("日期")
    kinds = schema.get("type", "object")
    found = _(" 或 ").join(words[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))
    inner = schema.get("items", schema)
    if schema.get("type") == "array" and "properties" not in inner and "$ref" not in inner:
        found = _("%(kind)s，可重复", kind=kind_words(inner))
    return found + _limits(schema)


def _limits(schema: Document) -> str:
    parts = []
    if "enum" in schema:
        shown = [str(item) for item in schema["enum"] if item is not None]
        more = "…" if len(shown) > MOST_CHOICES else ""
        parts.append(" / ".join(shown[:MOST_CHOICES]) + more)
    if "minimum" in schema and "maximum" in schema:
        parts.append(f"{schema['minimum']}–{schema['maximum']}")
    if "default" in schema:
        parts.append(_("默认 %(value)s", value=schema["default"]))
    return "".join(f"{_('，')}{part}" for part in parts)


def _command(document: Document, path: str, method: str, operation: Document, body: Document) -> str:
    """A command that can be pasted into a terminal."""
    pairs = []
    for parameter in operation["parameters"]:
        example = parameter.get("example")
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(str(example), safe=""))
        elif parameter["name"] in ("q", "on"):
            pairs.append((parameter["name"], str(example)))
    address = document["servers"][0]["url"].rstrip("/") + path + (f"?{urlencode(pairs)}" if pairs else "")
    if method == "get":
        return f"curl '{address}'"
    text = json.dumps(body.get("example", {}), ensure_ascii=False)
    return f"curl -X {method.upper()} '{address}' \\\n  -H 'Content-Type: application/json' \\\n  -d '{text}'"
