"""The knowledge contest: question bank, papers, marking, rankings, draw."""

from outreach.core.feature import Feature
from outreach.quiz.cli import quiz

feature = Feature("quiz", cli=(quiz,))
