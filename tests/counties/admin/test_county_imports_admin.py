"""Lists in the browser: upload, preview, apply, report, and taking the whole import back."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry
from outreach.core.drafts import DraftState
from outreach.core.jobs import Job, JobState
from outreach.core.jobs.worker import the_worker
from outreach.counties.admin import imports, previews
from outreach.counties.models import Batch, CountyImportRun, CountyUnit, NameReview, Stage, StageEvent
from outreach.counties.models_staff import CountyImportDraft, CountyImportUndo
from tests import factories
from tests.counties.admin.conftest import OWN
from tests.staff import StaffPages

LIST = """批次,公告日期,省,名称,文号,来源
9,2024-01-10,山东省,槐荫区,水节约〔2024〕1号,
9,2024-01-10,山东省,没有的县,水节约〔2024〕1号,
9,2024-01-10,火星,槐荫区,水节约〔2024〕1号,
1,2019-03-13,山东省,历下区,水节约〔2019〕1号,
"""
HOME = "/admin/counties/imports/"
_ACTIONS = sa.select(AuditEntry.action).where(AuditEntry.action.like("counties.%")).order_by(AuditEntry.number)


@pytest.fixture(autouse=True)
def other(session: Session, unit: CountyUnit) -> CountyUnit:
    found = factories.unit(session, "370104", "槐荫区")
    session.commit()
    return found


def upload(pages: StaffPages, content: str = LIST, name: str = "第九批.csv", **data: Any) -> str:
    sent = (io.BytesIO(content.encode()), name)
    answer: Any = pages.post(f"{HOME}new", file=sent, **data)
    return str(answer.location)


def apply(session: Session, pages: StaffPages) -> CountyImportRun:
    pages.post(f"{upload(pages)}/apply")
    return session.scalars(sa.select(CountyImportRun).order_by(CountyImportRun.id.desc()).limit(1)).one()


def count(session: Session, model: type[Any]) -> int:
    session.expire_all()
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_i04_a_list_that_a_spreadsheet_saved_as_unicode_text_is_read(registrar: StaffPages) -> None:
    sent = (io.BytesIO(LIST.replace(",", "\t").encode("utf-16")), "第九批.txt")
    answer: Any = registrar.post(f"{HOME}new", file=sent)
    assert "该省没有「没有的县」" in registrar.get(str(answer.location)).text("main")


def test_the_preview_tells_every_row_and_writes_nothing(session: Session, registrar: StaffPages) -> None:
    address = upload(registrar)
    page = registrar.get(address)
    text = page.text("main")
    for words in ("新增命名", "待人工核对", "拒绝", "已有", "该省没有「没有的县」", "「火星」不是省", "公布数未知"):
        assert words in text
    assert "第 1 批公告 65 个，本文件 1 行，数目不符" in text
    assert [len(registrar.get(address, outcome=one).all("tbody tr")) for one in ("added", "known", "review")] == [
        1,
        1,
        1,
    ]
    assert (count(session, StageEvent), count(session, NameReview), count(session, CountyImportRun)) == (1, 0, 0)


def test_applied_it_is_the_import_of_the_command(session: Session, registrar: StaffPages, other: CountyUnit) -> None:
    run = apply(session, registrar)
    assert (run.rows_total, run.rows_accepted, run.rows_known, run.rows_review, run.rows_refused) == (4, 1, 1, 1, 1)
    event = session.scalars(sa.select(StageEvent).where(StageEvent.unit_id == other.id)).one()
    assert (event.import_run_id, event.document) == (run.id, "水节约〔2024〕1号")
    page = registrar.get(f"{HOME}{run.id}")
    assert "第九批.csv" in page.text("main")
    assert "火星" not in page.text("h1")
    table = registrar.raw(f"{HOME}{run.id}.csv").get_data(as_text=True)
    assert "没有的县" in table
    actions = session.scalars(_ACTIONS).all()
    assert actions == ["counties.upload", "counties.import"]


def test_the_same_file_again_offers_nothing_to_import(session: Session, registrar: StaffPages) -> None:
    apply(session, registrar)
    page = registrar.get(upload(registrar))
    assert "已经导入过" in page.text("main")
    assert not page.has('form[action$="/apply"]')


def test_a_second_press_tells_that_it_is_done(session: Session, registrar: StaffPages) -> None:
    address = upload(registrar)
    registrar.post(f"{address}/apply")
    registrar.post(f"{address}/apply")
    assert "已由别人处理" in registrar.get(address).text("[role=status]")
    assert count(session, CountyImportRun) == 1


def test_a_registry_that_changed_meanwhile_is_previewed_anew(session: Session, registrar: StaffPages) -> None:
    address = upload(registrar)
    apply(session, registrar)
    registrar.post(f"{address}/apply")
    assert "预览已更新" in registrar.get(address).text("[role=status]")
    assert count(session, CountyImportRun) == 1


def test_strict_lists_with_faults_are_not_imported(session: Session, registrar: StaffPages) -> None:
    address = upload(registrar, strict="1")
    registrar.post(f"{address}/apply")
    assert "被拒绝" in registrar.get(address).text("main")
    assert count(session, StageEvent) == 1


def test_an_upload_may_be_dropped(session: Session, registrar: StaffPages) -> None:
    address = upload(registrar)
    assert "第九批.csv" in registrar.get(HOME).text("main")
    registrar.post(f"{address}/discard")
    assert session.scalars(sa.select(CountyImportDraft.state)).one() is DraftState.DISCARDED
    assert "已放弃" in registrar.get(address).text("main")


@pytest.mark.parametrize(
    ("content", "name", "status", "words"),
    [
        (b"", "a.csv", 422, "文件是空的"),
        (b"%PDF-1.4", "a.csv", 422, "不接受这种文件"),
        ("甲,乙\n1,2\n".encode(), "a.csv", 303, "不能导入"),
        ("批次,公告日期,省,名称\n".encode(), "a.csv", 303, "不能导入"),
    ],
)
def test_files_that_are_no_list(registrar: StaffPages, content: bytes, name: str, status: int, words: str) -> None:
    answer: Any = registrar.post(f"{HOME}new", status=status, file=(io.BytesIO(content), name))
    page: Any = registrar.get(str(answer.location)) if status == 303 else answer
    assert words in page.text("main")


def test_a_long_list_is_read_and_imported_by_jobs(
    session: Session, registrar: StaffPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "INLINE_BYTES", 10)
    monkeypatch.setattr(previews, "INLINE_BYTES", 10)
    address = upload(registrar)
    assert "正在预览" in registrar.get(address).text("main")
    the_worker().run_once()
    session.expire_all()
    assert "确认导入" in registrar.get(address).text("main")
    registrar.post(f"{address}/apply")
    the_worker().run_once()
    session.expire_all()
    assert [job.state for job in session.scalars(sa.select(Job))] == [JobState.DONE, JobState.DONE]
    assert count(session, CountyImportRun) == 1
    assert "查看导入报告" in registrar.get(address).links


def test_undo_takes_namings_reviews_and_the_unheard_of_batch(
    session: Session, registrar: StaffPages, other: CountyUnit
) -> None:
    run = apply(session, registrar)
    assert session.scalar(sa.select(Batch.id).where(Batch.number == 9)) is not None
    path = f"{HOME}{run.id}/undo"
    assert "370104" in registrar.get(path).text("main")
    assert "请填写" in registrar.post(path, status=422, reason="").text(".error-summary")
    registrar.post(path, reason="传错了文件")
    assert (count(session, StageEvent), count(session, NameReview), count(session, CountyImportUndo)) == (1, 0, 1)
    assert session.scalar(sa.select(Batch.id).where(Batch.number == 9)) is None
    assert "传错了文件" in registrar.get(f"{HOME}{run.id}").text("main")
    assert "已撤销" in registrar.get(HOME).text("main")
    assert "已经撤销" in registrar.post(path, status=409, reason="再来").text("main")
    entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
    assert (entry.action, entry.reason) == ("counties.undo", "传错了文件")
    assert apply(session, registrar).rows_accepted == 1, "the same file may be imported again"


def test_an_import_on_which_somebody_decided_stays(session: Session, registrar: StaffPages) -> None:
    run = apply(session, registrar)
    review = session.scalars(sa.select(NameReview)).one()
    registrar.post(f"/admin/counties/names/{review.id}", decision="dismiss", reason="没有这个县")
    assert not registrar.get(f"{HOME}{run.id}").has('a[href$="/undo"]')
    assert "作出认定" in registrar.post(f"{HOME}{run.id}/undo", status=409, reason="撤").text("main")
    assert count(session, CountyImportUndo) == 0


def test_an_import_that_other_steps_follow_stays(session: Session, registrar: StaffPages, other: CountyUnit) -> None:
    run = apply(session, registrar)
    factories.stage_event(session, Stage.RECHECKED, "2025-03-01", unit=other)
    session.commit()
    page = registrar.get(f"{HOME}{run.id}/undo")
    assert "历史不成立" in page.text("main")
    assert "370104" in page.links


def test_an_import_that_a_later_one_builds_on_stays(session: Session, registrar: StaffPages) -> None:
    run = apply(session, registrar)
    registrar.post(f"{upload(registrar, LIST + '9,2024-01-10,山东省,另一个没有的县,公告,', '后来.csv')}/apply")
    assert "请先撤销后来的导入" in registrar.get(f"{HOME}{run.id}/undo").text("main")


def test_the_page_of_the_own_county_is_not_in_the_way(registrar: StaffPages) -> None:
    registrar.get(f"/admin/counties/{OWN}")
