"""The store of rendered pages, its codings, and the watch over generations."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from outreach.core import page_store
from outreach.core.page_store import GenerationWatch, Key, PageStore, StoredPage, accepted_coding
from tests.labels.statements import counted_statements


def key(name: str) -> Key:
    return (name, "", "", "")


def stored(size: int) -> StoredPage:
    return StoredPage(b"x" * size, "text/html", "x", {}, max_age=60)


def test_the_store_drops_what_was_unused_longest() -> None:
    store = PageStore(limit=400)
    for name in ("a", "b"):
        store.put(key(name), stored(120))
    assert store.get(key("a")) is not None
    store.put(key("c"), stored(120))
    assert [store.get(key(name)) is not None for name in ("a", "b", "c")] == [True, False, True]
    assert store.size == 360


def test_the_store_counts_a_replaced_page_once_and_refuses_giants() -> None:
    store = PageStore(limit=400)
    for _time in range(3):
        store.put(key("a"), stored(100))
    store.put(key("b"), stored(1000))
    assert (len(store), store.size) == (1, 150)


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", ""),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("BR", "br"),
        ("identity", ""),
        ("gzip;q=0", ""),
        ("*", ""),
        ("br;q=nonsense, \x00", ""),
    ],
)
def test_the_coding_is_the_one_the_client_likes_best(header: str, coding: str) -> None:
    assert accepted_coding(header) == coding


def test_the_generation_is_read_once_in_a_while(app: Flask, session: Session) -> None:
    watch = GenerationWatch(max_age=1000)
    with app.test_request_context(), counted_statements(app) as statements:
        for _time in range(3):
            watch.token("labels")
    assert len(statements) == 1


def test_data_never_seen_cannot_be_vouched_for_in_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_session: object, _name: str) -> str:
        raise OperationalError("SELECT", {}, Exception("down"))

    monkeypatch.setattr(page_store.outbox, "generation", unreachable)
    monkeypatch.setattr(page_store, "db", SimpleNamespace(session=None))
    with pytest.raises(OperationalError):
        GenerationWatch().token("labels")
