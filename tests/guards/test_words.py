"""Chinese in Python code goes through ``_()``, or the module is listed with the reason why its words are data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.guards.modules import Module, our_modules

CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
WORDING = frozenset({"_", "_l", "gettext", "ngettext", "lazy_gettext", "lazy_ngettext", "pgettext"})
#: Modules (with all below them) whose Chinese is data, with the reason.
DATA = {
    "outreach.core.formats": "how a Chinese date is written",
    "outreach.counties.api_schemas": "examples in the API's document",
    "outreach.counties.imports.batch_lists": "column headings and numbers of batches as lists print them",
    "outreach.counties.imports.exchange": "column headings of the exchange format, the same in every language",
    "outreach.counties.printed": "how Chinese dates and batch numbers are written",
    "outreach.counties.queries.matching": "last characters of place names that visitors leave out",
    "outreach.counties.queries.totals": "how the totals of the whole country are called in the data",
    "outreach.counties.rules.dates": "signs of years, months and days in printed dates",
    "outreach.counties.rules.names": "parts of place names",
    "outreach.labels.api_schemas": "examples in the API's document",
    "outreach.inspection.rules.pages": "what the foot of a Chinese page must hold",
    "outreach.labels.demo.parts": "fictional names",
    "outreach.labels.demo.writer": "rows of a fictional register",
    "outreach.labels.exports": "column headings of the exchange format, the same in every language",
    "outreach.labels.imports": "spellings that registers use",
    "outreach.labels.public": "an everyday query that is offered as an example",
    "outreach.labels.queries.axes": "a wording that stands beside its English one",
    "outreach.labels.queries.corrections": "a sign that follows numbers in what visitors type",
    "outreach.labels.queries.registry": "wordings that stand beside their English ones",
    "outreach.labels.queries.terms": "words that visitors type",
    "outreach.labels.rules.makers": "parts of company names",
    "outreach.quiz.formats": "column headings and spellings of question files, the same in every language",
    "outreach.quiz.rules.marking": "spellings of units in typed answers",
    "outreach.quiz.rules.masks": "surnames of two characters",
    "outreach.quiz.rules.nicknames": "digits in Chinese characters",
    "outreach.quiz.admin.samples": "what templates show, in the language of those who fill them in",
    "outreach.site.samples": "what the style guide shows to developers",
}


def untranslated(module: Module) -> Iterator[str]:
    """Chinese literals that are neither documentation nor an argument of a wording function."""
    fine = {id(node) for statement in ast.walk(module.tree) for node in _fine(statement)}
    for node in ast.walk(module.tree):
        word = node.value if isinstance(node, ast.Constant) and id(node) not in fine else None
        if isinstance(word, str) and CHINESE.search(word):
            yield f"line {node.lineno}: {word[:40]!r}"


def _fine(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        yield from node.args if name in WORDING else ()


def is_data(name: str) -> bool:
    return any(name == listed or name.startswith(listed + ".") for listed in DATA)


def test_chinese_words_go_through_the_translation() -> None:
    modules = our_modules().items()
    assert {
        name: found for name, module in modules if not is_data(name) and (found := list(untranslated(module)))
    } == {}


def test_the_list_of_data_modules_is_no_longer_than_needed() -> None:
    used = {name for name, module in our_modules().items() if list(untranslated(module))}
    assert [
        listed for listed in DATA if not any(name == listed or name.startswith(listed + ".") for name in used)
    ] == []


@pytest.mark.parametrize("source", ['title = "首页"', 'flash("已保存")', 'f"共 {n} 条"'])
def test_an_untranslated_word_is_seen(source: str) -> None:
    assert list(untranslated(Module("outreach.site.views", source)))


@pytest.mark.parametrize("source", ['"""首页"""', 'title = _("首页")', '_l("共 %(n)s 条", n=1)', "x = 1  # 首页"])
def test_a_translated_word_passes(source: str) -> None:
    assert not list(untranslated(Module("outreach.site.views", source)))
