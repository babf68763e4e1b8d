"""Rows for tests: each function adds one object with sensible values, and the objects it needs beside it.

Everything is flushed and nothing committed, so ids are known and the test's isolation undoes it all.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.core.search.text import code_key, fold
from outreach.counties.models import Batch as CountyBatch
from outreach.counties.models import Certainty as FactCertainty
from outreach.counties.models import (
    ChangeKind,
    CountyImportRun,
    CountyUnit,
    DatePrecision,
    NameReview,
    Origin,
    Prefecture,
    Province,
    PublishedTotal,
    Region,
    ReviewState,
    Stage,
    StageEvent,
    UnitChange,
    UnitKind,
)
from outreach.labels.models import (
    Better,
    Brand,
    Category,
    Certainty,
    Edition,
    Grade,
    GradeCheck,
    GradeRule,
    ImportRun,
    Maker,
    MeasuredValue,
    Metric,
    Registration,
    RegistrationStatus,
    RuleRole,
    Scheme,
)

T = TypeVar("T")
_serial = count(1)
MOMENT = datetime(2026, 5, 21, 8, 0, tzinfo=UTC)


def _add(session: Session, item: T) -> T:
    session.add(item)
    session.flush()
    return item


def _once(session: Session, model: type[T], key: dict[str, Any], values: dict[str, Any]) -> T:
    """The row with this key, made when it is not there."""
    return session.scalar(sa.select(model).filter_by(**key)) or _add(session, model(**{**key, **values}))


def scheme(session: Session, code: str = "cn-waterlabel", **values: Any) -> Scheme:
    """The scheme with this code."""
    texts = {"name": "水效标识", "name_en": "Water efficiency label", "country": "CN", "authority": "示例机构"}
    given = {**texts, "authority_en": "Example body", "is_mandatory": True, "position": 1, **values}
    return _once(session, Scheme, {"code": code}, given)


def category(session: Session, code: str = "toilet", **values: Any) -> Category:
    """The category with this code."""
    given = {"name": "坐便器", "name_en": "Toilets", "position": 1, **values}
    return _once(session, Category, {"code": code}, given)


def metric(session: Session, code: str = "average_flush", **values: Any) -> Metric:
    """The metric with this code: litres, fewer are better."""
    texts = {"name": "平均用水量", "name_en": "Average flush", "unit": "L", "unit_en": "L", "decimals": 1}
    given = {**texts, "better": Better.LOWER, "is_water_use": True, "position": 1, **values}
    return _once(session, Metric, {"code": code}, given)


def edition(session: Session, code: str = "gb-25502-2017", limits: tuple[float, ...] = (4.0, 5.0, 6.4)) -> Edition:
    """The edition with this code; when it is not there it is made with one grade for each upper limit."""
    number = code.replace("gb-", "GB ")
    given = {
        "standard_no": number,
        "title": number,
        "title_en": number,
        "certainty": Certainty.SOURCED,
        "source": "test",
    }
    owners = {"scheme_id": scheme(session).id, "category_id": category(session).id}
    item = _once(session, Edition, {"code": code}, {**owners, **given})
    if not item.grades:
        for rank, limit in enumerate(limits, start=1):
            _add_grade(session, item, rank, limit, is_last=rank == len(limits))
        session.refresh(item)
    return item


def _add_grade(session: Session, item: Edition, rank: int, limit: float, *, is_last: bool) -> None:
    names = {"code": str(rank), "name": f"{rank} 级", "name_en": f"Grade {rank}"}
    step = _add(session, Grade(edition_id=item.id, rank=rank, **names))
    role = RuleRole.LIMIT if is_last else RuleRole.GRADE
    sure = {"role": role, "certainty": Certainty.SOURCED, "source": "test"}
    _add(session, GradeRule(grade_id=step.id, metric_id=metric(session).id, high=limit, **sure))


def maker(session: Session, name: str = "测试洁具有限公司", **values: Any) -> Maker:
    """The maker with this name."""
    return _once(session, Maker, {"name_key": fold(name)}, {"name": name, **values})


def brand(session: Session, name: str = "测试牌", **values: Any) -> Brand:
    """The brand with this name."""
    return _once(session, Brand, {"name_key": fold(name)}, {"name": name, **values})


def import_run(session: Session, source: str = "cn-waterlabel", **values: Any) -> ImportRun:
    """A finished import of one row."""
    counts = dict.fromkeys(("rows_remarked", "rows_refused", "registrations_updated", "registrations_unchanged"), 0)
    done = {"rows_total": 1, "rows_accepted": 1, "registrations_added": 1, "registrations_delisted": 0, **counts}
    named = {"file_name": "test.csv", "sha256": "0" * 64, "as_of_on": date(2026, 5, 21), "imported_at": MOMENT}
    return _add(session, ImportRun(source=source, **named, **done, **values))


def registration(
    session: Session, number: str = "", *, grade: str = "1", litres: float = 3.8, **values: Any
) -> Registration:
    """A listed registration of a toilet; ``values`` replace columns, and relations may be given as objects."""
    item = values.pop("edition", None) or edition(session)
    number = number or f"20260519-CWL012020-{next(_serial):06}"
    model = values.pop("model", f"ZB-{next(_serial):04}")
    step = next((one for one in item.grades if one.code == grade), None)
    given = {
        "number": number,
        "number_key": code_key(number),
        "scheme_id": item.scheme_id,
        "edition_id": item.id,
        "category_id": item.category_id,
        "maker_id": (values.pop("maker", None) or maker(session)).id,
        "model": model,
        "model_key": code_key(model),
        "declared_grade_id": step.id if step else None,
        "computed_grade_id": step.id if step else None,
        "grade_check": GradeCheck.SAME if step else GradeCheck.NOT_COMPUTABLE,
        "announced_on": date(2026, 5, 19),
        "status": RegistrationStatus.LISTED,
        "water_use": litres,
        "water_metric_id": metric(session).id,
        "raw": {"型号": model},
        "run_id": (values.pop("run", None) or import_run(session)).id,
        "row_number": 2,
        "updated_at": MOMENT,
        **values,
    }
    added: Registration = _add(session, Registration(**given))
    measured = {"metric_id": metric(session).id, "value": litres, "raw_text": str(litres)}
    _add(session, MeasuredValue(registration_id=added.id, **measured))
    return added


def province(session: Session, code: str = "370000", **values: Any) -> Province:
    """The province with this code."""
    texts = {"name": "山东省", "name_en": "Shandong", "short_name": "山东"}
    given = {**texts, "region": Region.NORTH, "region_certainty": FactCertainty.RECALLED, "position": 15, **values}
    return _once(session, Province, {"code": code}, given)


def prefecture(session: Session, code: str = "370100", **values: Any) -> Prefecture:
    """The prefecture with this code."""
    given = {"name": "济南市", "name_en": "Jinan City", **values}
    owner = given.pop("province", None) or province(session, f"{code[:2]}0000")
    return _once(session, Prefecture, {"code": code}, {"province_id": owner.id, **given})


def unit(session: Session, code: str = "370102", name: str = "历下区", **values: Any) -> CountyUnit:
    """The county unit with this code, under the prefecture and the province of the code; ``slug`` without a code."""
    owner = values.pop("province", None) or province(session, f"{code[:2]}0000")
    above = values.pop("prefecture", None) or prefecture(session, f"{code[:4]}00", province=owner)
    given = {
        "code": code,
        "kind": UnitKind.COUNTY,
        "name": name,
        "name_en": "Lixia District",
        "pinyin": "lixiaqu",
        "initials": "lxq",
        "province_id": owner.id,
        "prefecture_id": above.id,
        "is_current": True,
        "certainty": FactCertainty.SOURCED,
        **values,
    }
    return _once(session, CountyUnit, {"slug": given.pop("slug", code)}, given)


def unit_change(session: Session, **values: Any) -> UnitChange:
    """A conversion of a county into a district, with its former code."""
    owner = values.pop("unit", None) or unit(session)
    former = {"former_name": "历下县", "former_code": "370121"}
    dated = {"happened_on": date(2021, 1, 1), "precision": DatePrecision.YEAR}
    sure = {"kind": ChangeKind.CONVERTED, "certainty": FactCertainty.SOURCED}
    return _add(session, UnitChange(**{"unit_id": owner.id, **former, **dated, **sure, **values}))


def county_batch(session: Session, number: int = 1, **values: Any) -> CountyBatch:
    """The batch with this number."""
    dated = {"announced_on": date(2019, 3, 13), "precision": DatePrecision.DAY, "construction_year": 2017}
    sure = {"certainty": FactCertainty.SOURCED, "origin": Origin.FACTS, "source_name": "测试"}
    return _once(session, CountyBatch, {"number": number}, {**dated, **sure, "announced_count": 65, **values})


def stage_event(session: Session, stage: Stage = Stage.RECHECKED, on: str = "2024-03-01", **values: Any) -> StageEvent:
    """One recorded step of a unit."""
    owner = values.pop("unit", None) or unit(session)
    dated = {"happened_on": date.fromisoformat(on), "precision": DatePrecision.DAY, "recorded_at": MOMENT}
    sure = {"certainty": FactCertainty.SOURCED, "origin": Origin.STAFF}
    return _add(session, StageEvent(**{"unit_id": owner.id, "stage": stage, **dated, **sure, **values}))


def designation(session: Session, batch: CountyBatch | None = None, **values: Any) -> StageEvent:
    """A naming in a batch, with the batch's date."""
    item, owner = batch or county_batch(session), values.pop("unit", None) or unit(session)
    dated = {"happened_on": item.announced_on, "precision": item.precision}
    given = {"unit": owner, "batch_id": item.id, "name_as_published": owner.name, **dated, **values}
    return stage_event(session, Stage.DESIGNATED, **given)


def published_total(session: Session, **values: Any) -> PublishedTotal:
    """A total that a province printed."""
    printed = {"scope": "山东省", "scope_en": "Shandong", "total": 132}
    dated = {"as_of_on": date(2023, 10, 1), "precision": DatePrecision.MONTH}
    owner = values.pop("province", None) or province(session)
    sure = {"province_id": owner.id, "certainty": FactCertainty.SOURCED, "source_name": "测试"}
    return _add(session, PublishedTotal(**{**printed, **dated, **sure, **values}))


def county_import(session: Session, **values: Any) -> CountyImportRun:
    """A finished import of one list."""
    counts = dict.fromkeys(("rows_total", "rows_accepted", "rows_known", "rows_review", "rows_refused"), 1)
    named = {"file_name": "list.csv", "sha256": "0" * 64, "imported_at": MOMENT, "report": {}}
    return _add(session, CountyImportRun(**{**named, **counts, **values}))


def name_review(session: Session, **values: Any) -> NameReview:
    """A row that waits for a person."""
    run = values.pop("run", None) or county_import(session)
    raw = {"批次": "1", "公告日期": "2019-03-13", "省": "山东省", "名称": "市中区"}
    parsed = {"batch": 1, "announced_on": "2019-03-13", "province": "370000", "name": "市中区", "document": ""}
    open_ = {"parsed": parsed, "reason": "ambiguous", "candidates": [unit(session).id], "state": ReviewState.OPEN}
    return _add(session, NameReview(**{"import_run_id": run.id, "row_number": 2, "raw": raw, **open_, **values}))
