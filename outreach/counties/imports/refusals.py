"""The sentences for decisions that cannot be, and the line that shows a review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.core.tables import quoted
from outreach.counties.actions import decisions
from outreach.counties.imports.remarks import LABELS
from outreach.counties.imports.rows import RemarkCode
from outreach.counties.models import CountyUnit, NameReview, ReviewState, Stage
from outreach.counties.rules.states import TransitionImpossible
from outreach.counties.wording import STAGES, STATES

REVIEW_STATES: Final[Mapping[ReviewState, LazyString]] = {
    ReviewState.OPEN: _l("待核对"),
    ReviewState.ASSIGNED: _l("已认定"),
    ReviewState.DISMISSED: _l("已排除"),
}


def decision_sentence(refusal: Exception) -> str:
    """Why a decision was not taken."""
    text = quoted(str(refusal))
    match refusal:
        case TransitionImpossible():
            state, stage = str(STATES[refusal.state]), str(STAGES[Stage(refusal.stage)])
            return _("按记录的日期，单位当时是「%(state)s」，不能接着「%(stage)s」。", state=state, stage=stage)
        case decisions.UnitUnknown():
            return _("没有单位「%(text)s」，或它分成了几个单位。", text=text)
        case decisions.ReviewUnknown():
            return _("没有核对单 %(text)s。", text=text)
        case decisions.ReviewClosed():
            return _("这张核对单已经处理过。")
        case decisions.BatchUnknown():
            return _("没有第 %(text)s 批，请先载入或导入这一批。", text=text)
        case _:
            return _("这个单位在这一批已有命名。")


def review_line(review: NameReview, province: str, candidates: Sequence[CountyUnit]) -> str:
    """One review on one line: its number, what the list says, why it waits, who may be meant."""
    parsed = review.parsed
    places = [(unit.prefecture.name if unit.prefecture else "") + unit.name + " " + unit.slug for unit in candidates]
    return _(
        "%(id)d  第 %(batch)s 批  %(province)s「%(name)s」  %(reason)s  候选：%(candidates)s  %(state)s",
        id=review.id,
        batch=parsed["batch"],
        province=province,
        name=quoted(str(parsed["name"])),
        reason=str(LABELS[RemarkCode(review.reason)]),
        candidates="、".join(places) or _("无"),
        state=str(REVIEW_STATES[review.state]),
    )
