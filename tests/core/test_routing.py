"""Numbers in addresses: what no database takes as a key is not found, before anybody asks the database."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound


@pytest.fixture
def adapter(app: Flask):
    from werkzeug.routing import Map, Rule

    return Map([Rule("/<int:id>", endpoint="one")], converters=app.url_map.converters).bind("localhost")


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("0", 0), ("2147483647", 2147483647)])
def test_plain_numbers_are_found(adapter, text: str, number: int) -> None:
    assert adapter.match(f"/{text}") == ("one", {"id": number})


@pytest.mark.parametrize(
    "text",
    [
        "2147483648",
        "9223372036854775808",
        "9" * 400,
        "01",
        "-1",
        "+1",
        "1.0",
        "1e3",
        "0x1",
        "٣",
        "１",
        "²",
        "1 ",
        "",
        "a",
    ],
)
def test_other_spellings_and_sizes_are_not_found(adapter, text: str) -> None:
    with pytest.raises(NotFound):
        adapter.match(f"/{text}")
