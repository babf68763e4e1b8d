"""Home, sitemaps, display settings and the pages that belong to no subject."""

from flask_babel import lazy_gettext as _l

from outreach.core.feature import Feature, NavItem
from outreach.site.sitemap import own_pages
from outreach.site.views import blueprint

feature = Feature(
    "site",
    blueprint=blueprint,
    nav=(NavItem(_l("首页"), "site.home", order=0), NavItem(_l("数据来源"), "site.freshness", order=80)),
    sitemap=own_pages,
)
