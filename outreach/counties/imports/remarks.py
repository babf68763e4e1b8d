"""The sentences of remarks on rows of batch lists, for reports and the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.core.tables import quoted
from outreach.counties.imports.rows import Outcome, Remark, RemarkCode

OUTCOMES: Final[Mapping[Outcome, LazyString]] = {
    Outcome.ADDED: _l("新增命名"),
    Outcome.KNOWN: _l("已有"),
    Outcome.REVIEW: _l("待人工核对"),
    Outcome.REFUSED: _l("拒绝"),
}

#: What each remark is about, in a few words.
LABELS: Final[Mapping[RemarkCode, LazyString]] = {
    RemarkCode.BLANKS_CLEANED: _l("去掉名称中的空白"),
    RemarkCode.WIDTH_CLEANED: _l("全角字符转为半角"),
    RemarkCode.TRADITIONAL: _l("繁体字按简体识别"),
    RemarkCode.PREFIX: _l("名称带有省或市的前缀"),
    RemarkCode.FORMER_NAME: _l("使用了旧名称"),
    RemarkCode.CONVERTED: _l("县已改为区或市"),
    RemarkCode.NO_CODE: _l("没有行政区划代码的单位"),
    RemarkCode.ENDED: _l("单位已撤销"),
    RemarkCode.DATE_OF_BATCH: _l("日期取自批次"),
    RemarkCode.DATE_FINER: _l("日期比批次的更详细"),
    RemarkCode.BATCH_CREATED: _l("新的批次"),
    RemarkCode.AMBIGUOUS: _l("可能指几个单位"),
    RemarkCode.UNKNOWN_NAME: _l("没有这个名称"),
    RemarkCode.ENDED_BEFORE: _l("命名时单位已撤销"),
    RemarkCode.DISMISSED: _l("以前已核对并排除"),
    RemarkCode.ASSIGNED: _l("以前已核对并认定"),
    RemarkCode.WRONG_PROVINCE: _l("省份不对"),
    RemarkCode.PROVINCE_MISSING: _l("没有省份"),
    RemarkCode.PROVINCE_UNKNOWN: _l("没有这个省份"),
    RemarkCode.BATCH_MISSING: _l("没有批次"),
    RemarkCode.BATCH_WRONG: _l("批次不对"),
    RemarkCode.DATE_MISSING: _l("没有公告日期"),
    RemarkCode.DATE_WRONG: _l("日期不对"),
    RemarkCode.DATE_CONTRADICTS: _l("日期与批次矛盾"),
    RemarkCode.DATE_IN_FUTURE: _l("日期在将来"),
    RemarkCode.NAME_MISSING: _l("没有名称"),
    RemarkCode.SOURCE_MISSING: _l("没有文号也没有来源"),
    RemarkCode.DUPLICATE: _l("与前面的行重复"),
    RemarkCode.ALREADY_NAMED: _l("已在别的批次命名"),
    RemarkCode.TEXT_TOO_LONG: _l("文字太长"),
    RemarkCode.TEXT_UNREADABLE: _l("含有无法识别的字符"),
    RemarkCode.CELLS_BEYOND: _l("表头之外还有内容"),
}

_SENTENCES: Final[Mapping[RemarkCode, LazyString]] = {
    RemarkCode.BLANKS_CLEANED: _l("去掉了空白，原文「%(value)s」。"),
    RemarkCode.WIDTH_CLEANED: _l("「%(value)s」按半角读作 %(detail)s。"),
    RemarkCode.TRADITIONAL: _l("「%(value)s」按简体认作 %(detail)s。"),
    RemarkCode.PREFIX: _l("「%(value)s」去掉前缀认作 %(detail)s。"),
    RemarkCode.FORMER_NAME: _l("「%(value)s」是旧名称，现为 %(detail)s。"),
    RemarkCode.CONVERTED: _l("「%(value)s」已改设，现为 %(detail)s。"),
    RemarkCode.NO_CODE: _l("%(detail)s 没有县级行政区划代码。"),
    RemarkCode.ENDED: _l("%(detail)s 后来撤销，命名记在原单位。"),
    RemarkCode.DATE_OF_BATCH: _l("没有公告日期，按批次的日期记录。"),
    RemarkCode.DATE_FINER: _l("公告日期 %(value)s 比批次已有的 %(detail)s 更详细。"),
    RemarkCode.BATCH_CREATED: _l("第 %(value)s 批是新的批次，公布数未知。"),
    RemarkCode.AMBIGUOUS: _l("「%(value)s」可能指几个单位，请从候选中选定。"),
    RemarkCode.UNKNOWN_NAME: _l("该省没有「%(value)s」，请核对名称。"),
    RemarkCode.ENDED_BEFORE: _l("「%(value)s」在公告日期之前已撤销，请核对。"),
    RemarkCode.DISMISSED: _l("核对单 %(value)s 已排除这一行。"),
    RemarkCode.ASSIGNED: _l("按核对单 %(value)s 的认定记录。"),
    RemarkCode.WRONG_PROVINCE: _l("「%(value)s」不在所填的省，而在：%(detail)s。"),
    RemarkCode.PROVINCE_MISSING: _l("没有填省份。"),
    RemarkCode.PROVINCE_UNKNOWN: _l("「%(value)s」不是省、自治区或直辖市。"),
    RemarkCode.BATCH_MISSING: _l("没有填批次。"),
    RemarkCode.BATCH_WRONG: _l("「%(value)s」不是批次。"),
    RemarkCode.DATE_MISSING: _l("新批次要有公告日期。"),
    RemarkCode.DATE_WRONG: _l("「%(value)s」不是日期。"),
    RemarkCode.DATE_CONTRADICTS: _l("「%(value)s」与批次的日期 %(detail)s 矛盾。"),
    RemarkCode.DATE_IN_FUTURE: _l("「%(value)s」还没有到。"),
    RemarkCode.NAME_MISSING: _l("没有填名称。"),
    RemarkCode.SOURCE_MISSING: _l("文号和来源至少要填一个。"),
    RemarkCode.DUPLICATE: _l("「%(value)s」与第 %(detail)s 行重复。"),
    RemarkCode.ALREADY_NAMED: _l("「%(value)s」已在第 %(detail)s 批命名，仍然有效。"),
    RemarkCode.TEXT_TOO_LONG: _l("文字超过 %(detail)s 个字符。"),
    RemarkCode.TEXT_UNREADABLE: _l("「%(value)s」含有无法识别的字符。"),
    RemarkCode.CELLS_BEYOND: _l("表头之外还有内容「%(value)s」。"),
}


def describe(remark: Remark) -> str:
    """The remark as a sentence in the language of the moment."""
    return str(_SENTENCES[remark.code]) % {"value": quoted(remark.value), "detail": quoted(remark.detail)}
