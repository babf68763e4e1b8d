"""The style sheets as data: tokens of each mode, and how strongly two colours contrast."""

from __future__ import annotations

import re
from pathlib import Path

CSS = Path(__file__).parent.parent.parent / "static" / "css"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

#: Selectors whose blocks apply in each mode, later ones over earlier ones.
MODES = {
    "light": (":root",),
    "dark": (":root", ':root[data-theme="dark"]'),
    "elder light": (":root", ':root[data-view="elder"]'),
    "elder dark": (":root", ':root[data-theme="dark"]', ':root[data-view="elder"]'),
    "print": (":root", ":root[data-theme][data-view]"),
}


def source(name: str) -> str:
    return COMMENT.sub("", (CSS / name).read_text(encoding="utf-8"))


def block(selector: str) -> dict[str, str]:
    """Tokens that the first block of exactly this selector sets."""
    match = re.search(rf"(?:^|\}}|\{{)\s*{re.escape(selector)}\s*\{{([^{{}}]*)\}}", source("tokens.css"))
    assert match, f"no block {selector}"
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", match[1]))


def tokens(mode: str) -> dict[str, str]:
    """All tokens of a mode, references to other tokens resolved."""
    found: dict[str, str] = {}
    for selector in MODES[mode]:
        found |= block(selector)
    while any(value.startswith("var(") for value in found.values()):
        found = {name: found[value[6:-1]] if value.startswith("var(") else value for name, value in found.items()}
    return found


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two ``#rrggbb`` colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
