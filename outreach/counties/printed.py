"""Dates and numbers of batches as they are printed in each language, with no more than is known."""

from __future__ import annotations

from datetime import date
from typing import Final

from babel.dates import format_date
from flask_babel import gettext as _

from outreach.core.formats import day
from outreach.core.i18n import is_english
from outreach.counties.models import DatePrecision

#: Batches are numbered in Chinese up to ten.
NUMERALS: Final = "零一二三四五六七八九十"


def dated(on: date | None, precision: str) -> str:
    """A date with no more than is known of it: ``2020年12月1日``, ``2020年12月``, ``2019年``, or that it is unknown."""
    if on is None or precision == DatePrecision.UNKNOWN:
        return _("日期未查到")
    if precision == DatePrecision.DAY:
        return day(on)
    if is_english():
        return str(format_date(on, "y" if precision == DatePrecision.YEAR else "MMMM y", locale="en"))
    return f"{on.year}年" if precision == DatePrecision.YEAR else f"{on.year}年{on.month}月"


def batch_word(number: int) -> str:
    """A batch as papers call it: ``第一批``, in English ``Batch 1``."""
    written = NUMERALS[number] if number < len(NUMERALS) and not is_english() else str(number)
    return _("第%(number)s批", number=written)
