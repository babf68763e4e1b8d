"""S07: index files are pickles, so the folder is the site's user's alone and nothing foreign is opened."""

from __future__ import annotations

import os
import pickle
import stat
from pathlib import Path

import pytest
from flask import Flask

from outreach.core.search.index import IndexUnavailable
from outreach.core.search.indexer import catch_up
from outreach.core.search.maintained import Health
from outreach.core.search.whoosh_index import WhooshIndex
from tests.core.search import product_names

NAME = f"gen-{'e' * 32}"


class Planted:
    """A pickle that leaves a file behind when it is loaded."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.trace),)


@pytest.fixture
def filled(lasting_site: Flask) -> WhooshIndex:
    index = lasting_site.extensions["text_index"]
    assert isinstance(index, WhooshIndex)
    product_names.write({1: "净水机"})
    index.rebuild()
    return index


def _plant(folder: Path, trace: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    content = pickle.dumps(Planted(trace))
    for name in ("_MAIN_1.toc", "MAIN_x.trm", "MAIN_x.pst"):
        (folder / name).write_bytes(content)


def test_s07_the_folders_are_private(filled: WhooshIndex) -> None:
    for folder in (filled.directory.root, filled.directory.current()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert folder.stat().st_uid == os.geteuid()


def test_s07_the_folder_is_private_under_a_lax_umask(filled: WhooshIndex) -> None:
    before = os.umask(0)
    try:
        filled.rebuild()
    finally:
        os.umask(before)
    assert stat.S_IMODE(filled.directory.current().stat().st_mode) == 0o700


@pytest.mark.parametrize("lax", [".", NAME])
def test_s07_what_others_could_have_written_is_not_opened(filled: WhooshIndex, tmp_path: Path, lax: str) -> None:
    root = filled.directory.root
    _plant(root / NAME, tmp_path / "trace")
    (root / lax).chmod(0o770)
    (root / "CURRENT").write_text(NAME)
    assert filled.verdict().health is Health.UNUSABLE
    with pytest.raises(IndexUnavailable, match="others"):
        filled.match(product_names.KIND, "净水")
    catch_up()
    assert product_names.found("净水") == [1]
    assert not (tmp_path / "trace").exists()
    assert stat.S_IMODE(root.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["../planted", "/tmp", "planted", "gen-e", f"{NAME}/../planted", ""])
def test_s07_current_cannot_lead_out_of_the_folder(filled: WhooshIndex, tmp_path: Path, name: str) -> None:
    _plant(filled.directory.root.parent / "planted", tmp_path / "trace")
    (filled.directory.root / "CURRENT").write_text(name)
    with pytest.raises(IndexUnavailable, match="does not name"):
        filled.match(product_names.KIND, "净水")
    assert not (tmp_path / "trace").exists()


def test_s07_a_link_to_another_folder_is_not_followed(filled: WhooshIndex, tmp_path: Path) -> None:
    _plant(tmp_path / "planted", tmp_path / "trace")
    link = filled.directory.root / NAME
    link.symlink_to(tmp_path / "planted")
    (filled.directory.root / "CURRENT").write_text(NAME)
    with pytest.raises(IndexUnavailable, match="others"):
        filled.match(product_names.KIND, "净水")
    assert not (tmp_path / "trace").exists()
    link.unlink()


def test_s07_a_planted_pickle_without_a_seal_is_not_loaded(filled: WhooshIndex, tmp_path: Path) -> None:
    _plant(filled.directory.root / NAME, tmp_path / "trace")
    (filled.directory.root / "CURRENT").write_text(NAME)
    assert filled.verdict().health is Health.UNUSABLE
    with pytest.raises(IndexUnavailable):
        filled.match(product_names.KIND, "净水")
    assert not (tmp_path / "trace").exists()
