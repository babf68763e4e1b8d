"""What a walk over the site amounts to: per check, how much is wrong and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from outreach.inspection.rules.pages import (
    PageFacts,
    is_from_the_future,
    missing_footer,
    missing_tags,
    outside_links,
)
from outreach.inspection.rules.personal import find_numbers, masked_text
from outreach.inspection.rules.reading import Unread
from outreach.inspection.rules.words import WrongWord, find_words

#: Troubles kept of one check; all are counted.
KEPT: Final = 500
#: Server time from which a page is slow, in milliseconds.
SLOW_MS: Final = 3000.0
#: Status of an address that no browser understands.
MALFORMED: Final = 499
#: Longest detail of a trouble.
DETAIL: Final = 200


@dataclass(frozen=True, slots=True)
class Visit:
    """One fetched address. ``facts`` of pages, ``text`` of files that hold text."""

    path: str
    status: int
    milliseconds: float
    facts: PageFacts | None = None
    text: str = ""
    #: Why nothing is said about a file that holds words.
    unread: Unread | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """Everything that was fetched, and which page led to an address first.

    ``at`` as pages print moments; ``is_complete``: nothing was left when the walk ended.
    """

    visits: Sequence[Visit]
    found_on: dict[str, str] = field(default_factory=dict)
    known: int = 0
    host: str = ""
    at: str = ""
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class Trouble:
    """One place that is to be mended: the page, and what is wrong there."""

    path: str
    detail: str


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of one check: how many places, and the first of them."""

    value: int
    troubles: tuple[Trouble, ...]

    def as_json(self) -> dict[str, Any]:
        return {"value": self.value, "troubles": [[one.path, one.detail] for one in self.troubles]}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Found:
        return cls(int(stored["value"]), tuple(Trouble(path, detail) for path, detail in stored["troubles"]))


def dead_links(walk: Walk, _words: Sequence[WrongWord]) -> Iterator[Trouble]:
    """Addresses of this site that do not answer, with the page that leads there."""
    for visit in walk.visits:
        if visit.status >= 400 and visit.status != 429:
            yield Trouble(walk.found_on.get(visit.path, visit.path), f"{visit.path} → {_said(visit.status)}")


def _said(status: int) -> str:
    return "?" if status == MALFORMED else str(status)


def tags(walk: Walk, _words: Sequence[WrongWord]) -> Iterator[Trouble]:
    """Pages that lack tags which the rules ask for."""
    for visit, facts in _pages(walk):
        if missing := missing_tags(facts):
            yield Trouble(visit.path, ", ".join(missing))


def alternative_texts(walk: Walk, _words: Sequence[WrongWord]) -> Iterator[Trouble]:
    """Pictures without an alternative text; an empty one marks ornament and is right."""
    for visit, facts in _pages(walk):
        for address in facts.pictures:
            yield Trouble(visit.path, address)


def wrong_words(walk: Walk, words: Sequence[WrongWord]) -> Iterator[Trouble]:
    """Misspellings and wrong terms in pages and files."""
    for visit in walk.visits:
        for found in find_words(masked_text(_text(visit)), words):
            yield Trouble(visit.path, f"{found.word.wrong} → {found.word.right}：…{found.context}…")


def personal_data(walk: Walk, _words: Sequence[WrongWord]) -> Iterator[Trouble]:
    """Numbers that identify a person, in pages and files; shown masked."""
    for visit in walk.visits:
        for number in find_numbers(_text(visit)):
            yield Trouble(visit.path, f"{number.kind}: {number.masked}")


def outside(walk: Walk, _words: Sequence[WrongWord]) -> Iterator[Trouble]:
    """Links to other websites that visitors are not told of before they leave."""
    for visit, facts in _pages(walk):
        for link in outside_links(facts, walk.host):
            yield Trouble(visit.path, link)


def footers(walk: Walk, _words: Sequence[WrongWord]) -> Iterator[Trouble]:
    """Pages whose foot lacks what the rules ask for."""
    for visit, facts in _pages(walk):
        if missing := missing_footer(facts):
            yield Trouble(visit.path, ", ".join(missing))


def future_dates(walk: Walk, _words: Sequence[WrongWord]) -> Iterator[Trouble]:
    """Pages that claim to have been published later than now."""
    for visit, facts in _pages(walk):
        if walk.at and is_from_the_future(facts, walk.at):
            yield Trouble(visit.path, facts.tags["PubDate"])


def slow_pages(walk: Walk, _words: Sequence[WrongWord]) -> Iterator[Trouble]:
    """Pages that the server took too long for."""
    for visit, _facts in _pages(walk):
        if visit.milliseconds > SLOW_MS:
            yield Trouble(visit.path, f"{visit.milliseconds:.0f} ms")


Check = Callable[[Walk, Sequence[WrongWord]], Iterator[Trouble]]
#: Every check of the walk by its code in ``content/inspection/thresholds.csv``, in the order of the page.
CHECKS: Final[dict[str, Check]] = {
    "dead_links": dead_links,
    "meta_tags": tags,
    "alternative_texts": alternative_texts,
    "wrong_words": wrong_words,
    "personal_data": personal_data,
    "outside_links": outside,
    "footer_items": footers,
    "future_dates": future_dates,
    "slow_pages": slow_pages,
}


def find_all(walk: Walk, words: Sequence[WrongWord]) -> dict[str, Found]:
    """The outcome of every check."""
    found = {}
    for code, check in CHECKS.items():
        troubles = [Trouble(one.path, one.detail[:DETAIL]) for one in check(walk, words)]
        found[code] = Found(len(troubles), tuple(troubles[:KEPT]))
    return found


def _pages(walk: Walk) -> Iterator[tuple[Visit, PageFacts]]:
    return ((visit, visit.facts) for visit in walk.visits if visit.facts is not None and visit.status == 200)


def _text(visit: Visit) -> str:
    return visit.facts.text if visit.facts is not None else visit.text
