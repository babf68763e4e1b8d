"""Which source texts are addresses that a page may lead to."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_PLAIN: Final = re.compile(r"[!-~]+")


def is_web_address(text: str) -> bool:
    """True for ``https://www.example.cn/…``: a named host without user, password or port. Bare numbers of machines
    are no sources that anybody answers for.
    """
    if not text.startswith(("http://", "https://")) or not _PLAIN.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    return bool(_HOST.fullmatch(host)) and port is None and "@" not in parts.netloc
