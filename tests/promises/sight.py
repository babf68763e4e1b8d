"""One fetched page as the promises look at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlsplit

from tests.markup import Node


@dataclass(frozen=True)
class Sight:
    """One fetched page: where it was asked for, what came back, and the site's own host names."""

    path: str
    status: int
    root: Node
    errors: list[str]
    own_hosts: frozenset[str]

    @cached_property
    def typed(self) -> list[str]:
        """The visitor's own words in the address, longest first: a page may repeat them as they are."""
        values = [value for _name, value in parse_qsl(urlsplit(self.path).query)]
        words = {*values, *(word for value in values for word in value.split())}
        return sorted((word for word in words if len(word) > 1), key=len, reverse=True)

    def own_words(self, text: str) -> str:
        """``text`` without what the visitor typed."""
        for words in self.typed:
            text = text.replace(words, "")
        return text

    @property
    def is_english(self) -> bool:
        return self.path.split("?")[0].rstrip("/") == "/en" or self.path.startswith("/en/")

    @property
    def is_error(self) -> bool:
        return self.status >= 400

    def meta(self, name: str) -> list[str]:
        return [node.get("content").strip() for node in self.root.all(f'meta[name="{name}"]')]

    @property
    def ids(self) -> list[str]:
        return [node.get("id") for node in self.root.walk() if node.has("id")]
