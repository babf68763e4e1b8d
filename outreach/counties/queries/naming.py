"""Which one unit somebody names: by code or slug, by a whole name with or without its places, else by candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from outreach.counties.queries.matching import EXACT
from outreach.counties.queries.snapshot import UnitItem
from outreach.counties.queries.state import State

#: Candidates that are offered.
MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Named:
    """The unit that is meant, or the ones that may be."""

    unit: UnitItem | None = None
    candidates: Sequence[UnitItem] = ()


def find_named(state: State, text: str) -> Named:
    """The unit that ``text`` names. A name that several bear is never guessed."""
    units = state.snapshot.units
    if (unit := state.snapshot.by_slug.get(text)) is not None:
        return Named(unit)
    fits = state.matcher.match(text)
    if fits is None:
        return Named()
    rows = np.flatnonzero(fits.flags).tolist()
    exact = [row for row in rows if fits.fits[row] == EXACT]
    for found in (exact, rows):
        if len(found) == 1:
            return Named(units[found[0]])
    near = exact or rows or state.matcher.similar(text, MOST)
    return Named(None, [units[row] for row in near[:MOST]])
