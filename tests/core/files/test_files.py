"""Stored files: typed by content, limited, whole, named harmlessly, swept in time."""

from __future__ import annotations

import codecs
import io
import random
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.core import files
from outreach.core.audit import Actor
from outreach.core.files import FileRefused, MediaType, Refusal, StoredFile
from outreach.core.files import storing as storing_module
from outreach.core.files.models import StoredFilePiece
from outreach.core.files.names import harmless_name
from outreach.core.files.types import ENDINGS, media_type_of

EDITOR = Actor("staff", 7, "编辑")
OTHER = Actor("staff", 8, "别人")


def archive(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name in names:
            package.writestr(name, "<x/>")
    return target.getvalue()


XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
DOCX = archive("[Content_Types].xml", "word/document.xml")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)

KNOWN = (
    (XLSX, MediaType.XLSX),
    (DOCX, MediaType.DOCX),
    (PNG, MediaType.PNG),
    (JPEG, MediaType.JPEG),
    (b"%PDF-1.7\n%\xe2\xe3", MediaType.PDF),
    ("型号,等级\r\nA-1,1\r\n".encode(), MediaType.CSV),
    ("型号\t等级\nA-1\t1\n".encode("gb18030"), MediaType.CSV),
    (b'\xef\xbb\xbf"a";"b;c"\n1;2\n', MediaType.CSV),
    ('{"名": [1, 2]}'.encode(), MediaType.JSON),
    ("只是一段话。\n第二行。".encode(), MediaType.TEXT),
    (b"{ not json", MediaType.TEXT),
    ("型号\t等级\r\nA-1\t1\r\n".encode("utf-16"), MediaType.CSV),
    (codecs.BOM_UTF16_BE + "型号,等级\r\nA-1,1\r\n".encode("utf-16-be"), MediaType.CSV),
    ("只是一段话😀。\n第二行。".encode("utf-16"), MediaType.TEXT),
)
FOREIGN = (
    b"",
    b" \n ",
    b"MZ\x90\x00\x03",
    b"\x7fELF\x02",
    b"#!/bin/sh\nrm -rf /\n",
    b"<html><script>alert(1)</script>",
    b'<?xml version="1.0"?><svg onload="alert(1)"/>',
    b"GIF89a" + bytes(10),
    b"Rar!\x1a\x07",
    bytes(100),
    archive("a.txt"),
    archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
    XLSX[:40],
    b"a,b\x00\n1,2",
    codecs.BOM_UTF16_LE,
    "型号\t等级".encode("utf-16") + b"x",
    codecs.BOM_UTF16_LE + b"A\x00\x00\xd8B\x00",
    codecs.BOM_UTF16_LE + bytes(range(256)),
    codecs.BOM_UTF16_LE + random.Random(1).randbytes(400),
    "<html><script>alert(1)</script>".encode("utf-16"),
    "a\x00b\tc".encode("utf-16"),
)


@pytest.mark.parametrize(("content", "expected"), KNOWN, ids=map(str, range(len(KNOWN))))
def test_the_type_is_what_the_content_is(content: bytes, expected: MediaType) -> None:
    assert media_type_of(content) is expected


@pytest.mark.parametrize("content", FOREIGN, ids=map(str, range(len(FOREIGN))))
def test_what_is_not_in_the_table_is_not_taken(session: Session, content: bytes) -> None:
    assert media_type_of(content) is None
    with pytest.raises(FileRefused):
        files.store(session, name="图.png", content=content, purpose="test", actor=EDITOR)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_look_at_them(content: bytes) -> None:
    media_type_of(content)


NAMES = (
    ("../../etc/passwd", "passwd.pdf"),
    ("\\\\server\\x\\报告.PDF", "报告.pdf"),
    ("a.pdf.exe", "a.pdf.exe.pdf"),
    ("harmless‮fdp.exe", "harmlessfdp.exe.pdf"),
    ("\x00", "file.pdf"),
    ("", "file.pdf"),
    ("...", "file.pdf"),
    (".htaccess", "htaccess.pdf"),
    ("con.pdf", "_con.pdf"),
    ('a"b;c\r\nX-Evil: 1.pdf', "a_b;cX-Evil_ 1.pdf"),
    ("长" * 300 + ".pdf", "长" * 120 + ".pdf"),
    ("\ud800.pdf", "_.pdf"),
)


@pytest.mark.parametrize(("given_name", "expected"), NAMES)
def test_names_become_harmless(given_name: str, expected: str) -> None:
    assert harmless_name(given_name, MediaType.PDF) == expected


@given(st.text(st.characters(), max_size=300), st.sampled_from(MediaType))
def test_any_name_is_harmless_and_fits_the_type(name: str, media_type: MediaType) -> None:
    made = harmless_name(name, media_type)
    assert made.lower().endswith(ENDINGS[media_type])
    assert not set(made) & set('/\\\x00\r\n"')
    assert not made.startswith(".")
    assert len(made) <= 130
    made.encode()


@pytest.mark.parametrize("size", [1, storing_module.PIECE, storing_module.PIECE + 1, 3 * storing_module.PIECE])
def test_a_file_comes_back_as_it_was(session: Session, size: int) -> None:
    content = (b"%PDF-" + bytes(range(256)) * (size // 256 + 1))[: max(size, 6)]
    kept = files.store(session, name="件.pdf", content=io.BytesIO(content), purpose="test", actor=EDITOR)
    session.commit()
    session.expire_all()
    assert files.open_file(session, kept).read() == content
    assert b"".join(files.iter_content(session, kept)) == content


def test_a_damaged_file_is_not_handed_out(session: Session) -> None:
    kept = files.store(session, name="a.csv", content=b"a,b\n1,2\n", purpose="test", actor=EDITOR)
    session.execute(sa.update(StoredFilePiece).values(content=b"a,b\n9,9\n"))
    with pytest.raises(files.FileDamaged):
        files.open_file(session, kept)


def test_limits_of_size_type_and_quota(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusal(content: bytes, **options: object) -> Refusal:
        with pytest.raises(FileRefused) as caught:
            files.store(session, name="a", content=content, purpose="test", actor=EDITOR, **options)
        return caught.value.reason

    assert refusal(b"") is Refusal.EMPTY
    assert refusal(b"a,b\n1,2\n", longest=4) is Refusal.TOO_LONG
    assert refusal(PNG, allowed=files.TABLES) is Refusal.WRONG_TYPE
    monkeypatch.setattr(storing_module, "QUOTA", 20)
    files.store(session, name="a.csv", content=b"a,b\n1,2\n", purpose="test", actor=EDITOR)
    files.store(session, name="a.csv", content=b"a,b\n1,2\n", purpose="test", actor=EDITOR)
    assert refusal(b"a,b\n1,2\n") is Refusal.QUOTA
    files.store(session, name="a.csv", content=b"a,b\n1,2\n", purpose="test", actor=OTHER)


def test_a_refused_upload_leaves_nothing(session: Session) -> None:
    with pytest.raises(FileRefused):
        files.store(session, name="x.exe", content=b"MZ\x90\x00", purpose="test", actor=EDITOR)
    assert session.scalars(sa.select(StoredFile)).all() == []


def test_expired_files_are_gone_at_once_and_swept_later(session: Session) -> None:
    old, kept, fresh = (
        files.store(session, name="a.csv", content=b"a,b\n1,2\n", purpose="test", actor=EDITOR) for _n in range(3)
    )
    old.expires_at = old.created_at - timedelta(seconds=1)
    files.keep(session, [kept.id])
    session.flush()
    assert files.find_file(session, old.id) is None
    assert files.find_file(session, kept.id) is kept
    assert storing_module.sweep(session) == 1
    session.expire_all()
    assert set(session.scalars(sa.select(StoredFilePiece.file_id))) == {kept.id, fresh.id}
    files.release(session, [kept.id], timedelta(seconds=-1))
    assert storing_module.sweep(session) == 1


def test_a_file_is_only_ever_a_download(session: Session, app: Flask) -> None:
    kept = files.store(session, name="说明 <b>.txt", content="文字".encode(), purpose="test", actor=EDITOR)
    with app.test_request_context():
        answer = files.send_stored(session, kept)
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "%E8%AF%B4%E6%98%8E" in answer.headers["Content-Disposition"]
    assert answer.cache_control.no_store
    assert answer.mimetype == "text/plain"
