"""The catalogue in the public API: the same search, the same records, the same categories as the pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from outreach.core.api import Answer, Listing, Parameter, Place, Resource, ValueKind, Values
from outreach.core.db import db
from outreach.core.i18n import absolute_url
from outreach.core.search.text import clean, code_key
from outreach.labels import api_schemas as schemas
from outreach.labels.exports import iter_rows
from outreach.labels.forms import SORTS, CatalogueQuery, parse_catalogue_query
from outreach.labels.models import RegistrationStatus
from outreach.labels.queries.products import find_number
from outreach.labels.queries.standards import list_categories, list_editions
from outreach.labels.queries.upkeep import find_retired
from outreach.labels.views.catalogue import DATA, search
from outreach.labels.views.downloads import record_object, retired_object
from outreach.labels.views.registry import everyday_names

TAG: Final = _l("水效标识产品")
#: A registration number as an address may hold it; anything else names nothing.
NUMBER: Final = r"[^\x00-\x20\x7f-\x9f/?#%\\]{1,80}"
_CODE: Final = r"[a-z0-9][a-z0-9._\-]{0,63}"
_KEY: Final = r"[1-9][0-9]{0,8}"


def list_products(values: Values) -> Listing:
    """One page of what a search finds."""
    query = replace(parse_catalogue_query(request.args), page=values["page"], per_page=values["per_page"])
    found = search(query)
    rows = iter_rows(db.session, [item.id for item in found.items])
    return Listing([record_object(row) for row in rows], found.total)


def show_product(values: Values) -> Answer:
    """One record, or what became of it; case, width and hyphens of the number do not matter."""
    found = find_number(db.session, values["number"])
    if found is not None:
        return record_object(next(iter_rows(db.session, [found.id])))
    retired = find_retired(db.session, clean(values["number"]), code_key(values["number"]))
    return None if retired is None else retired_object(retired)


def categories(_values: Values) -> Answer:
    """All categories with their editions and how many registrations each has."""
    facets = {facet.field: facet.values for facet in search(CatalogueQuery()).facets}
    counts = {field: {item.value: item.count for item in facets.get(field, ())} for field in ("categories", "editions")}
    editions = list_editions(db.session)
    items = [
        {
            "code": category.code,
            "name": category.name,
            "name_en": category.name_en,
            "everyday_names": everyday_names(category.code),
            "registrations": counts["categories"].get(category.code, 0),
            "editions": [_edition(item, counts["editions"]) for item in editions if item.category_id == category.id],
            "url": absolute_url(url_for("labels.category", code=category.code)),
        }
        for category in list_categories(db.session)
    ]
    return {"items": items}


def _edition(edition: Any, counts: dict[str | int, int]) -> dict[str, Any]:
    return {
        "code": edition.code,
        "standard_no": edition.standard_no,
        "scheme": edition.scheme.code,
        "valid_from": edition.valid_from.isoformat() if edition.valid_from else None,
        "valid_to": edition.valid_to.isoformat() if edition.valid_to else None,
        "registrations": counts.get(edition.code, 0),
        "url": absolute_url(url_for("labels.standard", edition=edition.code)),
    }


def _filter(name: str, description: Any, pattern: str, example: Any) -> Parameter:
    return Parameter(name, description, pattern=pattern, is_list=True, example=example)


_FILTERS: Final = (
    _filter("category", _l("类别代码，见 /api/v1/categories。"), _CODE, "toilet"),
    _filter("grade", _l("等级：1，或带标准版本的 gb-25502-2017:1。"), rf"(?:{_CODE}:)?[a-z0-9.]{{1,16}}", "1"),
    _filter("maker", _l("生产者编号，即生产者页面地址中的数字。"), _KEY, "1"),
    _filter("brand", _l("品牌编号。"), _KEY, "1"),
    _filter("edition", _l("标准版本代码。"), _CODE, "gb-25502-2017"),
    Parameter(
        "status",
        _l("登记状态。"),
        choices=tuple(item.value for item in RegistrationStatus),
        is_list=True,
        example="listed",
    ),
    Parameter("year", _l("公告年份。"), ValueKind.WHOLE, least=1900, most=2099, is_list=True, example=2026),
    _filter("scheme", _l("标识制度代码。"), _CODE, "cn-waterlabel"),
)

RESOURCES: Final = (
    Resource(
        "list_products",
        "/api/v1/products",
        TAG,
        _l("查询水效标识产品"),
        list_products,
        schemas.PRODUCT,
        description=_l("与产品查询页相同的查询和筛选。同一筛选给出多个值时，符合任一个即可。"),
        parameters=(
            Parameter("q", _l("查询词：产品、品牌、型号、备案号，中文、拼音或首字母。"), example=schemas.QUERY_EXAMPLE),
            *_FILTERS,
            Parameter("sort", _l("排序。"), choices=SORTS, default="relevance", example="water"),
        ),
        data=(DATA,),
        is_list=True,
        example=schemas.PRODUCT_EXAMPLE,
    ),
    Resource(
        "show_product",
        "/api/v1/products/<number>",
        TAG,
        _l("按备案号查一个产品"),
        show_product,
        schemas.PRODUCT_OR_RETIRED,
        description=_l(
            "备案号的大小写、全半角和连字符不影响查询。公布过的备案号一直能查到，状态写在 status；"
            "带来它的导入撤销之后是 retired，只有原来的型号、生产者和撤销时间。"
        ),
        parameters=(
            Parameter(
                "number",
                _l("备案号或登记号。"),
                place=Place.PATH,
                pattern=NUMBER,
                longest=80,
                example="DEMO-20260101-000001",
            ),
        ),
        data=(DATA,),
        example=schemas.PRODUCT_EXAMPLE,
    ),
    Resource(
        "list_categories",
        "/api/v1/categories",
        TAG,
        _l("产品类别和标准版本"),
        categories,
        schemas.CATEGORIES,
        data=(DATA,),
        example=schemas.CATEGORIES_EXAMPLE,
    ),
)
