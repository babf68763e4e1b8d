"""A made-up Chinese register of any size, always the same for the same size and seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from bench import words
from bench.words import CATEGORIES, CategoryPlan, EditionPlan

SEED = 20261123
BRANDS = 400
#: Share of models that were filed again: the older filing is superseded.
REFILED = 0.08


@dataclass(frozen=True, slots=True)
class Row:
    """One filing of the generated register; the same values go into every engine that is measured."""

    id: int
    number: str
    scheme: str
    category: str
    edition: str
    grade: str
    maker: str
    brand: str
    model: str
    name: str
    announced_on: date
    status: str
    metric: str
    value: float

    @property
    def water_use(self) -> float | None:
        """The figure that the catalogue sorts by; a water purifier's yield is not one."""
        return None if self.metric == "net_yield" else self.value


@dataclass(frozen=True, slots=True)
class _Brand:
    name: str
    prefix: str
    makers: tuple[str, ...]
    categories: tuple[CategoryPlan, ...]
    series: tuple[str, ...]


class Generator:
    """Walks product lines: a brand's series with some features, sold as a few models, some of them filed twice."""

    def __init__(self, size: int, seed: int = SEED) -> None:
        self.size = size
        self.random = random.Random(seed)
        self.numbers: set[str] = set()
        self.models: set[str] = set()
        self.brands = self._brands()
        self.brand_weights = list(accumulate(1 / (place + 4) ** 0.8 for place in range(len(self.brands))))

    def rows(self) -> Iterator[Row]:
        """``size`` rows with ids from 1."""
        made = 0
        while made < self.size:
            for row in self._line(made):
                yield row
                made += 1
                if made == self.size:
                    return

    def _brands(self) -> list[_Brand]:
        pick = self.random
        names = [a + b for a in words.BRAND_FIRST for b in words.BRAND_SECOND]
        pick.shuffle(names)
        letters = "ABCDEFGHJKLMNPQRSTWXYZ"
        prefixes = [a + b + c for a in letters for b in letters for c in ("", *letters[:6])]
        pick.shuffle(prefixes)
        return [self._brand(name, prefix) for name, prefix in zip(names[:BRANDS], prefixes, strict=False)]

    def _brand(self, name: str, prefix: str) -> _Brand:
        pick = self.random
        weights = [plan.weight for plan in CATEGORIES]
        makers = {
            f"{pick.choice(words.PLACES)}{name}{pick.choice(words.TRADES)}{pick.choice(words.FORMS)}"
            for _number in range(pick.randint(1, 15))
        }
        categories = dict.fromkeys(pick.choices(CATEGORIES, weights, k=pick.randint(1, 6)))
        series = {pick.choice(words.SERIES_FIRST) + pick.choice(words.SERIES_SECOND) for _number in range(8)}
        return _Brand(name, prefix, tuple(sorted(makers)), tuple(categories), tuple(sorted(series)))

    def _line(self, made: int) -> Iterator[Row]:
        pick = self.random
        brand = pick.choices(self.brands, cum_weights=self.brand_weights)[0]
        plan = pick.choices(brand.categories, [plan.weight for plan in brand.categories])[0]
        edition = pick.choice(plan.editions)
        features = pick.sample(plan.features, pick.randint(2, 4))
        name = f"{pick.choice(brand.series)}{''.join(features)}{plan.name}"
        if pick.random() < 0.4:
            name += f" {pick.choice(plan.sizes)}"
        maker = pick.choice(brand.makers)
        stem = f"{brand.prefix}{plan.letter}{pick.randint(1, 99999)}"
        for _model in range(pick.randint(1, 5)):
            model = self._model(stem)
            days = sorted(self._day(edition) for _filing in range(2 if pick.random() < REFILED else 1))
            for day in days:
                made += 1
                yield self._row(made, brand, plan, edition, maker, model, name, day, is_older=day != days[-1])

    def _model(self, stem: str) -> str:
        """A code that no other line has; the numbers grow where the space of short ones is used up."""
        code = stem + self.random.choice(words.MODEL_SUFFIXES)
        while code in self.models:
            code = f"{stem}-{self.random.randint(1, 9999)}{self.random.choice(words.MODEL_SUFFIXES)}"
        self.models.add(code)
        return code

    def _day(self, edition: EditionPlan) -> date:
        first, last = date(edition.first_year, 1, 1), date(edition.last_year + 1, 1, 1)
        return first + timedelta(days=self.random.randrange((last - first).days))

    def _row(
        self,
        made: int,
        brand: _Brand,
        plan: CategoryPlan,
        edition: EditionPlan,
        maker: str,
        model: str,
        name: str,
        day: date,
        *,
        is_older: bool,
    ) -> Row:
        pick = self.random
        grade = pick.choices(range(1, len(edition.grade_weights) + 1), edition.grade_weights)[0]
        best, step = plan.figures
        figure = best + step * (grade - 1) - step * pick.random() * 0.9
        return Row(
            id=made,
            number=self._number(day, edition.rule),
            scheme=plan.scheme,
            category=plan.code,
            edition=edition.code,
            grade=str(grade),
            maker=maker,
            brand=brand.name,
            model=model,
            name=name,
            announced_on=day,
            status="superseded" if is_older else pick.choices(list(words.STATUSES), list(words.STATUSES.values()))[0],
            metric=plan.metric,
            value=round(max(0.1, figure), 2),
        )

    def _number(self, day: date, rule: str) -> str:
        number = f"{day:%Y%m%d}-{rule}-{self.random.randrange(1_000_000):06}"
        while number in self.numbers:
            number = f"{day:%Y%m%d}-{rule}-{self.random.randrange(1_000_000):06}"
        self.numbers.add(number)
        return number
