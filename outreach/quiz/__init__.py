"""The knowledge contest: question bank, papers, marking, rankings, draw."""

from outreach.core.feature import Feature
from outreach.quiz import models

__all__ = ["feature", "models"]

feature = Feature("quiz")
