"""The registry of counties that reach the standard of a water-saving society, with their history."""

from flask_babel import lazy_gettext as _l

from outreach.core.feature import Feature, NavItem
from outreach.counties import api, extension, public, views
from outreach.counties.cli import counties

feature = Feature(
    "counties",
    blueprint=views.blueprint,
    cli=(counties,),
    nav=(NavItem(_l("县域节水型社会"), "counties.registry", order=40),),
    home_panel=public.home_panel,
    sitemap=public.sitemap,
    sources=public.sources,
    feeds=((_l("县域节水型社会达标命名与变更"), "counties.changes"),),
    api=api.RESOURCES,
    init_app=extension.init_app,
)
