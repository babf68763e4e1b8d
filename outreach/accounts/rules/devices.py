"""What a browser is called, as far as it says so: enough to recognise one's own devices, never to decide anything."""

from __future__ import annotations

from typing import Final

#: Word in what the browser sends → name; the first that fits counts, since later ones pose as earlier ones.
BROWSERS: Final = (
    ("MicroMessenger", "WeChat"),
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("QQBrowser", "QQ Browser"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
#: So much of an unknown name is shown.
LONGEST: Final = 40


def device(agent: str) -> str:
    """``Firefox · Windows``; the beginning of the name itself when neither is known."""
    found = [next((name for word, name in table if word in agent), "") for table in (BROWSERS, SYSTEMS)]
    return " · ".join(name for name in found if name) or agent[:LONGEST] or "—"
