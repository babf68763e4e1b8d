"""What the catalogue's API answers look like, with examples of made-up products."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from outreach.core.api import schemas
from outreach.labels.models import GradeCheck, RegistrationStatus

QUERY_EXAMPLE: Final = "马桶 一级"
_VALUE = schemas.record(
    {
        "name": schemas.text(_l("项目名称")),
        "value": schemas.number(_l("数值")),
        "unit": schemas.text(_l("单位")),
        "raw_text": schemas.optional(schemas.text(_l("登记文件中的原文"))),
    }
)
PRODUCT: Final = schemas.record(
    {
        "number": schemas.text(_l("备案号或登记号")),
        "scheme": schemas.text(_l("标识制度代码")),
        "category": schemas.text(_l("类别代码")),
        "category_name": schemas.text(_l("产品类别")),
        "subtype": schemas.optional(schemas.text(_l("子类型代码"))),
        "maker": schemas.text(_l("生产者")),
        "brand": schemas.optional(schemas.text(_l("品牌"))),
        "product_name": schemas.optional(schemas.text(_l("产品名称"))),
        "model": schemas.text(_l("规格型号")),
        "edition": schemas.text(_l("标准版本代码")),
        "standard_no": schemas.text(_l("依据标准")),
        "declared_grade": schemas.optional(schemas.text(_l("登记等级"))),
        "computed_grade": schemas.optional(schemas.text(_l("按登记数值计算的等级"))),
        "grade_check": schemas.one_of([item.value for item in GradeCheck], _l("等级核对")),
        "announced_on": schemas.optional(schemas.day(_l("公告日期"))),
        "status": schemas.one_of([item.value for item in RegistrationStatus], _l("状态")),
        "status_on": schemas.optional(schemas.day(_l("状态日期"))),
        "water_use": schemas.optional(schemas.number(_l("用水量"))),
        "water_unit": schemas.optional(schemas.text(_l("用水量单位"))),
        "source": schemas.text(_l("来源")),
        "source_file": schemas.text(_l("来源文件")),
        "source_as_of_on": schemas.optional(schemas.day(_l("来源文件日期"))),
        "source_row": schemas.optional(schemas.whole(_l("来源行号"))),
        "is_demo": schemas.yes_no(_l("是否演示数据（虚构）")),
        "values": schemas.mapping(_VALUE, _l("登记的各项数值，以项目代码为键")),
        "url": schemas.address(_l("网页地址")),
    }
)
#: A number whose import was taken back: it goes on resolving, with what it was.
RETIRED: Final = schemas.record(
    {
        "number": schemas.text(_l("备案号或登记号")),
        "model": schemas.text(_l("规格型号")),
        "maker": schemas.text(_l("生产者")),
        "status": schemas.one_of(["retired"], _l("状态")),
        "status_name": schemas.text(_l("状态")),
        "retired_at": schemas.moment(_l("撤销时间")),
        "is_demo": schemas.yes_no(_l("是否演示数据（虚构）")),
        "note": schemas.text(_l("说明")),
        "url": schemas.address(_l("网页地址")),
    }
)
PRODUCT_OR_RETIRED: Final = schemas.either(PRODUCT, RETIRED)
PRODUCT_EXAMPLE: Final[dict[str, Any]] = {
    "number": "DEMO-20260101-000001",
    "scheme": "cn-waterlabel",
    "category": "toilet",
    "category_name": "坐便器",
    "subtype": None,
    "maker": "示例洁具有限公司",
    "brand": "示例",
    "product_name": "坐便器",
    "model": "SL-100",
    "edition": "gb-25502-2017",
    "standard_no": "GB 25502-2017",
    "declared_grade": "1",
    "computed_grade": "1",
    "grade_check": "same",
    "announced_on": "2026-01-01",
    "status": "listed",
    "status_on": None,
    "water_use": 3.5,
    "water_unit": "L",
    "source": "demo",
    "source_file": "demo",
    "source_as_of_on": "2026-01-01",
    "source_row": 1,
    "is_demo": True,
    "values": {"average_flush": {"name": "平均用水量", "value": 3.5, "unit": "L", "raw_text": "3.5"}},
    "url": "https://water.example.cn/labels/DEMO-20260101-000001",
}
_EDITION = schemas.record(
    {
        "code": schemas.text(_l("标准版本代码")),
        "standard_no": schemas.text(_l("依据标准")),
        "scheme": schemas.text(_l("标识制度代码")),
        "valid_from": schemas.optional(schemas.day(_l("实施日期"))),
        "valid_to": schemas.optional(schemas.day(_l("停止日期"))),
        "registrations": schemas.whole(_l("登记条数"), minimum=0),
        "url": schemas.address(_l("网页地址")),
    }
)
CATEGORY: Final = schemas.record(
    {
        "code": schemas.text(_l("类别代码")),
        "name": schemas.text(_l("中文名称")),
        "name_en": schemas.text(_l("英文名称")),
        "everyday_names": schemas.many(schemas.text(), _l("中文俗称")),
        "registrations": schemas.whole(_l("登记条数"), minimum=0),
        "editions": schemas.many(_EDITION, _l("标准和版本")),
        "url": schemas.address(_l("网页地址")),
    }
)
CATEGORIES: Final = schemas.record({"items": schemas.many(CATEGORY)})
CATEGORIES_EXAMPLE: Final[dict[str, Any]] = {
    "items": [
        {
            "code": "toilet",
            "name": "坐便器",
            "name_en": "Toilets",
            "everyday_names": ["马桶"],
            "registrations": 1,
            "editions": [
                {
                    "code": "gb-25502-2017",
                    "standard_no": "GB 25502-2017",
                    "scheme": "cn-waterlabel",
                    "valid_from": None,
                    "valid_to": None,
                    "registrations": 1,
                    "url": "https://water.example.cn/labels/standards/gb-25502-2017",
                }
            ],
            "url": "https://water.example.cn/labels/categories/toilet",
        }
    ]
}
