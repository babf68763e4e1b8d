"""Masked names and numbers for published lists. One function each, so that two lists never show other parts."""

from __future__ import annotations

import re
import unicodedata

_COMPOUND_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳司马上官诸葛东方皇甫尉迟公孙慕容令狐司徒夏侯长孙宇文独孤南宫端木轩辕西门百里呼延东郭",
    )
)


def masked_name(name: str) -> str:
    """张三丰 → 张**, 欧阳修 → 欧阳*, Alice Smith → A****; one star for each hidden character, at most five."""
    plain = "".join(unicodedata.normalize("NFC", name).split())
    if not plain:
        return ""
    shown = 2 if plain[:2] in _COMPOUND_SURNAMES and len(plain) > 2 else 1
    return plain[:shown] + "*" * min(max(len(plain) - shown, 1), 5 if shown == 1 else 4)


def masked_phone(phone: str) -> str:
    """13812345678 → 138****5678; anything else shows its last two digits at most."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    if len(digits) == 11:
        return f"{digits[:3]}****{digits[7:]}"
    return "*" * max(len(digits) - 2, 0) + digits[-2:] if len(digits) > 4 else "*" * len(digits)
