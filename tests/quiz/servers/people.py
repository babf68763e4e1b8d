"""Participants over real sockets: they read pages as text and send what the forms and scripts of the pages send."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.servers import Answer, LiveServer

_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_QUESTION = re.compile(r'<fieldset class="quiz-question"[^>]*data-position="(\d+)" data-kind="([a-z_]+)"')
_OPTION = re.compile(r'<(?:input type="(?:radio|checkbox)" id="q[^>]*|option )value="([^"]+)"')
_CODE = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}")


@dataclass(slots=True)
class Person:
    """Somebody's browser in one contest."""

    slug: str
    cookie: str = ""
    token: str = ""
    code: str = ""
    address: str = ""
    #: By position the values that the paper offers, in its order.
    offered: dict[int, tuple[str, list[str]]] = field(default_factory=dict)

    def ask(self, server: LiveServer, method: str, path: str, **content: Any) -> Answer:
        """One request with the cookie; ``json`` or ``form``."""
        headers, body = self._content(**content)
        return server.ask(method, path, headers, body)

    def _content(self, *, json_: Any = None, form: dict[str, str] | None = None) -> tuple[dict[str, str], bytes | None]:
        headers = {"Cookie": f"quiz={self.cookie}", "X-Token": self.token}
        if json_ is not None:
            return headers | {"Content-Type": "application/json", "Accept": "application/json"}, json.dumps(
                json_
            ).encode()
        if form is not None:
            return headers | {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(form).encode()
        return headers, None

    def start(self, server: LiveServer) -> Answer:
        """Press the button."""
        return self.ask(server, "POST", f"/quiz/{self.slug}/start", form={"token": self.token})

    def open_paper(self, server: LiveServer) -> None:
        """Start, and read the paper."""
        answer = self.start(server)
        assert answer.status == 303, answer.text[:500]
        self.address = answer.headers["Location"]
        page = self.ask(server, "GET", self.address).text
        parts = _QUESTION.split(page)
        for position, kind, body in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            self.offered[int(position)] = (kind, list(dict.fromkeys(_OPTION.findall(body))))
        assert len(self.offered) == 10

    def answer_to(self, position: int, number: int = 0) -> list[str]:
        """An answer that the paper takes; another one for another ``number``."""
        kind, options = self.offered[position]
        if kind == "fill_in":
            return [str(number)]
        turn = number % len(options)
        return options[turn:] + options[:turn] if kind == "ordering" else [options[turn]]

    def save(self, server: LiveServer, position: int, sequence: int) -> Answer:
        """What the paper's script sends after a change."""
        value = self.answer_to(position, sequence)
        batch = {"answers": [{"position": position, "sequence": sequence, "value": value}]}
        return self.ask(server, "POST", f"{self.address}/answers", json_=batch)

    def submit(self, server: LiveServer) -> Answer:
        return self.ask(server, "POST", f"{self.address}/submit", json_={})

    def submit_and_leave(self, server: LiveServer) -> None:
        """Send the same, and close the socket before the answer."""
        headers, body = self._content(json_={})
        assert body is not None
        lines = [f"POST {self.address}/submit HTTP/1.1", f"Host: {server.host}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)


def join(server: LiveServer, slug: str) -> Person:
    """Take part, over the form."""
    person = Person(slug)
    page = server.get(f"/quiz/{slug}/join").text
    form = {name: _value(page, name) for name in ("token", "consent_version")}
    form |= {"nickname": "爱节水的人", "age_band": "18-35", "county": "110101", "consents": "yes"}
    answer = person.ask(server, "POST", f"/quiz/{slug}/join", form=form)
    assert answer.status == 200, answer.text[:2000]
    code = _CODE.search(answer.text)
    assert code is not None
    person.code = code[0]
    return _at_home(server, person, answer)


def come_back(server: LiveServer, slug: str, code: str) -> Person:
    """Another browser of the same person, with the recovery code."""
    person = Person(slug, code=code)
    page = server.get(f"/quiz/{slug}/return").text
    answer = person.ask(server, "POST", f"/quiz/{slug}/return", form={"token": _value(page, "token"), "code": code})
    assert answer.status == 303, answer.text[:2000]
    return _at_home(server, person, answer)


def _at_home(server: LiveServer, person: Person, answer: Answer) -> Person:
    """Keep the cookie, and read the token of the participant's forms."""
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("quiz=")
    person.cookie = cookie.removeprefix("quiz=").partition(";")[0]
    found = _TOKEN.search(person.ask(server, "GET", f"/quiz/{person.slug}/me").text)
    assert found is not None
    person.token = found[1]
    return person


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]
