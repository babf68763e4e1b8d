"""The words of downloads: read where they can be read, and otherwise said why not; never an error."""

from __future__ import annotations

import random

import pytest

from outreach.inspection import files, pdf_process
from outreach.inspection import pdf as reading
from outreach.inspection.files import words_of
from outreach.inspection.rules.personal import find_numbers
from outreach.inspection.rules.reading import Unread
from tests.inspection.documents import document, pdf, workbook

MOBILE = "13511112222"


def numbers(name: str, content: bytes) -> list[str]:
    words = words_of(name, content)
    assert isinstance(words, str), words
    return [number.found for number in find_numbers(words)]


def test_every_page_and_the_properties_of_a_pdf_are_read() -> None:
    assert numbers("notice.PDF", pdf("one", f"Tel {MOBILE}", "three", author="Zhang 13611112222")) == [
        MOBILE,
        "13611112222",
    ]


def test_a_pdf_that_only_forbids_printing_is_read() -> None:
    assert numbers("notice.pdf", pdf(MOBILE, owner="owner")) == [MOBILE]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Unread.BROKEN),
        (b"%PDF-1.7 x", Unread.BROKEN),
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, Unread.BROKEN),
        (pdf(MOBILE)[:300], Unread.BROKEN),
        (pdf(MOBILE, password="secret"), Unread.LOCKED),
        (pdf("", "", author="Zhang 13611112222"), Unread.PICTURES),
        (pdf(*[MOBILE] * (pdf_process.MOST_PAGES + 1)), Unread.LONG),
    ],
    ids=["empty", "no pdf", "bytes", "cut off", "locked", "scanned", "too many pages"],
)
def test_a_pdf_that_cannot_be_read_says_why(content: bytes, reason: Unread) -> None:
    assert words_of("notice.pdf", content) == reason


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SECONDS", 0.001)
    assert words_of("notice.pdf", pdf(MOBILE)) == Unread.SLOW


def test_a_pdf_whose_pages_go_in_a_circle_ends() -> None:
    circle = pdf("one", "two").replace(b"/Type /Page\n", b"/Type /Pages\n/Kids [ 4 0 R ]\n")
    assert isinstance(words_of("notice.pdf", circle), str)  # an answer of either sort, and soon


@pytest.mark.parametrize("seed", range(12))
def test_damage_anywhere_in_a_pdf_ends_in_words_or_a_reason(seed: int) -> None:
    chance = random.Random(seed)
    damaged = bytearray(pdf(MOBILE, "two"))
    for place in chance.sample(range(len(damaged)), 40):
        damaged[place] = chance.randrange(256)
    assert isinstance(words_of("notice.pdf", bytes(damaged)), str)


def test_a_number_that_formatting_cut_into_runs_is_whole_again() -> None:
    assert numbers("notice.docx", document("135", "1111", "2222")) == [MOBILE]


def test_what_stands_in_another_paragraph_is_another_number() -> None:
    halves = f"<w:p><w:t>{MOBILE[:7]}</w:t></w:p><w:p><w:t>{MOBILE[7:]}</w:t></w:p><w:p><w:t>12</w:t></w:p>"
    words = words_of("notice.docx", document("x", parts={"word/header1.xml": halves}))
    assert isinstance(words, str)
    assert MOBILE not in words


@pytest.mark.parametrize(
    "part", ["word/header1.xml", "word/footnotes.xml", "word/comments.xml", "docProps/core.xml", "docProps/app.xml"]
)
def test_every_part_of_a_document_is_read(part: str) -> None:
    assert numbers("notice.docx", document("x", parts={part: f"<w:p>Zhang</w:p><w:p>{MOBILE}</w:p><w:p>1</w:p>"})) == [
        MOBILE
    ]


def test_the_cells_of_a_workbook_stay_apart() -> None:
    assert numbers("list.xlsx", workbook(13511112222, "x13", "110101199003078072", 4)) == ["110101199003078072", MOBILE]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.docx", b"PK nothing", Unread.BROKEN),
        ("a.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 100, Unread.LOCKED),
        ("a.doc", b"x", Unread.CLOSED),
        ("a.zip", b"x", Unread.CLOSED),
    ],
)
def test_an_office_file_that_cannot_be_read_says_why(name: str, content: bytes, reason: Unread) -> None:
    assert words_of(name, content) == reason


def test_a_document_that_unpacks_to_far_more_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "READ_BYTES", 1000)
    assert words_of("a.docx", document("x" * 2000)) == Unread.LONG
