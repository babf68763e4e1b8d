"""The words for states, steps, batches and dates of the registry. Each exists once; pages and files share them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.counties.models import Certainty, ChangeKind, Region, Stage
from outreach.counties.printed import batch_word, dated
from outreach.counties.queries.snapshot import EventItem
from outreach.counties.rules.states import UnitState

STATES: Final[Mapping[UnitState, LazyString]] = {
    UnitState.UNLISTED: _l("未收录，以公告为准"),
    UnitState.APPLIED: _l("已申报"),
    UnitState.PREFILED: _l("已预审备案"),
    UnitState.REVIEWED: _l("已审核认定"),
    UnitState.DESIGNATED: _l("已命名"),
    UnitState.KEPT: _l("复核通过"),
    UnitState.RECHECKING: _l("复核中"),
    UnitState.RECTIFYING: _l("限期整改"),
    UnitState.CANCELLED: _l("已取消命名"),
}
#: What a state means for the reader.
STATE_MEANINGS: Final[Mapping[UnitState, LazyString]] = {
    UnitState.UNLISTED: _l(
        "本站还没有收录这个县（区）的公告。没有记录不等于没有达标：已公布的名单本站只收录了一部分，以水利部公告为准。"
    ),
    UnitState.APPLIED: _l("县（区）已提出建设申报，还没有命名。"),
    UnitState.PREFILED: _l("申报已通过预审并备案，还没有命名。"),
    UnitState.REVIEWED: _l("省级已完成审核认定，还没有由水利部命名。"),
    UnitState.DESIGNATED: _l("已由水利部公布为节水型社会建设达标县（区）。"),
    UnitState.KEPT: _l("命名之后通过了复核，继续保持达标县（区）称号。"),
    UnitState.RECHECKING: _l("正在复核。结果公布之前，命名仍然有效。"),
    UnitState.RECTIFYING: _l("复核要求限期整改。取消之前，命名仍然有效。"),
    UnitState.CANCELLED: _l("命名已被取消。"),
}
#: Icon beside the word, so that a state is never told by colour alone.
STATE_ICONS: Final[Mapping[UnitState, str]] = {
    UnitState.UNLISTED: "unlisted",
    UnitState.APPLIED: "document",
    UnitState.PREFILED: "document",
    UnitState.REVIEWED: "document",
    UnitState.DESIGNATED: "check",
    UnitState.KEPT: "shield",
    UnitState.RECHECKING: "clock",
    UnitState.RECTIFYING: "notice_warning",
    UnitState.CANCELLED: "close",
}
#: Class of each state in the style sheet.
STATE_TONES: Final[Mapping[UnitState, str]] = {
    UnitState.UNLISTED: "none",
    UnitState.APPLIED: "open",
    UnitState.PREFILED: "open",
    UnitState.REVIEWED: "open",
    UnitState.DESIGNATED: "good",
    UnitState.KEPT: "good",
    UnitState.RECHECKING: "over",
    UnitState.RECTIFYING: "over",
    UnitState.CANCELLED: "bad",
}
STAGES: Final[Mapping[Stage, LazyString]] = {
    Stage.APPLIED: _l("建设申报"),
    Stage.PREFILED: _l("预审备案"),
    Stage.REVIEWED: _l("审核认定"),
    Stage.DESIGNATED: _l("公布命名"),
    Stage.RECHECKED: _l("开始复核"),
    Stage.KEPT: _l("复核通过，保持命名"),
    Stage.RECTIFYING: _l("限期整改"),
    Stage.CANCELLED: _l("取消命名"),
}
CHANGES: Final[Mapping[ChangeKind, LazyString]] = {
    ChangeKind.CREATED: _l("设立"),
    ChangeKind.RENAMED: _l("更名"),
    ChangeKind.CONVERTED: _l("撤县设区（市）"),
    ChangeKind.MERGED: _l("合并"),
    ChangeKind.SPLIT: _l("拆分"),
    ChangeKind.ABOLISHED: _l("撤销"),
}
REGIONS: Final[Mapping[Region, LazyString]] = {Region.NORTH: _l("北方"), Region.SOUTH: _l("南方")}
CERTAINTIES: Final[Mapping[Certainty, LazyString | str]] = {
    Certainty.SOURCED: "",
    Certainty.SINGLE_SOURCE: _l("只有一个来源"),
    Certainty.RECALLED: _l("未见可引用的来源"),
}
#: What a correction of a unit's own fields is called.
EDITS: Final[Mapping[str, LazyString]] = {
    "name_en": _l("更正英文名称"),
    "note": _l("更正备注"),
    "note_en": _l("更正英文备注"),
    "certainty": _l("更正可信程度"),
}
FACETS: Final[Mapping[str, LazyString]] = {
    "states": _l("状态"),
    "regions": _l("北方 / 南方（待核实）"),
    "batches": _l("命名批次"),
    "years": _l("命名年份"),
    "provinces": _l("省份"),
}
SORTS: Final[Mapping[str, LazyString]] = {
    "code": _l("区划代码"),
    "name": _l("名称拼音"),
    "date": _l("最近命名"),
    "batch": _l("批次"),
}


def state_word(state: str) -> str:
    """A unit's state in the language of the page."""
    return str(STATES[UnitState(state)])


def state_icon(state: str) -> str:
    return STATE_ICONS[UnitState(state)]


def state_tone(state: str) -> str:
    return STATE_TONES[UnitState(state)]


def state_meaning(state: str) -> str:
    """What a state means for the reader."""
    return str(STATE_MEANINGS[UnitState(state)])


def stage_word(stage: str) -> str:
    """A step of the procedure."""
    return str(STAGES[Stage(stage)])


def change_word(kind: str) -> str:
    """What happened to a division."""
    return str(CHANGES[ChangeKind(kind)])


def region_word(region: str) -> str:
    """North or south."""
    return str(REGIONS[Region(region)])


def county_certainty(mark: str) -> str:
    """Why a recorded fact is 「待核实」; empty for a sourced one."""
    return str(CERTAINTIES[Certainty(mark)])


def edit_word(field: str) -> str:
    """A correction of one of a unit's fields."""
    return str(EDITS.get(field, field))


def event_word(event: EventItem) -> str:
    """A step with its batch where it is a naming."""
    word = stage_word(event.stage)
    return f"{batch_word(event.batch.number)} · {word}" if event.batch else word


def is_official(address: str) -> bool:
    """Whether an address is on a Chinese government's own website, which pages may link to without a notice (G22)."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and (parts.hostname or "").endswith(".gov.cn") and "@" not in parts.netloc


def init_app(app: Flask) -> None:
    """Give templates the words as filters of the same names."""
    words = (state_word, state_icon, state_tone, state_meaning, stage_word, change_word, region_word)
    for word in (*words, county_certainty, batch_word, dated, is_official):
        app.jinja_env.filters[word.__name__] = word
