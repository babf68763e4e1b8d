"""What the addresses of lists say: the filters that are set, and the page. Anything senseless counts as not given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, Final

LAST_PAGE: Final = 100_000
#: Nine digits fit every integer column.
MOST_DIGITS: Final = 9


def whole(text: str) -> int | None:
    """``text`` as a whole number of at most nine plain digits; None for anything else."""
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= MOST_DIGITS else None


def parse_page(args: Mapping[str, str]) -> int:
    """The page that the address asks for, counted from 1."""
    return min(max(whole(args.get("page", "")) or 1, 1), LAST_PAGE)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list shows: subclasses name its filters, whose defaults ask for nothing."""

    def as_args(self, **changes: Any) -> dict[str, Any]:
        """What is asked for, as arguments of an address; ``changes`` replace fields, or add arguments."""
        usual = {field.name: field.default for field in fields(self)}
        given = {name: getattr(self, name) for name in usual} | changes
        is_asked = {name: value not in ("", None, False, usual.get(name)) for name, value in given.items()}
        return {name: _in_address(value) for name, value in given.items() if is_asked[name]}


def _in_address(value: Any) -> Any:
    if value is True:
        return 1
    return value.value if isinstance(value, Enum) else value
