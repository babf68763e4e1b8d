"""The sources that ``flask labels import`` knows, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from outreach.labels.imports import au_energyrating, cn_waterlabel, outreach, us_energystar
from outreach.labels.imports.source import Source

SOURCES: Final[Mapping[str, Source]] = {
    module.SOURCE.name: module.SOURCE for module in (cn_waterlabel, us_energystar, au_energyrating, outreach)
}
