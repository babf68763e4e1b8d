"""Rows of the demonstration catalogue: from plain values to inserts, table by table, a thousand rows in one call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.clock import CHINA
from outreach.core.db import Base
from outreach.core.search.outbox import record_changes
from outreach.core.search.text import code_key, fold
from outreach.labels.demo.figures import Quantity
from outreach.labels.demo.filings import Filing
from outreach.labels.demo.papers import Check, Paper
from outreach.labels.demo.parts import FictionalMaker, Parts
from outreach.labels.models import (
    Brand,
    Certificate,
    CertificateModel,
    Edition,
    Grade,
    ImportRun,
    Maker,
    MeasuredValue,
    Metric,
    ProductName,
    Registration,
    RegistrationEvent,
    SpotCheck,
    Subtype,
)

SOURCE: Final = "demo"
SOURCE_NOTE: Final = "演示数据（虚构）"
Named = type[Maker | Brand | ProductName]
#: What the text index holds units of, with the kind.
INDEXED: Final[tuple[tuple[Named, str], ...]] = (
    (Maker, "label-maker"),
    (Brand, "label-brand"),
    (ProductName, "label-product-name"),
)
Row = dict[str, Any]


class Writer:
    """Writes the parts of one load, and knows the ids of what it wrote and of the standards.

    ``run``: what the import run says beside the constants: digest and numbers of rows.
    """

    def __init__(self, session: Session, parts: Parts, quantities: Mapping[str, Quantity], run: Row) -> None:
        self.session = session
        self.quantities = quantities
        self.moment = datetime.combine(parts.as_of_on, time(8), CHINA)
        self.run_id = self._insert(
            ImportRun, [{**_RUN, "imported_at": self.moment, "as_of_on": parts.as_of_on, **run}]
        )[0]
        self.makers = self._named(Maker, [_maker(maker) for maker in parts.makers])
        self.brands = self._named(Brand, [{"name": maker.brand, "is_demo": True} for maker in parts.makers])
        self.editions = {row[0]: row for row in session.execute(_EDITIONS)}
        self.grades = {(row[0], row[1]): row[2] for row in session.execute(_GRADES)}
        self.subtypes = {(row[0], row[1]): row[2] for row in session.execute(_SUBTYPES)}
        self.metrics = {row[0]: (row[1], row[2]) for row in session.execute(_METRICS)}
        self.filings: dict[str, int] = {}

    def registrations(self, filings: Sequence[Filing]) -> None:
        """Write registrations with their figures and events."""
        names = self._named(ProductName, [{"name": filing.model.name} for filing in filings])
        rows = [self._registration(filing, names, number) for number, filing in enumerate(filings, start=2)]
        ids = self._insert(Registration, rows)
        self.filings = {filing.number: key for filing, key in zip(filings, ids, strict=True)}
        keyed = list(zip(ids, filings, strict=True))
        self._insert_only(MeasuredValue, [row for key, filing in keyed for row in self._values(key, filing)])
        self._insert_only(RegistrationEvent, [row for key, filing in keyed for row in self._events(key, filing)])

    def _registration(self, filing: Filing, names: Mapping[str, int], row_number: int) -> Row:
        _code, edition_id, scheme_id, category_id = self.editions[filing.outline.edition]
        water = [(self.metrics[code][0], value) for code, value in filing.values.items() if self.metrics[code][1]]
        key = code_key(filing.model.code)
        return {
            "number": filing.number,
            "number_key": code_key(filing.number),
            "scheme_id": scheme_id,
            "edition_id": edition_id,
            "category_id": category_id,
            "subtype_id": self.subtypes.get((category_id, filing.model.kind.subtype)),
            "maker_id": self.makers[filing.model.maker.name],
            "brand_id": self.brands[filing.model.maker.brand],
            "product_name_id": names[filing.model.name],
            "model": filing.model.code,
            "model_key": key,
            "declared_grade_id": self.grades.get((edition_id, filing.declared)),
            "computed_grade_id": self.grades.get((edition_id, filing.computed)),
            "grade_check": filing.grade_check,
            "announced_on": filing.announced_on,
            "status": filing.status,
            "water_use": water[0][1] if water else None,
            "water_metric_id": water[0][0] if water else None,
            "raw": self._raw(filing),
            "run_id": self.run_id,
            "row_number": row_number,
            "is_demo": True,
            "updated_at": self.moment,
        }

    def _raw(self, filing: Filing) -> dict[str, str]:
        """The row as the fictional register prints it."""
        figures = {self.quantities[code].name: self._text(code, value) for code, value in filing.values.items()}
        return {
            "产品类型": filing.outline.category_name,
            "规格型号": filing.model.code,
            "生产者名称": filing.model.maker.name,
            "备案号": filing.number,
            "水效等级": filing.declared,
            "公告日期": filing.announced_on.isoformat(),
            "依据标准": filing.outline.standard_no,
            **figures,
        }

    def _text(self, code: str, value: float) -> str:
        return f"{value:.{self.quantities[code].decimals}f}"

    def _values(self, key: int, filing: Filing) -> Iterable[Row]:
        for code, value in filing.values.items():
            text = self._text(code, value)
            yield {"registration_id": key, "metric_id": self.metrics[code][0], "value": value, "raw_text": text}

    def _events(self, key: int, filing: Filing) -> Iterable[Row]:
        for event in filing.events:
            what = {"kind": event.kind, "status": event.status, "details": dict(event.details)}
            yield {"registration_id": key, "on": event.on, "run_id": self.run_id, **what}

    def certificates(self, papers: Sequence[Paper]) -> None:
        """Write certificates and the models that they name. The registrations must be there."""
        ids = self._insert(Certificate, [self._certificate(paper) for paper in papers])
        models = [
            {"certificate_id": key, "model_key": code_key(filing.model.code)}
            for key, paper in zip(ids, papers, strict=True)
            for filing in paper.filings
        ]
        self._insert_only(CertificateModel, models)

    def _certificate(self, paper: Paper) -> Row:
        filing = paper.filings[0]
        return {
            "number": paper.number,
            "category_id": self.editions[filing.outline.edition][3],
            "applicant": filing.model.maker.name,
            "maker_id": self.makers[filing.model.maker.name],
            "factory": paper.factory,
            "product": filing.model.name,
            "models": "\n".join(one.model.code for one in paper.filings),
            "standard": filing.outline.standard_no,
            "mode": paper.mode,
            "body": paper.body,
            "first_issued_on": paper.first_issued_on,
            "valid_from": paper.valid_from,
            "valid_to": paper.valid_to,
            "status": paper.status,
            "source": SOURCE_NOTE,
            "is_demo": True,
        }

    def spot_checks(self, checks: Sequence[Check]) -> None:
        """Write spot checks. The registrations must be there."""
        rows = [
            {
                "registration_id": self.filings[check.filing.number],
                "published_on": check.published_on,
                "authority": check.authority,
                "result": check.result,
                "finding": check.finding,
                "document": check.document,
                "source_url": "",
                "is_demo": True,
            }
            for check in checks
        ]
        self._insert_only(SpotCheck, rows)

    def _named(self, model: Named, rows: Iterable[Row]) -> dict[str, int]:
        """Ids by name: what is there already is kept, the rest inserted and put down for the index."""
        wanted = {fold(row["name"]): row for row in rows}
        query = sa.select(model.name_key, model.id).where(model.name_key.in_(wanted))
        found = dict(self.session.execute(query).all())
        missing = {key: {**row, "name_key": key} for key, row in wanted.items() if key not in found}
        added = self._insert(model, list(missing.values()))
        record_changes(self.session, dict(INDEXED)[model], added)
        found |= dict(zip(missing, added, strict=True))
        return {row["name"]: found[key] for key, row in wanted.items()}

    def _insert(self, model: Any, rows: Sequence[Row]) -> list[int]:
        """Insert and return the new ids in the order of ``rows``."""
        statement = sa.insert(model).returning(model.id, sort_by_parameter_order=True)
        return list(self.session.scalars(statement, rows)) if rows else []

    def _insert_only(self, model: type[Base], rows: Sequence[Row]) -> None:
        if rows:
            self.session.execute(sa.insert(model), rows)


_EDITIONS: Final = sa.select(Edition.code, Edition.id, Edition.scheme_id, Edition.category_id)
_GRADES: Final = sa.select(Grade.edition_id, Grade.code, Grade.id)
_SUBTYPES: Final = sa.select(Subtype.category_id, Subtype.code, Subtype.id)
_METRICS: Final = sa.select(Metric.code, Metric.id, Metric.is_water_use)
_RUN: Final[Row] = {
    "source": SOURCE,
    "file_name": "content/demo",
    "rows_remarked": 0,
    "rows_refused": 0,
    "registrations_updated": 0,
    "registrations_unchanged": 0,
    "registrations_delisted": 0,
    "is_demo": True,
}


def _maker(maker: FictionalMaker) -> Row:
    return {"name": maker.name, "short_name": maker.stem, "is_demo": True}
