"""Numbers as plain text, the same everywhere: in tables that are read and in exports that are written."""

from __future__ import annotations

from decimal import Decimal


def plain_number(value: float) -> str:
    """``value`` without exponent, without a needless ``.0``, and exactly as precise as it is."""
    return format(Decimal(repr(value)), "f").removesuffix(".0")
