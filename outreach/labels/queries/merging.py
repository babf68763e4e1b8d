"""Makers that may be one: those called alike, those whose names differ in little, those that file the same models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from outreach.labels.models import Certificate, Edition, Maker, Registration
from outreach.labels.models_upkeep import MakerMerge
from outreach.labels.rules.makers import plain_key

MOST_PAIRS: Final = 200
#: Models that two makers must share to be looked at.
SHARED_MODELS: Final = 3
MOST_MODELS: Final = 50
PAGE_SIZE: Final = 50


class Likeness(StrEnum):
    """Why two makers may be one."""

    #: The names are the same but for punctuation, legal form and blanks.
    SAME_NAME = "same-name"
    #: People call both the same.
    SAME_SHORT_NAME = "same-short-name"
    #: Both file the same models under the same standards.
    SAME_MODELS = "same-models"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two makers that may be one, the larger first."""

    first: Maker
    second: Maker
    first_count: int
    second_count: int
    likenesses: tuple[Likeness, ...]
    shared_models: int


@dataclass(frozen=True, slots=True)
class MakerFacts:
    """What hangs on a maker."""

    maker: Maker
    registrations: int
    certificates: int
    categories: Sequence[tuple[str, str, int]]
    merged: Sequence[Maker]


def find_candidates(session: Session, words: str = "") -> list[Candidate]:
    """Pairs of makers, those with most reasons first."""
    makers = {one.id: one for one in session.scalars(sa.select(Maker).where(Maker.merged_into_id.is_(None)))}
    reasons: defaultdict[tuple[int, int], set[Likeness]] = defaultdict(set)
    for key, likeness in ((_name_key, Likeness.SAME_NAME), (_short_key, Likeness.SAME_SHORT_NAME)):
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for maker in makers.values():
            if name := key(maker):
                groups[f"{maker.is_demo} {name}"].append(maker.id)
        for pair in _pairs(groups.values()):
            reasons[pair].add(likeness)
    shared = _shared_models(session)
    for pair in shared:
        if makers[pair[0]].is_demo is makers[pair[1]].is_demo:
            reasons[pair].add(Likeness.SAME_MODELS)
    counts = _counts(session, {one for pair in reasons for one in pair})
    found = [
        _candidate(makers, pair, likenesses, counts, shared.get(pair, 0))
        for pair, likenesses in reasons.items()
        if not words or any(words in makers[one].name for one in pair)
    ]
    found.sort(key=lambda one: (-len(one.likenesses), -one.second_count, one.first.id, one.second.id))
    return found[:MOST_PAIRS]


def _name_key(maker: Maker) -> str:
    return plain_key(maker.name)


def _short_key(maker: Maker) -> str:
    return maker.short_name.casefold()


def _pairs(groups: Iterable[list[int]]) -> Iterable[tuple[int, int]]:
    for ids in groups:
        ordered = sorted(ids)
        yield from ((one, other) for place, one in enumerate(ordered) for other in ordered[place + 1 :][:20])


def _shared_models(session: Session) -> dict[tuple[int, int], int]:
    """Pairs of makers that file several same models under the same edition, with how many."""
    one = sa.select(Registration.maker_id, Registration.model_key, Registration.edition_id).distinct().subquery("one")
    other = one.alias("other")
    same = (one.c.model_key == other.c.model_key) & (one.c.edition_id == other.c.edition_id)
    count = sa.func.count().label("shared")
    query = (
        sa.select(one.c.maker_id, other.c.maker_id.label("other_id"), count)
        .join(other, same & (one.c.maker_id < other.c.maker_id))
        .where(sa.func.length(one.c.model_key) >= 4)
        .group_by(one.c.maker_id, other.c.maker_id)
        .having(count >= SHARED_MODELS)
        .order_by(count.desc())
        .limit(MOST_PAIRS)
    )
    return {(row[0], row[1]): row[2] for row in session.execute(query)}


def _counts(session: Session, ids: Iterable[int]) -> dict[int, int]:
    query = sa.select(Registration.maker_id, sa.func.count()).group_by(Registration.maker_id)
    wanted = list(ids)
    if len(wanted) < 5_000:
        query = query.where(Registration.maker_id.in_(wanted))
    return {row[0]: row[1] for row in session.execute(query)}


def _candidate(
    makers: dict[int, Maker], pair: tuple[int, int], likenesses: set[Likeness], counts: dict[int, int], shared: int
) -> Candidate:
    first, second = sorted(pair, key=lambda one: (-counts.get(one, 0), one))
    order = tuple(one for one in Likeness if one in likenesses)
    return Candidate(makers[first], makers[second], counts.get(first, 0), counts.get(second, 0), order, shared)


def find_any_maker(session: Session, maker_id: int) -> Maker | None:
    """A maker, published or not, merged or not."""
    return session.get(Maker, maker_id) if maker_id else None


def load_facts_of(session: Session, maker: Maker) -> MakerFacts:
    """What hangs on a maker: how many registrations by standard, certificates, names that were merged into it."""
    by_edition = (
        sa.select(Edition.code, Edition.standard_no, sa.func.count())
        .join(Registration, Registration.edition_id == Edition.id)
        .where(Registration.maker_id == maker.id)
        .group_by(Edition.code, Edition.standard_no)
        .order_by(sa.func.count().desc(), Edition.code)
    )
    editions = [(row[0], row[1], row[2]) for row in session.execute(by_edition)]
    certificates = sa.select(sa.func.count()).where(Certificate.maker_id == maker.id)
    merged = session.scalars(sa.select(Maker).where(Maker.merged_into_id == maker.id).order_by(Maker.id)).all()
    total = sum(count for _code, _name, count in editions)
    return MakerFacts(maker, total, session.scalar(certificates) or 0, editions, merged)


def list_shared_models(session: Session, first: Maker, second: Maker) -> Sequence[tuple[str, str, str]]:
    """Models that both file under the same edition: model, and a number of each."""
    one, other = sa.orm.aliased(Registration), sa.orm.aliased(Registration)
    query = (
        sa.select(one.model, sa.func.min(one.number), sa.func.min(other.number))
        .join(other, (other.model_key == one.model_key) & (other.edition_id == one.edition_id))
        .where(one.maker_id == first.id, other.maker_id == second.id)
        .group_by(one.model)
        .order_by(one.model)
        .limit(MOST_MODELS)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def search_makers(session: Session, words: str, limit: int = PAGE_SIZE) -> Sequence[Maker]:
    """Makers whose name holds the words, for the choice of another one."""
    if not words:
        return ()
    name = Maker.name.icontains(words, autoescape=True) | Maker.short_name.icontains(words, autoescape=True)
    return session.scalars(sa.select(Maker).where(name).order_by(Maker.name).limit(limit)).all()


def find_merge(session: Session, proposal_id: int) -> MakerMerge | None:
    """The merge that a proposal brought about and that still stands."""
    query = sa.select(MakerMerge).where(MakerMerge.proposal_id == proposal_id, MakerMerge.undone_at.is_(None))
    return session.scalars(query).one_or_none()


def list_merges(session: Session, limit: int = PAGE_SIZE) -> Sequence[MakerMerge]:
    """The newest merges with both makers."""
    query = sa.select(MakerMerge).order_by(MakerMerge.id.desc()).limit(limit)
    return session.scalars(query.options(joinedload(MakerMerge.maker), joinedload(MakerMerge.into))).all()
