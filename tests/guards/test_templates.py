"""Templates, style sheets, scripts: where files stand, nothing inline or from outside, every word translatable."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.guards.modules import ROOT
from tests.promises.content import COLUMN_TYPE

TEMPLATES = ROOT / "outreach" / "templates"
FOLDERS = (TEMPLATES, ROOT / "static")
#: Files that hold text; pictures and fonts are left out.
TEXTS = frozenset({".html", ".xml", ".atom", ".txt", ".svg", ".css", ".js"})
#: Folders whose files hold one macro each, named like the file.
MACROS = ("components", "charts")
#: Folders of templates that belong to no slice.
SHARED = frozenset({"components", "charts", "icons", "errors"})
#: Page templates that no endpoint is named after, with the reason.
EXTRA_PAGES = {
    "counties/unit_missing.html": "what the page of a county answers for an unknown code",
    "admin/access.html": "what any staff view answers before it shows personal data",
    "admin/layout.html": "the frame of staff pages",
    "labels/product_missing.html": "what the product page answers for an unknown number",
    "labels/product_retired.html": "what it answers for a number whose import was taken back",
    "quiz/refused.html": "what any call of the contest that is refused is answered with",
    "quiz/result.html": "an attempt's address once the attempt is closed",
}
#: Hosts that may be named, with the reason; nothing is fetched from them.
HOSTS = {
    "www.w3.org": "names of XML vocabularies",
    "schema.org": "vocabulary of the data blocks",
    "www.sitemaps.org": "name of an XML vocabulary",
}
#: Chinese words outside of ``_()``, with the reason; column types are fixed words of the government rules besides.
CHINESE_AS_IS = {"中文": "the link to the Chinese pages is Chinese everywhere"}
#: Templates with Chinese as it is, with the reason.
CHINESE_FILES = {
    "site/styleguide.html": "seen by developers only",
    "counties/_search_help.html": "examples of what visitors type",
    "site/_styleguide_staff.html": "seen by developers only",
    "labels/_search_help.html": "examples of what visitors type",
}

_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
_WORDING = re.compile(
    r"""\b(?:_|_l|ngettext|gettext|pgettext)\(\s*(?:"[^"]*"|'[^']*')(?:\s*,\s*(?:"[^"]*"|'[^']*'))?"""
)
_TRANS = re.compile(r"\{%-?\s*trans\b.*?\{%-?\s*endtrans", re.DOTALL)
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
#: Links that show a notice before one leaves the site; the view has its own list of allowed hosts.
_LEAVING = re.compile(r"""url_for\(["']site\.leaving["'][^)]*\)""")
_HOST = re.compile(r"""(?:https?:)?//([a-z0-9.-]+\.[a-z]{2,})""", re.IGNORECASE)
_INLINE = re.compile(
    r"""\s(?:style|on[a-z]+)\s*=\s*["']|<style\b|<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)|javascript:"""
)


def nothing_inline(path: Path, source: str) -> Iterator[str]:
    if path.suffix in (".html", ".svg"):
        yield from (match.group() for match in _INLINE.finditer(_COMMENT.sub("", source)))


def no_foreign_hosts(path: Path, source: str) -> Iterator[str]:
    text = _LEAVING.sub("", re.sub(r"/\*.*?\*/", "", _COMMENT.sub("", source), flags=re.DOTALL))
    yield from (match.group() for match in _HOST.finditer(text) if match[1].lower() not in HOSTS)


def every_word_is_translatable(path: Path, source: str) -> Iterator[str]:
    if "templates" not in path.parts or any(str(path).endswith(name) for name in CHINESE_FILES):
        return
    text = _TRANS.sub("", _WORDING.sub("", _COMMENT.sub("", source)))
    yield from (
        word for word in _CHINESE.findall(text) if word not in CHINESE_AS_IS and not COLUMN_TYPE.fullmatch(word)
    )


Rule = Callable[[Path, str], Iterator[str]]
#: Each rule with a file that breaks it.
RULES: tuple[tuple[Rule, str, str], ...] = (
    (nothing_inline, "a.html", '<p style="color: red">'),
    (nothing_inline, "a.html", "<button onclick='go()'>"),
    (nothing_inline, "a.html", "<script>alert(1)</script>"),
    (nothing_inline, "a.svg", "<style>path { fill: red }</style>"),
    (no_foreign_hosts, "a.css", "src: url(//fonts.example.com/a.woff2)"),
    (no_foreign_hosts, "a.js", 'fetch("https://api.example.com/")'),
    (every_word_is_translatable, "templates/a.html", "<p>节水</p>"),
    (every_word_is_translatable, "templates/a.html", '{{ _("节水") }} {{ field("节水") }}'),
)


def texts() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in folder.rglob("*") if path.suffix in TEXTS)


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _name, _source in RULES), ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    breaches = {
        str(path.relative_to(ROOT)): found
        for path in texts()
        if (found := list(rule(path.relative_to(ROOT), path.read_text(encoding="utf-8"))))
    }
    assert breaches == {}


@pytest.mark.parametrize(("rule", "name", "source"), RULES)
def test_a_breach_of_the_rule_is_seen(rule: Rule, name: str, source: str) -> None:
    assert list(rule(Path(name), source))


@pytest.mark.parametrize("folder", MACROS)
def test_a_component_file_holds_the_macro_of_its_name(folder: str) -> None:
    files = sorted((TEMPLATES / folder).glob("*.html"))
    assert files
    macros = {path.name: re.findall(r"\{%-?\s*macro\s+(\w+)", path.read_text(encoding="utf-8")) for path in files}
    # meta.html holds the two kinds of government tags side by side; private macros begin with an underscore.
    odd = {
        name: found
        for name, found in macros.items()
        if name != "meta.html" and [one for one in found if not one.startswith("_")] != [name.removesuffix(".html")]
    }
    assert odd == {}


def test_page_templates_are_named_after_their_endpoint(demo_app: Flask) -> None:
    endpoints = {endpoint.replace(".", "/", 1) + ".html" for endpoint in demo_app.view_functions}
    pages = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.glob("*/*.html")
        if path.parent.name not in SHARED and not path.name.startswith("_")
    }
    assert pages - endpoints == set(EXTRA_PAGES)


def test_every_template_is_used() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*") if path.suffix in TEXTS}
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "outreach").rglob("*.py"))
    for path in sources:
        name = str(path.relative_to(TEMPLATES))
        if path.parent.name == "icons":
            continue
        users = [other for other, text in sources.items() if other != path and name in text]
        assert users or name in code, f"{name} is used nowhere"
