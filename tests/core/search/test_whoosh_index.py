"""What is particular to the index in a local folder: threads, merging, other processes, Whoosh's own faults."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from whoosh import fields
from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC
from whoosh.query import Term

from outreach.core.search import whoosh_reading
from outreach.core.search.index import IndexUnavailable
from outreach.core.search.indexer import catch_up, differences
from outreach.core.search.keeper import Keeper
from outreach.core.search.whoosh_index import LOOK_SECONDS, WhooshIndex
from tests.core.search import product_names

KIND = product_names.KIND


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads take turns a thousand times as often, so that what they can do to each other shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_threads")
def test_eight_threads_read_right_answers_while_commits_go_on(whoosh: WhooshIndex) -> None:
    product_names.write({number: f"净水机 系列{number % 8}" for number in range(1, 401)})
    catch_up()
    expected = {turn: [n for n in range(1, 401) if n % 8 == turn] for turn in range(8)}
    over = threading.Event()

    def read(turn: int) -> int:
        wrong = rounds = 0
        while not over.is_set():
            for _again in range(10):
                wrong += whoosh.read(KIND, f"{turn}", is_prefix=False).tolist() != expected[turn]
            wrong += whoosh.match(KIND, f"净水机 系列 {turn}").tolist() != expected[turn]
            rounds += 1
        assert rounds
        return wrong

    with ThreadPoolExecutor(8) as pool:
        readers = [pool.submit(read, turn) for turn in range(8)]
        for number in range(12):
            product_names.write({1000 + number: "花洒"})
            catch_up()
        over.set()
        assert sum(reader.result() for reader in readers) == 0


def test_a_commit_that_replaces_the_files_being_opened_is_no_damage(
    whoosh: WhooshIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    product_names.write({1: "净水机"})
    catch_up()
    read = TOC.read
    commits = [2]

    def overtaken(*place: Any, **options: Any) -> TOC:
        contents = read(*place, **options)
        if commits:
            product_names.write({commits.pop(): "净水机"})
            whoosh.apply()  # folds in the segment that was just read about, and removes its files
        return contents

    monkeypatch.setattr(whoosh_reading.TOC, "read", overtaken)
    late = WhooshIndex(whoosh.directory.root, dict)
    assert late.match(KIND, "净水").tolist() == [1, 2]
    assert whoosh.directory.distrusted() == ("", "")


def test_a_commit_of_another_process_is_seen_soon(whoosh: WhooshIndex) -> None:
    product_names.write({1: "净水机"})
    catch_up()
    other = WhooshIndex(whoosh.directory.root, dict)
    assert other.match(KIND, "净水").tolist() == [1]
    product_names.write({2: "净水机"})
    catch_up()
    time.sleep(LOOK_SECONDS)
    assert other.match(KIND, "净水").tolist() == [1, 2]
    whoosh.rebuild()
    time.sleep(LOOK_SECONDS)
    assert other.match(KIND, "净水").tolist() == [1, 2]
    assert other.version() == whoosh.version()


def test_many_small_commits_leave_few_segments_and_no_stray_files(whoosh: WhooshIndex) -> None:
    product_names.write({number: f"净水机 {number}" for number in range(1, 101)})
    catch_up()
    for number in range(1, 41):
        product_names.write({number: f"洗碗机 {number}"})
        catch_up()
    files = {path.name.partition(".")[0] for path in whoosh.directory.current().glob("MAIN_*.*")}
    assert 1 <= len(files) <= 7
    assert len(list(whoosh.directory.current().glob("*.toc"))) == 1
    assert product_names.found("洗碗机") == list(range(1, 41))
    assert product_names.found("净水机") == list(range(41, 101))
    assert list(differences()) == []


def test_a_segment_that_is_mostly_deleted_is_folded_in(whoosh: WhooshIndex) -> None:
    product_names.write({number: f"净水机 {number}" for number in range(1, 201)})
    catch_up()
    product_names.delete(range(1, 150))
    catch_up()
    assert len({path.name.partition(".")[0] for path in whoosh.directory.current().glob("MAIN_*.*")}) == 1
    assert product_names.found("净水机") == list(range(150, 201))
    product_names.delete(range(150, 201))
    catch_up()
    assert list(whoosh.directory.current().glob("MAIN_*.*")) == []
    assert product_names.found("净水机") == []
    assert list(differences()) == []


def test_a_refreshed_searcher_does_not_return_replaced_documents() -> None:
    """Later releases of Whoosh return both; this one must be checked when the dependency moves."""
    schema = fields.Schema(id=fields.ID(unique=True, stored=True), state=fields.ID(stored=True))
    index = RamStorage().create_index(schema)
    with index.writer() as writer:
        for number in range(50):
            writer.add_document(id=str(number), state="old")
    searcher = index.searcher()
    with index.writer() as writer:
        for number in range(10):
            writer.update_document(id=str(number), state="new")
    with searcher.refresh() as fresh:
        assert fresh.doc_count() == 50
        assert [hit["state"] for hit in fresh.search(Term("id", "3"))] == ["new"]
        assert len(fresh.search(Term("state", "old"), limit=None)) == 40


@pytest.fixture
def served(site: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The site as it serves: with a keeper that begins at the first request."""
    keeper: Keeper = site.extensions["index_keeper"]
    monkeypatch.setattr(keeper, "_interval", 0.02)
    site.config["TESTING"] = False
    yield site
    keeper.stop()


def _wait_for(found: list[int], text: str) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with suppress(IndexUnavailable):
            if product_names.found(text) == found:
                return
        time.sleep(0.01)
    pytest.fail(f"{text} does not find {found}")


def test_the_keeper_builds_follows_and_repairs_the_index_in_the_background(served: Flask, whoosh: WhooshIndex) -> None:
    product_names.write({1: "净水机"})
    assert not whoosh.directory.root.exists()
    served.test_client().get("/readyz")
    _wait_for([1], "净水")
    product_names.write({2: "净水机"})
    _wait_for([1, 2], "净水")
    for path in Path(whoosh.directory.current()).glob("*.pst"):
        path.write_bytes(b"")
    product_names.write({3: "净水机"})
    _wait_for([1, 2, 3], "净水")


def test_the_first_request_of_a_process_discards_a_foreign_index_before_it_is_answered(
    served: Flask, whoosh: WhooshIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    product_names.write({1: "净水机"})
    catch_up()
    monkeypatch.setattr("outreach.core.search.whoosh_index.SCHEMA_VERSION", 2)
    monkeypatch.setattr(Keeper, "_run", lambda _keeper: None)
    served.test_client().get("/readyz")
    assert whoosh.directory.distrusted() == (whoosh.directory.current().name, "the index has another schema version")


def test_no_request_starts_a_keeper_in_tests(site: Flask, whoosh: WhooshIndex) -> None:
    before = set(threading.enumerate())
    site.test_client().get("/readyz")
    assert not whoosh.directory.root.exists()
    assert [thread for thread in set(threading.enumerate()) - before if thread.name == "index-keeper"] == []
