"""Pages of the contest for visitors and participants."""

from outreach.quiz.blueprint import blueprint
from outreach.quiz.views import (
    certificates,
    contests,
    draws,
    joining,
    me,
    papers,
    pictures,
    practice,
    prizes,
    ranking,
    results,
)
from outreach.quiz.views.frame import init_app

__all__ = [
    "blueprint",
    "certificates",
    "contests",
    "draws",
    "init_app",
    "joining",
    "me",
    "papers",
    "pictures",
    "practice",
    "prizes",
    "ranking",
    "results",
]
