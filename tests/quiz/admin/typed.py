"""What organisers type into forms, as browsers send it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from outreach.quiz.actions.drafts import make
from outreach.quiz.forms_admin import DEFAULTS, moment_text, parse_contest
from outreach.quiz.forms_admin_bank import typed_of
from outreach.quiz.models import Contest
from outreach.quiz.rules.questions import QuestionContent
from outreach.quiz.seams import Actor
from tests.quiz import stage

AUTHOR = Actor("另一位 #999", 999)


def contest(now: datetime | None = None, **values: str) -> dict[str, str]:
    """A contest of ten questions that opens tomorrow."""
    start = (now or datetime.now().astimezone()) + timedelta(days=1)
    typed = {
        **DEFAULTS,
        "slug": "draft-contest",
        "title": "节水知识竞赛",
        "title_en": "Water-saving quiz",
        "consent_version": "2026-1",
        "opens_at": moment_text(start),
        "closes_at": moment_text(start + timedelta(days=10)),
        "quota-0-count": "10",
        "quota-0-points": "2",
        "pass_points": "12",
        "prize-0-name": "节水花洒",
        "prize-0-count": "2",
    }
    return {**typed, **values}


def draft(session: Session, **values: str) -> Contest:
    """A draft by somebody who is not signed in anywhere, and questions for it."""
    stage.bank(session)
    form = parse_contest(MultiDict(contest(**values)))
    assert form.draft is not None, form.faults
    made = make(session, form.draft, form.names, AUTHOR)
    session.commit()
    return made


def question(content: QuestionContent) -> dict[str, Any]:
    """A question as its form sends it."""
    typed = typed_of("", content)
    sent = {name: value for name, value in typed.items() if name not in ("options", "code")}
    for number, option in enumerate(typed["options"]):
        sent[f"option-{number}"], sent[f"option-{number}-en"] = option["text"], option["text_en"]
    sent["right"] = [str(number) for number, option in enumerate(typed["options"]) if option["is_right"]]
    return sent
