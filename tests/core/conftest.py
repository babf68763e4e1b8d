"""Fixtures for the tests of the core."""

from tests.sites import make_site

__all__ = ["make_site"]
