"""Templates compiled per language: their fixed words, what stays open, and that values are escaped as ever."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest
from flask import Flask
from flask_babel import lazy_gettext
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from outreach.core.templates import PageEnvironment, printed
from tests.sites import SiteMaker

#: Templates of the tests: name → source.
SOURCES = {
    "words.html": '{{ _("首页") }}|{{ _("共 %(n)s 条登记", n=page) }}|{{ _(word) }}|{{ _("首页") if page else "" }}',
    "outer.html": '{% extends "frame.html" %}{% block body %}{% include "words.html" %}{% endblock %}',
    "frame.html": '{{ _("首页") }}:{% block body %}{% endblock %}',
    "icons.html": '{% from "components/icon.html" import icon as sign %}{{ sign("check") }}{{ sign(name) }}',
    "missing.html": '{% from "components/icon.html" import icon %}{% if false %}{{ icon("no_such_icon") }}{% endif %}',
    "plain.txt": '{{ _("首页") }} {{ page }}',
}
HOSTILE = "<b>\"&'</b>"


@pytest.fixture
def site(make_site: SiteMaker) -> Flask:
    site = make_site()
    loader: Any = site.jinja_env.loader
    site.jinja_env.loader = jinja2.ChoiceLoader([jinja2.DictLoader(SOURCES), loader])
    return site


def render(site: Flask, template: str, locale: str = "zh", **values: Any) -> str:
    """The template as a page of a language prints it."""
    with site.test_request_context("/", environ_overrides={"outreach.locale": locale}):
        return str(site.jinja_env.get_template(template).render(**values))


def test_fixed_words_are_those_of_the_page_however_the_languages_take_turns(site: Flask) -> None:
    for _turn in range(2):
        assert render(site, "words.html", page=2, word="首页") == "首页|共 2 条登记|首页|首页"
        assert render(site, "words.html", "en", page=2, word="首页") == "Home|2 registrations|Home|Home"


def test_what_is_extended_and_included_speaks_the_same_language(site: Flask) -> None:
    assert render(site, "outer.html", "en", page=1, word="x").startswith("Home:Home|1 registrations|")
    assert render(site, "outer.html", page=1, word="x").startswith("首页:首页|共 1 条登记|")


def test_fixed_words_stand_in_the_compiled_code_and_ask_for_nothing(site: Flask) -> None:
    with site.test_request_context("/"):
        layer: Any = site.jinja_env.get_template("words.html").environment
    code = str(layer.compile(SOURCES["frame.html"], "frame.html", "frame.html", raw=True))
    assert "首页" in code
    assert "gettext" not in code
    assert "context.call" not in code


def test_values_among_words_are_escaped(site: Flask) -> None:
    found = render(site, "words.html", page=HOSTILE, word="x")
    assert "<b>" not in found
    assert str(escape(HOSTILE)) in found


def test_a_text_template_escapes_nothing(site: Flask) -> None:
    assert render(site, "plain.txt", page="<1>") == "首页 <1>"


def test_a_folded_macro_draws_what_it_draws_at_run_time(site: Flask) -> None:
    first, second = render(site, "icons.html", name="check").split("</span>")[:2]
    assert first == second
    assert "<svg" in first


def test_a_folded_macro_that_cannot_be_drawn_is_found_before_anybody_sees_the_page(site: Flask) -> None:
    with pytest.raises(jinja2.TemplateNotFound):
        render(site, "missing.html")


def test_the_environment_of_the_application_itself_has_no_language(site: Flask) -> None:
    environment = site.jinja_env
    assert isinstance(environment, PageEnvironment)
    assert environment.language == ""
    assert render(site, "plain.txt", "en", page=1) == "Home 1"


@given(st.text() | st.integers() | st.none() | st.floats() | st.builds(Markup, st.text()))
def test_a_value_is_printed_as_it_is_escaped(value: object) -> None:
    assert "".join([printed(value)]) == str(escape(value))


def test_lazy_words_and_objects_with_html_of_their_own_are_printed_as_they_are_escaped(app: Flask) -> None:
    class Own:
        def __html__(self) -> str:
            return "<i>"

    with app.test_request_context("/"):
        assert printed(Own()) == "<i>"
        assert printed(lazy_gettext("首页")) == "首页"
