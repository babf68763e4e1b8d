"""The words for states, sources and columns of the registry. Each exists once; pages, feeds and cards share them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Flask
from flask_babel.speaklater import LazyString

from outreach.core.i18n import lazy as _l
from outreach.core.i18n import pick
from outreach.labels.models import Certainty, CertificateStatus, RegistrationStatus, RuleRole, SpotCheckResult
from outreach.labels.queries.registry import STATUS_NAMES

#: What a state means for the reader.
STATUS_MEANINGS: Final[Mapping[RegistrationStatus, LazyString]] = {
    RegistrationStatus.LISTED: _l("登记在最近一次收录的名录中。"),
    RegistrationStatus.SUPERSEDED: _l("同一企业的同一型号按同一标准有了更新的备案，请以新备案为准。"),
    RegistrationStatus.DELISTED: _l("最近一次收录的名录中已经没有这个备案号。原因未公布，购买前请到官方查询页核对。"),
    RegistrationStatus.EXPIRED: _l("登记的有效期已过，未见续期。"),
    RegistrationStatus.SUSPENDED: _l("登记已被暂停，恢复之前请勿作为购买依据。"),
    RegistrationStatus.WITHDRAWN: _l("登记已被撤销，请勿作为购买依据。"),
}
#: Icon beside the word, so that a state is never told by colour alone.
STATUS_ICONS: Final[Mapping[RegistrationStatus, str]] = {
    RegistrationStatus.LISTED: "check",
    RegistrationStatus.SUPERSEDED: "arrow_right",
    RegistrationStatus.DELISTED: "notice_warning",
    RegistrationStatus.EXPIRED: "clock",
    RegistrationStatus.SUSPENDED: "notice_warning",
    RegistrationStatus.WITHDRAWN: "close",
}
#: Steps that are no change of state; those go by the state's own word.
EVENTS: Final[Mapping[str, LazyString]] = {
    "announced": _l("公告"),
    "updated": _l("登记内容变更"),
    "listed": _l("列入名录"),
    "relisted": _l("重新列入名录"),
}
#: What an event says has changed; figures go by their metric's own name.
FIELDS: Final[Mapping[str, LazyString]] = {
    "edition": _l("依据标准"),
    "subtype": _l("子类型"),
    "maker": _l("生产者"),
    "brand": _l("品牌"),
    "product_name": _l("产品名称"),
    "model": _l("规格型号"),
    "declared_grade": _l("登记等级"),
    "computed_grade": _l("按登记数值计算的等级"),
    "announced_on": _l("公告日期"),
}
CERTIFICATE_STATUSES: Final[Mapping[CertificateStatus, LazyString]] = {
    CertificateStatus.VALID: _l("有效"),
    CertificateStatus.SUSPENDED: _l("暂停"),
    CertificateStatus.WITHDRAWN: _l("撤销"),
    CertificateStatus.CANCELLED: _l("注销"),
    CertificateStatus.EXPIRED: _l("过期"),
}
CERTIFICATE_ICONS: Final[Mapping[CertificateStatus, str]] = {
    CertificateStatus.VALID: "check",
    CertificateStatus.SUSPENDED: "notice_warning",
    CertificateStatus.WITHDRAWN: "close",
    CertificateStatus.CANCELLED: "close",
    CertificateStatus.EXPIRED: "clock",
}
SPOT_CHECKS: Final[Mapping[SpotCheckResult, LazyString]] = {
    SpotCheckResult.PASSED: _l("合格"),
    SpotCheckResult.FAILED: _l("不合格"),
}
#: Why a recorded figure is 「待核实」.
CERTAINTIES: Final[Mapping[Certainty, LazyString | str]] = {
    Certainty.SOURCED: "",
    Certainty.DATA: _l("由实际备案数据归纳，未见标准原文"),
    Certainty.DATA_INFERRED: _l("由实际备案数据推断，未见标准原文"),
    Certainty.RECALLED: _l("未见可引用的来源"),
    Certainty.DISPUTED: _l("不同来源说法不一"),
}
#: What a limit means beside being the edge of a grade.
ROLES: Final[Mapping[RuleRole, LazyString]] = {
    RuleRole.GRADE: _l("等级界限"),
    RuleRole.LIMIT: _l("限定值（市场准入线）"),
    RuleRole.EVALUATION: _l("节水评价值"),
}
SOURCES: Final[Mapping[str, LazyString]] = {
    "cn-waterlabel": _l("中国水效标识备案公告"),
    "us-energystar": _l("美国能源之星产品名录"),
    "au-energyrating": _l("澳大利亚能效标识产品名录"),
    "outreach": _l("本站格式的登记文件"),
    "demo": _l("演示数据"),
}
FACETS: Final[Mapping[str, LazyString]] = {
    "categories": _l("产品类别"),
    "grades": _l("水效等级"),
    "makers": _l("生产者"),
    "brands": _l("品牌"),
    "editions": _l("依据标准"),
    "statuses": _l("状态"),
    "years": _l("公告年份"),
    "schemes": _l("标识制度"),
}
SORTS: Final[Mapping[str, LazyString]] = {
    "relevance": _l("相关度"),
    "grade": _l("水效等级"),
    "water": _l("用水量"),
    "date": _l("公告日期"),
    "model": _l("型号"),
}


def status_word(status: str) -> str:
    """A registration's state in the language of the page."""
    return pick(*STATUS_NAMES[RegistrationStatus(status)])


def status_icon(status: str) -> str:
    return STATUS_ICONS[RegistrationStatus(status)]


def status_meaning(status: str) -> str:
    """What a state means for the reader."""
    return str(STATUS_MEANINGS[RegistrationStatus(status)])


def certainty_reason(mark: str) -> str:
    """Why a recorded figure is 「待核实」; empty for a sourced one."""
    return str(CERTAINTIES[Certainty(mark)])


def role_word(role: str) -> str:
    """What a limit means."""
    return str(ROLES[RuleRole(role)])


def plain(value: float) -> str:
    """A limit as standards print it: no more digits than it has."""
    return str(int(value)) if value == int(value) else str(round(value, 6))


def event_word(kind: str) -> str:
    """A step in a registration's life, such as its announcement or the state that began."""
    return str(EVENTS[kind]) if kind in EVENTS else status_word(kind)


def certificate_word(status: str) -> str:
    """A certificate's state."""
    return str(CERTIFICATE_STATUSES[CertificateStatus(status)])


def certificate_icon(status: str) -> str:
    return CERTIFICATE_ICONS[CertificateStatus(status)]


def spot_check_word(result: str) -> str:
    """The outcome of a spot check."""
    return str(SPOT_CHECKS[SpotCheckResult(result)])


def source_name(source: str) -> str:
    """What a register is called in the language of the page; its own code where it has no name."""
    return str(SOURCES.get(source, source))


def init_app(app: Flask) -> None:
    """Give templates the words as filters of the same names."""
    states = (status_word, status_icon, status_meaning, event_word, certificate_word, certificate_icon, spot_check_word)
    for word in (*states, certainty_reason, role_word, plain, source_name):
        app.jinja_env.filters[word.__name__] = word
