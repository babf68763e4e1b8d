"""What a process knows of one generation of the registry."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from outreach.counties.queries.days import Days
from outreach.counties.queries.loading import load_snapshot
from outreach.counties.queries.matching import Matcher
from outreach.counties.queries.snapshot import CountySnapshot


@dataclass(frozen=True, slots=True)
class State:
    """One generation in memory."""

    snapshot: CountySnapshot
    days: Days
    matcher: Matcher

    @property
    def generation(self) -> str:
        return self.snapshot.generation


def load_state(session: Session) -> State:
    """Read the registry and prepare what the pages need: a fifth of a second."""
    snapshot = load_snapshot(session)
    return State(snapshot, Days(snapshot), Matcher(snapshot))
