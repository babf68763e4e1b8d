"""Promises about the markup: valid, readable by everyone, nothing inline. Each function yields the faults it finds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from tests.markup import Node
from tests.promises.sight import Sight

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: Kinds of ``input`` that carry their own name or are never seen.
UNLABELLED = frozenset({"hidden", "submit", "button", "reset", "image"})
ADDRESSES = frozenset({"href", "src", "action", "formaction", "data"})
DATA_BLOCKS = frozenset({"application/ld+json", "application/json"})


def valid_html(sight: Sight) -> Iterator[str]:
    yield from sight.errors


def one_h1_that_begins_the_title(sight: Sight) -> Iterator[str]:
    headings = sight.root.texts("h1")
    if len(headings) != 1 or not headings[0]:
        yield f"one h1 with text expected, found {headings}"
        return
    title = " ".join("".join(node.element.text or "" for node in sight.root.all("head > title")).split())
    if not title.startswith(headings[0]):
        yield f"title {title!r} does not begin with the h1 {headings[0]!r}"


def language(sight: Sight) -> Iterator[str]:
    expected = "en" if sight.is_english else "zh-CN"
    found = sight.root.all("html[lang]") or [sight.root]
    if found[0].get("lang") != expected:
        yield f"html lang is {found[0].get('lang')!r}, expected {expected!r}"


def head_basics(sight: Sight) -> Iterator[str]:
    if not sight.root.all('meta[charset="utf-8"]'):
        yield 'no <meta charset="utf-8">'
    if not sight.root.all('meta[name="viewport"]'):
        yield "no viewport"


def unique_ids(sight: Sight) -> Iterator[str]:
    for identifier, times in Counter(sight.ids).items():
        if times > 1 or not identifier or " " in identifier:
            yield f"id {identifier!r} occurs {times} times"


def references_exist(sight: Sight) -> Iterator[str]:
    known = set(sight.ids)
    for node in sight.root.walk():
        wanted = [*node.get("aria-labelledby").split(), *node.get("aria-describedby").split(), *node.get("for").split()]
        if node.tag == "a" and len(node.get("href")) > 1 and node.get("href").startswith("#"):
            wanted.append(node.get("href")[1:])
        for identifier in wanted:
            if identifier not in known:
                yield f"{node} points at #{identifier}, which is not on the page"


def landmarks(sight: Sight) -> Iterator[str]:
    if len(sight.root.all("main")) != 1:
        yield "one main landmark expected"
    anchors = sight.root.all("body a[href]")
    if not anchors or not anchors[0].get("href").startswith("#"):
        yield "the first link is not a skip link"


def fields_have_labels(sight: Sight) -> Iterator[str]:
    labelled = {node.get("for") for node in sight.root.all("label[for]") if node.text}
    for node in sight.root.all("input, select, textarea"):
        if node.tag == "input" and node.get("type", "text") in UNLABELLED:
            continue
        named = node.get("aria-label").strip() or node.get("aria-labelledby").strip() or node.get("id") in labelled
        if not named and not any(parent.tag == "label" and parent.text for parent in node.ancestors()):
            yield f"no label for {node}"


def _name(node: Node) -> str:
    alts = [image.get("alt") for image in node.all("img")]
    titles = [title.element.text or "" for title in node.all("svg > title")]
    return "".join([node.text, node.get("aria-label"), node.get("aria-labelledby"), *alts, *titles]).strip()


def links_and_buttons_have_names(sight: Sight) -> Iterator[str]:
    for node in sight.root.all("a[href], button, summary"):
        if not _name(node):
            yield f"no words in {node}"


def pictures_have_alternatives(sight: Sight) -> Iterator[str]:
    for node in sight.root.all("img"):
        if not node.has("alt"):
            yield f"no alt: {node}"
    for node in sight.root.all("svg"):
        is_named = node.has("aria-label") or node.has("aria-labelledby")
        hidden = [node, *node.ancestors()]
        if not is_named and not any(item.get("aria-hidden") == "true" for item in hidden):
            yield f"svg neither named nor hidden from readers: {node}"


def headings_do_not_jump(sight: Sight) -> Iterator[str]:
    level = 0
    for node in sight.root.walk():
        if node.tag in HEADINGS:
            now = HEADINGS.index(node.tag) + 1
            if now > level + 1:
                yield f"heading level {now} after {level}: {node.text!r}"
            level = now


def tables_have_headings(sight: Sight) -> Iterator[str]:
    for table in sight.root.all("table"):
        if not table.all("th[scope]"):
            yield f"table without th scope: {table.text[:60]!r}"
        if not table.all("caption") and not table.has("aria-label") and not table.has("aria-labelledby"):
            yield f"table without a caption: {table.text[:60]!r}"


def forms_say_where_they_go(sight: Sight) -> Iterator[str]:
    for form in sight.root.all("form"):
        if not form.get("action"):
            yield f"form without action: {form}"
        if form.get("method", "get").lower() == "post" and not form.all(
            'input[name="token"], input[name="csrf_token"]'
        ):
            yield f"form without a token: {form}"


def nothing_inline(sight: Sight) -> Iterator[str]:
    for node in sight.root.walk():
        if node.tag == "style" or node.has("style"):
            yield f"inline style: {node}"
        if node.tag == "script" and not node.get("src"):
            yield from _data_block(node)
        for name, value in node.element.attrib.items():
            is_address = name in ADDRESSES and value.strip().lower().startswith(("javascript:", "data:text"))
            if name.startswith("on") or is_address:
                yield f"inline script {name}={value!r}"


def _data_block(node: Node) -> Iterator[str]:
    if node.get("type") not in DATA_BLOCKS:
        yield "inline script"
        return
    try:
        json.loads(node.element.text or "")
    except ValueError as error:
        yield f"{node.get('type')} block is not JSON: {error}"
