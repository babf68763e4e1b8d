"""Languages: the prefix, what ``url_for`` writes, and catalogues that compile themselves."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from outreach.core.i18n import LocalePrefix, compile_catalogs, other_language_path

PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "水"\nmsgstr "{word}"\n'


def _echo(environ, start_response):
    request = Request(environ)
    return Response(f"{request.root_path}|{request.path}|{environ['outreach.locale']}")(environ, start_response)


def test_the_prefix_is_taken_off_and_names_the_language() -> None:
    client = Client(LocalePrefix(_echo))
    assert client.get("/labels/").text == "|/labels/|zh"
    assert client.get("/en/labels/").text == "/en|/labels/|en"
    assert client.get("/en/").text == "/en|/|en"
    assert client.get("/english").text == "|/english|zh"
    assert client.get("/en/en/").text == "/en|/en/|en"


def test_the_bare_prefix_leads_to_the_english_home() -> None:
    answer = Client(LocalePrefix(_echo)).get("/en?q=1")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/en/?q=1")


def test_addresses_are_written_in_the_language_that_is_read(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/nothing-here", headers={"Accept-Language": "en"}).headers["Content-Language"] == "zh-CN"
    assert client.get("/en/nothing-here").headers["Content-Language"] == "en"
    assert other_language_path("/labels/?q=1", "en") == "/en/labels/?q=1"
    assert other_language_path("/labels/?q=1", "zh") == "/labels/?q=1"


def test_a_catalogue_is_compiled_when_it_is_missing_or_old(tmp_path: Path) -> None:
    po = tmp_path / "en/LC_MESSAGES/messages.po"
    po.parent.mkdir(parents=True)
    po.write_text(PO.format(word="water"), encoding="utf-8")
    (mo,) = compile_catalogs(tmp_path)
    assert b"water" in mo.read_bytes()
    assert compile_catalogs(tmp_path) == []
    po.write_text(PO.format(word="waters"), encoding="utf-8")
    os.utime(po, (mo.stat().st_mtime + 5,) * 2)
    assert compile_catalogs(tmp_path) == [mo]
    assert b"waters" in mo.read_bytes()
    assert [path.name for path in po.parent.iterdir() if path.name.startswith(".")] == []
