"""Beginnings of answers that staff choose from: ``content/inbox/templates.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

CONTENT: Final = Path(__file__).parent.parent.parent / "content" / "inbox" / "templates.toml"
PLACEHOLDERS: Final = ("number", "kind", "subject", "due", "today")


@dataclass(frozen=True, slots=True)
class Template:
    """One beginning, in both languages. ``kinds`` empty: for letters of every kind."""

    code: str
    title: str
    title_en: str
    kinds: frozenset[str]
    text: str
    text_en: str

    def fits(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds

    def filled(self, values: Mapping[str, str], *, is_english: bool) -> str:
        """The text with its placeholders replaced; braces in the values are left as they are."""
        text = self.text_en if is_english else self.text
        parts = text.split("{")
        filled = [parts[0], *(_replaced(part, values) for part in parts[1:])]
        return "".join(filled).strip()


def _replaced(part: str, values: Mapping[str, str]) -> str:
    """``part`` begins behind an opening brace."""
    name, brace, rest = part.partition("}")
    return values[name] + rest if brace and name in values else "{" + part


@cache
def templates() -> Mapping[str, Template]:
    """Every beginning by its code, in the order of the file."""
    found = tomllib.loads(CONTENT.read_text(encoding="utf-8"))["template"]
    return {
        one["code"]: Template(
            one["code"],
            one["title"],
            one["title_en"],
            frozenset(one["kinds"]),
            one["text"].strip(),
            one["text_en"].strip(),
        )
        for one in found
    }
