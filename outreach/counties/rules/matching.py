"""Which unit a printed name means: exactly one, or the reason why none, with candidates. Nothing is ever guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from outreach.counties.rules.names import clean_name, prefixes, simplified, stem

#: Candidates that are offered at most.
MOST_CANDIDATES: Final = 8
#: Of those, how many that are only spelt alike; they are offered when nothing better is known.
MOST_CLOSE: Final = 3
#: How alike an offered name must be, from 0 to 1.
LIKENESS: Final = 0.6
#: Longer texts are no names of counties.
LONGEST: Final = 60


class Reason(StrEnum):
    """Why a name was not matched."""

    UNKNOWN_NAME = "unknown-name"
    WRONG_PROVINCE = "wrong-province"
    AMBIGUOUS = "ambiguous"


class How(StrEnum):
    """What is worth telling of a name that was matched."""

    FORMER_NAME = "former-name"
    #: A former name too: 县 became 区 or 市.
    CONVERTED = "converted"
    PREFIX = "prefix"
    TRADITIONAL = "traditional"
    NO_CODE = "no-code"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Former:
    """A name that a unit had, with the code it had then (empty: unknown), and whether 县 became 区 or 市 since."""

    name: str
    code: str = ""
    is_converted: bool = False


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit as matching needs it. ``prefecture`` is the name of the one above it; empty under the province itself."""

    id: int
    slug: str
    name: str
    province: str
    prefecture: str = ""
    is_current: bool = True
    has_code: bool = True
    former: tuple[Former, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """One unit and what to tell of it, or a reason and the units that may be meant, the likeliest first."""

    unit_id: int | None = None
    how: frozenset[How] = frozenset()
    reason: Reason | None = None
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a printed name: what is left of it, and the prefecture that stood before it."""

    rest: str
    prefecture: str = ""
    has_prefix: bool = False


@dataclass(slots=True)
class _Names:
    """The units of one province by name, spelt in one kind of characters."""

    own: dict[str, list[KnownUnit]] = field(default_factory=dict)
    former: dict[str, list[tuple[KnownUnit, Former]]] = field(default_factory=dict)
    prefectures: dict[str, tuple[str, ...]] = field(default_factory=dict)


def _told(former: Former | None) -> set[How]:
    return set() if former is None else {How.CONVERTED if former.is_converted else How.FORMER_NAME}


class NameIndex:
    """Every unit by what it is and was called, province by province. Provinces: code → name."""

    def __init__(self, units: Iterable[KnownUnit], provinces: Mapping[str, str]) -> None:
        self.units = {unit.id: unit for unit in units}
        self.provinces = dict(provinces)
        self.slugs = {unit.slug for unit in self.units.values()}
        self._spellings = {code: prefixes(name) for code, name in self.provinces.items()}
        self._exact = {code: _Names() for code in self.provinces}
        self._simple = {code: _Names() for code in self.provinces}
        for unit in self.units.values():
            self._add(self._exact[unit.province], unit, str)
            self._add(self._simple[unit.province], unit, simplified)

    def _add(self, names: _Names, unit: KnownUnit, spell: Callable[[str], str]) -> None:
        names.own.setdefault(spell(unit.name), []).append(unit)
        for former in unit.former:
            if former.name and former.code not in self.slugs - {unit.slug}:  # else that unit is known by itself
                names.former.setdefault(spell(former.name), []).append((unit, former))
        if unit.prefecture and unit.prefecture not in names.prefectures:
            names.prefectures[unit.prefecture] = tuple(spell(one) for one in prefixes(unit.prefecture))

    def find_province(self, text: str) -> str | None:
        """The code of the province that ``text`` names: 山东省, 山东, 內蒙古."""
        name = simplified(clean_name(text).text)
        return next((code for code, spellings in self._spellings.items() if name in spellings), None)

    def match(self, text: str, province: str) -> Match:
        """The unit of ``province`` (its code) that the printed name ``text`` means."""
        name = clean_name(text).text
        if not name or len(name) > LONGEST:
            return Match(reason=Reason.UNKNOWN_NAME)
        for spelling, names in ((name, self._exact), (simplified(name), self._simple)):
            found = self._find(spelling, province, names[province])
            if found:
                return self._decided(found, is_converted=names is self._simple)
        elsewhere = self._elsewhere(simplified(name), province)
        if elsewhere:
            return Match(reason=Reason.WRONG_PROVINCE, candidates=tuple(elsewhere)[:MOST_CANDIDATES])
        return Match(reason=Reason.UNKNOWN_NAME, candidates=self._alike(simplified(name), province))

    def _find(self, name: str, province: str, names: _Names) -> dict[int, frozenset[How]]:
        """Units that the name can mean, each with how it was found."""
        found: dict[int, frozenset[How]] = {}
        for reading in self._readings(name, province, names):
            prefix = {How.PREFIX} if reading.has_prefix else set()
            own = [(unit, None) for unit in names.own.get(reading.rest, ())]
            for unit, former in (*own, *names.former.get(reading.rest, ())):
                if not reading.prefecture or unit.prefecture == reading.prefecture:
                    found.setdefault(unit.id, frozenset(prefix | _told(former)))
        return found

    def _readings(self, name: str, province: str, names: _Names) -> Iterator[_Reading]:
        """The name as it is, without the province, and each of those without a prefecture before it."""
        rests = {name: False}
        for spelling in self._spellings[province]:
            if name.startswith(spelling) and len(name) > len(spelling) + 1:
                rests.setdefault(name[len(spelling) :], True)
        for rest, has_prefix in rests.items():
            yield _Reading(rest, has_prefix=has_prefix)
            for prefecture, spellings in names.prefectures.items():
                for spelling in spellings:
                    if rest.startswith(spelling) and len(rest) > len(spelling) + 1:
                        yield _Reading(rest[len(spelling) :], prefecture, has_prefix=True)

    def _decided(self, found: dict[int, frozenset[How]], *, is_converted: bool) -> Match:
        if len(found) > 1:
            return Match(reason=Reason.AMBIGUOUS, candidates=tuple(sorted(found))[:MOST_CANDIDATES])
        unit_id, how = next(iter(found.items()))
        unit = self.units[unit_id]
        told = {
            How.TRADITIONAL: is_converted,
            How.NO_CODE: not unit.has_code,
            How.ENDED: not unit.is_current,
        }
        return Match(unit_id, how | {one for one, is_so in told.items() if is_so})

    def _elsewhere(self, name: str, province: str) -> list[int]:
        """Units of other provinces that bear this very name."""
        others = (code for code in self.provinces if code != province)
        return [key for code in others for key in self._find(name, code, self._simple[code])]

    def _alike(self, name: str, province: str) -> tuple[int, ...]:
        """Units of the province that the name may be a variant of: another ending first, then similar spellings."""
        names = self._simple[province]
        rests = {reading.rest for reading in self._readings(name, province, names)}
        former = {name: [unit for unit, _former in pairs] for name, pairs in names.former.items()}
        wanted, pool = {stem(rest) for rest in rests} | rests, {**former, **names.own}
        begins = tuple(rest[:-1] for rest in rests if len(rest) > 1)
        likely = [unit.id for known, units in pool.items() if {known, stem(known)} & wanted for unit in units]
        likely += [unit.id for known, units in pool.items() if known.startswith(begins) for unit in units]
        if not likely:
            close = [spelling for rest in rests for spelling in get_close_matches(rest, pool, MOST_CLOSE, LIKENESS)]
            likely = [unit.id for spelling in close for unit in pool[spelling]]
        return tuple(dict.fromkeys(likely))[:MOST_CANDIDATES]
