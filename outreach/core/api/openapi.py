"""The API described by itself: OpenAPI 3.1, made from the resources, in the language of the request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _

from outreach.core.api import schemas
from outreach.core.api.extension import RATE
from outreach.core.api.parameters import LARGEST_PAGE, Parameter, Place
from outreach.core.api.problems import PROBLEM
from outreach.core.api.resources import Resource
from outreach.core.api.schemas import Schema
from outreach.core.errors import WORDINGS

VERSION: Final = "1.0.0"
JSON: Final = "application/json"
#: Statuses that every address may answer with, beside its own.
USUAL_ERRORS: Final = (400, 404, 405, 413, 422, 429, 500, 503)


def document(found: Sequence[Resource], *, base_url: str, site_name: str) -> dict[str, Any]:
    """The whole document with every text in the language of the request."""
    paths: dict[str, dict[str, Any]] = {}
    for resource in found:
        paths.setdefault(resource.path, {})[resource.method.lower()] = _operation(resource)
    tags = list(dict.fromkeys(str(resource.tag) for resource in found))
    whole = {
        "openapi": "3.1.0",
        "info": {"title": _("%(site)s：开放接口", site=site_name), "version": VERSION, "description": _about()},
        "servers": [{"url": base_url}],
        "tags": [{"name": tag} for tag in tags],
        "paths": paths,
        "components": {
            "schemas": {"Problem": problem_schema(), "Links": links_schema()},
            "headers": _headers(),
            "responses": {str(status): _problem_response(status) for status in (*USUAL_ERRORS, 415)},
        },
    }
    return {name: _plain(part) for name, part in whole.items()}


def _about() -> str:
    return _(
        "公开数据的只读接口，不需要密钥，也不设置 Cookie。参数不对时回答 422 并逐项说明；"
        "列表分页，链接在正文 links 和 Link 标头中；ETag 可用于条件请求；"
        "每个网络每分钟 %(rate)s 次，超过时回答 429 并说明何时再来。",
        rate=RATE.split()[0],
    )


def _plain(value: Any) -> Any:
    """``value`` as JSON holds it: lazy texts said in the language of the request."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _operation(resource: Resource) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": resource.name,
        "tags": [str(resource.tag)],
        "summary": resource.summary,
        "parameters": [_parameter(one) for one in resource.all_parameters],
        "responses": _responses(resource),
    }
    if resource.description:
        operation["description"] = resource.description
    schema = resource.body_schema()
    if schema is not None:
        content: dict[str, Any] = {"schema": schema}
        if (example := resource.examples()[0]) is not None:
            content["example"] = example
        operation["requestBody"] = {"required": True, "content": {JSON: content}}
    return operation


def _parameter(parameter: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.place.value,
        "required": parameter.place is Place.PATH,
        "description": parameter.description,
        "schema": parameter.schema(),
    }
    if parameter.is_list:
        found |= {"style": "form", "explode": True}
    if parameter.example is not None:
        found["example"] = [parameter.example] if parameter.is_list else parameter.example
    return found


def _responses(resource: Resource) -> dict[str, Any]:
    is_get = resource.method == "GET"
    schema = resource.answer_schema()
    content: dict[str, Any] = {"schema": listing_schema(schema) if resource.is_list else schema}
    if (example := resource.examples()[1]) is not None:
        content["example"] = listing_example(resource.path, example) if resource.is_list else example
    names = ["Limit", "Remaining", "Reset", *(["ETag", "Cache-Control"] if is_get else [])]
    headers = {_HEADER_NAMES[name]: _reference("headers", name) for name in names}
    if resource.is_list:
        headers["Link"] = _reference("headers", "Link")
    responses: dict[str, Any] = {
        "200": {"description": _("成功"), "headers": headers, "content": {JSON: content}},
    }
    if is_get:
        responses["304"] = {"description": _("内容没有变化（条件请求）")}
    errors = USUAL_ERRORS if is_get else (*USUAL_ERRORS, 403, 415)
    for status in sorted(errors):
        known = status in (*USUAL_ERRORS, 415)
        responses[str(status)] = _reference("responses", str(status)) if known else _problem_response(status)
    return responses


_HEADER_NAMES: Final = {
    "Limit": "X-RateLimit-Limit",
    "Remaining": "X-RateLimit-Remaining",
    "Reset": "X-RateLimit-Reset",
    "ETag": "ETag",
    "Cache-Control": "Cache-Control",
}


def _headers() -> dict[str, Any]:
    """The headers that answers share."""
    return {
        "Limit": {"description": _("每分钟的请求次数上限"), "schema": schemas.whole()},
        "Remaining": {"description": _("这一分钟内剩余的次数"), "schema": schemas.whole()},
        "Reset": {"description": _("计数归零的时间（Unix 秒）"), "schema": schemas.whole()},
        "Retry-After": {"description": _("多少秒之后再来"), "schema": schemas.whole(minimum=0)},
        "ETag": {"description": _("内容的标记，用于 If-None-Match"), "schema": schemas.text()},
        "Cache-Control": {"description": _("可以缓存多久"), "schema": schemas.text()},
        "Link": {"description": _("前后页的地址（RFC 8288）"), "schema": schemas.text()},
    }


def _reference(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _problem_response(status: int) -> dict[str, Any]:
    words = WORDINGS.get(status)
    found: dict[str, Any] = {
        "description": words.title if words else _("内容类型不是 application/json"),
        "content": {PROBLEM: {"schema": _reference("schemas", "Problem")}},
    }
    if status in (429, 503):
        found["headers"] = {"Retry-After": _reference("headers", "Retry-After")}
    return found


def problem_schema() -> Schema:
    """What errors look like (RFC 9457)."""
    fault = schemas.record(
        {
            "in": schemas.text(_("在哪里：query、path 或 body")),
            "name": schemas.text(_("参数名，或正文中的路径")),
            "code": schemas.text(_("错误代码")),
            "detail": schemas.text(_("说明")),
        }
    )
    return schemas.record(
        {
            "type": schemas.text(),
            "title": schemas.text(_("发生了什么")),
            "status": schemas.whole(_("HTTP 状态码")),
            "detail": schemas.text(_("可以怎样做")),
            "instance": schemas.text(_("这次请求的编号，报告问题时请附上")),
            "errors": schemas.many(fault, _("逐项的错误；参数不对时有")),
        },
        _("错误说明（RFC 9457）"),
        optional_keys=("errors",),
    )


def links_schema() -> Schema:
    """The links of a page of a list."""
    address, neighbour = schemas.address(), schemas.optional(schemas.address())
    return schemas.record(
        {"self": address, "first": address, "prev": neighbour, "next": neighbour, "last": address}, _("前后页的地址")
    )


def listing_schema(item: Schema) -> Schema:
    """A page of a list of ``item``."""
    return schemas.record(
        {
            "total": schemas.whole(_("符合条件的总数"), minimum=0),
            "page": schemas.whole(_("第几页"), minimum=1, maximum=LARGEST_PAGE),
            "per_page": schemas.whole(_("每页条数"), minimum=1),
            "pages": schemas.whole(_("总页数"), minimum=1),
            "links": _reference("schemas", "Links"),
            "items": schemas.many(item),
        }
    )


def listing_example(path: str, item: Any) -> dict[str, Any]:
    """A page with one item."""
    address = f"https://water.example.cn{path}?page=1"
    links = {"self": address, "first": address, "prev": None, "next": None, "last": address}
    return {"total": 1, "page": 1, "per_page": 20, "pages": 1, "links": links, "items": [item]}
