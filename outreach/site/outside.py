"""Other websites that pages may lead to, each with who runs it. Kept in ``content/outside.csv``."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from outreach.core.addresses import outside_host

CONTENT: Final = Path(__file__).parent.parent.parent / "content" / "outside.csv"


@dataclass(frozen=True, slots=True)
class OutsideSite:
    """One website: its host, its name and who runs it in both languages."""

    host: str
    name: str
    name_en: str
    operator: str
    operator_en: str


@cache
def outside_sites() -> Mapping[str, OutsideSite]:
    """All listed websites by host name."""
    with CONTENT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["host"]: OutsideSite(row["host"], row["name"], row["name_en"], row["operator"], row["operator_en"])
        for row in rows
    }


def find_outside_site(address: str) -> OutsideSite | None:
    """The listed website that ``address`` belongs to; None for addresses the site does not lead to."""
    return outside_sites().get(outside_host(address))
