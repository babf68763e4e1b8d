"""How checks and verdicts are called."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.inspection.rules.reading import Unread
from outreach.inspection.rules.verdicts import Verdict

TITLES: Final[dict[str, LazyString]] = {
    "home_update": _l("首页更新"),
    "stale_columns": _l("未及时更新的栏目"),
    "empty_columns": _l("空白栏目"),
    "reply_veto": _l("超过三个月未答复的来件"),
    "reply_simple": _l("超过五个工作日未答复的来件"),
    "dead_links": _l("站内失效链接"),
    "meta_tags": _l("缺少网页标签的页面"),
    "alternative_texts": _l("没有替代文字的图片"),
    "wrong_words": _l("错别字和不当用语"),
    "personal_data": _l("未脱敏的个人信息"),
    "outside_links": _l("没有提示的站外链接"),
    "footer_items": _l("页脚信息不全的页面"),
    "future_dates": _l("发布时间晚于当前时间的页面"),
    "slow_pages": _l("打开慢的页面"),
}
VERDICTS: Final[dict[Verdict, LazyString]] = {
    Verdict.PASSED: _l("合格"),
    Verdict.WARNED: _l("提醒"),
    Verdict.FAILED: _l("不合格"),
    Verdict.UNKNOWN: _l("尚未检查"),
}
PACES: Final[dict[str, LazyString]] = {
    "news": _l("动态、要闻类：两周"),
    "notices": _l("通知、政策类：六个月"),
    "none": _l("不计时"),
}
NUMBERS: Final[dict[str, LazyString]] = {
    "mobile": _l("手机号码"),
    "identity": _l("身份证号码"),
    "bank-card": _l("银行卡号"),
}

UNREAD: Final[dict[Unread | None, LazyString | str]] = {
    Unread.BROKEN: _l("文件已损坏"),
    Unread.LOCKED: _l("文件有密码"),
    Unread.LONG: _l("文件太大或页数太多"),
    Unread.SLOW: _l("读取超时"),
    Unread.PICTURES: _l("只有图片，没有文字（如扫描件）"),
    Unread.CLOSED: _l("不支持的文件格式"),
    None: "",
}


def detail_words(code: str, detail: str | int | None) -> str:
    """What is wrong at one place, as the page says it."""
    if code == "columns":
        return _("没有内容") if detail is None else _("已有 %(n)s 天没有更新", n=detail)
    if code == "letters":
        return _("已等待 %(n)s 天", n=detail)
    text = str(detail)
    if code == "personal_data":
        kind, _colon, number = text.partition(": ")
        return f"{NUMBERS.get(kind, kind)} {number}"
    return text
