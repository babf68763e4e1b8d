"""Which addresses a visitor may be sent to."""

from __future__ import annotations

import unicodedata
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 2048


def _is_odd(character: str) -> bool:
    """Whether browsers could drop the character, or read it as another one: controls, blanks, backslashes."""
    return character in " \\" or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")


def is_own_path(address: str) -> bool:
    """Whether ``address`` is a path of this site however a browser reads it: ``/x`` yes; ``//x``, ``/\\x`` no."""
    if not address.startswith("/") or address.startswith("//") or len(address) > LONGEST:
        return False
    return not any(_is_odd(character) for character in address)


def outside_host(address: str) -> str:
    """Host name of a plain ``https`` address without user or port; empty for anything else."""
    if len(address) > LONGEST or not address.isascii() or any(_is_odd(character) for character in address):
        return ""
    try:
        parts = urlsplit(address)
        is_plain = parts.scheme == "https" and parts.netloc == parts.hostname and parts.port is None
    except ValueError:
        return ""
    return parts.hostname or "" if is_plain else ""
