"""The sentences of remarks, for reports, the import's record and pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.core.tables import quoted
from outreach.labels.imports.rows import Remark, RemarkCode

#: What each remark is about, in a few words.
LABELS: Final[Mapping[RemarkCode, LazyString]] = {
    RemarkCode.BLANKS_CLEANED: _l("去掉多余空白"),
    RemarkCode.LINE_BREAK_CLEANED: _l("去掉单元格内的换行"),
    RemarkCode.WIDTH_CLEANED: _l("全角字符转为半角"),
    RemarkCode.POINT_RESTORED: _l("补回小数点"),
    RemarkCode.DATE_FROM_SERIAL: _l("日期由序列号换算"),
    RemarkCode.NO_VALUE: _l("占位符视为没有数值"),
    RemarkCode.GRADE_DIFFERS: _l("标注等级与计算等级不一致"),
    RemarkCode.GRADE_OUTSIDE: _l("测量值达不到最低等级"),
    RemarkCode.SUPERSEDED: _l("同一型号已有更新的备案"),
    RemarkCode.DUPLICATE_MERGED: _l("重复的行已合并"),
    RemarkCode.NUMBER_DATE_DIFFERS: _l("备案号中的日期与公告日期不同"),
    RemarkCode.NUMBER_RULE_DIFFERS: _l("备案号中的实施规则与标准版本不同"),
    RemarkCode.CATEGORY_DIFFERS: _l("产品类型与标准不符"),
    RemarkCode.TEST_RECORD: _l("测试记录"),
    RemarkCode.NUMBER_MISSING: _l("没有备案号"),
    RemarkCode.NUMBER_MALFORMED: _l("备案号格式不对"),
    RemarkCode.NUMBER_REPEATED: _l("备案号在文件中重复"),
    RemarkCode.TEXT_MISSING: _l("缺少必填内容"),
    RemarkCode.TEXT_TOO_LONG: _l("文字太长"),
    RemarkCode.TEXT_UNREADABLE: _l("含有无法识别的字符"),
    RemarkCode.VALUE_WRONG: _l("不是数值"),
    RemarkCode.VALUE_OUT_OF_RANGE: _l("数值超出范围"),
    RemarkCode.DATE_WRONG: _l("日期不对"),
    RemarkCode.GRADE_UNKNOWN: _l("没有这个等级"),
    RemarkCode.STANDARD_UNKNOWN: _l("没有收录这个标准"),
    RemarkCode.CODE_UNKNOWN: _l("代码不存在"),
    RemarkCode.MODEL_PLACEHOLDER: _l("型号不是产品型号"),
    RemarkCode.CELLS_BEYOND: _l("表头之外还有内容"),
    RemarkCode.DEMO_MIXED: _l("演示数据与真实数据混在一起"),
}

_SENTENCES: Final[Mapping[RemarkCode, LazyString]] = {
    RemarkCode.BLANKS_CLEANED: _l("去掉了多余空白，原文「%(value)s」。"),
    RemarkCode.LINE_BREAK_CLEANED: _l("去掉了单元格内的换行，保留「%(detail)s」。"),
    RemarkCode.WIDTH_CLEANED: _l("「%(value)s」按半角读作 %(detail)s。"),
    RemarkCode.POINT_RESTORED: _l("「%(value)s」缺小数点，读作 %(detail)s；原文已保留。"),
    RemarkCode.DATE_FROM_SERIAL: _l("「%(value)s」是表格软件的日期序列号，读作 %(detail)s。"),
    RemarkCode.NO_VALUE: _l("「%(value)s」视为没有数值。"),
    RemarkCode.GRADE_DIFFERS: _l("标注 %(value)s 级，按测量值计算为 %(detail)s 级。"),
    RemarkCode.GRADE_OUTSIDE: _l("标注 %(value)s 级，测量值达不到最低等级的限定值。"),
    RemarkCode.SUPERSEDED: _l("同一企业的同一型号按同一标准有更新的备案 %(detail)s。"),
    RemarkCode.DUPLICATE_MERGED: _l("与前面的行内容完全相同，已合并。"),
    RemarkCode.NUMBER_DATE_DIFFERS: _l("公告日期是 %(value)s，备案号中的日期是 %(detail)s。"),
    RemarkCode.NUMBER_RULE_DIFFERS: _l("备案号中的实施规则是 %(value)s，该标准版本对应 %(detail)s。"),
    RemarkCode.CATEGORY_DIFFERS: _l("产品类型是「%(value)s」，该标准适用于%(detail)s。"),
    RemarkCode.TEST_RECORD: _l("是备案系统的测试记录，不是产品备案：%(detail)s。"),
    RemarkCode.NUMBER_MISSING: _l("没有备案号。"),
    RemarkCode.NUMBER_MALFORMED: _l("「%(value)s」不是备案号。"),
    RemarkCode.NUMBER_REPEATED: _l("「%(value)s」在文件中已经出现过，而且内容不同。"),
    RemarkCode.TEXT_MISSING: _l("这一列不能为空。"),
    RemarkCode.TEXT_TOO_LONG: _l("文字超过 %(detail)s 个字符。"),
    RemarkCode.TEXT_UNREADABLE: _l("含有控制字符或损坏的字符：「%(value)s」。"),
    RemarkCode.VALUE_WRONG: _l("「%(value)s」不是数值。"),
    RemarkCode.VALUE_OUT_OF_RANGE: _l("「%(value)s」超出合理范围。"),
    RemarkCode.DATE_WRONG: _l("「%(value)s」不是日期。"),
    RemarkCode.GRADE_UNKNOWN: _l("「%(value)s」不是该标准的等级。"),
    RemarkCode.STANDARD_UNKNOWN: _l("没有收录标准「%(value)s」。"),
    RemarkCode.CODE_UNKNOWN: _l("「%(value)s」不在可用的代码之内。"),
    RemarkCode.MODEL_PLACEHOLDER: _l("「%(value)s」不是产品型号。"),
    RemarkCode.CELLS_BEYOND: _l("表头之外还有内容「%(value)s」。"),
    RemarkCode.DEMO_MIXED: _l("演示数据和真实数据不能放在同一个文件里。"),
}


def describe(remark: Remark) -> str:
    """The remark as a sentence in the language of the moment."""
    return str(_SENTENCES[remark.code]) % {"value": quoted(remark.value), "detail": quoted(remark.detail)}
