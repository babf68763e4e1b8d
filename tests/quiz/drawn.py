"""Pictures for questions in tests, and questions that have one."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from outreach.quiz.actions.bank import CodedQuestion, save_questions
from outreach.quiz.actions.pictures import take_in
from outreach.quiz.rules.questions import QuestionContent
from tests.quiz.questions import single

WORDS = {"alt": "两只水表", "alt_en": "Two water meters"}


def picture(kind: str = "PNG", size: tuple[int, int] = (80, 60), colour: str = "teal", **options: Any) -> bytes:
    """A picture with a diagonal, so that it is not the same from every side."""
    drawn = Image.new("RGB", size, colour)
    ImageDraw.Draw(drawn).line((0, 0, *size), fill="white", width=3)
    target = io.BytesIO()
    drawn.save(target, kind, **options)
    return target.getvalue()


def opened(content: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(content))
    found.load()
    return found


def with_picture(session: Session, content: QuestionContent, data: bytes, name: str = "meter.png") -> QuestionContent:
    """The question with this picture, stored."""
    return replace(content, image=replace(take_in(session, name, data), **WORDS))


def save(session: Session, data: bytes, stem: str = "图中的水表用了多少水？", code: str = "P1") -> QuestionContent:
    """A single choice with a picture in the bank."""
    content = with_picture(session, single(stem), data)
    save_questions(session, [CodedQuestion(code, content)])
    return content


def bank(session: Session, count: int = 10) -> None:
    """Questions with a picture each, of another colour each."""
    batch = [
        CodedQuestion(
            f"P{number:03}",
            with_picture(
                session, single(f"第 {number} 幅图里是什么？", topic="pictures"), picture(colour=f"#0000{number:02x}")
            ),
        )
        for number in range(count)
    ]
    save_questions(session, batch)
