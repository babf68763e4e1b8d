"""Accounts of the staff: signing in, one's own account, and who may do what."""

from flask_babel import lazy_gettext as _l

from outreach.accounts import views
from outreach.accounts.cli import accounts
from outreach.core.feature import AdminItem, Feature, Section
from outreach.core.permissions import Permission

feature = Feature(
    "accounts",
    blueprint=views.blueprint,
    cli=(accounts,),
    admin=(
        AdminItem(_l("账号与权限"), "accounts.accounts", Permission.ACCOUNTS_MANAGE, order=10, section=Section.SYSTEM),
        AdminItem(_l("我的账号"), "accounts.account", Permission.STAFF_SELF, order=900, section=Section.SYSTEM),
    ),
    init_app=views.request.init_app,
)
