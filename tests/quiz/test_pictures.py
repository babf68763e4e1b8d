"""Pictures of questions as the bank keeps them: made anew, bounded, described, the same for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from outreach.core import files
from outreach.core.files import StoredFile
from outreach.core.images import PictureRefused
from outreach.quiz.actions.bank import BankInvalid, BankOutcome, CodedQuestion, newest_versions, save_questions
from outreach.quiz.actions.bank_files import FOLDER, load_questions
from outreach.quiz.actions.pictures import LONGEST_SIDE, TERM, take_in
from outreach.quiz.actions.regrading import CorrectionInvalid, correct_key
from outreach.quiz.queries.contents import public_json
from outreach.quiz.queries.pictures import PURPOSE, find_picture, find_stored
from outreach.quiz.rules import questions
from outreach.quiz.rules.questions import from_dict
from outreach.quiz.seams import Actor
from tests.quiz import drawn
from tests.quiz.questions import single


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_made_anew_and_bounded(session: Session, kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    sent = drawn.picture(kind, (LONGEST_SIDE * 2, 40), exif=exif)
    assert b"SecretCamera" in sent
    image = take_in(session, "表.png", sent)
    kept = find_picture(session, image.sha256)
    assert kept is not None
    assert b"Secret" not in kept.content
    assert (image.width, image.height) == drawn.opened(kept.content).size == (LONGEST_SIDE, 20)
    assert kept.media_type in ("image/png", "image/jpeg")


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + bytes(40), drawn.picture()[:60]],
    ids=["nothing", "svg", "gif", "broken"],
)
def test_what_is_no_such_picture_is_refused(session: Session, content: bytes) -> None:
    with pytest.raises(PictureRefused):
        take_in(session, "a.png", content)
    assert session.scalar(sa.select(StoredFile.id)) is None


def test_a_picture_with_too_many_pixels_is_not_even_opened(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def decoded(_self: object) -> None:
        raise AssertionError("it was decoded")

    bomb = drawn.picture(size=(9000, 9000))
    assert len(bomb) < files.LONGEST
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decoded)
    with pytest.raises(PictureRefused) as refused:
        take_in(session, "a.png", bomb)
    assert refused.value.__cause__ is None, "refused by its size, before anything else"


def test_the_same_picture_is_kept_once_and_a_jpeg_comes_back_as_it_went(session: Session) -> None:
    first = take_in(session, "a.jpg", drawn.picture("JPEG"))
    kept = find_picture(session, first.sha256)
    assert kept is not None
    assert take_in(session, "b.jpg", drawn.picture("JPEG")) == first
    assert take_in(session, first.file, kept.content) == first, "a second decoding would lose a little each time"
    assert session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 1


def test_a_picture_waits_for_its_question_and_then_stays(session: Session) -> None:
    content = drawn.with_picture(session, single(), drawn.picture())
    assert content.image is not None
    stored = find_stored(session, content.image.sha256)
    assert stored is not None
    assert stored.expires_at is not None
    assert abs(stored.expires_at - stored.created_at - TERM) < timedelta(minutes=1)
    save_questions(session, [CodedQuestion("P1", content)])
    session.refresh(stored)
    assert stored.expires_at is None


def test_a_version_without_its_picture_or_its_words_is_refused(session: Session) -> None:
    content = drawn.with_picture(session, single(), drawn.picture())
    assert content.image is not None
    cases = (
        (replace(content.image, sha256="0" * 64), questions.NO_PICTURE),
        (replace(content.image, alt=" "), questions.NO_ALTERNATIVE),
        (replace(content.image, alt="水" * 501), questions.TOO_LONG),
        (replace(content.image, alt_en="\x00"), questions.UNREADABLE),
        (replace(content.image, file=""), questions.MISSING),
    )
    for image, fault in cases:
        with pytest.raises(BankInvalid) as invalid:
            save_questions(session, [CodedQuestion("P1", replace(content, image=image))])
        assert [(one.fault.field, one.fault.code) for one in invalid.value.faults] == [("image", fault)]


def test_another_picture_is_another_version_and_the_old_one_keeps_its_own(session: Session) -> None:
    old = drawn.save(session, drawn.picture(colour="teal"))
    new = drawn.save(session, drawn.picture(colour="navy"))
    assert old.image is not None
    assert new.image is not None
    assert find_picture(session, old.image.sha256) != find_picture(session, new.image.sha256)
    assert from_dict(newest_versions(session)["P1"].content) == new
    assert save_questions(session, [CodedQuestion("P1", new)]).outcomes[BankOutcome.UNCHANGED] == 1


def test_a_corrected_key_cannot_change_what_was_seen(session: Session) -> None:
    drawn.save(session, drawn.picture(colour="teal"))
    version = newest_versions(session)["P1"]
    other = drawn.with_picture(session, single("图中的水表用了多少水？", right=1), drawn.picture(colour="navy"))
    with pytest.raises(CorrectionInvalid) as invalid:
        correct_key(session, version.id, other, Actor("a"), "理由")
    assert [one.field for one in invalid.value.faults] == ["image"]


def test_what_may_be_shown_before_the_key_names_no_file(session: Session) -> None:
    content = drawn.save(session, drawn.picture())
    assert content.image is not None
    text = public_json(content)
    assert "两只水表" in text
    assert "meter" not in text.replace("meters", "")
    assert content.image.sha256 not in text


def test_pictures_of_the_content_files_are_loaded_byte_for_byte(session: Session) -> None:
    load_questions(session)
    held = {
        content.image.sha256
        for version in newest_versions(session).values()
        if (content := from_dict(version.content)).image is not None
    }
    drawings = sorted((FOLDER.parent / "pictures").iterdir())
    assert {path.read_bytes() for path in drawings} == {find_picture(session, one).content for one in held}  # type: ignore[union-attr]  # all are there
    stored = session.scalars(sa.select(StoredFile).where(StoredFile.purpose == PURPOSE)).all()
    assert {one.expires_at for one in stored} == {None}
