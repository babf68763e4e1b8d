"""The catalogue of water-efficiency-labelled products, and certifications."""

from flask_babel import lazy_gettext as _l

from outreach.core.feature import Feature, NavItem
from outreach.labels import api, extension, public, views
from outreach.labels.cli import labels
from outreach.labels.demo.cli import demo
from outreach.labels.documents import DOCUMENTS

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
    home_panel=public.home_panel,
    examples=public.examples,
    sitemap=public.sitemap,
    sources=public.sources,
    feeds=((_l("水效标识登记变更"), "labels.changes"),),
    api=api.RESOURCES,
    init_app=extension.init_app,
)
