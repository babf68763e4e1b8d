"""Pages that belong to no subject, one module per kind of page."""

from outreach.site.blueprint import blueprint
from outreach.site.views import home, leaving, pages, preferences, sitemap, styleguide

__all__ = ["blueprint", "home", "leaving", "pages", "preferences", "sitemap", "styleguide"]
