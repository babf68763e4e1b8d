"""What the county registry's API answers look like."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from outreach.core.api import schemas
from outreach.counties.models import ChangeKind, DatePrecision, Region, Stage
from outreach.counties.rules.states import UnitState

QUERY_EXAMPLE: Final = "江宁"
_DATE = schemas.text(_l("日期：YYYY-MM-DD、YYYY-MM 或 YYYY，只写到已知的精度；不知道时为空"))
_PRECISION = schemas.one_of([*(item.value for item in DatePrecision), ""], _l("日期精度"))
_CERTAINTY = schemas.text(_l("可信程度：sourced 为有来源，其他为待核实"))
_SOURCE = schemas.text(_l("来源"))
_DOCUMENT = schemas.text(_l("文件"))

_UNIT: Final[dict[str, Any]] = {
    "code": schemas.optional(schemas.text(_l("区划代码；没有代码的单位为空"))),
    "slug": schemas.text(_l("网址代号")),
    "name": schemas.text(_l("名称")),
    "former_names": schemas.text(_l("曾用名或公布名")),
    "province": schemas.text(_l("省份")),
    "prefecture": schemas.text(_l("地市")),
    "region": schemas.text(_l("北方 / 南方（待核实）")),
    "state": schemas.one_of([item.value for item in UnitState], _l("状态代码")),
    "state_name": schemas.text(_l("状态")),
    "since": _DATE,
    "since_precision": _PRECISION,
    "batch": schemas.optional(schemas.whole(_l("命名批次"))),
    "document": _DOCUMENT,
    "source": _SOURCE,
    "certainty": _CERTAINTY,
    "as_of": schemas.day(_l("状态截至")),
    "url": schemas.address(_l("网页地址")),
    "is_named": schemas.yes_no(_l("这一天是否在命名有效期内")),
    "is_certain": schemas.yes_no(_l("状态是否不受不确切日期的影响")),
}
UNIT: Final = schemas.record(_UNIT)
UNIT_EXAMPLE: Final[dict[str, Any]] = {
    "code": "990101",
    "slug": "990101",
    "name": "示例区",
    "former_names": "示例县",
    "province": "示例省",
    "prefecture": "示例市",
    "region": "南方",
    "state": "designated",
    "state_name": "已命名",
    "since": "2021-07-15",
    "since_precision": "day",
    "batch": 4,
    "document": "示例公告",
    "source": "示例来源",
    "certainty": "sourced",
    "as_of": "2021-12-31",
    "url": "https://water.example.cn/counties/990101",
    "is_named": True,
    "is_certain": True,
}
EVENT: Final = schemas.record(
    {
        "stage": schemas.one_of([item.value for item in Stage], _l("环节")),
        "on": _DATE,
        "precision": _PRECISION,
        "batch": schemas.optional(schemas.whole(_l("命名批次"))),
        "name_as_published": schemas.text(_l("公布时的名称")),
        "document": _DOCUMENT,
        "source": _SOURCE,
        "certainty": _CERTAINTY,
    }
)
CHANGE: Final = schemas.record(
    {
        "kind": schemas.one_of([item.value for item in ChangeKind], _l("区划变更的种类")),
        "former_name": schemas.text(_l("曾用名")),
        "former_code": schemas.optional(schemas.text(_l("曾用代码"))),
        "on": _DATE,
        "precision": _PRECISION,
        "document": _DOCUMENT,
        "source": _SOURCE,
        "certainty": _CERTAINTY,
    }
)
CORRECTED_STEP: Final = schemas.record(
    {
        "is_removed": schemas.yes_no(_l("是否作废；否则为更正，现行内容在 events 中")),
        "stage": schemas.one_of([item.value for item in Stage], _l("环节")),
        "on": _DATE,
        "precision": _PRECISION,
        "batch": schemas.optional(schemas.whole(_l("命名批次"))),
        "document": _DOCUMENT,
        "source": _SOURCE,
        "certainty": _CERTAINTY,
        "reason": schemas.text(_l("更正说明")),
        "corrected_on": schemas.day(_l("更正日期")),
    }
)
CORRECTED_FIELD: Final = schemas.record(
    {
        "field": schemas.text(_l("更正的字段")),
        "before": schemas.text(_l("原文")),
        "after": schemas.text(_l("现文")),
        "reason": schemas.text(_l("更正说明")),
        "corrected_on": schemas.day(_l("更正日期")),
    }
)
FIGURE: Final = schemas.record(
    {
        "year": schemas.whole(_l("年度")),
        "code": schemas.text(_l("指标代码")),
        "kind": schemas.text(_l("指标的种类")),
        "name": schemas.text(_l("指标")),
        "value": schemas.text(_l("填报值")),
        "unit": schemas.text(_l("单位")),
        "source": _SOURCE,
        "published_on": schemas.day(_l("公布日期")),
    }
)
UNIT_WITH_EVENTS: Final = schemas.record(
    {
        **_UNIT,
        "is_current": schemas.yes_no(_l("是否现有区划")),
        "events": schemas.many(EVENT, _l("记录的各个环节")),
        "changes": schemas.many(CHANGE, _l("区划变更")),
        "successors": schemas.many(schemas.text(), _l("已撤销的单位由哪些单位接续")),
        "corrected_steps": schemas.many(CORRECTED_STEP, _l("更正或作废的环节原来的内容")),
        "corrected_fields": schemas.many(CORRECTED_FIELD, _l("更正的字段")),
        "figures": schemas.many(FIGURE, _l("县（区）填报的年度数据")),
    }
)
UNIT_WITH_EVENTS_EXAMPLE: Final[dict[str, Any]] = {
    **UNIT_EXAMPLE,
    "is_current": True,
    "events": [
        {
            "stage": "designated",
            "on": "2021-07-15",
            "precision": "day",
            "batch": 4,
            "name_as_published": "示例县",
            "document": "示例公告",
            "source": "示例来源",
            "certainty": "sourced",
        }
    ],
    "changes": [],
    "successors": [],
    "corrected_steps": [],
    "corrected_fields": [
        {
            "field": "note",
            "before": "",
            "after": "示例说明",
            "reason": "示例更正说明",
            "corrected_on": "2024-05-06",
        }
    ],
    "figures": [
        {
            "year": 2023,
            "code": "industry-metering",
            "kind": "share",
            "name": "示例指标",
            "value": "96",
            "unit": "%",
            "source": "县级填报",
            "published_on": "2024-05-06",
        }
    ],
}
BATCHES: Final = schemas.record(
    {
        "items": schemas.many(
            schemas.record(
                {
                    "number": schemas.whole(_l("命名批次")),
                    "announced_on": _DATE,
                    "precision": _PRECISION,
                    "construction_year": schemas.optional(schemas.whole(_l("建设年度"))),
                    "document": _DOCUMENT,
                    "announced_count": schemas.whole(_l("公布的个数")),
                    "recorded_count": schemas.whole(_l("本站收录的个数")),
                    "cumulative_count": schemas.whole(_l("到这一批为止公布的总数")),
                    "source": _SOURCE,
                    "certainty": _CERTAINTY,
                    "url": schemas.address(_l("网页地址")),
                }
            )
        )
    }
)
BATCHES_EXAMPLE: Final[dict[str, Any]] = {
    "items": [
        {
            "number": 4,
            "announced_on": "2021-07-15",
            "precision": "day",
            "construction_year": 2020,
            "document": "示例公告",
            "announced_count": 10,
            "recorded_count": 3,
            "cumulative_count": 40,
            "source": "示例来源",
            "certainty": "sourced",
            "url": "https://water.example.cn/counties/batches/4",
        }
    ]
}
PROVINCES: Final = schemas.record(
    {
        "items": schemas.many(
            schemas.record(
                {
                    "code": schemas.text(_l("区划代码")),
                    "name": schemas.text(_l("名称")),
                    "region": schemas.one_of([item.value for item in Region], _l("北方或南方（划分待核实）。")),
                    "region_certainty": _CERTAINTY,
                    "counties": schemas.whole(_l("县级区划数")),
                    "recorded_count": schemas.whole(_l("本站收录的命名个数")),
                    "printed_total": schemas.optional(schemas.whole(_l("公开公布的总数；没有见到时为空"))),
                    "printed_on": schemas.optional(_DATE),
                    "printed_source": schemas.optional(_SOURCE),
                    "percent": schemas.optional(schemas.number(_l("公布总数占县级区划数的百分比"))),
                    "target_percent": schemas.whole(_l("目标百分比")),
                    "url": schemas.address(_l("网页地址")),
                }
            )
        )
    }
)
PROVINCES_EXAMPLE: Final[dict[str, Any]] = {
    "items": [
        {
            "code": "990000",
            "name": "示例省",
            "region": "south",
            "region_certainty": "recalled",
            "counties": 100,
            "recorded_count": 3,
            "printed_total": 45,
            "printed_on": "2024-03",
            "printed_source": "示例来源",
            "percent": 45.0,
            "target_percent": 40,
            "url": "https://water.example.cn/counties/provinces/990000",
        }
    ]
}
