"""What a person types for one step of the procedure, read and checked."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask_babel import gettext as _

from outreach.counties.actions.decisions import NewStep
from outreach.counties.imports.batch_lists import ADDRESS_LENGTH, TEXT_LENGTH, is_unreadable
from outreach.counties.models import Stage
from outreach.counties.rules.dates import DateUnreadable, PrintedDate, first_day, parse_date
from outreach.counties.rules.sources import is_web_address

NOTE_LENGTH: Final = 2000


class StepFaulty(Exception):
    """What was typed cannot be recorded; the message says why."""


def parse_step(
    stage: str, printed: str, document: str, source: str, batch: int | None, note: str, *, today: date
) -> NewStep:
    """The step. Raises ``StepFaulty``."""
    document, source, note = (" ".join(text.split()) for text in (document, source, note))
    for text, limit in ((document, TEXT_LENGTH), (source, ADDRESS_LENGTH), (note, NOTE_LENGTH)):
        if len(text) > limit or is_unreadable(text):
            raise StepFaulty(_("文字太长，或含有无法识别的字符。"))
    if not (document or source):
        raise StepFaulty(_("文号和来源至少要填一个。"))
    if (stage == Stage.DESIGNATED) != (batch is not None):
        raise StepFaulty(_("命名要有批次，其他步骤没有批次。"))
    is_address = is_web_address(source)
    if not is_address and len(source) > TEXT_LENGTH:
        raise StepFaulty(_("文字太长，或含有无法识别的字符。"))
    return NewStep(
        stage=Stage(stage),
        printed=_date(printed, today),
        document=document,
        source_name="" if is_address else source,
        source_url=source if is_address else "",
        note=note,
        batch=batch,
    )


def _date(text: str, today: date) -> PrintedDate:
    try:
        printed = parse_date(text)
    except DateUnreadable as error:
        raise StepFaulty(_("「%(text)s」不是日期。", text=text[:40])) from error
    begin = first_day(printed.on, printed.precision)
    if begin is not None and begin > today:
        raise StepFaulty(_("「%(text)s」还没有到。", text=text[:40]))
    return printed
