"""The outcome: one line per promise with what was seen, what was asked for, and PASS or FAIL; all figures as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Check:
    """One promise. ``seen`` must be at most (or, with ``is_minimum``, at least) ``target``."""

    label: str
    seen: float
    target: float
    unit: str = ""
    is_minimum: bool = False

    @property
    def is_kept(self) -> bool:
        return self.seen >= self.target if self.is_minimum else self.seen <= self.target

    def line(self) -> str:
        sign = "≥" if self.is_minimum else "≤"
        verdict = "PASS" if self.is_kept else "FAIL"
        return f"{verdict}  {self.label:<66} {self.seen:>10.3f} {sign} {self.target:g} {self.unit}".rstrip()


def print_table(title: str, headings: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """A plain table; numbers with three significant places, right-aligned."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(line[column]) for line in [list(headings), *cells]) for column in range(len(headings))]
    print(f"\n{title}")
    for line in [list(headings), *cells]:
        first, *rest = zip(line, widths, strict=True)
        print("  " + first[0].ljust(first[1]), *(text.rjust(width) for text, width in rest), sep="  ")


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.3f}" if abs(value) < 100 else f"{value:,.0f}"
    return str(value)


def finish(checks: list[Check], figures: dict[str, Any], file: Path) -> int:
    """Print all checks, write the figures; the exit code is 1 when a promise is not kept."""
    print("\nPromises")
    for check in checks:
        print("  " + check.line())
    figures["checks"] = [{"label": c.label, "seen": c.seen, "target": c.target, "kept": c.is_kept} for c in checks]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"\nAll figures: {file}")
    return 0 if all(check.is_kept for check in checks) else 1
