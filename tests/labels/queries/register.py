"""A register of generated rows, and a text index of the same session: what the catalogue's tests search in."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.search.index import Ids, IndexUnavailable, TextIndex
from outreach.core.search.outbox import touch_generation
from outreach.core.search.text import code_key, fold, terms
from outreach.labels.models import (
    Brand,
    Category,
    Certainty,
    Edition,
    Grade,
    GradeCheck,
    Maker,
    Metric,
    ProductName,
    Registration,
    RegistrationStatus,
    Scheme,
)
from outreach.labels.queries.catalogue import Catalogue
from tests import factories

CATEGORIES: Final = (
    ("toilet", "坐便器", "Toilet"),
    ("faucet", "水嘴", "Faucet"),
    ("dishwasher", "洗碗机", "Dishwasher"),
)
SCHEMES: Final = (("cn-waterlabel", "中国水效标识"), ("us-energystar", "美国能源之星"))
#: Code, standard, scheme, category, how many grades.
EDITIONS: Final = (
    ("gb-25502-2017", "GB 25502-2017", 0, 0, 3),
    ("gb-25501-2019", "GB 25501-2019", 0, 1, 3),
    ("gb-38383-2019", "GB 38383-2019", 0, 2, 5),
    ("gb-38383-2025", "GB 38383-2025", 0, 2, 5),
    ("us-energystar-dishwasher", "ENERGY STAR", 1, 2, 0),
)
#: Full name and short name; two makers share one, one has none.
MAKERS: Final = (
    ("宁波方太厨具有限公司", "方太"),
    ("佛山市顺德区美的洗涤电器制造有限公司", "美的"),
    ("广东美的厨卫电器制造有限公司", "美的"),
    ("海信(山东)厨卫有限公司", "海信"),
    ("广东海新智能厨房股份有限公司", "海新"),
    ("九牧厨卫股份有限公司", "九牧"),
    ("Gorenje gospodinjski aparati, d.o.o.", ""),
)
BRANDS: Final = ("方太", "Fisher & Paykel", "GE", "GE Profile", "九牧王")
NAMES: Final = ("连体坐便器", "嵌入式洗碗机", "台式洗碗机 静音", "感应水嘴", "Front Load 100%")
FIRST_DAY: Final = date(2023, 1, 1)


class MemoryIndex(TextIndex):
    """The text index of one session's uncommitted rows. ``is_down`` makes it fail like a damaged one."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.is_down = False

    def version(self) -> str:
        if self.is_down:
            raise IndexUnavailable("switched off")
        return str(np.random.default_rng().integers(1 << 60))

    def read(self, kind: str, term: str, *, is_prefix: bool) -> Ids:
        model = {"label-maker": Maker, "label-brand": Brand, "label-product-name": ProductName}[kind]
        extra = [Maker.short_name] if model is Maker else []
        found = [
            row[0]
            for row in self._session.execute(sa.select(model.id, model.name, *extra).order_by(model.id))
            if any(word == term or (is_prefix and word.startswith(term)) for word in terms(" ".join(row[1:])))
        ]
        return np.array(found, np.int64)


def small_tables(session: Session) -> None:
    """Schemes, categories, metrics, editions and grades."""
    texts = {"authority": "示例机构", "authority_en": "Example body", "is_mandatory": True, "country": "CN"}
    for place, (code, name) in enumerate(SCHEMES):
        session.add(Scheme(code=code, name=name, name_en=code, position=place, **texts))
    for place, (code, name, name_en) in enumerate(CATEGORIES):
        session.add(Category(code=code, name=name, name_en=name_en, position=place))
    for place, code in enumerate(("average_flush", "flow")):
        given = {"name": code, "name_en": code, "unit": "L", "unit_en": "L", "decimals": 1}
        session.add(Metric(code=code, better=None, is_water_use=True, position=place, **given))
    session.flush()
    schemes = session.scalars(sa.select(Scheme.id).order_by(Scheme.position)).all()
    categories = session.scalars(sa.select(Category.id).order_by(Category.position)).all()
    for code, standard, scheme, category, grades in EDITIONS:
        given = {"title": standard, "title_en": standard, "certainty": Certainty.SOURCED, "source": "test"}
        owners = {"scheme_id": schemes[scheme], "category_id": categories[category]}
        edition = Edition(
            code=code,
            standard_no=standard,
            valid_from=date(int(code[-4:]), 1, 1) if grades else None,
            **owners,
            **given,
        )
        edition.grades = [_grade(rank) for rank in range(1, grades + 1)]
        session.add(edition)
    session.flush()


def _grade(rank: int) -> Grade:
    return Grade(code=str(rank), name=f"{rank}级", name_en=f"Grade {rank}", rank=rank)


def names(session: Session) -> None:
    """Makers, brands and product names."""
    session.add_all(Maker(name=name, name_key=fold(name), short_name=short) for name, short in MAKERS)
    session.add_all(Brand(name=name, name_key=fold(name)) for name in BRANDS)
    session.add_all(ProductName(name=name, name_key=fold(name)) for name in NAMES)
    session.flush()


def fill(session: Session, size: int = 300, seed: int = 1) -> None:
    """``size`` registrations with every column varied, empty ones included, under a new generation."""
    small_tables(session)
    names(session)
    run = factories.import_run(session)
    random = Random(seed)
    editions = session.scalars(sa.select(Edition).order_by(Edition.code)).all()
    units = {model: session.scalars(sa.select(model.id)).all() for model in (Maker, Brand, ProductName, Metric)}
    rows = [_row(random, number, random.choice(editions), units, run.id) for number in range(size)]
    session.execute(sa.insert(Registration), rows)
    touch_generation(session, "labels")


def _row(random: Random, number: int, edition: Edition, units: dict[Any, Any], run_id: int) -> dict[str, Any]:
    day = FIRST_DAY + timedelta(days=random.randrange(1200))
    printed = f"{day:%Y%m%d}-CWL03{day.year}-{number:06}"
    model = random.choice(("JBCD7E", "W76", "X7", "A")) + random.choice(("-0", " ", "")) + str(random.randrange(60))
    grade = random.choice([*edition.grades, None])
    return {
        "number": printed,
        "number_key": code_key(printed),
        "scheme_id": edition.scheme_id,
        "edition_id": edition.id,
        "category_id": edition.category_id,
        "maker_id": random.choice(units[Maker]),
        "brand_id": random.choice([*units[Brand], None]),
        "product_name_id": random.choice([*units[ProductName], None]),
        "model": model,
        "model_key": code_key(model),
        "declared_grade_id": grade.id if grade else None,
        "computed_grade_id": None,
        "grade_check": GradeCheck.NOT_COMPUTABLE,
        "announced_on": day if random.random() < 0.9 else None,
        "status": random.choice(list(RegistrationStatus)),
        "water_use": random.choice([None, round(random.uniform(1, 15), 1)]),
        "water_metric_id": random.choice([*units[Metric], None]),
        "raw": {},
        "run_id": run_id,
        "row_number": number + 2,
        "is_demo": False,
        "updated_at": factories.MOMENT,
    }


def catalogue_of(session: Session) -> Catalogue:
    """A catalogue that sees the session's own uncommitted rows at once."""
    return Catalogue(MemoryIndex(session), max_age=0)
