"""A participant in a browser: follows forms as they stand on the pages, checks every promise on the way. Not a test."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.markup import Node
from tests.pages import Page, Pages


class Visitor(Pages):
    """Somebody with a browser of their own, who keeps the cookie."""

    def __init__(self, app: Flask, slug: str = "water", prefix: str = "") -> None:
        super().__init__(app)
        self.slug, self.prefix = slug, prefix

    @property
    def root(self) -> str:
        return f"{self.prefix}/quiz/{self.slug}"

    def fields(self, form: Node) -> MultiDict[str, str]:
        """What the form would send as it stands."""
        found: MultiDict[str, str] = MultiDict()
        for node in form.all("input, select, textarea"):
            kind = node.get("type", "text") if node.tag == "input" else node.tag
            if kind in ("checkbox", "radio") and not node.has("checked"):
                continue
            if kind == "select":
                chosen = [one.get("value") for one in node.all("option[selected]")]
                found.add(node.get("name"), chosen[0] if chosen else "")
            elif kind == "textarea":
                found.add(node.get("name"), node.text)
            else:
                found.add(node.get("name"), node.get("value"))
        return found

    def send(self, page: Page, action: str, **values: Any) -> TestResponse:
        """Fill in the page's form with this address and send it."""
        form = next(one for one in page.all("form") if one.get("action").endswith(action))
        data = self.fields(form)
        for name, value in values.items():
            data.setlist(name, list(value) if isinstance(value, (list, tuple)) else [value])
        return self.client.post(form.get("action"), data=data)

    def join(self, **values: Any) -> Page:
        """Take part; the page with the recovery code."""
        page = self.get(f"{self.root}/join")
        filled = {"nickname": "爱节水的人", "age_band": "18-35", "county": "110101", "consents": "yes", **values}
        response = self.send(page, "/join", **filled)
        return self.check(f"{self.root}/join", response)

    def start(self) -> str:
        """A paper's address."""
        response = self.send(self.get(f"{self.root}/me"), "/start")
        assert response.status_code == 303, response.get_data(as_text=True)[:500]
        return str(response.headers["Location"])

    def paper(self) -> tuple[str, Page]:
        """Join, start, and look at the paper."""
        self.join()
        address = self.start()
        return address, self.get(address)

    def save(self, page: Page, answers: list[dict[str, Any]], **more: Any) -> TestResponse:
        """What the script of a paper sends."""
        root = page.one("#paper")
        headers = {"X-Token": root.get("data-token"), "Accept": "application/json", **more.pop("headers", {})}
        return self.client.post(root.get("data-save-url"), json={"answers": answers}, headers=headers)
