"""Pictures in files of questions: named in tables and GIFT, carried by QTI, held by none of Aiken's."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.files import StoredFile
from outreach.quiz.actions.bank import BankOutcome, newest_versions
from outreach.quiz.formats import FORMATS, archives, qti
from outreach.quiz.formats.archives import NAME_REPEATED, packed, pictures_in
from outreach.quiz.formats.importing import export_pictures, export_questions, import_questions
from outreach.quiz.formats.reading import FILE_TOO_LARGE, FILE_UNREADABLE, NOT_SUPPORTED, FileRefused
from outreach.quiz.models import QuestionVersion
from outreach.quiz.queries import pictures
from outreach.quiz.queries.pictures import find_picture
from outreach.quiz.rules import questions
from outreach.quiz.rules.questions import QuestionContent, from_dict
from tests.quiz import drawn
from tests.quiz.questions import single

NAMING = tuple(code for code in FORMATS if code != "aiken")
TABLE = "题型,题干,选项A,选项B,答案,图片,图片说明\r\n"


@pytest.fixture(autouse=True)
def _nothing_in_memory() -> Iterator[None]:
    pictures._kept.clear()
    yield
    pictures._kept.clear()


def emptied(session: Session) -> None:
    """Another site's database, which has neither questions nor pictures."""
    for table in ("quiz_question_version", "quiz_question", "stored_file_piece", "stored_file"):
        session.execute(sa.text(f"DELETE FROM {table}"))
    session.expire_all()
    pictures._kept.clear()


def the_question(session: Session) -> QuestionContent:
    return from_dict(newest_versions(session)["P1"].content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("code", NAMING)
def test_a_picture_comes_back_from_an_export(session: Session, code: str, kind: str) -> None:
    drawn.save(session, drawn.picture(kind))
    before = the_question(session)
    written, beside = export_questions(session, code).data, pictures_in(export_pictures(session))
    again = import_questions(session, written, code)
    assert again.report is not None, again.faults
    assert again.report.outcomes == {BankOutcome.UNCHANGED: 1}, "it is stored here, so the name is enough"
    emptied(session)
    moved = import_questions(session, written, code, beside={} if code == "qti" else beside)
    assert moved.faults == ()
    after = the_question(session)
    assert before.image is not None
    assert after.image is not None
    assert replace(after, image=None) == replace(before, image=None)
    assert (after.image.alt, after.image.alt_en) == (before.image.alt, before.image.alt_en)
    assert find_picture(session, after.image.sha256) is not None
    assert (after.image.width, after.image.height) == (80, 60)
    assert kind == "JPEG" or after.image == before.image


@pytest.mark.parametrize("code", ["csv", "xlsx", "gift"])
def test_a_named_picture_that_did_not_come_along_is_a_fault_of_its_row(session: Session, code: str) -> None:
    drawn.save(session, drawn.picture())
    written = export_questions(session, code).data
    emptied(session)
    found = import_questions(session, written, code)
    assert [(one.fault.field, one.fault.code) for one in found.faults] == [("image", questions.NO_PICTURE)]
    assert found.faults[0].row > 0
    assert session.scalar(sa.select(QuestionVersion.id)) is None


def test_aiken_leaves_questions_with_a_picture_out_and_says_so(session: Session) -> None:
    drawn.save(session, drawn.picture())
    assert export_questions(session, "aiken").skipped == ("P1",)


def test_every_picture_of_a_table_is_checked_before_anything_is_written(session: Session) -> None:
    rows = ("一？,甲,乙,A,a.png,图一", "二？,甲,乙,A,b.png,图二", "三？,甲,乙,A,a.png,", "四？,甲,乙,A,,图四")
    table = TABLE + "".join(f"单选,{row}\r\n" for row in rows)
    beside = {"a.png": drawn.picture(), "b.png": b"\x89PNG no picture"}
    found = import_questions(session, table.encode(), "csv", beside=beside)
    assert [(one.row, one.fault.code) for one in found.faults] == [
        (3, questions.PICTURE_UNREADABLE),
        (4, questions.NO_ALTERNATIVE),
        (5, questions.MISSING),
    ]
    assert session.scalar(sa.select(QuestionVersion.id)) is None


def test_a_package_that_names_another_way_is_read(session: Session) -> None:
    """Pictures in a folder of their own with signs in their names, as other programs pack them."""
    item = qti._bytes(qti._item("P1", single())).replace(
        b"<itemBody>", "<itemBody><p><img src='media/shui%20biao.png' alt='水表'/></p>".encode()
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("imsmanifest.xml", "<manifest/>")
        package.writestr("q.xml", item)
        package.writestr("media/shui biao.png", drawn.picture())
    assert import_questions(session, target.getvalue(), "qti").faults == ()
    image = the_question(session).image
    assert image is not None
    assert image.alt == "水表"
    assert image.file.startswith("shui biao-")


def test_a_question_with_two_pictures_is_not_supported(session: Session) -> None:
    item = qti._bytes(qti._item("P1", single())).replace(b"<itemBody>", b"<itemBody><img src='a'/><img src='b'/>")
    assert [one.fault.code for one in import_questions(session, item, "qti").faults] == [NOT_SUPPORTED]


def test_an_archive_is_bounded_and_its_names_are_single(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusal(data: bytes) -> str:
        with pytest.raises(FileRefused) as refused:
            pictures_in(data)
        return refused.value.row_fault.fault.code

    assert pictures_in(packed({"a.png": b"1", "note.txt": b"2"})) == {"a.png": b"1"}
    assert refusal(b"PK\x03\x04 broken") == FILE_UNREADABLE
    twice = packed({"a.png": b"1"}, packed({"a.png": b"2"}, folder="x"), "y")
    assert refusal(twice) == NAME_REPEATED
    monkeypatch.setattr(archives, "MOST_UNPACKED", 10)
    assert refusal(packed({"a.png": bytes(8), "b.png": bytes(8)})) == FILE_TOO_LARGE
    monkeypatch.setattr(archives.files, "LONGEST", 4)
    assert refusal(packed({"a.png": bytes(5)})) == FILE_TOO_LARGE
    monkeypatch.setattr(archives, "MOST_PICTURES", 1)
    assert refusal(packed({"a.png": b"", "b.png": b""})) == FILE_TOO_LARGE


def test_equal_banks_are_equal_bytes(session: Session) -> None:
    drawn.save(session, drawn.picture())
    assert export_questions(session, "qti") == export_questions(session, "qti")
    assert export_pictures(session) == export_pictures(session)
    assert session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 1
