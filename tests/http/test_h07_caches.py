"""H07: no cache, ours included, shows one visitor what was made for another."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.servers import Answer, LiveServer

pytestmark = pytest.mark.xdist_group("live_server")

ELDER = "view=elder.dark"
PAGES = ("/", "/labels/", "/labels/?q=%E9%A9%AC%E6%A1%B6", "/about", "/labels/standards/", "/en/labels/", "/nothing")


@dataclass
class SharedCache:
    """A proxy between visitors: keeps what it may, apart by the request headers that ``Vary`` names."""

    server: LiveServer
    kept: dict[tuple[str, ...], Answer] = field(default_factory=dict)
    vary: dict[str, list[str]] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        key = (path, *(headers.get(name.replace("-", "_").title(), "") for name in self.vary.get(path, [])))
        if path in self.vary and key in self.kept:
            return self.kept[key]
        answer = self.server.get(path, **headers)
        policy = answer.headers["Cache-Control"]
        if "no-store" not in policy and "private" not in policy:
            self.vary[path] = [name.strip() for name in answer.headers.get("Vary", "").split(",") if name.strip()]
            key = (path, *(headers.get(name.replace("-", "_").title(), "") for name in self.vary[path]))
            self.kept[key] = answer
        return answer


@pytest.mark.parametrize("path", PAGES)
def test_h07_visitors_with_and_without_a_cookie_get_their_own_page(live_server: LiveServer, path: str) -> None:
    for cache in (SharedCache(live_server), live_server):
        for _round in range(2):
            assert 'data-view="normal"' in cache.get(path).text
            assert 'data-view="elder"' in cache.get(path, Cookie=ELDER).text
            assert 'data-theme="dark"' in cache.get(path, Cookie=ELDER).text
            assert 'data-theme="light"' in cache.get(path, Cookie="view=normal.light").text


@pytest.mark.parametrize("path", PAGES)
def test_h07_a_kept_page_sets_no_cookie_and_names_what_it_depends_on(live_server: LiveServer, path: str) -> None:
    for headers in ({}, {"Cookie": ELDER}, {"Accept_Encoding": "br"}):
        answer = live_server.get(path, **headers)
        assert "Set-Cookie" not in answer.headers
        if "public" in answer.headers["Cache-Control"]:
            assert {"Cookie", "Accept-Encoding"} <= {name.strip() for name in answer.headers["Vary"].split(",")}


def test_h07_a_tag_belongs_to_one_representation(live_server: LiveServer) -> None:
    plain, elder = live_server.get("/labels/"), live_server.get("/labels/", Cookie=ELDER)
    packed, english = live_server.get("/labels/", Accept_Encoding="br"), live_server.get("/en/labels/")
    assert len({answer.headers["ETag"] for answer in (plain, elder, packed, english)}) == 4
    assert live_server.get("/labels/", If_None_Match=plain.headers["ETag"]).status == 304
    assert live_server.get("/labels/", If_None_Match=plain.headers["ETag"], Cookie=ELDER).status == 200
    assert live_server.get("/en/labels/", If_None_Match=plain.headers["ETag"]).status == 200


def test_h07_what_is_about_one_visitor_is_not_kept(live_server: LiveServer) -> None:
    for path in ("/preferences", "/preferences?view=elder", "/metrics", "/healthz", "/readyz", "/nothing"):
        assert "no-store" in live_server.get(path).headers["Cache-Control"], path


@pytest.mark.parametrize("path", ["/preferences/x.css", "/preferences.css", "/about/x.css", "/preferences;x.css"])
def test_h07_a_page_does_not_answer_under_the_name_of_a_file(live_server: LiveServer, path: str) -> None:
    assert live_server.get(path, Cookie=ELDER).status == 404


@pytest.mark.parametrize("argument", ["utm_source=x", "q=%00", "a=<script>probe</script>", "Q=%E9%A9%AC", "q=a&q=b"])
def test_h07_odd_arguments_stay_with_the_one_who_sent_them(live_server: LiveServer, argument: str) -> None:
    live_server.get(f"/labels/?{argument}")
    assert "probe" not in live_server.get("/labels/").text
