"""H01: no other site can put a page of ours into a frame and lay something over it, told by what a browser renders."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from markupsafe import escape
from playwright.sync_api import Browser, BrowserContext, Page, Route
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from outreach import create_app
from outreach.config import Settings
from outreach.core.db import Base, db
from outreach.core.permissions import Role
from tests.servers import free_port
from tests.sites import close
from tests.staff import PASSWORD, staff_user

pytestmark = pytest.mark.browser

PATHS = ("/admin/inbox", "/admin/", "/feedback?kind=site", "/preferences")
#: Each of the two is enough for every browser of today.
HEADERS = {"x-frame-options", "content-security-policy"}


@dataclass(frozen=True)
class Framed:
    """A browser that is signed in, and what it shows of a page of ours inside a page from elsewhere."""

    context: BrowserContext
    url: str
    #: Another port is another origin, and still the same site: cookies go along, which is the worst case.
    elsewhere: str

    def headings(self, path: str, *, without: frozenset[str] = frozenset()) -> list[str]:
        """The headings that the frame renders when answers arrive ``without`` some headers."""

        def strip(route: Route) -> None:
            answer = route.fetch()
            kept = {name: value for name, value in answer.headers.items() if name not in without}
            route.fulfill(response=answer, headers=kept)

        page = self.context.new_page()
        try:
            if without:
                page.route(f"{self.url}{path}", strip)
            page.goto(f"{self.elsewhere}/?{urlencode({'frame': self.url + path})}", wait_until="load")
            return _headings(page)
        finally:
            page.close()


@Request.application
def bait(request: Request) -> Response:
    """A page of somebody else that frames what its address says."""
    source = f'<h1>Bait</h1><iframe src="{escape(request.args["frame"])}" width="900" height="700"></iframe>'
    return Response(source, content_type="text/html")


def serve(stack: ExitStack, app: Any, port: int) -> str:
    server = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stack.callback(server.server_close)
    stack.callback(server.shutdown)
    return f"http://127.0.0.1:{port}"


def _headings(page: Page) -> list[str]:
    (frame,) = page.main_frame.child_frames
    frame.wait_for_load_state()
    return [text.strip() for text in frame.locator("main h1").all_inner_texts()]


@pytest.fixture(scope="module")
def framed(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Framed]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    app = create_app(Settings(data_dir=str(tmp_path_factory.mktemp("framed")), public_url=url).checked())
    with app.app_context():
        Base.metadata.create_all(db.engine)
        staff_user(db.session, Role.EDITOR, login="clerk", name="李编辑")
        db.session.commit()
    with ExitStack() as stack:
        stack.callback(close, app)
        serve(stack, app, port)
        elsewhere = serve(stack, bait, free_port())
        context = stack.enter_context(chromium.new_context(base_url=url))
        page = context.new_page()
        page.goto("/admin/sign-in")
        page.fill("[name=login]", "clerk")
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url("**/admin/**")
        page.close()
        yield Framed(context, url, elsewhere)


@pytest.mark.parametrize("path", PATHS)
def test_h01_a_page_inside_another_site_s_page_shows_nothing(framed: Framed, path: str) -> None:
    assert framed.headings(path) == []


@pytest.mark.parametrize("path", PATHS)
def test_h01_without_the_headers_the_same_page_would_be_seen(framed: Framed, path: str) -> None:
    assert len(framed.headings(path, without=frozenset(HEADERS))) == 1


@pytest.mark.parametrize("header", sorted(HEADERS))
def test_h01_either_header_alone_is_enough(framed: Framed, header: str) -> None:
    assert framed.headings("/feedback?kind=site", without=frozenset(HEADERS - {header})) == []
