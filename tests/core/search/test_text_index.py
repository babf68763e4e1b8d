"""What the index answers, on both databases: the same terms, the same ids, and nothing that is not a term."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.db import db
from outreach.core.search import outbox
from outreach.core.search.index import IndexUnavailable
from outreach.core.search.indexer import catch_up, differences, index_state
from outreach.core.search.maintained import Health, MaintainedIndex, Verdict
from outreach.core.search.models import OutboxOperation
from outreach.labels.models import Brand, Maker, ProductName
from tests.core.search import product_names

NAMES = {1: "嵌入式洗碗机 JBCD7E-02", 2: "独立式洗碗机", 3: "智能坐便器", 4: "Küppersbusch 洗碗機 60cm", 5: "一体机"}
KIND = product_names.KIND


@pytest.fixture
def names(session: Session, index: MaintainedIndex) -> MaintainedIndex:
    """The index of ``NAMES`` and one maker."""
    session.add_all(ProductName(id=number, name=name, name_key=str(number)) for number, name in NAMES.items())
    session.add(Maker(id=1, name="宁波方太厨具有限公司", name_key="方太", short_name="方太"))
    outbox.record_changes(session, KIND, NAMES)
    outbox.record_changes(session, "label-maker", [1])
    session.flush()
    catch_up()
    return index


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("洗碗机", [1, 2, 4]),
        ("洗碗機", [1, 2, 4]),
        ("嵌入 洗碗机", [1]),
        ("机", [1, 2, 4, 5]),
        ("洗机", []),
        ("智能洗碗", []),
        ("jbcd7e", [1]),
        ("JBCD", [1]),
        ("ＪＢＣＤ７", [1]),
        ("02", [1]),
        ("kuppers", [4]),
        ("KÜPPERSBUSCH 洗碗", [4]),
        ("j", []),
        ("", []),
        ("。，！", []),
    ],
)
def test_a_text_finds_the_documents_that_hold_all_of_it(names: MaintainedIndex, text: str, ids: list[int]) -> None:
    assert names.match(KIND, text).tolist() == ids


def test_only_the_last_word_may_be_unfinished(names: MaintainedIndex) -> None:
    assert names.match(KIND, "jbcd 洗碗").tolist() == []
    assert names.match(KIND, "洗碗 jbcd").tolist() == [1]


def test_kinds_are_kept_apart(names: MaintainedIndex) -> None:
    assert names.match("label-maker", "方太").tolist() == [1]
    assert names.match("label-brand", "方太").tolist() == []
    assert names.match("label-nothing", "方太").tolist() == []


@pytest.mark.parametrize(
    "term",
    [
        *(
            "*",
            "洗*",
            "[a TO z]",
            "?*?*",
            "NOT",
            "secret:draft",
            "label-maker:方太",
            "' | '",
            "\\",
            "'",
            ":*",
            "%",
            "_",
        ),
        *("洗碗机", "a" * 65, "a b", "", "\x00", "\ud800", "😀"),
    ],
)
def test_what_is_not_a_term_finds_nothing(names: MaintainedIndex, term: str) -> None:
    assert names.postings(KIND, term).tolist() == []
    assert names.postings(KIND, term, is_prefix=True).tolist() == []


def test_every_id_is_returned_however_many_there_are(session: Session, index: MaintainedIndex) -> None:
    count = 9_000  # more than one block of postings
    session.add_all(ProductName(id=n, name=f"净水机 K{n % 7}", name_key=str(n)) for n in range(1, count + 1))
    outbox.record_changes(session, KIND, range(1, count + 1))
    session.flush()
    catch_up()
    assert np.array_equal(index.postings(KIND, "净水"), np.arange(1, count + 1))
    assert np.array_equal(index.postings(KIND, "k6"), np.arange(6, count + 1, 7))
    assert len(index.match(KIND, "净水 k6")) == len(range(6, count + 1, 7))


def test_postings_are_ascending_and_cannot_be_changed_by_who_reads_them(names: MaintainedIndex) -> None:
    ids = names.postings(KIND, "洗碗")
    assert ids.dtype == np.int64
    assert names.postings(KIND, "洗碗") is ids
    with pytest.raises(ValueError, match="read-only"):
        ids[0] = 7
    with pytest.raises(ValueError, match="read-only"):
        names.postings(KIND, "无")[:] = 7


def test_a_long_run_is_found_by_its_beginning(session: Session, index: MaintainedIndex) -> None:
    session.add(Brand(id=1, name="x" * 200, name_key="x"))
    outbox.record_changes(session, "label-brand", [1])
    session.flush()
    catch_up()
    assert index.match("label-brand", "x" * 70).tolist() == [1]


def test_changed_and_deleted_documents_are_found_as_they_are_now(session: Session, names: MaintainedIndex) -> None:
    session.get_one(ProductName, 2).name = "壁挂小便器"
    session.delete(session.get_one(ProductName, 1))
    outbox.record_changes(session, KIND, [2])
    outbox.record_changes(session, KIND, [1], OutboxOperation.DELETE)
    session.flush()
    assert names.verdict() == Verdict(Health.BEHIND, lag=2, lag_seconds=pytest.approx(0, abs=5))
    assert catch_up().count == 2
    assert names.match(KIND, "洗碗机").tolist() == [4]
    assert names.match(KIND, "小便").tolist() == [2]
    assert list(differences()) == []


def test_a_reload_is_followed_by_a_rebuild(session: Session, names: MaintainedIndex) -> None:
    session.get_one(ProductName, 2).name = "壁挂小便器"
    outbox.record_reload(session, KIND)
    session.flush()
    assert names.verdict().health is Health.OUTDATED
    assert catch_up().is_rebuilt
    assert names.match(KIND, "小便").tolist() == [2]
    assert names.verdict().health is Health.FRESH


def test_an_unrecorded_change_is_found_by_the_comparison(session: Session, names: MaintainedIndex) -> None:
    session.get_one(ProductName, 2).name = "壁挂小便器"
    session.delete(session.get_one(ProductName, 3))
    session.add(ProductName(id=9, name="花洒", name_key="9"))
    session.flush()
    found = {(one.what, one.object_id) for one in differences()}
    assert found == {("stale", 2), ("extra", 3), ("missing", 9)}


def test_changes_of_a_kind_that_no_slice_knows_pass_by(session: Session, names: MaintainedIndex) -> None:
    outbox.record_changes(session, "forgotten", [1])
    assert catch_up().count == 1
    assert names.verdict().health is Health.FRESH


def test_before_the_first_build_callers_are_told(any_site: Flask) -> None:
    index: MaintainedIndex = any_site.extensions["text_index"]
    with pytest.raises(IndexUnavailable):
        index.postings(KIND, "洗碗")
    assert not index_state(any_site).usable
    assert index_state(any_site).word == "unusable"
    assert db.session.connection().closed is False  # the request's transaction goes on
    db.session.rollback()
    catch_up()
    assert index.match(KIND, "洗碗").tolist() == []
    assert index_state(any_site).word == "ready"


def test_readiness_says_how_the_index_stands(any_site: Flask) -> None:
    asked = any_site.test_client().get("/readyz").get_json()
    assert asked["index"] == "unusable"
    catch_up()
    product_names.write({1: "洗碗机"})
    assert any_site.test_client().get("/readyz").get_json()["index"] == "behind"
    catch_up()
    assert any_site.test_client().get("/readyz").get_json()["index"] == "ready"


def test_edits_during_a_rebuild_are_in_the_index_after_it(any_site: Flask) -> None:
    product_names.write({number: f"旧名 {number}" for number in range(1, 1501)})
    catch_up()
    index: MaintainedIndex = any_site.extensions["text_index"]
    seen: list[tuple[int, str]] = []

    def edit(done: int, _total: int) -> None:
        """Runs in the middle of the rebuild, as another process's request would."""
        thread = threading.Thread(target=_edit, args=(any_site, done, seen))
        thread.start()
        thread.join()

    assert index.rebuild(edit) >= 1499
    catch_up()
    assert seen == [(1500, "rebuilding"), (1500, "rebuilding")]
    assert product_names.found("新名") == [1000, 1500]
    assert len(product_names.found("旧名")) == 1498
    assert list(differences()) == []


def _edit(app: Flask, number: int, seen: list[tuple[int, str]]) -> None:
    with app.app_context():
        served = app.extensions["text_index"].postings(KIND, "旧名")
        seen.append((len(served), index_state(app).word))
        product_names.write({number: "新名"})


def test_a_search_group_of_commands_rebuilds_reports_and_compares(any_site: Flask) -> None:
    run = any_site.test_cli_runner()
    assert run.invoke(args=["search", "status"]).exit_code == 1
    assert run.invoke(args=["search", "verify"]).exit_code == 1
    product_names.write({1: "洗碗机", 2: "花洒"})
    assert "共 2 条" in run.invoke(args=["search", "rebuild"]).output
    assert run.invoke(args=["search", "status"]).exit_code == 0
    verified = run.invoke(args=["search", "verify"])
    assert (verified.exit_code, "与数据库一致" in verified.output) == (0, True)
    product_names.write({2: "水嘴"})
    verified = run.invoke(args=["search", "verify"])
    assert (verified.exit_code, "stale: label-product-name 2" in verified.output) == (1, True)
    assert "尚未收录的变更：1 处" in run.invoke(args=["search", "status"]).output
    assert "1 处变更" in run.invoke(args=["search", "rebuild", "--if-needed"]).output
    assert run.invoke(args=["search", "verify"]).exit_code == 0
