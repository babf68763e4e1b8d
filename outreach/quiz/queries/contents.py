"""Question versions as rules see them. Versions never change, so what was read once is kept in the process."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.quiz.models import KeyCorrection, QuestionVersion
from outreach.quiz.rules import questions
from outreach.quiz.rules.grading import Key
from outreach.quiz.rules.questions import QuestionContent, from_dict
from outreach.quiz.writing import run, table_of

#: Versions kept; a bank of 5,000 questions is a large one.
MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class VersionBlob:
    """A version ready to use. ``public``: what may be shown before the key may (JSON text, without any key in it)."""

    version_id: int
    content: QuestionContent
    public: str


_kept: dict[int, VersionBlob] = {}
#: The corrected keys by version, under what the database said of all corrections; at most one entry.
_corrections_kept: dict[Corrections, Mapping[int, Key]] = {}


def forget() -> None:
    """Empty the memory; for tests, whose databases are undone."""
    _kept.clear()
    _corrections_kept.clear()


def list_blobs(session: Session, version_ids: Iterable[int]) -> Mapping[int, VersionBlob]:
    """The versions by id; those that were read before cost nothing."""
    wanted = set(version_ids)
    missing = [version_id for version_id in wanted if version_id not in _kept]
    if missing:
        if len(_kept) + len(missing) > MOST_KEPT:
            _kept.clear()
            missing = list(wanted)
        query = sa.select(QuestionVersion.id, QuestionVersion.content).where(QuestionVersion.id.in_(missing))
        for version_id, values in session.execute(query):
            content = from_dict(values)
            _kept[version_id] = VersionBlob(version_id, content, public_json(content))
    return {version_id: _kept[version_id] for version_id in wanted if version_id in _kept}


def public_json(content: QuestionContent) -> str:
    """Stem, options in the content's order and picture: the same for right and wrong options."""
    values: dict[str, Any] = {
        "kind": content.kind,
        "topic": content.topic,
        "stem": content.stem,
        "stem_en": content.stem_en,
        "options": [[option.text, option.text_en] for option in content.options],
    }
    if content.image is not None:
        values["image"] = {"alt": content.image.alt, "alt_en": content.image.alt_en}  # a file's name may tell the key
    if content.kind == questions.FILL_IN and content.numeric is not None:
        values["unit"] = content.numeric.unit
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


class Corrections(NamedTuple):
    """Which corrections there are: their number, the newest id and the newest moment. Only ever added to."""

    total: int
    newest_id: int | None
    newest_at: datetime | None


@cache
def corrections_query() -> sa.Select[int, Any, Any]:
    """The columns of ``Corrections``, for the statement that reads what is to be marked."""
    table = table_of(KeyCorrection)
    return sa.select(sa.func.count(table.c.id), sa.func.max(table.c.id), sa.func.max(table.c.made_at))


def marking_keys(
    session: Session, version_ids: Iterable[int], corrections: Corrections | None = None
) -> Mapping[int, Key]:
    """What the versions are marked by now: the newest correction of each, or its own content.

    Corrections are kept in the process as long as the database says that there are no others; ``corrections``: what it
    said in this transaction, when the caller has asked already.
    """
    found = corrections or Corrections(*run(session, corrections_query(), {}).one())
    corrected = _corrected(session, found) if found.total else {}
    blobs = list_blobs(session, version_ids)
    return {version_id: corrected.get(version_id) or Key(blob.content) for version_id, blob in blobs.items()}


def _corrected(session: Session, found: Corrections) -> Mapping[int, Key]:
    """The newest correction of each version that has one."""
    kept = _corrections_kept.get(found)
    if kept is None:
        table = table_of(KeyCorrection)
        query = sa.select(table.c.version_id, table.c.content, table.c.is_for_all).order_by(table.c.id)
        rows = run(session, query, {})
        kept = {version_id: Key(from_dict(values), is_for_all) for version_id, values, is_for_all in rows}
        _corrections_kept.clear()
        _corrections_kept[found] = kept
    return kept
