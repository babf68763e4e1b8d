"""Pictures in the organisers' forms: sent once, described, seen by the second person, in bulk beside a file."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.permissions import Role
from outreach.core.review import Proposal
from outreach.quiz.actions.bank import newest_versions
from outreach.quiz.formats.archives import packed, pictures_in
from outreach.quiz.rules.questions import QuestionContent, from_dict
from tests.quiz import drawn
from tests.quiz.admin import typed
from tests.quiz.admin.test_bank import approve_newest
from tests.quiz.questions import single
from tests.staff import StaffPages, StaffPagesMaker

NEW = "/admin/questions/new"


def form(content: QuestionContent, data: bytes | None = None, **values: Any) -> dict[str, Any]:
    sent = {**typed.question(content), "image_alt": "两只水表", "image_alt_en": "Two meters", **values}
    return sent | ({"picture": (io.BytesIO(data), "表.png")} if data is not None else {})


def newest(session: Session, code: str) -> QuestionContent:
    session.expire_all()
    return from_dict(newest_versions(session)[code].content)


def test_a_picture_goes_with_its_question_through_the_second_person(
    session: Session, organiser: StaffPages, reviewer: StaffPages, staff_pages: StaffPagesMaker
) -> None:
    organiser.post(NEW, code="new-1", **form(single("图里是什么？"), drawn.picture()))
    waiting = reviewer.get("/admin/questions/by-code/new-1").one(".admin-main img")
    assert waiting.get("alt") == "两只水表"
    answer = reviewer.client.get(waiting.get("src"))
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert "no-store" in answer.headers["Cache-Control"], "as everything of the back office"
    stranger = staff_pages(Role.COUNTY_OFFICER, name="县")
    assert stranger.client.get(waiting.get("src")).status_code == 403
    proposal = session.scalars(sa.select(Proposal.id)).one()
    assert "两只水表（图片 表-" in reviewer.get(f"/admin/reviews/{proposal}").text()
    approve_newest(session, reviewer)
    image = newest(session, "new-1").image
    assert image is not None
    assert (image.alt, image.alt_en, image.width) == ("两只水表", "Two meters", 80)
    assert organiser.get("/admin/questions/by-code/new-1").one(".admin-main img").get("src").endswith(image.sha256)


def test_a_sent_picture_need_not_be_chosen_again(session: Session, organiser: StaffPages, reviewer: StaffPages) -> None:
    page = organiser.post(NEW, status=422, code="new-1", **form(single("图里是什么？"), drawn.picture(), image_alt=""))
    assert page.all('.error-summary a[href="#image"]')
    kept = page.one('input[name="picture_kept"]').get("value")
    assert organiser.client.get(page.one(".admin-main img").get("src")).status_code == 200
    organiser.post(NEW, code="new-1", **form(single("图里是什么？"), picture_kept=kept))
    approve_newest(session, reviewer)
    image = newest(session, "new-1").image
    assert image is not None
    assert image.sha256 == kept


def test_a_picture_stays_is_exchanged_and_is_taken_away(
    session: Session, organiser: StaffPages, reviewer: StaffPages
) -> None:
    drawn.save(session, drawn.picture(), code="P1")
    session.commit()
    first = newest(session, "P1")
    edit = "/admin/questions/by-code/P1/edit"
    assert organiser.get(edit).one('input[name="picture_kept"]').get("value") == first.image.sha256  # type: ignore[union-attr]  # it has one
    organiser.post(edit, **form(first, image_alt="两只表"))
    approve_newest(session, reviewer)
    assert newest(session, "P1").image.sha256 == first.image.sha256  # type: ignore[union-attr]  # the same
    organiser.post(edit, **form(first, drawn.picture(colour="navy")))
    approve_newest(session, reviewer)
    assert newest(session, "P1").image.sha256 != first.image.sha256  # type: ignore[union-attr]  # the same
    organiser.post(edit, **form(newest(session, "P1"), picture_removed="1"))
    approve_newest(session, reviewer)
    assert newest(session, "P1").image is None


@pytest.mark.parametrize("data", [b"<svg/>", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_what_is_no_picture_is_refused_in_words(session: Session, organiser: StaffPages, data: bytes) -> None:
    page = organiser.post(NEW, status=422, code="new-1", **form(single("图里是什么？"), data))
    assert "不是可以用的图片" in page.text("#picture-error")
    assert session.scalar(sa.select(Proposal.id)) is None


def test_words_without_a_picture_are_refused(organiser: StaffPages) -> None:
    page = organiser.post(NEW, status=422, code="new-1", **form(single("图里是什么？")))
    assert page.all('.error-summary a[href="#image"]')
    assert page.one("#image_alt").get("value") == "两只水表"


def test_pictures_come_beside_a_table_and_go_out_as_an_archive(session: Session, organiser: StaffPages) -> None:
    table = "题型,题干,选项A,选项B,答案,图片,图片说明\r\n单选,图里是什么？,甲,乙,A,a.png,一只表\r\n"
    sent = {
        "token": organiser.token,
        "file_format": "csv",
        "file": (io.BytesIO(table.encode()), "q.csv"),
        "pictures": (io.BytesIO(packed({"a.png": drawn.picture()})), "p.zip"),
    }
    answer = organiser.client.post("/admin/questions/import", data=sent)
    assert answer.status_code == 303, answer.get_data(as_text=True)[-2000:]
    page = organiser.get(answer.location)
    assert newest_versions(session) == {}
    organiser.post(page.one(".admin-main form").get("action"))
    (version,) = newest_versions(session).values()
    image = from_dict(version.content).image
    assert image is not None
    data = {"token": organiser.token, "file_format": "pictures"}
    out = organiser.client.post("/admin/questions/export", data=data)
    assert list(pictures_in(out.data)) == [image.file]
    assert ".pictures.zip" in out.headers["Content-Disposition"]


def test_an_archive_of_anything_else_is_refused(session: Session, organiser: StaffPages) -> None:
    for content in (packed({"a.exe": b"MZ"}), packed({"a.png": b"", "b.txt": b""}), b"no archive"):
        sent = {"token": organiser.token, "file_format": "csv", "file": (io.BytesIO("题型,题干\r\n".encode()), "q.csv")}
        answer = organiser.client.post(
            "/admin/questions/import", data=sent | {"pictures": (io.BytesIO(content), "p.zip")}
        )
        assert answer.status_code == 422
        assert "只含图片的 ZIP" in answer.get_data(as_text=True)


def test_a_damaged_archive_is_named_in_the_trial_run(session: Session, organiser: StaffPages) -> None:
    damaged = packed({"a.png": bytes(2000)}, folder="x") + b""
    damaged = damaged[:40] + b"\xff" * 20 + damaged[60:]
    sent = {"token": organiser.token, "file_format": "csv", "file": (io.BytesIO("题型,题干\r\n".encode()), "q.csv")}
    answer = organiser.client.post("/admin/questions/import", data=sent | {"pictures": (io.BytesIO(damaged), "p.zip")})
    assert answer.status_code == 303
    assert "文件无法读取" in organiser.get(answer.location).text()
