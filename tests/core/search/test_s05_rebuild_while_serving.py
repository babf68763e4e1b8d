"""S05: the old index serves during a rebuild, edits made meanwhile are kept, a killed rebuild leaves nothing behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from outreach.core.search.index import IndexBusy, IndexUnavailable
from outreach.core.search.indexer import catch_up, differences
from outreach.core.search.maintained import Health
from outreach.core.search.whoosh_directory import REBUILDING
from outreach.core.search.whoosh_index import WhooshIndex
from tests.core.search import product_names
from tests.core.search.indexing_process import GROUP

ROOT = Path(__file__).parents[3]
PROCESS = Path(__file__).parent / "indexing_process.py"
DOCUMENTS = 1_200

Start = Callable[[str], int]


@pytest.fixture
def start(site: Flask) -> Iterator[Start]:
    """Starts a child of the process that is there to be killed."""
    folder = site.config["SETTINGS"].data_dir
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(PROCESS), folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def begin(what: str) -> int:
            process.stdin.write(f"{what}\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield begin
        process.stdin.close()


@pytest.fixture
def filled(whoosh: WhooshIndex) -> WhooshIndex:
    product_names.write({number: f"净水机 系列{number % 100} 型号{number}" for number in range(1, DOCUMENTS + 1)})
    catch_up()
    return whoosh


def _killed(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}").exists():
        time.sleep(0.002)


class Traffic:
    """Visitors who search without a pause and an editor who changes names, in threads, for as long as it is open."""

    def __init__(self, app: Flask, index: WhooshIndex) -> None:
        self.searches = 0
        self.faults: list[str] = []
        self.edited: list[int] = []
        self._app, self._index = app, index
        self._over = threading.Event()
        self._threads = [threading.Thread(target=work) for work in (self._search, self._search, self._edit)]

    def __enter__(self) -> Traffic:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _search(self) -> None:
        while not self._over.is_set():
            try:
                found = len(self._index.match(product_names.KIND, f"系列{self.searches % 100}"))
            except IndexUnavailable as error:
                self.faults.append(str(error))
                found = 1
            if not 0 < found < DOCUMENTS // 4:
                self.faults.append(f"{found} found")
            self.searches += 1
            time.sleep(0.01)

    def _edit(self) -> None:
        with self._app.app_context():
            while not self._over.wait(0.05):
                number = 901 + len(self.edited)
                product_names.write({number: f"净水机 改名 系列{number % 100}"})
                self.edited.append(number)
                try:
                    self._index.apply()
                except IndexBusy:
                    continue


def test_s05_searches_never_fail_and_edits_are_kept_while_rebuilds_run_and_are_killed(
    site: Flask, filled: WhooshIndex, start: Start
) -> None:
    wheel = random.Random(5)
    with Traffic(site, filled) as traffic:
        for _turn in range(5):
            child = start("rebuild")
            time.sleep(wheel.uniform(0.05, 0.3))
            _killed(child)
        assert filled.rebuild() == DOCUMENTS
        assert filled.rebuild() == DOCUMENTS
    catch_up()
    assert traffic.faults == []
    assert traffic.searches > 50
    assert len(traffic.edited) > 5
    assert product_names.found("改名") == traffic.edited
    assert list(differences()) == []


def test_s05_a_killed_rebuild_leaves_a_folder_that_the_next_one_removes(filled: WhooshIndex, start: Start) -> None:
    serving = filled.directory.current()
    child = start("rebuild")
    while len(list(filled.directory.root.glob("gen-*/*.tmp"))) == 0:
        time.sleep(0.002)
    _killed(child)
    assert len(product_names.found("净水机")) == DOCUMENTS
    filled.rebuild()
    left = {folder.name for folder in filled.directory.root.glob("gen-*")}
    assert filled.directory.current().name in left
    assert left <= {filled.directory.current().name, serving.name}
    filled.directory.sweep(keep_seconds=0)
    assert [folder.name for folder in filled.directory.root.glob("gen-*")] == [filled.directory.current().name]


def test_s05_an_edit_during_a_rebuild_is_in_the_new_index_at_once(site: Flask, filled: WhooshIndex) -> None:
    def edit(done: int, _total: int) -> None:
        thread = threading.Thread(target=_rename, args=(site, done))
        thread.start()
        thread.join()

    filled.rebuild(edit)
    assert product_names.found("改名") == [1000, DOCUMENTS]
    assert filled.verdict().lag == 0


def _rename(site: Flask, number: int) -> None:
    with site.app_context():
        product_names.write({number: "净水机 改名"})


def test_s05_a_second_rebuild_is_refused_while_one_runs(site: Flask, filled: WhooshIndex) -> None:
    refused = []

    def second(_done: int, _total: int) -> None:
        answer = site.test_cli_runner().invoke(args=["search", "rebuild"])
        refused.append((answer.exit_code, "另一个进程" in answer.output, filled.is_rebuilding()))

    filled.rebuild(second)
    assert refused
    assert set(refused) == {(1, True, True)}
    assert not filled.is_rebuilding()


def test_s05_a_stopped_rebuild_leaves_the_serving_index_and_no_trace(filled: WhooshIndex) -> None:
    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    serving = filled.directory.current()
    with pytest.raises(KeyboardInterrupt):
        filled.rebuild(stop)
    assert list(filled.directory.root.glob("gen-*")) == [serving]
    assert filled.verdict().health is Health.FRESH
    with filled.directory.lock(REBUILDING):
        assert filled.is_rebuilding()


def test_a_killed_indexer_never_leaves_half_a_commit_and_the_next_one_finishes(
    whoosh: WhooshIndex, start: Start
) -> None:
    product_names.write(dict.fromkeys(range(1, 101), "净水机"))
    catch_up()
    wheel = random.Random(20)
    changed = 0
    for turn in range(20):
        before = whoosh.version()
        child = start("edit")
        while whoosh.version() == before:  # the child begins to commit
            time.sleep(0.002)
        time.sleep(wheel.uniform(0, 0.05))
        _killed(child)
        documents = WhooshIndex(whoosh.directory.root, dict).fingerprints(product_names.KIND)
        assert len(documents) == 100, f"round {turn}"
        assert len({documents[number] for number in GROUP}) == 1, f"round {turn}: half a commit"
        changed += documents[GROUP[0]] != documents[100]
        catch_up()
        assert list(differences()) == [], f"round {turn}"
    assert changed == 20
