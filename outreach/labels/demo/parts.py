"""What the demonstration catalogue is made of: the files of ``content/demo`` as plain values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

#: Stands before every fictional name, so that nobody takes one for a company.
MARK: Final = "示例·"
FILES: Final = ("makers.toml", "series.toml", "papers.toml")
FOREIGN_LINE: Final = "foreign"


@dataclass(frozen=True, slots=True)
class FictionalMaker:
    """An invented company with its brand. ``line`` is what it makes; ``weight`` how often it occurs."""

    stem: str
    latin: str
    line: str
    trade: str
    weight: int

    @property
    def is_foreign(self) -> bool:
        return self.line == FOREIGN_LINE

    @property
    def name(self) -> str:
        return f"{MARK}{self.stem} Appliances" if self.is_foreign else f"{MARK}{self.stem}{self.trade}有限公司"

    @property
    def brand(self) -> str:
        return f"{MARK}{self.stem} {self.latin}".strip()


@dataclass(frozen=True, slots=True)
class Kind:
    """A subtype (empty: the category as such) with product names and, by metric, how far figures reach."""

    subtype: str
    weight: int
    names: tuple[str, ...]
    spans: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Series:
    """``count`` products of one edition, announced between two days. ``again``: an edition whose models come back."""

    edition: str
    again: str
    line: str
    letters: str
    count: int
    first_on: date
    last_on: date
    weights: tuple[int, ...]
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that ``content/demo`` says. ``digest`` changes when any of it does."""

    seed: str
    as_of_on: date
    makers: tuple[FictionalMaker, ...]
    series: tuple[Series, ...]
    certificates: Mapping[str, Any]
    spot_checks: Mapping[str, Any]
    digest: str


def read_parts(folder: Path) -> Parts:
    """Read the three files. A missing key is a ``KeyError``: the files belong to the code."""
    texts = [(folder / name).read_bytes() for name in FILES]
    makers, series, papers = (tomllib.loads(text.decode()) for text in texts)
    return Parts(
        seed=series["seed"],
        as_of_on=series["as_of_on"],
        makers=tuple(FictionalMaker(**row, trade=makers["trades"].get(row["line"], "")) for row in makers["maker"]),
        series=tuple(_series(row) for row in series["series"]),
        certificates=papers["certificates"],
        spot_checks=papers["spot_checks"],
        digest=sha256(b"".join(texts)).hexdigest(),
    )


def _series(row: Mapping[str, Any]) -> Series:
    given = {"again": "", **row, "weights": tuple(row["weights"]), "kinds": tuple(_kind(one) for one in row["kinds"])}
    return Series(**given)


def _kind(row: Mapping[str, Any]) -> Kind:
    spans = {metric: (float(low), float(high)) for metric, (low, high) in row["spans"].items()}
    return Kind(row["subtype"], row["weight"], tuple(row["names"]), spans)
