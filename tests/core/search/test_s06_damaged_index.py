"""S06: every kind of damage is noticed, costs no page, and ends in a rebuild."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.core.db import db
from outreach.core.search import outbox, whoosh_index
from outreach.core.search.index import IndexUnavailable
from outreach.core.search.indexer import catch_up, differences, index_state
from outreach.core.search.maintained import Health
from outreach.core.search.models import SearchOutbox
from outreach.core.search.whoosh_index import WhooshIndex
from tests.core.search import product_names

Damage = Callable[[Path], None]


def _one(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def _truncate(pattern: str, *, keep: float) -> Damage:
    def damage(folder: Path) -> None:
        path = _one(folder, pattern)
        os.truncate(path, int(path.stat().st_size * keep))

    return damage


def _flip(pattern: str, *, at: float) -> Damage:
    def damage(folder: Path) -> None:
        path = _one(folder, pattern)
        data = bytearray(path.read_bytes())
        data[int(len(data) * at)] ^= 0x10
        path.write_bytes(data)

    return damage


def _delete(pattern: str) -> Damage:
    def damage(folder: Path) -> None:
        for path in folder.glob(pattern):
            path.unlink()

    return damage


def _remove(folder: Path) -> None:
    shutil.rmtree(folder)


def _write_current(content: bytes) -> Damage:
    def damage(folder: Path) -> None:
        (folder.parent / "CURRENT").write_bytes(content)

    return damage


def _foreign_contents(folder: Path) -> None:
    _one(folder, "*.toc").write_bytes(pickle.dumps({"a": 1}))


DAMAGES: dict[str, Damage] = {
    "contents cut short": _truncate("*.toc", keep=0.5),
    "contents empty": _truncate("*.toc", keep=0),
    "contents without their last byte": _truncate("*.toc", keep=0.999),
    "a byte of the contents": _flip("*.toc", at=0.1),
    "a byte of the trailer": _flip("*.toc", at=0.9),
    "contents deleted": _delete("*.toc"),
    "contents of something else": _foreign_contents,
    "a byte of the postings": _flip("*.pst", at=0.5),
    "a byte of the terms": _flip("*.trm", at=0.3),
    "a byte of the object ids": _flip("*.object_id.col", at=0.5),
    "postings cut short": _truncate("*.pst", keep=0.5),
    "terms deleted": _delete("*.trm"),
    "a segment deleted": _delete("MAIN_*.*"),
    "folder emptied": _delete("*"),
    "folder removed": _remove,
    "CURRENT emptied": _write_current(b""),
    "CURRENT of another kind": _write_current(b"gen-../../../etc"),
    "CURRENT not text": _write_current(b"\xff\xfe\x00"),
}


NAMES = {number: f"净水机 系列{number % 10}" for number in range(1, 201)}


@pytest.fixture
def filled(lasting_site: Flask) -> WhooshIndex:
    index = lasting_site.extensions["text_index"]
    assert isinstance(index, WhooshIndex)
    product_names.write(NAMES)
    index.rebuild()
    assert len(index.match(product_names.KIND, "系列3")) == 20
    return index


@pytest.mark.parametrize("what", DAMAGES)
def test_s06_damage_under_an_open_index_is_noticed_and_repaired(
    lasting_site: Flask, filled: WhooshIndex, what: str
) -> None:
    DAMAGES[what](filled.directory.current())
    assert filled.verdict().health is Health.UNUSABLE
    with pytest.raises(IndexUnavailable):
        filled.postings(product_names.KIND, "净水")
    assert index_state(lasting_site).word == "unusable"
    assert catch_up().is_rebuilt
    assert index_state(lasting_site).word == "ready"
    assert len(product_names.found("系列3")) == 20
    assert list(differences()) == []


@pytest.mark.parametrize("what", DAMAGES)
def test_s06_a_reader_that_meets_the_damage_first_raises_nothing_else(filled: WhooshIndex, what: str) -> None:
    DAMAGES[what](filled.directory.current())
    reader = WhooshIndex(filled.directory.root, dict)
    for text in ("系列3", "系列4"):
        with pytest.raises(IndexUnavailable):
            reader.match(product_names.KIND, text)
    assert filled.verdict().health is Health.UNUSABLE


def test_s06_an_index_of_another_schema_version_is_rebuilt(
    filled: WhooshIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoosh_index, "SCHEMA_VERSION", 0)
    assert filled.verdict().health is Health.UNUSABLE
    assert filled.verdict().reason == "to be rebuilt: the index has another schema version"
    with pytest.raises(IndexUnavailable):
        filled.match(product_names.KIND, "系列3")
    monkeypatch.undo()
    assert catch_up().is_rebuilt
    assert filled.verdict().health is Health.FRESH


def test_s06_a_trailer_of_a_future_layout_is_rebuilt(filled: WhooshIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    written = json.loads

    def future(text: bytes) -> object:
        trailer = written(text)
        trailer["watermark"]["shards"] = 4
        return trailer

    monkeypatch.setattr("outreach.core.search.whoosh_storage.json.loads", future)
    assert WhooshIndex(filled.directory.root, dict).verdict().health is Health.UNUSABLE
    monkeypatch.undo()
    assert catch_up().is_rebuilt


# The two tests below put an older file under the site's feet.


def test_s06_an_older_database_under_a_newer_index_is_noticed(lasting_site: Flask, filled: WhooshIndex) -> None:
    copy = _backup(lasting_site)
    product_names.write({1: "花洒", 2: "水嘴"})
    catch_up()
    _restore(lasting_site, copy)
    assert filled.verdict().reason == "the index is ahead of the database"
    with pytest.raises(IndexUnavailable):
        filled.match(product_names.KIND, "花洒")
    catch_up()
    assert product_names.found("花洒") == []
    assert list(differences()) == []


def test_s06_a_restored_database_that_was_written_to_again_is_noticed(lasting_site: Flask, filled: WhooshIndex) -> None:
    copy = _backup(lasting_site)
    product_names.write({1: "花洒", 2: "水嘴"})
    catch_up()
    _restore(lasting_site, copy)
    product_names.write({1: "浴缸", 2: "水箱", 3: "水塔"})  # takes the same numbers in the outbox
    assert filled.verdict().reason == "the database has another history"
    catch_up()
    assert list(differences()) == []


def _backup(site: Flask) -> Path:
    folder = site.config["SETTINGS"].data_path
    with closing(sqlite3.connect(folder / "site.db")) as source, closing(sqlite3.connect(folder / "older.db")) as copy:
        source.backup(copy)
    return Path(folder / "older.db")


def _restore(site: Flask, copy: Path) -> None:
    db.session.close()
    db.engine.dispose()
    path = site.config["SETTINGS"].data_path / "site.db"
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    copy.replace(path)


def test_s06_a_renewed_epoch_discards_the_index(filled: WhooshIndex) -> None:
    with db.sessionmaker.begin() as session:
        outbox.renew_epoch(session)
    assert filled.verdict().reason == "the index was made from another database"
    assert catch_up().is_rebuilt
    assert filled.verdict().health is Health.FRESH


def test_s06_an_index_that_missed_forgotten_changes_is_rebuilt(filled: WhooshIndex) -> None:
    product_names.write({1: "花洒"})
    product_names.write({2: "水嘴"})
    with db.sessionmaker.begin() as session:
        newest = sa.select(sa.func.max(SearchOutbox.seq)).scalar_subquery()
        session.execute(sa.delete(SearchOutbox).where(SearchOutbox.seq < newest))
    assert filled.verdict().health is Health.UNUSABLE
    catch_up()
    assert list(differences()) == []


def test_s06_while_the_index_is_unusable_every_process_knows(filled: WhooshIndex) -> None:
    other = WhooshIndex(filled.directory.root, dict)
    assert len(other.match(product_names.KIND, "系列3")) == 20
    _flip("*.pst", at=0.5)(filled.directory.current())
    assert filled.verdict().health is Health.UNUSABLE
    with pytest.raises(IndexUnavailable):
        other.read(product_names.KIND, "净水", is_prefix=False)
    catch_up()
    assert len(other.match(product_names.KIND, "系列3")) == 20
