"""What a process knows of one generation of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from outreach.labels.queries.cards import CardMaker
from outreach.labels.queries.dictionary import CodeBook, Dictionary, build_dictionary
from outreach.labels.queries.loading import load_snapshot
from outreach.labels.queries.snapshot import CatalogueSnapshot
from outreach.labels.queries.terms import list_terms

#: The name of the catalogue's generations.
DATA: Final = "labels"


@dataclass(frozen=True, slots=True)
class State:
    """One generation in memory."""

    snapshot: CatalogueSnapshot
    dictionary: Dictionary
    cards: CardMaker

    @property
    def generation(self) -> str:
        return self.snapshot.generation


def load_state(session: Session) -> State:
    """Read the registry and prepare what the searches need."""
    snapshot = load_snapshot(session)
    dictionary = build_dictionary(list_terms(snapshot), CodeBook(snapshot.models, snapshot.numbers))
    return State(snapshot, dictionary, CardMaker(snapshot))
