"""How checks and verdicts are called."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

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
