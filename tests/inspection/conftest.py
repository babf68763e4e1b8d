"""What the tests of the self-inspection share."""

from tests.inspection.sites import only

__all__ = ["only"]
