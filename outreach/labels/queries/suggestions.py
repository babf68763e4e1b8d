"""What a text that is still being typed may become: known words, model codes, registration numbers."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.labels.models import Registration
from outreach.labels.queries.dictionary import Dictionary, Filters, Meaning
from outreach.labels.queries.keys import KeyTable
from outreach.labels.queries.results import Suggestion
from outreach.labels.queries.snapshot import CLASS_FIELDS, CatalogueSnapshot
from outreach.labels.queries.typed import Gap, Typed
from outreach.labels.queries.understanding import Understanding, understand
from outreach.labels.queries.vocabulary import FILLER

#: Words looked at for one beginning; more means that too little was typed to choose well.
_MOST_WORDS: Final = 300
#: Fewest letters of a code before codes are suggested.
_FEWEST_LETTERS: Final = 2


def list_suggestions(
    session: Session, snapshot: CatalogueSnapshot, dictionary: Dictionary, text: str, limit: int
) -> tuple[Suggestion, ...]:
    """At most ``limit`` suggestions, words first; one statement at most. Nothing typed suggests nothing."""
    understanding = understand(text, dictionary)
    typed = understanding.typed
    words: list[Suggestion] = []
    for start in _starts(understanding):
        words = words or _words(snapshot, dictionary, typed, start)[:limit]
    return (*words, *_codes(session, snapshot, typed, limit - len(words)))


def _starts(understanding: Understanding) -> Iterator[int]:
    """Where the unfinished word may begin: at the very start, after the last blank, behind the last word understood."""
    gaps = understanding.typed.gaps
    breaks = [place for place in range(1, len(gaps)) if gaps[place] is Gap.BREAK]
    ends = [piece.start for piece in understanding.pieces]
    yield from dict.fromkeys([0] * bool(gaps) + breaks[-1:] + ends[-1:])


def _words(snapshot: CatalogueSnapshot, dictionary: Dictionary, typed: Typed, start: int) -> list[Suggestion]:
    """Known words that begin with the letters from ``start`` on: the typed word itself, then the commonest."""
    letters = typed.letters[start:].encode()
    low, high = dictionary.keys.span(letters)
    found: dict[Filters, tuple[tuple[bool, int, int], Meaning]] = {}
    for place in range(low, min(high, low + _MOST_WORDS)):
        key = dictionary.keys[place]
        meaning = dictionary.meanings[key.decode()]
        count = _count(snapshot, meaning) if meaning.kind != FILLER else 0
        rank = (key != letters, -count, len(key))
        if count and (meaning.filters not in found or rank < found[meaning.filters][0]):
            found[meaning.filters] = (rank, meaning)
    head = typed.original[: typed.origins[start]]
    ranked = sorted(found.values(), key=itemgetter(0))
    return [_suggestion(meaning, head, -rank[1]) for rank, meaning in ranked]


def _suggestion(meaning: Meaning, head: str, count: int) -> Suggestion:
    """The word with what stands before it; a count of the word alone would be wrong then."""
    return Suggestion(meaning.kind, head + meaning.word, meaning.label, meaning.label_en, 0 if head else count)


def _count(snapshot: CatalogueSnapshot, meaning: Meaning) -> int:
    """Registrations that the word alone finds; for a maker that is a brand too, the larger of both numbers."""
    kept = np.ones(snapshot.classes.size, np.bool_)
    units = [0]
    for field, values in meaning.filters:
        codes = snapshot.axes[field].find(values)
        if field in CLASS_FIELDS:
            kept &= snapshot.classes.with_codes(field, codes)
        else:
            units.append(int(snapshot.units[field].counts[codes].sum()))
    return max(units) if len(units) > 1 else int(snapshot.classes.counts[kept].sum())


def _codes(session: Session, snapshot: CatalogueSnapshot, typed: Typed, limit: int) -> Iterator[Suggestion]:
    """Models and numbers that begin with what was typed since the last change from Chinese, as they are printed."""
    start = max((place + 1 for place in range(len(typed.letters)) if not typed.is_latin(place)), default=0)
    letters = typed.letters[start:]
    if limit < 1 or len(letters) < _FEWEST_LETTERS:
        return
    models = _rows(snapshot.models, letters, limit)
    rows = models + _rows(snapshot.numbers, letters, limit - len(models))
    if not rows:
        return
    ids = snapshot.ids[rows].tolist()
    query = sa.select(Registration.id, Registration.model, Registration.number).where(Registration.id.in_(ids))
    printed = {record.id: record for record in session.connection().execute(query)}
    head = typed.original[: typed.origins[start]]
    for place, number in enumerate(ids):
        if record := printed.get(number):
            kind, code = ("model", record.model) if place < len(models) else ("number", record.number)
            yield Suggestion(kind, head + code, code, code, 0)


def _rows(table: KeyTable, letters: str, limit: int) -> list[int]:
    """One row of each of the first different keys that begin with ``letters``."""
    place, end = table.span(letters.encode())
    rows: list[int] = []
    while place < end and len(rows) < limit:
        rows.append(int(table.rows[place]))
        place = table.after(table[place])
    return rows
