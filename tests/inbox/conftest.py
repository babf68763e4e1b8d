"""What the tests of letters share: a visitor who fills in the form, and letters that are there already."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from outreach.core.permissions import Role
from outreach.inbox import stamps
from outreach.inbox.actions.receiving import Incoming, receive
from outreach.inbox.models import Letter
from outreach.inbox.rules.codes import make_code
from tests.core.real_sites import real_site
from tests.pages import Page, Pages
from tests.staff import StaffPages, StaffPagesMaker

__all__ = ["real_site"]

TEXT = "这个产品页面的用水量和实物标识上印的不一样。"
CONTACT = "13812345678"
GOOD: dict[str, Any] = {"kind": "site", "subject": "/labels/", "text": TEXT}


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests write faster than people."""
    monkeypatch.setattr(stamps, "FASTEST", timedelta(0))


def send(pages: Pages, **fields: Any) -> TestResponse:
    """Open the form and send it, as a browser does."""
    given = {**GOOD, "csrf_token": pages.get("/feedback").one('input[name="csrf_token"]').get("value"), **fields}
    return pages.client.post(
        "/feedback", data={name: value for name, value in given.items() if value is not None}, headers=pages.headers
    )


def refused(pages: Pages, status: int = 422, **fields: Any) -> Page:
    """The page that a refused form comes back on, with every promise checked."""
    return pages.check("/feedback", send(pages, **fields), status)


def code_of(answer: TestResponse) -> str:
    """The receipt code that a sent form leads to."""
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    return str(answer.location).partition("code=")[2]


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture that says where it was taken and with what."""
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x8825] = {1: "N", 2: (39.0, 54.0, 0.0)}
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, kind, exif=exif)
    return target.getvalue()


LetterMaker = Callable[..., Letter]


@pytest.fixture
def make_letter(session: Session) -> LetterMaker:
    """``make_letter(contact=…)``: a letter that came in just now."""
    made = iter(range(10_000))

    def make(**values: Any) -> Letter:
        given = {"kind": "site", "subject": "/labels/", "text": TEXT, "contact": "", "locale": "zh", "answer_days": 5}
        code = make_code("tests", str(next(made)))
        letter = receive(session, Incoming(**{**given, "code": code, **values}))
        session.commit()
        return letter

    return make


@pytest.fixture
def clerk(staff_pages: StaffPagesMaker) -> StaffPages:
    """Somebody who answers letters."""
    return staff_pages(Role.EDITOR, name="李编辑")


@pytest.fixture
def colleague(staff_pages: StaffPagesMaker) -> StaffPages:
    """Somebody else who does."""
    return staff_pages(Role.REGISTRAR, name="赵登记")
