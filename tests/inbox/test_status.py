"""What the holder of a receipt code sees, and nobody else."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry
from outreach.core.files import find_file
from outreach.inbox.models import Letter
from tests.inbox.conftest import CONTACT, code_of, send
from tests.pages import Pages


def test_the_status_page_asks_for_a_code_and_is_kept_by_nobody(pages: Pages) -> None:
    page = pages.get("/feedback/status")
    assert page.has("#code")
    assert "no-store" in page.response.headers["Cache-Control"]
    assert "noindex" in page.one('meta[name="robots"]').get("content")


def test_a_code_is_understood_however_it_is_copied(pages: Pages) -> None:
    code = code_of(send(pages))
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code.replace('-', ' ')}。", code.replace("0", "o")):
        page = pages.get("/feedback/status", code=typed)
        assert "已收到" in page.text("main")
        assert "no-store" in page.response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "typed", ["x", "\x00", "2026-00001", "AAAA-AAAA-AAAA-AAAA", "a" * 5000, "<script>", "%", "；" * 20]
)
def test_a_code_that_does_not_exist_is_said_kindly(pages: Pages, typed: str) -> None:
    send(pages)
    for path in ("/feedback/status", "/feedback/receipt"):
        page = pages.get(path, status=404, code=typed)
        assert "没有找到这个回执码" in page.text("main")


def test_the_number_that_the_staff_use_opens_nothing(session: Session, pages: Pages) -> None:
    send(pages)
    number = session.scalars(sa.select(Letter.number)).one()
    pages.get("/feedback/status", status=404, code=number)


def test_codes_are_not_alike(session: Session, pages: Pages) -> None:
    codes = {code_of(send(pages, subject=str(number))) for number in range(8)}
    assert len(codes) == 8
    assert len({code[:4] for code in codes}) == 8


def test_p03_taking_the_consent_back_deletes_contact_and_file_at_once(session: Session, pages: Pages) -> None:
    code = code_of(
        send(pages, contact=CONTACT, consent="yes", attachment=(io.BytesIO(b"%PDF-1.7 evidence"), "证据.pdf"))
    )
    letter = session.scalars(sa.select(Letter)).one()
    file_id = letter.attachment_id
    page = pages.get("/feedback/status", code=code)
    form = page.one('form[method="post"]')
    assert form.get("action") == "/feedback/contact"
    answer = pages.client.post("/feedback/contact", data={"code": code, "csrf_token": "x"})
    assert answer.status_code == 303
    session.expire_all()
    assert (letter.contact, letter.attachment_id) == ("", None)
    assert letter.forgotten_at is not None
    assert file_id is not None
    assert find_file(session, file_id) is None
    assert "已于" in pages.get("/feedback/status", code=code).text("main")
    noted = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "inbox.withdraw_consent")).one()
    assert noted.target_key == letter.number
    assert pages.client.post("/feedback/contact", data={"code": code}).status_code == 303
    assert session.scalar(sa.select(sa.func.count()).where(AuditEntry.action == "inbox.withdraw_consent")) == 1


def test_nobody_else_can_take_it_back(session: Session, pages: Pages) -> None:
    code = code_of(send(pages, contact=CONTACT, consent="yes"))
    for wrong in ("", "AAAA-AAAA-AAAA-AAAA", "\x00"):
        assert pages.client.post("/feedback/contact", data={"code": wrong}).status_code == 404
    other_site = {"Origin": "https://evil.example"}
    assert pages.client.post("/feedback/contact", data={"code": code}, headers=other_site).status_code == 403
    assert pages.client.get("/feedback/contact").status_code == 405
    session.expire_all()
    assert session.scalars(sa.select(Letter)).one().contact


def test_the_clock_is_said_in_words(session: Session, pages: Pages) -> None:
    code = code_of(send(pages))
    assert "还有" in pages.get("/feedback/status", code=code).text("main")
    letter = session.scalars(sa.select(Letter)).one()
    letter.due_on -= timedelta(days=30)
    session.commit()
    assert "已超期" in pages.get("/feedback/status", code=code).text("main")


def test_the_pages_speak_english(pages: Pages) -> None:
    code = code_of(send(pages, contact=CONTACT, consent="yes"))
    pages.get("/en/feedback/receipt", code=code)
    pages.get("/en/feedback/status", code=code)
    pages.get("/en/feedback/status")
    pages.get("/en/feedback/status", status=404, code="x")
