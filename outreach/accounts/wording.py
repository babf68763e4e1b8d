"""How faults of forms and states of accounts are said."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from outreach.accounts.forms import Faults, FormFault
from outreach.accounts.rules.passwords import PasswordFault

FAULTS: Final[dict[FormFault | PasswordFault, LazyString]] = {
    PasswordFault.TOO_SHORT: _l("密码至少 12 个字符。可以用几个不相关的词连成一句。"),
    PasswordFault.TOO_LONG: _l("密码最多 128 个字符。"),
    PasswordFault.KNOWN: _l("这个密码太常见，别人很容易猜到。请换一个。"),
    PasswordFault.CONTAINS_LOGIN: _l("密码里不能有登录名。"),
    PasswordFault.SAME_AS_BEFORE: _l("新密码不能与现在的密码相同。"),
    FormFault.NAME_MISSING: _l("请填写姓名。"),
    FormFault.NAME_LONG: _l("姓名最多 100 个字符。"),
    FormFault.LOGIN_BAD: _l("登录名为 3 至 64 个小写字母、数字、点或横线，以字母或数字开头。"),
    FormFault.LOGIN_TAKEN: _l("这个登录名已经有人使用。"),
    FormFault.ROLES_MISSING: _l("请至少选择一个角色。"),
    FormFault.ROLES_NOT_SEPARATED: _l("系统管理员、安全管理员和审计员不能与其他角色由同一人担任。"),
    FormFault.COUNTIES_MISSING: _l("县级联络员要有至少一个县。"),
    FormFault.COUNTIES_BAD: _l("请填写县的代码，用空格或换行隔开。"),
    FormFault.COUNTIES_UNKNOWN: _l("登记里没有这样的县（区），请核对代码。曾用代码要换成现在的。"),
    FormFault.REPEATED_DIFFERS: _l("两次输入的密码不一样。"),
    FormFault.PASSWORD_WRONG: _l("密码不正确，或尝试次数太多。请稍等再试。"),
    FormFault.CODE_WRONG: _l("验证码不正确、已经用过，或尝试次数太多。请等下一个验证码再试。"),
}
STATES: Final[dict[str, LazyString]] = {
    "active": _l("正常"),
    "no-factor": _l("无第二因素"),
    "invited": _l("待接受邀请"),
    "disabled": _l("已停用"),
}


def said(faults: Faults) -> dict[str, str]:
    """The faults of a form by the field that they stand at."""
    return {name: str(FAULTS[fault]) for name, fault in faults.items()}
