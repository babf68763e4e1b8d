"""How figures and dates are printed. Each wording exists once; templates reach them as filters of the same names."""

from __future__ import annotations

import re
from datetime import date, datetime

from babel.dates import format_date
from flask import Flask
from markupsafe import Markup

from outreach.core.clock import CHINA
from outreach.core.i18n import is_english

#: Between a figure and its unit: narrow, and no line breaks there.
THIN_SPACE = "\u202f"
MINUS = "\u2212"
#: Stands where nothing is recorded; never a zero.
NOTHING = "—"

#: Characters that XML 1.0 does not know.
_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


def quantity(value: float | None, decimals: int = 0, unit: str = "") -> str:
    """A measured figure with its unit: ``4.50 L``, ``1,223 kWh``, ``65%``; a dash when there is none."""
    if value is None:
        return NOTHING
    figure = f"{value:,.{decimals}f}".replace("-", MINUS)
    if not unit:
        return figure
    return figure + unit if unit == "%" else figure + THIN_SPACE + unit


def count(value: int | None) -> str:
    """A whole number with thousands marks: ``100,000``."""
    return NOTHING if value is None else f"{value:,}".replace("-", MINUS)


def day(value: date | None) -> str:
    """``2026年5月19日``, in English ``19 May 2026``."""
    if value is None:
        return NOTHING
    if is_english():
        return str(format_date(value, "d MMMM y", locale="en"))
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None) -> str:
    """``YYYY-MM-DD HH:MM`` on China's clock, the form that rules for government sites ask for."""
    return NOTHING if value is None else value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def as_printed(text: str) -> str:
    """Words of a register as they stand; on an English page they are marked as Chinese, for voices and fonts."""
    if text and is_english() and _CHINESE.search(text):
        return Markup('<span lang="zh-CN">{}</span>').format(text)
    return text


def xml_text(text: str) -> str:
    """``text`` without the characters that no XML document may hold."""
    return _UNWRITABLE.sub("\ufffd", text)


def init_app(app: Flask) -> None:
    for wording in (quantity, count, day, moment, as_printed, xml_text):
        app.jinja_env.filters[wording.__name__] = wording
