"""Promises of the pages behind the sign-in. Each function yields the faults it finds."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.promises.sight import Sight

#: Forms that are sent before there is a session; that they come from our own pages is checked all the same.
WITHOUT_SESSION = ("/admin/sign-in", "/admin/invitations/")


def forms_carry_the_token(sight: Sight) -> Iterator[str]:
    for form in sight.root.all("form"):
        action = form.get("action")
        if not action:
            yield f"form without action: {form}"
        path = urlsplit(action).path.removeprefix("/en")
        is_early = path == WITHOUT_SESSION[0] or path.startswith(WITHOUT_SESSION[1])
        if form.get("method", "get").lower() == "post" and not is_early and not _token(form.all('input[name="token"]')):
            yield f"form without a token: {form}"


def _token(fields: list[object]) -> str:
    return fields[0].get("value") if fields else ""  # type: ignore[attr-defined]  # nodes of tests.markup


def no_search_engine_keeps_it(sight: Sight) -> Iterator[str]:
    if not any("noindex" in words for words in sight.meta("robots")):
        yield "no robots noindex"


def the_other_language_is_linked(sight: Sight) -> Iterator[str]:
    other = "zh-CN" if sight.is_english else "en"
    if not sight.root.all(f'a[hreflang="{other}"]'):
        yield f"no link to the page in {other}"
