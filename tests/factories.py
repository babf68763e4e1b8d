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
