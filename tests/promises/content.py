"""Promises about what a page says and where it points. Each function yields the faults it finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.promises.sight import Sight

CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
#: What a template leaves behind when a value is missing.
LEFTOVERS = re.compile(
    r"\{\{|\}\}|\{%|%\}|<flask|LazyString|%\(\w+\)[sd]|(?<![A-Za-z])(?:None(?! of)|Undefined|nan)(?![A-Za-z])"
)
#: Column types of the government website rules (国办发〔2017〕47 号, annex on page tags).
COLUMN_TYPE = re.compile(
    "首页|概况信息|机构职能|负责人信息|工作动态|政策文件|信息公开指南|信息公开目录|信息公开年报|依申请公开"
    "|数据发布|数据开放|政策解读|回应关切|办事服务|咨询投诉|征集调查|在线访谈"
)
DEMO_NUMBER = re.compile(r"DEMO-\d{8}-")
DEMO_MARK = re.compile("演示数据|demo data", re.IGNORECASE)


def _is_outside(address: str, sight: Sight) -> bool:
    parts = urlsplit(address.strip())
    return bool(parts.netloc) and (parts.hostname or "") not in sight.own_hosts


def nothing_from_outside(sight: Sight) -> Iterator[str]:
    for node in sight.root.walk():
        sources = [node.get("src"), node.get("poster"), node.get("action"), node.get("data")]
        sources += [part.split()[0] for part in node.get("srcset").split(",") if part.strip()]
        if node.tag == "link" or (node.tag in ("a", "area") and "external" not in node.get("rel").split()):
            sources.append(node.get("href"))
        for address in sources:
            if address and _is_outside(address, sight):
                yield f"address of another host: {node}"


def government_tags(sight: Sight) -> Iterator[str]:
    for name in ("SiteName", "SiteDomain", "SiteIDCode"):
        if len(sight.meta(name)) != 1 or not sight.meta(name)[0]:
            yield f"meta {name} expected once, found {sight.meta(name)}"
    if sight.is_error:
        return
    if not sight.meta("ColumnName") and not sight.meta("ArticleTitle"):
        yield "neither column tags nor article tags"
    if sight.meta("ColumnName"):
        yield from _column_tags(sight)
    if sight.meta("ArticleTitle"):
        yield from _article_tags(sight)


def _column_tags(sight: Sight) -> Iterator[str]:
    for name in ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"):
        if len(sight.meta(name)) != 1 or not sight.meta(name)[0]:
            yield f"meta {name} expected once, found {sight.meta(name)}"
    for kind in sight.meta("ColumnType"):
        if not COLUMN_TYPE.fullmatch(kind):
            yield f"ColumnType {kind!r} is none of the listed ones"


def _article_tags(sight: Sight) -> Iterator[str]:
    if sight.meta("ArticleTitle") != sight.root.texts("h1"):
        yield f"ArticleTitle {sight.meta('ArticleTitle')} is not the h1 {sight.root.texts('h1')}"
    if not any(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", moment) for moment in sight.meta("PubDate")):
        yield f"PubDate {sight.meta('PubDate')} is not YYYY-MM-DD HH:MM"
    if not any(sight.meta("ContentSource")):
        yield "no ContentSource"


def both_languages_linked(sight: Sight) -> Iterator[str]:
    if sight.is_error:
        return
    found = {node.get("hreflang"): node.get("href") for node in sight.root.all('link[rel="alternate"][hreflang]')}
    if not {"zh-CN", "en"} <= set(found):
        yield f"hreflang pair expected, found {sorted(found)}"
        return
    chinese, english = urlsplit(found["zh-CN"]), urlsplit(found["en"])
    if english.path != "/en" + chinese.path or english.query != chinese.query:
        yield f"hreflang addresses are no pair: {found}"


def no_chinese_left_in_english(sight: Sight) -> Iterator[str]:
    if not sight.is_english:
        return
    for node in sight.root.all("body, body *"):
        if any(item.get("lang").startswith("zh") for item in (node, *node.ancestors()) if item.tag != "html"):
            continue
        own = [node.element.text or "", *(child.tail or "" for child in node.element)]
        words = [*own, *(node.get(name) for name in ("alt", "title", "placeholder", "aria-label"))]
        for word in words if node.tag not in ("script", "style") else ():
            if CHINESE.search(sight.own_words(word)):
                yield f"Chinese on an English page without lang: {word.strip()[:60]!r} in {node}"


def nothing_left_over(sight: Sight) -> Iterator[str]:
    for node in sight.root.walk():
        if node.tag in ("script", "style") or node.has("data-verbatim"):
            continue
        own = [node.element.text or "", *(child.tail or "" for child in node.element)]
        for word in [*own, *node.element.attrib.values()]:
            if LEFTOVERS.search(sight.own_words(word)) and not any(
                item.has("data-verbatim") for item in node.ancestors()
            ):
                yield f"left over from a template: {word.strip()[:80]!r} in {node}"


def demo_data_says_so(sight: Sight) -> Iterator[str]:
    for body in sight.root.all("body"):
        if DEMO_NUMBER.search(body.text) and not DEMO_MARK.search(body.text):
            yield "demonstration data without its mark"
