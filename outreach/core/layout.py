"""What the page frame needs on every page, errors included: menu, languages, preferences. Never asks the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from flask import Flask, Response, current_app, g, has_request_context, render_template, request, url_for
from flask_babel import get_locale
from flask_babel.speaklater import LazyString
from markupsafe import Markup
from werkzeug.local import LocalProxy

from outreach.core import preferences
from outreach.core.feature import HeaderSearch, NavItem
from outreach.core.i18n import LANGUAGE_TAGS, LOCALES, absolute_url, language, other_language_path, pick, select_locale
from outreach.core.i18n import lazy as _l

SITE_NAME: Final[LazyString] = _l("节水宣传与水效标识服务网")
#: Placeholder in the form of a ministry's code; printed with 「示例」 wherever visitors can see it.
SITE_ID_CODE: Final = "bm00000000"
#: Longer arguments are not repeated in a page's links to itself: each would stand there many times.
LONGEST_QUERY: Final = 2048


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the main navigation. ``current`` is the value of ``aria-current``, empty elsewhere."""

    label: str
    href: str
    current: str


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The page in hand in one language: ``href`` within the site, ``url`` for the outside."""

    locale: str
    tag: str
    href: str
    url: str
    is_current: bool


def menu() -> list[MenuEntry]:
    """Navigation items of all features in their order; the open page, else its section, is marked."""
    kept: dict[tuple[str, str, str | None], list[MenuEntry]] = current_app.extensions["menus"]
    key = (str(get_locale()), request.script_root, request.endpoint)
    if key not in kept:
        kept[key] = _menu()
    return kept[key]


def _menu() -> list[MenuEntry]:
    items = sorted((item for feature in current_app.extensions["features"] for item in feature.nav), key=_order)
    endpoints = [item.endpoint for item in items]
    section = next((name for name in endpoints if _slice_of(name) == request.blueprint != "site"), "")
    here = {str(request.endpoint): "page"} if request.endpoint in endpoints else {section: "true"}
    return [MenuEntry(str(item.label), url_for(item.endpoint), here.get(item.endpoint, "")) for item in items]


def _order(item: NavItem) -> int:
    return item.order


def _slice_of(endpoint: str) -> str:
    return endpoint.partition(".")[0]


def header_search() -> HeaderSearch | None:
    """The search of the page's slice, else of the first slice that has one."""
    found = {one.name: one.header_search for one in current_app.extensions["features"] if one.header_search}
    return found.get(request.blueprint or "") or next(iter(found.values()), None)


def page_path(*, with_query: bool) -> str:
    """Path of the page in hand, safe inside a link; the home page for errors and for addresses that are no page."""
    if request.url_rule is None or request.path.startswith("//") or g.get("is_error_page"):
        return "/"
    is_short = len(request.query_string) <= LONGEST_QUERY
    arguments = [part for part in request.query_string.split(b"&") if part[:1].isalpha()]  # ours begin with a letter
    query = quote(b"&".join(arguments), safe="=&%+~:,*@!$'();/?-._") if with_query and is_short else ""
    return quote(request.path.encode("utf-8", "replace"), safe="/-._~:@!$&'()*+,;=") + (f"?{query}" if query else "")


def languages() -> list[LanguageLink]:
    """The page in hand in every language of the site."""
    path, here = page_path(with_query=True), select_locale()
    links = []
    for locale in LOCALES:
        href = other_language_path(path, locale)
        links.append(LanguageLink(locale, LANGUAGE_TAGS[locale], href, absolute_url(href), locale == here))
    return links


def canonical_url() -> str:
    """The one address that search engines should keep: this language, no query."""
    return absolute_url(other_language_path(page_path(with_query=False), select_locale()))


def unique_id(prefix: str) -> str:
    """An id that no other element of this page has: ``chart-1``, ``chart-2``."""
    numbers = g.setdefault("unique_ids", {})
    numbers[prefix] = numbers.get(prefix, 0) + 1
    return f"{prefix}-{numbers[prefix]}"


def fixed(template: str) -> Markup:
    """A part that is the same on all pages of a language, rendered once per process (each time while debugging)."""
    parts: dict[tuple[str, str, str], Markup] = current_app.extensions["fixed_parts"]
    key = (template, language(), request.script_root if has_request_context() else "")
    if key not in parts or current_app.debug:
        parts[key] = Markup(render_template(template))  # noqa: S704  # nosec B704  # our own template, escaped while rendering
    return parts[key]


def page_context() -> dict[str, Any]:
    """Variables of every template. Macros that are imported do not see them, only the globals of ``init_app``."""
    return {
        "menu": menu,
        "header_search": header_search,
        "languages": languages,
        "canonical_url": canonical_url,
        "page_path": page_path,
        "preferences": preferences.current(),
        "site_name": str(SITE_NAME),
        "site_id_code": SITE_ID_CODE,
        "site_domain": urlsplit(absolute_url("/")).hostname,
        "language_tag": LANGUAGE_TAGS[select_locale()],
    }


def _vary_on_cookie(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.add("Cookie")
    return response


def init_app(app: Flask) -> None:
    app.extensions["fixed_parts"] = {}
    app.extensions["menus"] = {}
    app.jinja_env.globals.update(
        fixed=fixed, pick=pick, locale=LocalProxy(lambda: str(get_locale())), unique_id=unique_id
    )
    app.context_processor(page_context)
    app.after_request(_vary_on_cookie)
