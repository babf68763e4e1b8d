"""The page client's own test: a sound page passes, and each broken promise is named."""

from __future__ import annotations

import pytest

from tests.markup import SelectorUnknown, parse
from tests.promises import PROMISES, broken_promises
from tests.promises.sight import Sight

SOUND = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>水效标识产品 - 节水</title>
<meta name="viewport" content="width=device-width"><meta name="SiteName" content="节水">
<meta name="SiteDomain" content="example.cn"><meta name="SiteIDCode" content="bm00000000">
<meta name="ColumnName" content="产品"><meta name="ColumnDescription" content="水效产品">
<meta name="ColumnKeywords" content="水效"><meta name="ColumnType" content="数据发布">
<link rel="alternate" hreflang="zh-CN" href="http://localhost/labels/"><link rel="stylesheet" href="/static/site.css">
<link rel="alternate" hreflang="en" href="http://localhost/en/labels/">
<script type="module" src="/static/site.js"></script></head>
<body><a href="#main">跳到正文</a><main id="main"><h1>水效标识产品</h1><h2>坐便器</h2>
<form action="/labels/"><label for="q">搜索</label><input id="q" name="q"><button>搜索</button></form>
<form action="/preferences" method="post"><input type="hidden" name="token" value="x"><button>保存</button></form>
<table><caption>结果</caption><thead><tr><th scope="col">型号</th></tr></thead>
<tbody><tr><td>A1</td></tr></tbody></table>
<img src="/static/a.png" alt="坐便器"><svg aria-hidden="true"><path d="M0 0"/></svg>
<a rel="external" href="https://example.gov.cn/">官方查询</a>
<script type="application/ld+json">{"@type": "Product"}</script></main></body></html>
"""

BROKEN = (
    ("valid_html", "</h2>", "</h3>"),
    ("one_h1_that_begins_the_title", "<h1>水效标识产品</h1>", "<h1>产品</h1>"),
    ("one_h1_that_begins_the_title", "<h2>坐便器</h2>", "<h1>坐便器</h1>"),
    ("language", 'lang="zh-CN"><head>', 'lang="zh"><head>'),
    ("head_basics", '<meta charset="utf-8">', ""),
    ("unique_ids", "<h2>", '<h2 id="q">'),
    ("references_exist", 'href="#main"', 'href="#nowhere"'),
    ("references_exist", "<h2>", '<h2 aria-describedby="nothing">'),
    ("landmarks", "<body>", '<body><a href="/">首页</a>'),
    ("fields_have_labels", 'for="q"', 'for="main"'),
    ("links_and_buttons_have_names", "官方查询", ""),
    ("pictures_have_alternatives", ' alt="坐便器"', ""),
    ("pictures_have_alternatives", ' aria-hidden="true"', ""),
    ("headings_do_not_jump", "<h2>坐便器</h2>", "<h3>坐便器</h3>"),
    ("tables_have_headings", ' scope="col"', ""),
    ("tables_have_headings", "<caption>结果</caption>", ""),
    ("forms_say_where_they_go", ' action="/labels/"', ""),
    ("forms_say_where_they_go", 'name="token"', 'name="other"'),
    ("nothing_inline", "<h2>", '<h2 style="color:red">'),
    ("nothing_inline", "<h2>", '<h2 onclick="go()">'),
    ("nothing_inline", 'href="#main"', 'href="javascript:go()"'),
    ("nothing_inline", ' type="module" src="/static/site.js">', ">alert(1)"),
    ("nothing_inline", '{"@type": "Product"}', "{'@type'}"),
    ("nothing_from_outside", 'src="/static/a.png"', 'src="https://cdn.example.com/a.png"'),
    ("nothing_from_outside", 'href="/static/site.css"', 'href="//fonts.example.com/a.css"'),
    ("nothing_from_outside", ' rel="external"', ""),
    ("government_tags", '<meta name="SiteIDCode" content="bm00000000">', ""),
    ("government_tags", "数据发布", "产品列表"),
    ("government_tags", "ColumnName", "Other"),
    ("both_languages_linked", 'href="http://localhost/en/labels/"', 'href="http://localhost/en/"'),
    ("nothing_left_over", "<td>A1</td>", "<td>None</td>"),
    ("nothing_left_over", 'value="x"', 'value="{{ token }}"'),
    ("demo_data_says_so", "<td>A1</td>", "<td>DEMO-20250101-CWL012020-000001</td>"),
)


def faults(source: str, path: str = "/labels/", status: int = 200) -> list[str]:
    root, errors = parse(source)
    return broken_promises(Sight(path, status, root, errors, frozenset({"localhost"})))


def test_a_sound_page_breaks_no_promise() -> None:
    assert faults(SOUND) == []


@pytest.mark.parametrize(("promise", "sound", "broken"), BROKEN)
def test_a_broken_promise_is_named(promise: str, sound: str, broken: str) -> None:
    assert sound in SOUND
    assert any(fault.startswith(f"{promise}:") for fault in faults(SOUND.replace(sound, broken, 1)))


def test_chinese_words_on_an_english_page_need_their_language() -> None:
    english = SOUND.replace('lang="zh-CN"><head>', 'lang="en"><head>')
    found = [fault for fault in faults(english, "/en/labels/") if fault.startswith("no_chinese_left_in_english:")]
    assert any("坐便器" in fault for fault in found)
    marked = english.replace("<body>", '<body><div lang="zh-CN">').replace("</body>", "</div></body>")
    assert not [fault for fault in faults(marked, "/en/labels/") if fault.startswith("no_chinese_left_in_english:")]


def test_what_the_visitor_typed_may_be_repeated() -> None:
    echo = SOUND.replace("<td>A1</td>", "<td>{{7*7}}</td>").replace('name="q"', 'name="q" value="javascript:x"')
    assert faults(echo, "/labels/?q=%7B%7B7*7%7D%7D") == []
    assert faults(echo, "/labels/?q=8")


def test_every_promise_is_proved_by_a_broken_page() -> None:
    proved = {promise for promise, _sound, _broken in BROKEN} | {"no_chinese_left_in_english"}
    assert proved == {promise.__name__ for promise in PROMISES}


def test_an_error_page_needs_no_column_and_no_second_language() -> None:
    bare = SOUND.replace("ColumnName", "Other").replace('hreflang="en"', 'hreflang="fr"')
    assert faults(bare, status=404) == []
    assert faults(bare)


def test_selectors_find_by_tag_id_class_attribute_and_place() -> None:
    root, errors = parse('<!doctype html><title>x</title><ul id="a" class="b c"><li><a href="/d,e">f</a></li></ul>')
    assert errors == []
    for selector in ("a", "#a a", ".b.c > li a", 'ul[class~="c"]', 'a[href="/d,e"]', 'a[href$=",e"], i', "ul li > a"):
        assert len(root.all(selector)) == 1, selector
    for selector in ("ul > a", ".d", "a[href=f]", "li#a"):
        assert root.all(selector) == [], selector
    with pytest.raises(SelectorUnknown):
        root.all("a:hover")
