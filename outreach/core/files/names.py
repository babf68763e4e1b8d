"""Names of uploaded files: kept as people wrote them, without what could do harm."""

from __future__ import annotations

import re
import unicodedata

from outreach.core.files.types import ENDINGS, MediaType

LONGEST = 120
#: Names of devices on Windows, which no file may have.
_DEVICES = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")
_SIGNS = re.compile(r'[<>:"|?*%]')


def harmless_name(given: str, media_type: MediaType) -> str:
    """``given`` without folders, control and direction signs, at most ``LONGEST`` characters, with a fitting ending.

    >>> harmless_name("../../etc/passwd.exe", MediaType.PDF)
    'passwd.exe.pdf'
    """
    last = re.split(r"[/\\]", given.encode("utf-8", "replace").decode())[-1]
    shown = "".join(sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign)[0] != "C")
    name = " ".join(_SIGNS.sub("_", shown).split()).strip(". ")
    ending = next((one for one in ENDINGS[media_type] if name.lower().endswith(one)), "")
    stem = name[: len(name) - len(ending)].rstrip(". ")[:LONGEST] or "file"
    if _DEVICES.match(stem):
        stem = f"_{stem}"
    return stem + (ending or ENDINGS[media_type][0])
