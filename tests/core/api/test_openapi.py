"""The document names every address of the API, and the API keeps what the document says (schemathesis)."""

from __future__ import annotations

import copy
import re
from collections import Counter
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from outreach.core.limits import limiter
from outreach.site.api_reading import operations

#: Examples for each operation: all of them together take some seconds.
EXAMPLES = 15
#: Checks that must have run on every operation.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "unsupported_method",
)


@pytest.fixture(scope="module")
def document(demo_app: Flask) -> dict[str, Any]:
    return dict(demo_app.test_client().get("/api/openapi.json").get_json())


@pytest.fixture
def unlimited(demo_app: Flask) -> Any:
    """A machine that asks for everything at once."""
    limiter.enabled = False
    yield
    limiter.enabled = True


def test_the_document_names_every_address_and_nothing_else(demo_app: Flask, document: dict[str, Any]) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in demo_app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert described == routes
    assert routes


def test_every_text_of_the_english_document_is_english(demo_app: Flask) -> None:
    english = demo_app.test_client().get("/en/api/openapi.json").get_json()
    chinese = re.compile(r"[\u3400-\u9fff]")

    def texts(value: Any) -> Any:
        if isinstance(value, dict):
            for key, item in value.items():
                if key not in ("example", "examples", "enum", "pattern"):
                    yield from texts(item)
        elif isinstance(value, list):
            for item in value:
                yield from texts(item)
        elif isinstance(value, str):
            yield value

    assert [text for text in texts(english) if chinese.search(text)] == []
    assert english["servers"][0]["url"].endswith("/en")


def test_every_example_of_an_answer_or_a_body_fits_its_schema(document: dict[str, Any]) -> None:
    count = 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            contents = [operation["responses"]["200"]["content"]["application/json"]]
            if "requestBody" in operation:
                contents.append(operation["requestBody"]["content"]["application/json"])
            for content in contents:
                schema = {**content["schema"], "components": document["components"]}
                jsonschema_rs.validator_for(schema).validate(content["example"])
                count += 1
            assert operation["summary"], (path, method)
    assert count >= len(document["paths"])


def test_the_page_lists_the_fields_of_every_answer_and_of_all_its_kinds(
    demo_app: Flask, document: dict[str, Any]
) -> None:
    with demo_app.test_request_context():
        shown = {one.id: {row.name: row for row in one.fields} for _tag, group in operations(document) for one in group}
    assert all(shown.values())
    one, listed = shown["show_product"], shown["list_products"]
    assert set(one) == {name.removeprefix("items[].") for name in listed if name.startswith("items[].")} | {
        "status_name",
        "retired_at",
        "note",
    }
    assert "listed" in one["status"].kind
    assert "retired" in one["status"].kind
    assert {name for name, row in one.items() if row.is_required and "." not in name} == {
        "number",
        "model",
        "maker",
        "status",
        "is_demo",
        "url",
    }


def test_the_page_shows_every_operation(demo_app: Flask, document: dict[str, Any]) -> None:
    with demo_app.test_request_context():
        found = [item.path for _tag, items in operations(document) for item in items]
    assert len(found) == sum(len(methods) for methods in document["paths"].values())
    page = demo_app.test_client().get("/api/docs").get_data(as_text=True)
    assert all(path in page for path in document["paths"])


def broken_promises(app: Flask, document: dict[str, Any]) -> tuple[Counter[str], list[str]]:
    """Which checks ran how often, and every failure with a command that shows it."""
    config = SchemathesisConfig.from_dict(
        {
            "seed": 20261125,
            "generation": {"max-examples": EXAMPLES, "database": "none"},
            "phases": {"stateful": {"enabled": False}},
        }
    )
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.app = app
    ran: Counter[str] = Counter()
    failures: list[str] = []
    for event in from_schema(schema).execute():
        if isinstance(event, events.FatalError | events.NonFatalError):
            failures.append(str(event))
        if not isinstance(event, events.ScenarioFinished):
            continue
        for check in (check for checks in event.recorder.checks.values() for check in checks):
            ran[check.name] += 1
            if check.failure_info:
                failures.append(f"{check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}")
    return ran, failures


@pytest.mark.usefixtures("unlimited")
def test_the_api_keeps_what_the_document_says(demo_app: Flask, document: dict[str, Any]) -> None:
    ran, failures = broken_promises(demo_app, document)
    assert not failures, "\n\n".join(failures)
    assert min(ran[name] for name in CHECKS) > EXAMPLES


@pytest.mark.usefixtures("unlimited")
def test_an_answer_that_is_no_longer_described_is_seen(demo_app: Flask, document: dict[str, Any]) -> None:
    path = "/api/v1/categories"
    wrong = {**document, "paths": {path: copy.deepcopy(document["paths"][path])}}
    answer = wrong["paths"][path]["get"]["responses"]["200"]
    answer["content"]["application/json"]["schema"]["properties"]["items"]["type"] = "string"
    assert any("response_schema_conformance" in failure for failure in broken_promises(demo_app, wrong)[1])
