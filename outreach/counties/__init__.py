"""The registry of counties that reach the standard of a water-saving society, with their history."""

from flask_babel import lazy_gettext as _l

from outreach.core.feature import AdminItem, Feature, HeaderSearch, NavItem, Section
from outreach.core.permissions import Permission
from outreach.counties import api, extension, public, views
from outreach.counties.admin import imports, names, officer, previews, tasks, undoing, units
from outreach.counties.admin.kinds import KINDS
from outreach.counties.cli import counties
from outreach.counties.inbox_kinds import KINDS as INBOX_KINDS
from outreach.counties.inspections import INSPECTIONS

__all__ = ["feature", "imports", "names", "officer", "previews", "undoing", "units"]

feature = Feature(
    "counties",
    blueprint=views.blueprint,
    cli=(counties,),
    nav=(NavItem(_l("县域节水型社会"), "counties.registry", order=40),),
    header_search=HeaderSearch(
        "counties.registry", "counties.suggest", _l("搜索县（区）"), _l("县（区）名称、拼音或区划代码")
    ),
    home_panel=public.home_panel,
    sitemap=public.sitemap,
    sources=public.sources,
    feeds=((_l("县域节水型社会达标命名与变更"), "counties.changes"),),
    api=api.RESOURCES,
    init_app=extension.init_app,
    admin=(
        AdminItem(
            _l("我的县（区）"), "counties.own", Permission.COUNTIES_OWN, 10, Section.REGISTRY, badge=officer.badge
        ),
        AdminItem(_l("县域登记"), "counties.admin_units", Permission.COUNTIES_VIEW, 40, Section.REGISTRY),
        AdminItem(
            _l("待核对名称"), "counties.admin_names", Permission.COUNTIES_VIEW, 50, Section.REGISTRY, badge=names.badge
        ),
        AdminItem(_l("名单导入"), "counties.admin_imports", Permission.COUNTIES_VIEW, 60, Section.REGISTRY),
    ),
    review_kinds=KINDS,
    jobs={tasks.PREVIEW: tasks.preview, tasks.IMPORT: tasks.import_draft},
    inspections=INSPECTIONS,
    inbox_kinds=INBOX_KINDS,
)
