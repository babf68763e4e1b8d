"""The public form: what it takes, what it keeps when something is wrong, and what it never stores in the open."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from PIL import Image
from sqlalchemy.orm import Session

from outreach.core.audit import AuditEntry
from outreach.core.encryption import decrypt
from outreach.core.files import StoredFile, open_file
from outreach.inbox import attachments, stamps
from outreach.inbox.actions.receiving import CONTACT as PURPOSE
from outreach.inbox.actions.receiving import Limit
from outreach.inbox.forms import LONGEST_TEXT
from outreach.inbox.models import Letter
from tests import factories
from tests.inbox.conftest import CONTACT, GOOD, TEXT, code_of, picture, refused, send
from tests.pages import Pages


def letters(session: Session) -> list[Letter]:
    session.expire_all()
    return list(session.scalars(sa.select(Letter).order_by(Letter.id)))


def test_a_letter_needs_no_account_and_leads_to_a_receipt(session: Session, pages: Pages) -> None:
    code = code_of(send(pages))
    [letter] = letters(session)
    page = pages.get("/feedback/receipt", code=code)
    assert page.text(".receipt .code") == code
    assert letter.number in page.text("main")
    assert (letter.kind, letter.subject, letter.text, letter.contact) == ("site", "/labels/", TEXT, "")
    assert code not in repr(session.execute(sa.select(*Letter.__table__.columns)).all()), "the code itself is not kept"
    noted = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "inbox.receive")).one()
    assert (noted.target_key, noted.actor_kind, noted.network) == (letter.number, "public", "")


def test_the_form_says_rules_deadline_and_what_happens_to_personal_data(pages: Pages) -> None:
    page = pages.get("/feedback")
    aside = page.text(".feedback__aside")
    for words in ("5 个工作日", "谁来处理", "收集什么", "为了什么", "怎样保存", "保存多久", "谁能看到", "您的权利"):
        assert words in aside
    assert not page.one("#consent").has("checked"), "consent is never given in advance"
    assert page.one('input[name="website"]').get("value") == ""
    assert "no-store" in page.response.headers["Cache-Control"]
    assert [node.get("value") for node in page.all('input[name="kind"]')] == ["product", "county", "site", "enquiry"]
    pages.get("/en/feedback")


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"kind": ""}, "kind", "请选择来件类别"),
        ({"kind": "nonsense"}, "kind", "请选择来件类别"),
        ({"text": "太短"}, "text", "至少 10 个字"),
        ({"text": " " * 50}, "text", "至少 10 个字"),
        ({"text": "长" * (LONGEST_TEXT + 1)}, "text", "最多 2,000 个字"),
        ({"subject": "x" * 201}, "subject", "最多 200 个字"),
        ({"contact": "1" * 201, "consent": "yes"}, "contact", "最多 200 个字"),
        ({"contact": CONTACT}, "consent", "需要您同意"),
        ({"website": "http://spam.example"}, "send", "应当留空"),
        ({"csrf_token": "nonsense"}, "send", "页面打开得太久"),
        ({"csrf_token": None}, "send", "页面打开得太久"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    session: Session, pages: Pages, fields: dict[str, Any], field: str, words: str
) -> None:
    page = refused(pages, **fields)
    assert page.one(".error-summary a").get("href") == f"#{field}"
    assert words in page.text(".error-summary")
    typed = {**GOOD, **fields}
    assert page.one("textarea").text.strip() == str(typed["text"]).strip()
    assert page.one("#subject").get("value") == typed["subject"]
    assert page.one("#contact").get("value") == typed.get("contact", "")
    assert page.one('input[name="website"]').get("value") == ""
    assert letters(session) == []


def test_too_fast_and_too_old_are_asked_to_send_again(
    app: Flask, session: Session, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "FASTEST", timedelta(seconds=60))
    page = refused(pages)
    assert "提交得太快" in page.text(".error-summary")
    monkeypatch.setattr(stamps, "FASTEST", timedelta(0))
    serializer = URLSafeTimedSerializer(str(app.config["SECRET_KEY"]), salt="inbox-form")
    signer = serializer.make_signer("inbox-form")
    monkeypatch.setattr(signer, "get_timestamp", lambda: 1_000_000_000)
    monkeypatch.setattr(serializer, "make_signer", lambda _salt=None: signer)
    page = refused(pages, csrf_token=serializer.dumps("old"))
    assert "页面打开得太久" in page.text(".error-summary")
    again = page.one('input[name="csrf_token"]').get("value")
    assert code_of(send(pages, csrf_token=again)), "the page that came back can be sent"
    assert len(letters(session)) == 1


def test_a_contact_is_kept_encrypted_and_only_with_consent(session: Session, pages: Pages) -> None:
    send(pages, contact=CONTACT, consent="yes")
    [letter] = letters(session)
    raw = session.execute(sa.text("SELECT contact FROM letter")).scalar_one()
    assert CONTACT not in raw
    assert decrypt(raw, PURPOSE) == CONTACT
    assert letter.consented_at is not None
    assert letter.consent_version
    for name, table in Letter.metadata.tables.items():
        assert CONTACT not in repr(session.execute(sa.select(table)).all()), name


def test_consent_without_a_contact_is_not_noted(session: Session, pages: Pages) -> None:
    send(pages, consent="yes")
    assert letters(session)[0].consented_at is None


def test_the_same_form_sent_twice_is_one_letter_and_a_changed_one_is_another(session: Session, pages: Pages) -> None:
    token = pages.get("/feedback").one('input[name="csrf_token"]').get("value")
    first, second = (code_of(send(pages, csrf_token=token)) for number in range(2))
    assert first == second
    assert len(letters(session)) == 1
    assert code_of(send(pages, csrf_token=token, text=TEXT + "还有一点。")) != first
    assert len(letters(session)) == 2


def test_b07_what_the_form_does_not_offer_is_not_taken(session: Session, pages: Pages) -> None:
    extra = {
        "state": "closed",
        "answer": "x",
        "assignee_id": "1",
        "id": "77",
        "number": "1",
        "received_at": "2000-01-01",
    }
    send(pages, **extra)
    [letter] = letters(session)
    assert (letter.state, letter.answer, letter.assignee_id, letter.received_at.year >= 2026) == (
        "received",
        "",
        None,
        True,
    )
    assert letter.number != "1"


HOSTILE = [
    "\x00" * 20,
    "\ud800" * 20,
    "=1+1" * 10,
    "<script>alert(1)</script>" * 3,
    "'; DROP TABLE letter; --  x",
    "🚰" * 30,
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_kept_as_words(session: Session, pages: Pages, words: str) -> None:
    sent = words.encode("utf-8", "replace").decode()
    send(pages, text=f"{sent} 十个字以上的正文。", subject=sent[:50])
    [letter] = letters(session)
    assert letter.text.startswith(sent.strip().replace("\x00", "\ufffd"))


@pytest.mark.parametrize(
    "field", ["kind", "subject", "text", "contact", "csrf_token", "kept", "drop", "consent", "website"]
)
@pytest.mark.parametrize("value", ["\x00", "x" * 10_000, "<b>&", "=cmd|'/c'!A1", "%00", "\u202e"])
def test_no_field_ends_in_an_error(pages: Pages, field: str, value: str) -> None:
    assert send(pages, **{field: value}).status_code in (303, 422)


def test_bytes_that_are_no_text_are_refused_or_read(pages: Pages) -> None:
    body = b"kind=site&text=" + b"\xff\xfe\x00" * 30 + b"&csrf_token=x"
    answer = pages.client.post("/feedback", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (303, 400, 422)


def test_another_site_cannot_send_the_form(session: Session, pages: Pages) -> None:
    pages.headers = {"Origin": "https://evil.example"}
    assert send(pages).status_code == 403
    pages.headers = {"Sec-Fetch-Site": "cross-site"}
    assert send(pages).status_code == 403
    assert letters(session) == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_made_anew_without_place_and_device(session: Session, pages: Pages, kind: str) -> None:
    sent = picture(kind)
    assert b"SecretCamera" in sent
    send(pages, attachment=(io.BytesIO(sent), f"照片.{kind.lower()}"))
    [letter] = letters(session)
    file = session.get_one(StoredFile, letter.attachment_id)
    kept = open_file(session, file).getvalue()
    assert (file.purpose, file.expires_at, file.name) == (attachments.LETTER, None, f"照片.{kind.lower()}")
    assert b"SecretCamera" not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        assert shown.size == (60, 40)
        assert not dict(shown.getexif())


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"MZ\x90\x00 program", "a.pdf", "只收 JPEG"),
        (b"<html><script>1</script></html>", "a.png", "只收 JPEG"),
        (b"", "a.png", "只收 JPEG"),
        (b"\xff\xd8\xff\xe0 no picture", "a.jpg", "无法打开"),
        (b"%PDF-1.7 " + b"x" * 5000, "a.pdf", "最大 4 MB"),
    ],
)
def test_a_file_that_is_not_taken_is_said(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, content: bytes, name: str, words: str
) -> None:
    monkeypatch.setattr(attachments, "LONGEST", 4000)
    page = refused(pages, attachment=(io.BytesIO(content), name))
    assert words in page.text(".error-summary")


def test_a_good_file_is_kept_while_the_rest_is_mended(session: Session, pages: Pages) -> None:
    page = refused(pages, text="太短", attachment=(io.BytesIO(b"%PDF-1.7 evidence"), "证据.pdf"))
    assert "证据.pdf" in page.text(".feedback__file")
    kept = page.one('input[name="kept"]').get("value")
    waiting = session.scalars(sa.select(StoredFile)).one()
    assert waiting.expires_at is not None
    send(pages, kept=kept)
    [letter] = letters(session)
    assert letter.attachment_id == waiting.id
    session.refresh(waiting)
    assert waiting.expires_at is None
    gone = refused(pages, kept="nonsense")
    assert "已过期" in gone.text(".error-summary")
    taken = refused(pages, kept=kept)
    assert "已过期" in taken.text(".error-summary"), "a file belongs to one letter"


def test_a_kept_file_can_be_dropped(session: Session, pages: Pages) -> None:
    page = refused(pages, text="太短", attachment=(io.BytesIO(b"%PDF-1.7 evidence"), "a.pdf"))
    send(pages, kept=page.one('input[name="kept"]').get("value"), drop="yes")
    assert letters(session)[0].attachment_id is None


def test_files_stop_being_taken_before_the_database_is_full(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST_KEPT", -1)
    page = refused(pages, attachment=(io.BytesIO(b"%PDF-1.7 evidence"), "a.pdf"))
    assert "目前不能接收附件" in page.text(".error-summary")


def test_one_network_is_limited_and_the_next_one_is_not(
    session: Session, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.inbox.views.feedback.LETTERS", Limit("letter", 2, 30))
    pages.client.environ_base["REMOTE_ADDR"] = "2001:db8:1:2::7"
    assert [send(pages, subject=str(number)).status_code for number in range(3)] == [303, 303, 429]
    pages.client.environ_base["REMOTE_ADDR"] = "2001:db8:1:2:ffff::9"
    answer = send(pages, subject="同一个 /64")
    page = pages.check("/feedback", answer, 429)
    assert answer.headers["Retry-After"] == "3600"
    assert page.one("textarea").text.strip() == TEXT
    pages.client.environ_base["REMOTE_ADDR"] = "2001:db8:1:3::7"
    assert send(pages).status_code == 303
    stored = repr(session.execute(sa.text("SELECT * FROM letter_quota")).all())
    assert "2001:db8" not in stored


def test_the_limit_of_a_day_holds_too(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.inbox.views.feedback.LETTERS", Limit("letter", 99, 1))
    assert [send(pages, subject=str(number)).status_code for number in range(2)] == [303, 429]


def test_links_fill_in_the_form(session: Session, pages: Pages) -> None:
    number = factories.registration(session).number
    session.commit()
    address = next(
        href for href in pages.get(f"/labels/{number}").links.values() if href.startswith("/feedback?kind=product")
    )
    page = pages.get(address)
    assert page.one("#subject").get("value") == number
    assert page.one('input[value="product"]').has("checked")
    missing = pages.get("/labels/20990101-CWL0-999", status=404)
    assert any(href.startswith("/feedback?kind=product") for href in missing.links.values())
    assert any("/feedback?kind=site" in href for href in pages.get("/nowhere", status=404).links.values())
    assert pages.get("/about").links["向本站找错"] == "/feedback?kind=site"


def test_who_comes_from_a_page_with_a_fault_need_not_type_its_address(pages: Pages) -> None:
    def subject(came_from: str) -> str:
        pages.headers = {"Referer": came_from}
        return str(pages.get("/feedback", kind="site").one("#subject").get("value"))

    assert subject("http://localhost/labels/?q=马桶".encode().decode("latin-1")) != ""
    assert subject("http://localhost/labels/?page=2") == "/labels/?page=2"
    assert subject("https://evil.example/labels/") == ""
    assert subject("http://localhost/feedback?kind=site") == ""
    assert subject("nonsense") == ""


@pytest.mark.parametrize("args", [{"kind": "\x00", "subject": "\x00"}, {"subject": "x" * 5000}, {"kind": ["a", "b"]}])
def test_strange_arguments_fill_in_what_they_can(pages: Pages, args: dict[str, Any]) -> None:
    pages.get("/feedback", **args)
