"""The exchange format ``outreach``: every registration as one row, in columns that our own import reads back.

Chinese headings, or the columns' keys on English pages; ``imports/outreach`` takes both. What the standards decide
(names, computed grade, water use) is written for readers and worked out again on the way back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from outreach.core.exports import Column, Kind
from outreach.core.i18n import pick
from outreach.labels.imports.cells import parse_day
from outreach.labels.models import ImportRun, Registration, RegistrationEvent, RegistrationStatus
from outreach.labels.models_upkeep import RetiredNumber
from outreach.labels.queries.records import CHUNK, Record, list_metrics, list_records

#: Name of the format, as the import command and ``import_run.source`` spell it.
FORMAT: Final = "outreach"

#: Columns before the figures: key, Chinese heading, kind.
FIELDS: Final[tuple[tuple[str, str, Kind], ...]] = (
    ("number", "备案号或登记号", Kind.TEXT),
    ("scheme", "标识制度", Kind.TEXT),
    ("category", "类别代码", Kind.TEXT),
    ("category_name", "产品类别", Kind.TEXT),
    ("subtype", "子类型代码", Kind.TEXT),
    ("maker", "生产者", Kind.TEXT),
    ("brand", "品牌", Kind.TEXT),
    ("product_name", "产品名称", Kind.TEXT),
    ("model", "规格型号", Kind.TEXT),
    ("edition", "标准版本代码", Kind.TEXT),
    ("standard_no", "依据标准", Kind.TEXT),
    ("declared_grade", "登记等级", Kind.TEXT),
    ("computed_grade", "按登记数值计算的等级", Kind.TEXT),
    ("grade_check", "等级核对", Kind.TEXT),
    ("announced_on", "公告日期", Kind.DATE),
    ("status", "状态", Kind.TEXT),
    ("status_on", "状态日期", Kind.DATE),
    ("water_use", "用水量", Kind.NUMBER),
    ("water_unit", "用水量单位", Kind.TEXT),
    ("source", "来源", Kind.TEXT),
    ("source_file", "来源文件", Kind.TEXT),
    ("source_as_of_on", "来源文件日期", Kind.DATE),
    ("source_row", "来源行号", Kind.NUMBER),
    ("is_demo", "演示数据", Kind.TEXT),
)
#: Where a registration that came in through this format was first taken from; kept in its raw row.
ORIGIN: Final = ("source", "source_file", "source_as_of_on", "source_row")


def metric_heading(name: str, unit: str) -> str:
    """A figure's heading: its name with its unit."""
    return f"{name} ({unit})" if unit else name


def catalogue_columns(session: Session) -> list[Column[Record]]:
    """The columns: the fields, then one for every metric."""
    fields = [Column(key, _heading(name, key), partial(_field, key), kind) for key, name, kind in FIELDS]
    metrics = [
        Column(
            metric.code,
            _heading(metric_heading(metric.name, metric.unit), metric.code),
            partial(_measured, metric.code),
            Kind.NUMBER,
        )
        for metric in list_metrics(session)
    ]
    return [*fields, *metrics]


def _heading(chinese: str, key: str) -> LazyString:
    return LazyString(pick, chinese, key)


def _field(key: str, record: Record) -> Any:
    return record[key]


def _measured(metric: str, record: Record) -> Any:
    return record["values"].get(metric, {}).get("value")


def list_ids(session: Session, *, is_demo: bool = False) -> Sequence[int]:
    """Every real (or every fictional) registration, by number: the order of a whole export."""
    return list(
        session.scalars(
            sa.select(Registration.id).where(Registration.is_demo.is_(is_demo)).order_by(Registration.number)
        )
    )


def iter_rows(session: Session, ids: Sequence[int]) -> Iterator[Record]:
    """The registrations with these ids as rows of the format, in the order given."""
    for start in range(0, len(ids), CHUNK):
        chunk = list(map(int, ids[start : start + CHUNK]))
        days, origins = _status_days(session, chunk), _origins(session, chunk)
        for record in list_records(session, chunk):
            number = record["number"]
            is_marked = record["status"] != RegistrationStatus.LISTED
            yield {**record, "status_on": days.get(number) if is_marked else None, **origins.get(number, {})}


def _status_days(session: Session, ids: Sequence[int]) -> dict[str, Any]:
    """By number, the day of the newest event that led to the state that a registration has now."""
    query = (
        sa.select(Registration.number, sa.func.max(RegistrationEvent.on))
        .join(Registration, Registration.id == RegistrationEvent.registration_id)
        .where(Registration.id.in_(ids), RegistrationEvent.status == Registration.status)
        .where(RegistrationEvent.kind != "updated")
        .group_by(Registration.number)
    )
    return dict(session.execute(query).all())


def _origins(session: Session, ids: Sequence[int]) -> dict[str, Record]:
    """By number, the first source of registrations that came in through this very format."""
    query = (
        sa.select(Registration.number, Registration.raw)
        .join(ImportRun, ImportRun.id == Registration.run_id)
        .where(Registration.id.in_(ids), ImportRun.source == FORMAT)
    )
    return {number: origin(raw) for number, raw in session.execute(query)}


def origin(raw: dict[str, Any]) -> Record:
    """The origin columns of a raw row, under whichever heading they stand; empty when the row names none."""
    names = {key: name for key, name, _kind in FIELDS if key in ORIGIN}
    found = {key: raw.get(names[key], raw.get(key, "")) for key in ORIGIN}
    if not found["source"]:
        return {}
    day, line = parse_day(found["source_as_of_on"]), found["source_row"]
    return {**found, "source_as_of_on": day, "source_row": int(line) if line.isdecimal() else None}


def retired_columns(address: str) -> list[Column[RetiredNumber]]:
    """What is said of a number whose import was taken back: what it was, since when it is not shown, and why."""
    note = _("带来这个备案号的导入已撤销，不再展示登记内容。这不表示产品或备案有问题，备案情况请以官方公告为准。")
    return [
        Column("number", _l("备案号"), lambda one: one.number),
        Column("model", _l("型号"), lambda one: one.model),
        Column("maker", _l("生产者"), lambda one: one.maker_name),
        Column("status", _l("状态代码"), lambda _one: "retired"),
        Column("status_name", _l("状态"), lambda _one: _("收录已撤销")),
        Column("retired_at", _l("撤销时间"), lambda one: one.retired_at.isoformat(timespec="seconds")),
        Column("is_demo", _l("演示数据"), lambda one: one.is_demo),
        Column("note", _l("说明"), lambda _one: note),
        Column("url", _l("网页地址"), lambda _one: address),
    ]
