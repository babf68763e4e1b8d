"""Two languages: Chinese at ``/``, English at ``/en/``. The prefix is taken off before routing, as a script name.

So ``url_for`` writes addresses of the language that is being read, and no view knows about prefixes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Response, current_app, has_request_context, request
from flask_babel import Babel, get_locale
from flask_babel.speaklater import LazyString

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

TRANSLATIONS = Path(__file__).parent.parent / "translations"
ENGLISH_PREFIX = "/en"
LOCALES = ("zh", "en")
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}
_ENVIRON_KEY = "outreach.locale"

babel = Babel()


class LocalePrefix:
    """WSGI layer that moves ``/en`` from the path to the script name and notes the language."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        environ[_ENVIRON_KEY] = "zh"
        if path == ENGLISH_PREFIX:
            query = environ.get("QUERY_STRING", "")
            target = f"{ENGLISH_PREFIX}/?{query}" if query else f"{ENGLISH_PREFIX}/"
            start_response("308 Permanent Redirect", [("Location", target), ("Content-Length", "0")])
            return []
        if path.startswith(ENGLISH_PREFIX + "/"):
            environ[_ENVIRON_KEY] = "en"
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + ENGLISH_PREFIX
            environ["PATH_INFO"] = path[len(ENGLISH_PREFIX) :]
        return self.app(environ, start_response)


def select_locale() -> str:
    """Language of the request in hand; Chinese outside of requests."""
    return request.environ.get(_ENVIRON_KEY, "zh") if has_request_context() else "zh"


def is_english() -> bool:
    """Whether the page in hand is English. Asked hundreds of times a page, so requests do not go through Babel."""
    return (select_locale() if has_request_context() else str(get_locale())) == "en"


def language() -> str:
    """The language of the page in hand, also where a command or a test has set one."""
    return "en" if is_english() else "zh"


@cache
def _catalog(locale: str) -> NullTranslations:
    return Translations.load(TRANSLATIONS, [locale])


def translation(text: str, locale: str) -> str:
    """``text`` in a language. Chinese texts are their own translation."""
    return text if locale == "zh" else str(_catalog(locale).ugettext(text))


def translated(text: str) -> str:
    """``text`` in the language of the page."""
    return translation(text, language())


def lazy(text: str) -> LazyString:
    """``text`` in the language of whoever prints it; import it as ``_l``, the name that translations are read by."""
    return LazyString(translated, text)


def _translated_plural(one: str, many: str, number: int) -> str:
    return str(_catalog("en").ungettext(one, many, number)) if is_english() else many


def pick(chinese: str, english: str) -> str:
    """The right one of two stored wordings; Chinese where no English is recorded."""
    return english if english and is_english() else chinese


def other_language_path(path: str, locale: str) -> str:
    """``path`` (with query, without prefix) in ``locale``."""
    return ENGLISH_PREFIX + path if locale == "en" else path


def absolute_url(path: str) -> str:
    """Address for the outside, made from the configured public address and never from the request's Host."""
    return str(current_app.config["PUBLIC_URL"]).rstrip("/") + path


def compile_catalogs(folder: Path = TRANSLATIONS) -> list[Path]:
    """Write the binary catalogue of every translation that has none, or an older one. Returns what was written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        with source.open("rb") as po, draft.open("wb") as mo:
            write_mo(mo, read_po(po))
        draft.replace(target)
        written.append(target)
    return written


def _name_language(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = LANGUAGE_TAGS[select_locale()]
    return response


def init_app(app: Flask) -> None:
    compile_catalogs()
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    babel.init_app(app, locale_selector=select_locale)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        translated, _translated_plural, newstyle=True
    )
    app.after_request(_name_language)
    wsgi: Callable[..., Any] = app.wsgi_app
    app.wsgi_app = LocalePrefix(wsgi)  # type: ignore[method-assign]  # the documented way to add a WSGI layer
