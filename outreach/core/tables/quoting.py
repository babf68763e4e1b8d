"""How a cell is quoted inside a sentence."""

from __future__ import annotations

from typing import Final

#: Longest quotation, in characters.
QUOTE_LENGTH: Final = 60


def quoted(text: str, longest: int = QUOTE_LENGTH) -> str:
    """``text`` on one line, without control characters, at most ``longest`` characters."""
    shown = "".join(character if character.isprintable() else "␣" for character in text)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"
