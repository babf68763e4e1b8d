"""Fixtures for the tests of the core."""

from tests.core.real_sites import real_site
from tests.sites import make_site

__all__ = ["make_site", "real_site"]
