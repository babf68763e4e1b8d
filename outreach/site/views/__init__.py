"""Pages that belong to no subject, one module per kind of page."""

from outreach.site.blueprint import blueprint
from outreach.site.views import api, home, leaving, pages, preferences, sitemap, styleguide

__all__ = ["api", "blueprint", "home", "leaving", "pages", "preferences", "sitemap", "styleguide"]
