"""Error answers: a designed page, or problem+json (RFC 9457) for data addresses. They must work without a database.

No answer repeats the address or tells what went wrong inside; the request id finds it in the log.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from flask import Flask, Response, current_app, g, json, render_template, request
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import exc
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable, TooManyRequests

from outreach.core.edge import REQUEST_ID

RETRY_AFTER_SECONDS = 30
DATABASE_UNAVAILABLE = "database_unavailable"
#: What SQLAlchemy raises when the database cannot be reached, is busy for too long, or has no tables yet.
DATABASE_DOWN = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError, exc.DisconnectionError)

log = structlog.get_logger("outreach.errors")


@dataclass(frozen=True, slots=True)
class Wording:
    """What an error page says: what happened, and what the visitor can do."""

    title: LazyString
    text: LazyString


WORDINGS = {
    400: Wording(_l("这个请求无法识别"), _l("网址或提交的内容不完整，或含有无法识别的字符。请检查后重试。")),
    403: Wording(_l("不允许这项操作"), _l("您没有进行这项操作的权限，或请求来自其他网站。请回到本站页面重新操作。")),
    404: Wording(_l("没有找到这个页面"), _l("网址可能有误，或页面已经调整。可以用备案号、型号或品牌查询产品。")),
    405: Wording(_l("这个页面不接受这种请求"), _l("请回到上一页，使用页面上的按钮或链接重新操作。")),
    413: Wording(_l("提交的内容太大"), _l("请减小文件或文字后重新提交。")),
    422: Wording(_l("提交的内容无法处理"), _l("部分内容不符合要求。请回到上一页，改正后重新提交。")),
    429: Wording(_l("访问太频繁"), _l("为了让所有人都能正常使用，请稍等片刻再试。")),
    500: Wording(_l("页面出错了"), _l("这是我们的问题，不是您的操作有误。我们已经记录，请稍后再试。")),
    503: Wording(_l("服务暂时不可用"), _l("系统正忙或正在维护，数据没有丢失。请稍后再试。")),
}
#: Other statuses say no more than their class.
CLIENT_ERROR = Wording(_l("请求无法处理"), _l("请回到上一页，检查后重新操作。"))


def wording(status: int) -> Wording:
    return WORDINGS.get(status, CLIENT_ERROR if status < 500 else WORDINGS[500])


def wants_problem_json() -> bool:
    """Whether the address is one of data, where a program reads the answer."""
    return request.path.endswith(".json") or request.path.startswith("/api/")


def answer(error: HTTPException) -> Response:
    """The page or the problem document for an HTTP error, with the error's own headers (Allow, Retry-After)."""
    response = current_app.make_response(error.get_response(request.environ))
    if error.response is not None or error.code is None or error.code < 400:
        return response
    is_problem = wants_problem_json()
    response.data = json.dumps(problem_document(error.code)) if is_problem else _page(error.code)
    response.content_type = "application/problem+json" if is_problem else "text/html; charset=utf-8"
    response.cache_control.no_store = True
    if isinstance(error, TooManyRequests | ServiceUnavailable):
        response.headers.setdefault("Retry-After", str(RETRY_AFTER_SECONDS))
    return response


def problem_document(status: int) -> dict[str, str | int]:
    """The members that every problem document has."""
    words = wording(status)
    return {
        "type": "about:blank",
        "title": str(words.title),
        "status": status,
        "detail": str(words.text),
        "instance": f"urn:request:{request.environ.get(REQUEST_ID, '')}",
    }


def _page(status: int) -> str:
    g.is_error_page = True  # links of the frame must not repeat the address
    context = {"status": status, "wording": wording(status), "request_id": request.environ.get(REQUEST_ID, "")}
    try:
        return render_template("errors/error.html", **context)
    except Exception:  # the layout itself may be what fails, in whatever way
        log.exception("error_page_failed", status=status)
        return render_template("errors/plain.html", **context)


def _database_down(error: Exception) -> Response:
    """503 and when to come back, instead of a page that pretends to be empty."""
    log.error(DATABASE_UNAVAILABLE, kind=type(error).__name__, reason=str(getattr(error, "orig", None) or error)[:200])
    return answer(ServiceUnavailable())


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(InternalServerError, answer)
    for kind in DATABASE_DOWN:
        app.register_error_handler(kind, _database_down)
