"""I02: imports from the browser: preview before anything is written, the same file twice, two editors at once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry
from outreach.core.drafts import DraftState
from outreach.core.jobs import Job, JobState
from outreach.core.permissions import Role
from outreach.labels.admin import imports, previews
from outreach.labels.models import ImportRun, Registration
from outreach.labels.models_upkeep import ImportDraft, ImportDraftRow, RetiredNumber
from tests.labels.admin.people import run_jobs, take_in_browser, upload
from tests.labels.imports.registers import as_csv, filing
from tests.pages import Page, Pages
from tests.staff import StaffPagesMaker


def count(session: Session, model: type) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_i02_a_preview_writes_nothing_and_the_import_does_what_it_said(
    app: Flask, registry: Session, staff_pages: StaffPagesMaker, pages: Pages
) -> None:
    registrar = staff_pages(Role.REGISTRAR)
    row = filing(model="AA-1")
    address = upload(registrar, [row, filing(WEI="x")])
    text = registrar.get(address).text("main")
    assert "不是数值" in text
    assert (count(registry, Registration), count(registry, ImportRun)) == (0, 0)
    registrar.post(f"{address}/apply")
    assert "正在导入" in registrar.get(address).text("main")
    page = registrar.client.get(f"{address}?refresh=1")
    assert page.headers["Refresh"] == "5", "progress is seen without any script"
    assert run_jobs(app) == [JobState.DONE]
    registry.expire_all()
    run = registry.scalars(sa.select(ImportRun)).one()
    assert (run.created_by_name, run.registrations_added, run.rows_refused) == (registrar.person.name, 1, 1)
    assert "已导入" in registrar.get(address).text("main")
    assert "AA-1" in pages.get(f"/labels/{row['Registration No.']}").text("h1")
    actions = registry.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert [one for one in actions if one.startswith("labels.")] == ["labels.upload", "labels.import"]


def test_i02_the_same_file_twice_leads_to_the_first(
    app: Flask, registry: Session, staff_pages: StaffPagesMaker
) -> None:
    first, second = staff_pages(Role.REGISTRAR), staff_pages(Role.REGISTRAR)
    rows = [filing()]
    address = upload(first, rows)
    assert upload(second, rows, "other-name.csv") == address, "the other editor sees the same preview"
    assert count(registry, ImportDraft) == 1
    first.post(f"{address}/apply")
    second.post(f"{address}/apply")
    assert "已由别人处理" in second.get(address).text("main")
    assert run_jobs(app) == [JobState.DONE]
    registry.expire_all()
    assert count(registry, ImportRun) == 1
    run = registry.scalars(sa.select(ImportRun)).one()
    registry.commit()  # what the job wrote is not for the next request to take back
    assert upload(second, rows) == f"/admin/labels/imports/{run.id}", "the last import of this source was this file"


def test_i02_of_two_previews_of_one_state_the_second_is_told_that_the_register_changed(
    app: Flask, registry: Session, staff_pages: StaffPagesMaker
) -> None:
    first, second = staff_pages(Role.REGISTRAR), staff_pages(Role.REGISTRAR)
    row = filing(model="AA-1")
    one, other = upload(first, [row]), upload(second, [{**row, "Model": "AA-2"}])
    first.post(f"{one}/apply")
    second.post(f"{other}/apply")
    assert run_jobs(app) == [JobState.DONE, JobState.FAILED]
    registry.expire_all()
    assert registry.scalars(sa.select(Registration.model)).all() == ["AA-1"]
    text = second.get(other).text("main")
    assert "请重新预览" in text
    second.post(f"{other}/again")
    assert "AA-1 → AA-2" in second.get(other).text("main")
    second.post(f"{other}/apply")
    assert run_jobs(app) == [JobState.DONE]
    registry.expire_all()
    assert registry.scalars(sa.select(Registration.model)).all() == ["AA-2"]


def test_i02_a_corrected_file_shows_what_is_new_changed_and_gone(
    app: Flask, registry: Session, staff_pages: StaffPagesMaker
) -> None:
    registrar = staff_pages(Role.REGISTRAR)
    kept, changed, gone = (filing(model=name) for name in ("KEPT", "OLD", "GONE"))
    take_in_browser(app, registry, registrar, [kept, changed, gone], "r-2026-05-01.csv")
    address = upload(registrar, [kept, {**changed, "Model": "NEW"}, filing(model="ADDED")], "r-2026-06-01.csv")
    draft = registry.scalars(sa.select(ImportDraft).order_by(ImportDraft.id.desc()).limit(1)).one()
    assert draft.report is not None
    counts = draft.report["counts"]
    assert [counts[name] for name in ("added", "updated", "unchanged", "delisted")] == [1, 1, 1, 1]
    page = registrar.get(address)
    assert "OLD → NEW" in page.text("main")
    rows = registry.scalars(sa.select(ImportDraftRow.outcome).where(ImportDraftRow.draft_id == draft.id)).all()
    assert sorted(rows) == ["added", "delisted", "updated"]
    assert gone["Registration No."] in registrar.get(address, outcome="delisted").text("main")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
def test_i04_a_register_that_a_spreadsheet_saved_as_unicode_text_is_read(
    registry: Session, staff_pages: StaffPagesMaker, encoding: str
) -> None:
    text = as_csv([filing(model="AA-1")]).replace(",", "\t")
    address = upload(staff_pages(Role.REGISTRAR), text.encode(encoding), "r-2026-05-01.txt")
    draft = registry.scalars(sa.select(ImportDraft)).one()
    assert (draft.state, (draft.report or {}).get("counts", {}).get("added")) == (DraftState.READY, 1), draft.fault
    assert address.startswith("/admin/labels/imports/previews/")


def test_i04_bytes_that_only_begin_like_unicode_text_are_refused_with_a_sentence(
    registry: Session, staff_pages: StaffPagesMaker
) -> None:
    answer = upload(staff_pages(Role.REGISTRAR), b"\xff\xfe" + bytes(range(256)), "r.csv", status=422)
    assert "文字请用 UTF-8、UTF-16 或 GB18030 编码" in answer
    assert count(registry, ImportDraft) == 0


def test_long_files_are_read_by_a_job(
    app: Flask, registry: Session, staff_pages: StaffPagesMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    registrar = staff_pages(Role.REGISTRAR)
    monkeypatch.setattr(imports, "INLINE_BYTES", 10)
    address = upload(registrar, [filing()])
    assert "正在读取" in registrar.get(address).text("main")
    assert run_jobs(app) == [JobState.DONE]
    registry.expire_all()
    assert "待核对" in registrar.get(address).text("main")
    job = registry.scalars(sa.select(Job)).one()
    assert registrar.get(f"/admin/jobs/{job.id}").root.all(f'a[href="{address}"]')


def test_a_file_that_is_no_register_is_refused_with_the_reason(
    app: Flask, registry: Session, staff_pages: StaffPagesMaker
) -> None:
    registrar = staff_pages(Role.REGISTRAR)
    address = upload(registrar, b"a,b\n1,2\n", "x.csv")
    text = registrar.get(address).text("main")
    assert "不能导入" in text
    registrar.post(f"{address}/apply")
    assert run_jobs(app) == []
    registrar.post(f"{address}/discard")
    assert registry.scalars(sa.select(ImportDraft.state)).all() == [DraftState.DISCARDED]
    registrar.get(address)


def test_i02_whoever_discards_a_moment_after_somebody_applied_is_told(
    app: Flask, registry: Session, staff_pages: StaffPagesMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    registrar = staff_pages(Role.REGISTRAR)
    address = upload(registrar, [filing(model="AA-1")])

    def somebody_applies(session: Session, draft: ImportDraft) -> bool:
        """Idle when it was looked at, and applied before anything is written."""
        table = ImportDraft.__table__
        session.execute(sa.update(table).values(state=DraftState.APPLYING))
        return draft.state is DraftState.READY

    monkeypatch.setattr(previews, "is_idle", somebody_applies)
    registrar.post(f"{address}/discard")
    registry.expire_all()
    assert registry.scalars(sa.select(ImportDraft.state)).all() == [DraftState.APPLYING]
    assert count(registry, ImportDraftRow) == 1
    assert "不能放弃" in registrar.get(address).text("main")


def test_what_cannot_be_uploaded_is_told(registry: Session, staff_pages: StaffPagesMaker) -> None:
    registrar = staff_pages(Role.REGISTRAR)
    for content, name, data, words in (
        (b"", "x.csv", {}, "文件是空的"),
        (b"%PDF-1.7", "x.csv", {}, "不接受这种文件"),
        (b"MZ\x00\x00", "x.csv", {}, "不接受这种文件"),
        (as_csv([filing()]).encode(), "x.csv", {"source": "nowhere"}, "请填写"),
        (as_csv([filing()]).encode(), "x.csv", {"as_of": "2099-01-01"}, "不能晚于今天"),
        (as_csv([filing()]).encode(), "x.csv", {"as_of": "\x00"}, ""),
    ):
        answer = upload(registrar, content, name, status=422 if words else 303, **data)
        assert words in answer
    page = registrar.post("/admin/labels/imports/new", status=422, source="cn-waterlabel")
    assert isinstance(page, Page)
    assert "请选择文件" in page.text(".error-summary")


def test_strict_uploads_with_refused_rows_are_not_imported(
    app: Flask, registry: Session, staff_pages: StaffPagesMaker
) -> None:
    registrar = staff_pages(Role.REGISTRAR)
    address = upload(registrar, [filing(), filing(WEI="x")], options="strict")
    assert not registrar.get(address).root.all(f'form[action="{address}/apply"]')
    registrar.post(f"{address}/apply")
    assert run_jobs(app) == []


def test_b07_uploads_store_what_the_form_has(app: Flask, registry: Session, staff_pages: StaffPagesMaker) -> None:
    registrar = staff_pages(Role.REGISTRAR)
    extra = {"state": "applied", "run_id": "1", "id": "77", "created_by_id": "99", "generation": "x", "file_id": "1"}
    upload(registrar, [filing()], **extra)
    draft = registry.scalars(sa.select(ImportDraft)).one()
    assert (draft.state, draft.run_id, draft.created_by_id) == (DraftState.READY, None, registrar.person.id)
    assert draft.id != 77


def test_a_whole_import_is_undone_in_the_browser_with_a_reason(
    app: Flask, registry: Session, staff_pages: StaffPagesMaker, pages: Pages
) -> None:
    registrar = staff_pages(Role.REGISTRAR)
    row, new = filing(model="AA-1"), filing(model="BB-2")
    first = take_in_browser(app, registry, registrar, [row], "r-2026-05-01.csv")
    second = take_in_browser(app, registry, registrar, [{**row, "Model": "AA-2"}, new], "r-2026-06-01.csv")
    page = registrar.get(f"/admin/labels/imports/{second.run_id}/undo")
    assert row["Registration No."] in page.text("main")
    page = registrar.post(f"/admin/labels/imports/{second.run_id}/undo", status=422)
    assert isinstance(page, Page)
    page = registrar.post(f"/admin/labels/imports/{first.run_id}/undo", status=409, reason="试试")
    assert isinstance(page, Page)
    assert "最新的一次" in page.text("main")
    registrar.post(
        f"/admin/labels/imports/{second.run_id}/undo", reason="文件拿错了", run_id="1", undone_by_name="别人"
    )
    registry.expire_all()
    assert registry.scalars(sa.select(Registration.model)).all() == ["AA-1"]
    assert registry.scalars(sa.select(RetiredNumber.number)).all() == [new["Registration No."]]
    run = registry.get_one(ImportRun, second.run_id)
    assert (run.undone_by_name, run.undo_reason) == (registrar.person.name, "文件拿错了")
    entry = registry.scalars(sa.select(AuditEntry).where(AuditEntry.action == "labels.undo")).one()
    assert (entry.target_key, entry.reason) == (str(run.id), "文件拿错了")
    assert "文件拿错了" in registrar.get(f"/admin/labels/imports/{run.id}").text("main")
    assert "收录已撤销" in pages.get(f"/labels/{new['Registration No.']}").text("main")


def test_remarks_count_until_somebody_has_looked(app: Flask, registry: Session, staff_pages: StaffPagesMaker) -> None:
    registrar = staff_pages(Role.REGISTRAR)
    draft = take_in_browser(app, registry, registrar, [filing(), filing(WEI="x")], "r-2026-05-01.csv")
    assert (
        registrar.get("/admin/labels/").text('.admin-menu a[href="/admin/labels/imports/"] .admin-menu__badge')[0]
        == "1"
    )
    registrar.post(f"/admin/labels/imports/{draft.run_id}/looked")
    assert not registrar.get("/admin/labels/").root.all('a[href="/admin/labels/imports/"] .admin-menu__badge')
