"""A site with planted faults: pages and files of a test's own beside the real ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Blueprint, Flask, Response, render_template_string
from sqlalchemy.orm import Session

from outreach.core.clock import now
from outreach.core.feature import Feature, SitemapEntry
from outreach.core.inspection import Column, Pace, ReplyClock, Waiting
from tests.inspection.documents import document, pdf, workbook

#: A page that breaks every rule once. The number is made up.
FAULTY = """{% extends "layout.html" %}{% block title %}坏页{% endblock %}
{% block content %}<h1>坏页</h1><a href="/planted/gone">没了</a><a href="http://[bad">怪</a>
<img src="/planted/none.png"><p>请核对水效标示。联系 138<b>1234</b>5678。</p>
<table><tr><td>12</td><td>13987654321</td></tr></table>
<a href="https://elsewhere.example/x">外</a><a href="/planted/list.csv">表</a><a href="/planted/list.xlsx">表</a>
<a href="/planted/scan.pdf">扫描件</a><a href="/planted/notice.pdf">公示</a><a href="/planted/secret.pdf">内部</a>
<a href="/planted/notice.docx">公示</a>{% endblock %}"""
EARLY = """{% extends "layout.html" %}{% from "components/meta.html" import article_meta %}
{% block title %}早产{% endblock %}
{% block head_meta %}{{ article_meta("早产", "2999-01-01 08:00", "x") }}{% endblock %}
{% block content %}<h1>早产</h1>{% endblock %}"""


def planted() -> Blueprint:
    blueprint = Blueprint("planted", __name__, url_prefix="/planted")
    blueprint.add_url_rule("/bad", "bad", lambda: render_template_string(FAULTY))
    blueprint.add_url_rule("/early", "early", lambda: render_template_string(EARLY))
    files: dict[str, tuple[str, Callable[[], bytes]]] = {
        "list.csv": ("text/csv", lambda: "姓名,电话\r\n张某,13711112222\r\n".encode()),
        "list.xlsx": ("application/x", lambda: workbook("电话", 13611112222, "身份证 110101199003078072")),
        "scan.pdf": ("application/pdf", lambda: b"%PDF-1.7 x"),
        "notice.pdf": ("application/pdf", lambda: pdf("Tel. 13511112222")),
        "secret.pdf": ("application/pdf", lambda: pdf("Tel. 13411112222", password="secret")),
        "notice.docx": ("application/x", lambda: document("1331111", "2222")),
    }
    for name, (kind, content) in files.items():
        blueprint.add_url_rule(f"/{name}", name.replace(".", "_"), _file(kind, content))
    return blueprint


def _file(kind: str, content: Callable[[], bytes]) -> Callable[[], Response]:
    return lambda: Response(content(), content_type=kind)


def plant(app: Flask) -> None:
    """Give a site the planted pages, before its first request."""
    app.register_blueprint(planted())
    feature = Feature("planted", sitemap=lambda: [SitemapEntry("/planted/bad"), SitemapEntry("/planted/early")])
    app.extensions["features"] = (*app.extensions["features"], feature)


def column(code: str, days: int | None, entries: int = 3, pace: Pace = Pace.NEWS, mend: str = "") -> Column:
    """A column whose content changed so many days ago."""
    newest = None if days is None else now() - timedelta(days=days, hours=1)
    return Column(code, f"Column {code}", f"/{code}/", pace, lambda _session: newest, lambda _session: entries, mend)


def waiting(*days: int) -> ReplyClock:
    """Letters that wait for so many days."""

    def letters(_session: Session) -> list[Waiting]:
        return [Waiting(f"2026-{one:05d}", now() - timedelta(days=one), f"/admin/inbox/2026-{one:05d}") for one in days]

    return ReplyClock("test", "来件", letters)


@pytest.fixture
def only(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``only(column(…), waiting(…))``: no slice hands over anything else."""

    def give(*inspections: Column | ReplyClock) -> None:
        bare = tuple(feature for feature in app.extensions["features"] if not feature.inspections)
        monkeypatch.setitem(app.extensions, "features", (*bare, Feature("given", inspections=inspections)))
        app.extensions["inspection_badge"].forget()

    return give
