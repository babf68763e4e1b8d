"""JSON: answers are readable, and what visitors send cannot exhaust or poison anything."""

from __future__ import annotations

import pytest
from flask import Flask


def test_answers_keep_chinese_and_the_order_of_their_keys(app: Flask) -> None:
    assert app.json.dumps({"名称": "马桶", "a": 1}) == '{"名称": "马桶", "a": 1}'


@pytest.mark.parametrize(
    "text", ["[" * 5000, '{"a": NaN}', "[Infinity]", '"\\ud800"', '{"\\udfff": 1}', "\ufeff{}", "{"]
)
def test_what_cannot_be_stored_is_a_value_error(app: Flask, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        app.json.loads(text)


def test_a_pair_of_surrogates_is_one_character(app: Flask) -> None:
    assert app.json.loads('"\\ud83d\\udca7"') == "💧"
