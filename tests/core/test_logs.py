"""Logs: one JSON object a line, from our code and from libraries alike."""

from __future__ import annotations

import ast
import json
import logging
from typing import Any

import pytest
import structlog

from outreach.core import logs


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.fixture(autouse=True)
def _configured(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")


def test_our_events_and_library_records_look_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("ours").info("quiz_submitted", number=7)
    logging.getLogger("theirs").warning("disk %s", "full")
    ours, theirs = lines(capsys)
    assert (ours["event"], ours["level"], ours["number"]) == ("quiz_submitted", "info", 7)
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("disk full", "warning", "theirs")
    assert ours["timestamp"].endswith("Z")


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "\x1b[31mred", "\u2028", '"}\n{"event": "forged"}', "节水"])
def test_no_text_can_start_a_line_or_move_the_cursor(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("ours").info("said", text=text)
    output = capsys.readouterr().err
    assert output.count("\n") == 1
    assert output.isascii()
    assert "\x1b" not in output
    assert json.loads(output)["text"] == text


def test_the_request_id_joins_the_lines_of_a_request(capsys: pytest.CaptureFixture[str]) -> None:
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        structlog.get_logger("ours").info("one")
        logging.getLogger("theirs").error("two")
    assert [line["request_id"] for line in lines(capsys)] == ["abc", "abc"]


def fail() -> None:
    secret = "phone-" + "13812345678"
    try:
        raise KeyError(len(secret))
    except KeyError as error:
        raise ValueError("broken") from error


def test_a_traceback_tells_its_causes_and_not_the_values_of_variables(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        fail()
    except ValueError:
        structlog.get_logger("ours").exception("failed")
        logging.getLogger("theirs").exception("failed")
    for line in lines(capsys):
        told = line["exception"]
        assert told.index("KeyError: 17") < told.index("which led to") < told.index("ValueError: broken")
        assert "in fail" in told
        assert "phone-13812345678" not in told


def test_a_traceback_is_written_without_the_parser(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ast, "parse", None)
    try:
        fail()
    except ValueError:
        structlog.get_logger("ours").exception("failed")
    assert "^^^" not in lines(capsys)[0]["exception"]


def test_the_level_of_the_settings_counts_and_a_second_call_adds_no_second_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("WARNING")
    logging.getLogger("theirs").info("quiet")
    logging.getLogger("theirs").warning("loud")
    assert [line["event"] for line in lines(capsys)] == ["loud"]
