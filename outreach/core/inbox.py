"""What a slice tells the inbox: kinds of letters that the public may write about its subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session


def _names_no_page(_session: Session, _subject: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class InboxKind:
    """One kind of letters, as ``Feature.inbox_kinds`` hands it over. Of two with the same code the later one counts."""

    code: str
    label: str | LazyString
    #: What such letters are for, and what helps to answer them.
    hint: str | LazyString
    #: The page that a subject names, as a path below the site's root; None when it names none.
    page: Callable[[Session, str], str | None] = _names_no_page
    #: Working days until the answer.
    answer_days: int = 5
    order: int = 100
