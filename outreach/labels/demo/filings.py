"""Registrations of the demonstration catalogue, as plain values: models, the filings of each, states and events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from outreach.core.search.text import pinyin_keys
from outreach.labels.demo.chance import Chance
from outreach.labels.demo.figures import Quantity, Values, companions, draw_values
from outreach.labels.demo.parts import FictionalMaker, Kind, Parts, Series
from outreach.labels.models import RegistrationStatus
from outreach.labels.rules.grading import Scale, compute_grade

#: How many filings a model has, and how often.
FILINGS_PER_MODEL: Final = ((1, 2, 3, 4), (42, 5, 2, 1))
#: States of the newest filing of a model, and how often.
STATES: Final = (
    (
        RegistrationStatus.LISTED,
        RegistrationStatus.DELISTED,
        RegistrationStatus.EXPIRED,
        RegistrationStatus.SUSPENDED,
        RegistrationStatus.WITHDRAWN,
    ),
    (84, 5, 5, 3, 3),
)
#: Share of filings that declare one grade better than their figures allow.
OVERSTATED: Final = 0.02
#: Share of a series' models that come from the series named by ``again``.
RETURNING: Final = 0.3
SUFFIXES: Final = ("", "", "", "A", "B", "S", "Pro", "Max", "-G", "-W", "i")


@dataclass(frozen=True, slots=True)
class Outline:
    """What the loaded standards say of one edition: its scale for each subtype (empty: none), and how it is written."""

    edition: str
    standard_no: str
    #: The label rule, or the standard where there is none, without blanks: part of the number.
    rule: str
    category: str
    category_name: str
    scales: Mapping[str, Scale]


@dataclass(frozen=True, slots=True)
class Event:
    """A dated step in a registration's life."""

    on: date
    kind: str
    status: RegistrationStatus
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Model:
    """An invented product: who makes it, what it is called, how well it does."""

    maker: FictionalMaker
    code: str
    name: str
    kind: Kind
    rank: int


@dataclass(frozen=True, slots=True)
class Filing:
    """One registration. ``declared`` and ``computed`` are grade codes, empty where there is none."""

    number: str
    outline: Outline
    model: Model
    declared: str
    computed: str
    grade_check: str
    announced_on: date
    status: RegistrationStatus
    values: Values
    events: tuple[Event, ...]


class FilingMaker:
    """Makes the filings of one series after another; numbers and model codes never repeat."""

    def __init__(self, parts: Parts, outlines: Mapping[str, Outline], quantities: Mapping[str, Quantity]) -> None:
        self.parts = parts
        self.outlines = outlines
        self.quantities = quantities
        self._numbers: set[str] = set()
        self._codes: set[str] = set()
        self._models: dict[str, list[Model]] = {}

    def filings(self) -> Iterator[Filing]:
        for series in self.parts.series:
            chance = Chance(self.parts.seed, series.edition)
            left = series.count
            while left:
                model = self._model(series, chance)
                made = min(left, chance.weighted(*FILINGS_PER_MODEL))
                yield from self._chain(series, model, made, chance)
                left -= made

    def _model(self, series: Series, chance: Chance) -> Model:
        """A new model, or for a newer edition one of the older edition's with its new grade."""
        kind = chance.weighted(series.kinds, [one.weight for one in series.kinds])
        rank = chance.weighted(range(1, len(series.weights) + 1), series.weights)
        older = self._models.get(series.again, [])
        if older and chance.happens(RETURNING):
            known = older.pop(chance.number(0, len(older) - 1))
            return Model(known.maker, known.code, known.name, kind, rank)
        makers = [maker for maker in self.parts.makers if maker.line == series.line]
        maker = chance.weighted(makers, [one.weight for one in makers])
        model = Model(maker, self._code(maker, series.letters, chance), chance.pick(kind.names), kind, rank)
        self._models.setdefault(series.edition, []).append(model)
        return model

    def _code(self, maker: FictionalMaker, letters: str, chance: Chance) -> str:
        initials = maker.stem[:3] if maker.is_foreign else pinyin_keys(maker.stem)[1]
        while True:
            code = f"{initials.upper()}-{letters}{chance.number(100, 9999)}{chance.pick(SUFFIXES)}"
            if code not in self._codes:
                self._codes.add(code)
                return code

    def _chain(self, series: Series, model: Model, count: int, chance: Chance) -> Iterator[Filing]:
        """The filings of one model, with the same figures: each newer one supersedes the one before."""
        outline = self.outlines[series.edition]
        values = self._values(outline, model, chance)
        days = sorted(chance.day(series.first_on, series.last_on) for _filing in range(count))
        numbers = [self._number(outline, day, chance) for day in days]
        newer = [*zip(days[1:], numbers[1:], strict=True), None]
        for day, number, successor in zip(days, numbers, newer, strict=True):
            end = self._end(day, successor, chance) if successor or count == 1 else None
            yield _filing(outline, model, values, number, day, end, is_overstated=chance.happens(OVERSTATED))

    def _number(self, outline: Outline, day: date, chance: Chance) -> str:
        while True:
            number = f"DEMO-{day:%Y%m%d}-{outline.rule}-{chance.number(0, 999_999):06}"
            if number not in self._numbers:
                self._numbers.add(number)
                return number

    def _end(self, announced_on: date, successor: tuple[date, str] | None, chance: Chance) -> Event | None:
        """How a filing ended: by a newer one of the same model, or otherwise; None while it is listed."""
        if successor is not None:
            details = {"number": successor[1]}
            return Event(successor[0], "superseded", RegistrationStatus.SUPERSEDED, details)
        status = chance.weighted(*STATES)
        if status is RegistrationStatus.LISTED:
            return None
        return Event(chance.day(announced_on, self.parts.as_of_on), status.value, status)

    def _values(self, outline: Outline, model: Model, chance: Chance) -> Values:
        scale = outline.scales[model.kind.subtype]
        values = draw_values(chance, scale, model.rank, model.kind.spans, self.quantities)
        return values | companions(outline.category, model.kind.subtype, values, chance)


def _filing(
    outline: Outline,
    model: Model,
    values: Values,
    number: str,
    announced_on: date,
    end: Event | None,
    *,
    is_overstated: bool,
) -> Filing:
    scale = outline.scales[model.kind.subtype]
    codes = {step.rank: step.code for step in scale.steps}
    result = compute_grade(scale, values)
    declared = model.rank - (is_overstated and (result.rank or 1) > 1)
    announced = Event(announced_on, "announced", RegistrationStatus.LISTED)
    return Filing(
        number=number,
        outline=outline,
        model=model,
        declared=codes.get(declared, ""),
        computed=codes.get(result.rank or 0, ""),
        grade_check=result.check(declared if declared in codes else None),
        announced_on=announced_on,
        status=end.status if end else RegistrationStatus.LISTED,
        values=values,
        events=(announced, end) if end else (announced,),
    )


def make_filings(parts: Parts, outlines: Mapping[str, Outline], quantities: Mapping[str, Quantity]) -> Sequence[Filing]:
    """All filings of the demonstration catalogue, the same ones every time."""
    return list(FilingMaker(parts, outlines, quantities).filings())
