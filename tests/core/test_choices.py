"""Lines of a filter: the same words as their template, no mixing of languages, nothing hostile let through."""

from __future__ import annotations

from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup, escape

from outreach.core import choices
from outreach.core.choices import drawn_choices, pieces
from outreach.site.samples import HOSTILE, SampleChoice
from tests.markup import parse


def line(app: Flask, *values: SampleChoice, locale: str = "zh") -> str:
    """The lines of values without group, as a page of a language prints them."""
    with app.test_request_context("/", environ_overrides={"outreach.locale": locale}):
        return "".join(lines for _heading, lines in drawn_choices(values))


def test_the_words_of_a_chosen_line_are_those_of_the_page(app: Flask) -> None:
    chosen = SampleChoice("坐便器", 1, is_selected=True)
    for _turn in range(2):
        assert "已选" in line(app, chosen)
        assert "selected" in line(app, chosen, locale="en")


def test_a_line_is_what_its_template_draws(app: Flask) -> None:
    value = SampleChoice(HOSTILE, 1234, href="/labels/?q=1&brand=2")
    with app.test_request_context("/"):
        module: Any = app.jinja_env.get_template(choices.TEMPLATE).module
        drawn = str(module.facet_choice(value.label, value.href, "1,234"))
    assert line(app, value) == drawn


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text(), st.text())
def test_no_label_and_no_address_becomes_html(app: Flask, label: str, href: str) -> None:
    found = line(app, SampleChoice(label, 7, href=href))
    assert f'<span class="facet__label">{escape(label)}</span> <span class="facet__count">7</span>' in found
    assert found.count("<") == line(app, SampleChoice("a", 7)).count("<")


def test_a_hostile_label_is_not_taken_for_html_of_ours_with_the_same_characters(app: Flask) -> None:
    words = '<span lang="zh-CN">海尔</span>'
    ours = SampleChoice(Markup(words), 1)  # HTML as ``as_printed`` makes it
    assert words in line(app, ours)
    assert words not in line(app, SampleChoice(words, 1))
    assert words in line(app, ours)


def test_an_address_or_label_that_speaks_of_holes_fills_none(app: Flask) -> None:
    found = line(app, SampleChoice("address- count-", 5, href="/x?count-"))
    root, errors = parse(f"<!doctype html><html lang=zh><title>x</title><body><ul>{found}</ul></body></html>")
    assert not errors
    assert root.one("a").get("href") == "/x?count-"
    assert root.one(".facet__count").text == "5"


def test_groups_come_in_the_order_of_their_values(app: Flask) -> None:
    with app.test_request_context("/"):
        values = [SampleChoice("1", 1, group="乙"), SampleChoice("2", 2, group="甲"), SampleChoice("3", 3, group="乙")]
        assert [heading for heading, _lines in drawn_choices(values)] == ["乙", "甲"]


def test_kept_lines_are_bounded(app: Flask) -> None:
    limit = pieces.cache_info().maxsize
    assert limit == choices.KEPT_LINES
    line(app, *(SampleChoice(f"{number}", 1) for number in range(choices.KEPT_LINES + 10)))
    assert pieces.cache_info().currsize <= choices.KEPT_LINES
