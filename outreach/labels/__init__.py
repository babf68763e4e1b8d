"""The catalogue of water-efficiency-labelled products, and certifications."""

from flask_babel import lazy_gettext as _l

from outreach.core.db import db
from outreach.core.feature import AdminItem, Feature, HeaderSearch, NavItem, Section
from outreach.core.permissions import Permission
from outreach.labels import api, extension, public, views
from outreach.labels.admin import editing, imports, makers, previews, record, registrations, states, tasks, undoing
from outreach.labels.admin.kinds import KINDS
from outreach.labels.cli import labels
from outreach.labels.demo.cli import demo
from outreach.labels.documents import DOCUMENTS
from outreach.labels.inbox_kinds import KINDS as INBOX_KINDS
from outreach.labels.inspections import INSPECTIONS
from outreach.labels.queries.drafts import count_not_looked_at

__all__ = ["editing", "feature", "imports", "makers", "previews", "record", "registrations", "states", "undoing"]

feature = Feature(
    "labels",
    blueprint=views.blueprint,
    cli=(labels, demo),
    documents=DOCUMENTS,
    nav=(
        NavItem(_l("水效标识产品"), "labels.catalogue", order=10),
        NavItem(_l("水效标准"), "labels.standards", order=20),
        NavItem(_l("节水产品认证"), "labels.certificates", order=30),
    ),
    header_search=HeaderSearch(
        "labels.catalogue", "labels.suggest", _l("搜索水效标识产品"), _l("产品、品牌、型号或备案号")
    ),
    home_panel=public.home_panel,
    examples=public.examples,
    sitemap=public.sitemap,
    sources=public.sources,
    feeds=((_l("水效标识登记变更"), "labels.changes"),),
    api=api.RESOURCES,
    init_app=extension.init_app,
    admin=(
        AdminItem(
            _l("水效登记"), "labels.admin_registrations", Permission.LABELS_VIEW, order=10, section=Section.REGISTRY
        ),
        AdminItem(
            _l("名录导入"),
            "labels.admin_imports",
            Permission.LABELS_VIEW,
            order=20,
            section=Section.REGISTRY,
            badge=lambda staff: count_not_looked_at(db.session) if staff.may(Permission.LABELS_IMPORT) else 0,
        ),
        AdminItem(_l("生产者"), "labels.admin_makers", Permission.LABELS_VIEW, order=30, section=Section.REGISTRY),
    ),
    review_kinds=KINDS,
    jobs={tasks.PREVIEW: tasks.preview, tasks.IMPORT: tasks.import_draft, tasks.UNDO: tasks.undo},
    inspections=INSPECTIONS,
    inbox_kinds=INBOX_KINDS,
)
